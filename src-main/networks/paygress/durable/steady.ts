// Milliseconds as the wall clock has them, for what is measured from day to day: they never go back, and whoever sets the clock does not
// move them, but a sleep of the computer does.

import type { Clock } from '../../../base/clock.ts';

const JUMP_MS = 5000;

export class SteadyClock {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #offset: number;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  now(): number {
    return Math.floor(this.#clock.monotonic() + this.#offset);
  }

  /** Looked at every few seconds. True: the computer slept, or its clock was set forward, and it is later than it was. */
  hasJumped(): boolean {
    const offset = this.#clock.now() - this.#clock.monotonic();
    if (offset - this.#offset < JUMP_MS) return false;
    this.#offset = offset;
    return true;
  }
}
