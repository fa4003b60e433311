// A subscription at one relay: what is asked for, again after each gap, and what of the answers was asked for.

import { matchFilter } from 'nostr-tools/filter';
import { EVENT, RELAY } from './bounds.ts';
import type { NostrEvent } from './event.ts';
import type { Filter } from './relay-message.ts';

export interface SubscriptionSpec {
  /** Its own within the pool, and the same in the next run: the place it has reached is kept by it. */
  readonly name: string;
  readonly filters: readonly CatchUpFilter[];
  /** Epoch seconds: of a relay that was never asked, nothing that is older is wanted. */
  readonly since: number;
  /** Of what is stored, the first page is enough, and what comes later is not waited for. */
  readonly once?: boolean;
}

export interface CatchUpFilter {
  readonly filter: Filter;
  /**
   * Seconds by which it is asked for more than was missed: for clocks that differ, and for events that are dated back, such as gift
   * wraps by two days (NIP-59).
   */
  readonly overlapS: number;
}

/** The filters as they go to a relay that was heard to the end at `mark` (epoch seconds) last; undefined: never. */
export function filtersFrom({ filters, since }: SubscriptionSpec, mark: number | undefined): readonly Filter[] {
  return filters.map(({ filter, overlapS }) => ({
    ...filter,
    since: Math.max(0, (mark ?? since) - overlapS, filter.since ?? 0),
    limit: Math.min(filter.limit ?? RELAY.stored, RELAY.stored),
  }));
}

export function matches(filters: readonly Filter[], event: NostrEvent): boolean {
  // The library's types want arrays that could be written to.
  return filters.some((filter) => matchFilter(filter as never, event as never));
}

/** Relays give the newest of what is stored, and not all of it: the rest is asked for page by page, until one brings nothing new. */
export class StoredPages {
  readonly #asked: readonly Filter[];
  /** The oldest that came, by filter. */
  readonly #oldest: (number | undefined)[];
  readonly #ids = new Set<string>();
  #fresh = 0;
  #pages = 0;

  constructor(asked: readonly Filter[]) {
    this.#asked = asked;
    this.#oldest = asked.map(() => undefined);
  }

  add(event: NostrEvent): void {
    if (this.#ids.has(event.id) || this.#ids.size >= EVENT.passed) return;
    this.#ids.add(event.id);
    this.#fresh += 1;
    this.#asked.forEach((filter, n) => {
      if (!matches([filter], event)) return;
      this.#oldest[n] = Math.min(this.#oldest[n] ?? event.created_at, event.created_at);
    });
  }

  /** After the end of a page: what to ask for next; undefined: that was all. */
  next(): readonly Filter[] | undefined {
    const done = this.#fresh === 0 || this.#pages >= MOST_PAGES;
    this.#fresh = 0;
    this.#pages += 1;
    if (done) return undefined;
    return this.#asked.flatMap((filter, n) => {
      const until = this.#oldest[n];
      return until === undefined ? [] : [{ ...filter, until }];
    });
  }
}

/** With 500 events each, more than a node gets in days. */
const MOST_PAGES = 40;
