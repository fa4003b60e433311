// How fast a runner is read. One that says more than it should waits, since what it says is not taken from it: neither memory nor the
// processor is spent on it, and nothing is lost.

import type { Clock } from '../../base/clock.ts';
import { RUNNER } from './bounds.ts';

/** What may come at once, in milliseconds of the usual rate. */
const BURST_MS = 4000;

export class Pace {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** When all that was taken would have come at the usual rate. */
  #even = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** So much was taken: milliseconds to wait before more is. */
  took(bytes: number, lines: number): number {
    const now = this.#clock.monotonic();
    const costMs = Math.max(bytes / RUNNER.talkBytes, lines / RUNNER.lines) * 1000;
    this.#even = Math.max(this.#even, now - BURST_MS) + costMs;
    return Math.max(0, Math.ceil(this.#even - now));
  }
}
