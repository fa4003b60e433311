// Keys that give the computer back from any program: opt-in, since they are taken from all others.

import { globalShortcut } from 'electron';
import type { Logger } from '../base/logger.ts';

export class ReleaseKeys {
  readonly #deps: { readonly logger: Logger; readonly pressed: () => void };
  #held = '';

  constructor(deps: { readonly logger: Logger; readonly pressed: () => void }) {
    this.#deps = deps;
  }

  /** In place of those before; empty for none. */
  use(keys: string): void {
    if (keys === this.#held) return;
    if (this.#held) globalShortcut.unregister(this.#held);
    this.#held = keys;
    if (!keys) return;
    // Another program may have them, and some desktops give none.
    if (!globalShortcut.register(keys, this.#deps.pressed)) this.#deps.logger.warn('the keys are not free', { keys });
  }

  stop(): void {
    this.use('');
  }
}
