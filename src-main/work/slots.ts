// The slots that all networks share. A claim is held until released; nobody can hold more than there are.

import type { Clock } from '../base/clock.ts';

/** Which waiter goes first when a slot frees; within a rank, who came first. */
export type Rank = 0 | 1 | 2 | 3;

export interface Slot {
  /** May be called twice; the second does nothing. */
  release(): void;
}

export interface SlotsDeps {
  readonly clock: Clock;
  /** Slots open now. Read at every decision, for it changes with windows and switches. */
  readonly open: () => number;
}

interface Waiter {
  readonly rank: Rank;
  readonly grant: () => void;
}

/** Windows open by the minute and switches at any time: a waiter looks again this often even when nothing is released. */
const LOOK_AGAIN_MS = 50;
/** Beyond this many waiting, a claim fails at once: each holds a request body in memory. */
const MOST_WAITING = 256;

export class Slots {
  readonly #deps: SlotsDeps;
  readonly #waiting: Waiter[] = [];
  #active = 0;

  constructor(deps: SlotsDeps) {
    this.#deps = deps;
  }

  get active(): number {
    return this.#active;
  }

  get open(): number {
    return this.#deps.open();
  }

  /** A slot now, or undefined. */
  tryClaim(): Slot | undefined {
    if (this.#active >= this.#deps.open()) return undefined;
    this.#active += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#active -= 1;
        this.#next();
      },
    };
  }

  /** A slot within `waitMs`, or undefined when time or the signal ran out first. */
  async claim(rank: Rank, waitMs: number, signal: AbortSignal): Promise<Slot | undefined> {
    const immediate = this.tryClaim();
    if (immediate || waitMs <= 0 || this.#waiting.length >= MOST_WAITING) return immediate;
    const { clock } = this.#deps;
    const deadline = clock.monotonic() + waitMs;
    while (!signal.aborted) {
      const left = deadline - clock.monotonic();
      if (left <= 0) return undefined;
      await this.#nudged(rank, Math.min(left, LOOK_AGAIN_MS), signal);
      const slot = signal.aborted ? undefined : this.tryClaim();
      if (slot) return slot;
    }
    return undefined;
  }

  #next(): void {
    this.#waiting[0]?.grant();
  }

  /** Waits for a release in turn, for the signal, or for `ms`, whichever is first. */
  #nudged(rank: Rank, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const waiter: Waiter = { rank, grant: done };
      const cancel = this.#deps.clock.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
      const behind = this.#waiting.findIndex((other) => other.rank > rank);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter);
    });
  }
}
