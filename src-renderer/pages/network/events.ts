// A network's history as it is read in pages: the newest again and again, older ones when they are wanted. Pure.
import type { NetworkEvent, NetworkHistory } from '../../../src-preload/contract/networks/index.ts';

export interface Events {
  /** Newest first. */
  readonly items: readonly NetworkEvent[];
  /** Where older ones begin; null at the end, undefined before anything was read. */
  readonly next: number | null | undefined;
}

/** A page joined to what is held. The newest may have grown since: what came last is right. */
export function joined(held: Events, page: NetworkHistory, which: 'newest' | 'older'): Events {
  const last = held.items.at(-1);
  // With a gap between the two, what was held is out of reach: it is read again when it is wanted.
  const apart =
    which === 'newest' && page.next !== null && !page.items.some(({ id }) => held.items.some((one) => one.id === id));
  if (apart || last === undefined) return page;
  const came = new Map(page.items.map((event) => [event.id, event]));
  const kept = held.items.filter(({ id }) => !came.has(id));
  const items = [...kept, ...page.items].toSorted((one, other) => other.id - one.id);
  return { items, next: which === 'older' ? page.next : held.next };
}

export function withFailures(events: readonly NetworkEvent[], only: boolean): readonly NetworkEvent[] {
  return only ? events.filter(({ severity }) => severity !== 'info') : events;
}
