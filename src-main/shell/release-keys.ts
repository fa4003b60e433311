// Keys that give the computer back from any program: opt-in, since they are taken from all others.

import { globalShortcut } from 'electron';
import type { DesktopView } from '../../src-preload/contract/desktop.ts';
import type { Logger } from '../base/logger.ts';

export interface ReleaseKeysDeps {
  readonly logger: Logger;
  readonly pressed: () => void;
  /** After `state` may have become another. */
  readonly changed: () => void;
}

export class ReleaseKeys {
  readonly #deps: ReleaseKeysDeps;
  #held = '';
  #state: DesktopView['releaseKeys'] = 'none';

  constructor(deps: ReleaseKeysDeps) {
    this.#deps = deps;
  }

  get state(): DesktopView['releaseKeys'] {
    return this.#state;
  }

  /** In place of those before; empty for none. */
  use(keys: string): void {
    if (keys === this.#held) return;
    if (this.#held) globalShortcut.unregister(this.#held);
    this.#held = keys;
    const { logger, pressed, changed } = this.#deps;
    // Another program may have them, and some desktops give none.
    this.#state = !keys ? 'none' : globalShortcut.register(keys, pressed) ? 'held' : 'taken';
    if (this.#state === 'taken') logger.warn('the keys are not free', { keys });
    changed();
  }

  stop(): void {
    this.use('');
  }
}
