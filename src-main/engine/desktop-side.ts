// What the engine asks of the desktop app around it, where there is one.

import type { DesktopView } from '../../src-preload/contract/desktop.ts';
import { HearthError } from '../base/errors.ts';

export interface DesktopSide {
  view(): DesktopView;
  /** Called after each change of `view()`. Returns its off. */
  onChange(listener: () => void): () => void;
  /** Rejects with what went wrong. */
  checkForUpdate(): Promise<void>;
  /** Begins; how it goes is in the view. */
  installUpdate(): Promise<void>;
  /** Asks the user for a new one, twice. Rejects with `desktop.not-given` where they would rather not. */
  newPassphrase(): Promise<string>;
}

export class NoDesktop extends HearthError {
  constructor() {
    super({
      code: 'desktop.not-here',
      category: 'denied',
      message: 'Only the desktop app can do that. For the key there is the command "hearth key".',
    });
  }
}

/** Throws NoDesktop in console mode and headless. */
export function desktopOf(side: DesktopSide | undefined): DesktopSide {
  if (side === undefined) throw new NoDesktop();
  return side;
}
