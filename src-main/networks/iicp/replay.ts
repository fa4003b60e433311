// Remembers what was seen for a while: nonces and sealed bodies always, task ids where the user asked for it. What is remembered
// is never dropped early, for a replay would earn twice; when there is no room for more, the new one is refused.

import { hash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';

export class SeenRecently {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #most: number;
  /** Hashes, so that each takes the same room whatever a stranger sends; in order of arrival, the oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(deps: { readonly clock: Clock }, options: { readonly keepMs: number; readonly most: number }) {
    this.#clock = deps.clock;
    this.#keepMs = options.keepMs;
    this.#most = options.most;
  }

  /** `first` within the span, or `again`, which does not lengthen the span; `full` remembers nothing. */
  admit(value: string): 'first' | 'again' | 'full' {
    const now = this.#clock.monotonic();
    for (const [old, at] of this.#seen) {
      if (now - at < this.#keepMs) break;
      this.#seen.delete(old);
    }
    const key = hash('sha256', value, 'base64url');
    if (this.#seen.has(key)) return 'again';
    if (this.#seen.size >= this.#most) return 'full';
    this.#seen.set(key, now);
    return 'first';
  }

  get size(): number {
    return this.#seen.size;
  }
}
