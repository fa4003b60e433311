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
  readonly grant: (slot: Slot) => void;
}

/** Windows open by the minute and switches at any time: a waiter looks again this often even when nothing is released. */
const LOOK_AGAIN_MS = 50;
/** Beyond this many waiting, a claim fails at once: each holds a request body in memory. */
const MOST_WAITING = 256;

export class Slots {
  readonly #deps: SlotsDeps;
  readonly #waiting: Waiter[] = [];
  #active = 0;
  #lookAgain: (() => void) | undefined;

  constructor(deps: SlotsDeps) {
    this.#deps = deps;
  }

  get active(): number {
    return this.#active;
  }

  /** Tasks that wait for one. */
  get waiting(): number {
    return this.#waiting.length;
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
        if (this.#waiting.length > 0) this.#serve();
      },
    };
  }

  /** A slot within `waitMs`, or undefined when time or the signal ran out first. */
  claim(rank: Rank, waitMs: number, signal: AbortSignal): Promise<Slot | undefined> {
    const immediate = signal.aborted ? undefined : this.tryClaim();
    if (immediate || waitMs <= 0 || signal.aborted || this.#waiting.length >= MOST_WAITING) {
      return Promise.resolve(immediate);
    }
    return new Promise((resolve) => {
      const end = (slot: Slot | undefined) => {
        cancel();
        signal.removeEventListener('abort', giveUp);
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        if (this.#waiting.length === 0) this.#rest();
        resolve(slot);
      };
      const giveUp = () => end(undefined);
      const waiter: Waiter = { rank, grant: end };
      const cancel = this.#deps.clock.after(waitMs, giveUp);
      signal.addEventListener('abort', giveUp, { once: true });
      const behind = this.#waiting.findIndex((other) => other.rank > rank);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter);
      this.#lookAgain ??= this.#deps.clock.after(LOOK_AGAIN_MS, () => this.#serve());
    });
  }

  #rest(): void {
    this.#lookAgain?.();
    this.#lookAgain = undefined;
  }

  /** Gives what is free to those who wait, in their order. */
  #serve(): void {
    this.#rest();
    while (this.#waiting[0]) {
      const slot = this.tryClaim();
      if (!slot) break;
      this.#waiting[0].grant(slot);
    }
    if (this.#waiting.length > 0) this.#lookAgain = this.#deps.clock.after(LOOK_AGAIN_MS, () => this.#serve());
  }
}
