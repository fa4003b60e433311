// Work that goes through many rows on the thread that serves tasks takes turns with them: a few milliseconds, then others.

import type { Clock } from './clock.ts';

/** Below what the other end of a task would notice. */
const TURN_MS = 4;

export class Yielder {
  readonly #clock: Pick<Clock, 'monotonic' | 'sleep'>;
  #began: number;

  constructor(clock: Pick<Clock, 'monotonic' | 'sleep'>) {
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  /** Call it between two steps, each well below a turn. Lets others have theirs when this one is over. */
  async step(): Promise<void> {
    if (this.#clock.monotonic() - this.#began < TURN_MS) return;
    await this.#clock.sleep(0);
    this.#began = this.#clock.monotonic();
  }
}
