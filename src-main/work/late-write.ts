// The row of a task's start: written by itself after a moment, unless the end comes first and takes it along.

import type { Clock } from '../base/clock.ts';
import type { Committer, Write } from '../storage/write.ts';

/** A quick task is over before this, also on a busy node, and its rows are one commit; a longer one is on disk while it runs. */
const START_WITHIN_MS = 50;

export class LateWrite {
  readonly #cancel: () => void;
  readonly #write: Write;
  #waiting: Write | undefined;
  #written: Promise<void> = Promise.resolve();

  /** `beside` is written with it only where it is written by itself: the end has all of that. */
  constructor(clock: Clock, committer: Committer, write: Write, beside: () => readonly Write[]) {
    this.#write = write;
    this.#waiting = write;
    this.#cancel = clock.after(START_WITHIN_MS, () => {
      this.#waiting = undefined;
      this.#written = committer.commit([write, ...beside()]);
      // The part that takes it hears of a failure; until then nothing listens.
      this.#written.catch(() => undefined);
    });
  }

  /** What is still to be written: also what was tried and failed, for the disk may be well again. */
  async take(): Promise<readonly Write[]> {
    this.#cancel();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) return [waiting];
    return this.#written.then(
      () => [],
      () => [this.#write],
    );
  }
}
