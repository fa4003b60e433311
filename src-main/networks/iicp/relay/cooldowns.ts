// Relays that did not take us in lately. They are passed over for a while, each time longer, so that one which is full, closed or up
// to no good can't keep a node from the others, however well it is recommended.

import type { Clock } from '../../../base/clock.ts';
import type { Relay } from './elect.ts';

const FIRST_MS = 300_000;
const LONGEST_MS = 3_600_000;
/** As many as a directory and peers can name, and some that they named before. */
const MOST = 512;

interface Mark {
  readonly times: number;
  readonly until: number;
}

export class RelayCooldowns {
  readonly #clock: Clock;
  /** In the order in which they failed. */
  readonly #marks = new Map<string, Mark>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#marks.size;
  }

  failed(relay: Relay): void {
    const key = keyOf(relay);
    const times = (this.#marks.get(key)?.times ?? 0) + 1;
    const until = this.#clock.monotonic() + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(times - 1, 10));
    this.#marks.delete(key);
    this.#marks.set(key, { times, until });
    for (const oldest of this.#marks.keys()) {
      if (this.#marks.size <= MOST) break;
      this.#marks.delete(oldest);
    }
  }

  /** It was a good one after all. */
  served(relay: Relay): void {
    this.#marks.delete(keyOf(relay));
  }

  /** Those that may be asked now; where all have failed, the one whose turn comes first: it may be the only one there is. */
  among<Offer extends Relay>(offers: readonly Offer[]): readonly Offer[] {
    const now = this.#clock.monotonic();
    const untilOf = (offer: Offer) => this.#marks.get(keyOf(offer))?.until ?? 0;
    const open = offers.filter((offer) => untilOf(offer) <= now);
    return open.length > 0 ? open : offers.toSorted((one, other) => untilOf(one) - untilOf(other)).slice(0, 1);
  }
}

/** With the address: a wrong one that is given for an honest relay must not count against the right one. */
const keyOf = ({ nodeId, host, port }: Relay) => `${nodeId ?? ''} ${host}:${port}`;
