// How boxes that don't run have ended, as their engine said it in this run of Hearth. What Hearth itself has stopped counts for none.

import type { BoxEvent } from '../../backends/workloads/backend.ts';
import type { Clock } from '../../base/clock.ts';

export interface BoxEnd {
  readonly kind: 'exited' | 'out-of-memory';
  /** Null: the engine does not say. */
  readonly exitCode: number | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export class BoxEnds {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #ends = new Map<string, BoxEnd>();
  /** A program in there was ended; some engines say so before the box ends, some after it. */
  readonly #outOfMemory = new Set<string>();
  readonly #stopped = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Undefined: it runs, or nothing was heard. */
  of(id: string): BoxEnd | undefined {
    return this.#ends.get(id);
  }

  /** Hearth is about to stop it. */
  stopping(id: string): void {
    this.#stopped.add(id);
  }

  heard({ id, kind, exitCode }: BoxEvent): void {
    switch (kind) {
      case 'started':
      case 'removed':
        this.#ends.delete(id);
        this.#outOfMemory.delete(id);
        this.#stopped.delete(id);
        return;
      case 'out-of-memory': {
        const end = this.#ends.get(id);
        if (end) this.#ends.set(id, { ...end, kind });
        else this.#outOfMemory.add(id);
        return;
      }
      case 'exited':
        if (this.#stopped.has(id)) return;
        this.#ends.set(id, {
          kind: this.#outOfMemory.has(id) ? 'out-of-memory' : 'exited',
          exitCode: exitCode ?? null,
          at: this.#clock.now(),
        });
    }
  }
}
