// The desktop app as the engine and the pages see it: one view put together from its parts.

import type { DesktopView } from '../../src-preload/contract/desktop.ts';
import { Emitter } from '../base/emitter.ts';
import type { DesktopSide } from '../engine/desktop-side.ts';

export interface SideParts {
  readonly hours: DesktopView['hours'];
  readonly login: () => DesktopView['login'];
  readonly updates: () => DesktopView['updates'];
  readonly releaseKeys: () => DesktopView['releaseKeys'];
  readonly checkForUpdate: () => Promise<void>;
  readonly installUpdate: () => Promise<void>;
  readonly newPassphrase: () => Promise<string>;
}

export class Side implements DesktopSide {
  readonly #parts: SideParts;
  readonly #events = new Emitter<{ changed: undefined }>();
  #tray: DesktopView['tray'] = 'unknown';
  #keychain: DesktopView['keychain'] = { state: 'none', name: null, says: 'It was not looked at yet.' };

  constructor(parts: SideParts) {
    this.#parts = parts;
  }

  view(): DesktopView {
    return {
      hours: this.#parts.hours,
      tray: this.#tray,
      login: this.#parts.login(),
      updates: this.#parts.updates(),
      releaseKeys: this.#parts.releaseKeys(),
      keychain: this.#keychain,
    };
  }

  get tray(): DesktopView['tray'] {
    return this.#tray;
  }

  /** What is known of this desktop by now. */
  know(facts: { readonly tray: DesktopView['tray']; readonly keychain: DesktopView['keychain'] }): void {
    this.#tray = facts.tray;
    this.#keychain = facts.keychain;
    this.changed();
  }

  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  changed = (): void => this.#events.emit('changed', undefined);
  checkForUpdate = (): Promise<void> => this.#parts.checkForUpdate();
  installUpdate = (): Promise<void> => this.#parts.installUpdate();
  newPassphrase = (): Promise<string> => this.#parts.newPassphrase();
}
