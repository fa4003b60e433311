// Remembers what was seen for a while, bounded in number: nonces always, task ids where the user asked for it.

import type { Clock } from '../../base/clock.ts';

export class SeenRecently {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #most: number;
  /** In order of arrival, so the oldest are at the front. */
  readonly #seen = new Map<string, number>();

  constructor(deps: { readonly clock: Clock }, options: { readonly keepMs: number; readonly most: number }) {
    this.#clock = deps.clock;
    this.#keepMs = options.keepMs;
    this.#most = options.most;
  }

  /** True the first time within the span, false for a repeat. A repeat does not lengthen the span. */
  admit(value: string): boolean {
    const now = this.#clock.monotonic();
    for (const [old, at] of this.#seen) {
      if (now - at < this.#keepMs && this.#seen.size < this.#most) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(value)) return false;
    this.#seen.set(value, now);
    return true;
  }

  get size(): number {
    return this.#seen.size;
  }
}
