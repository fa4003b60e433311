// What a practice relay keeps of the events that it is sent (NIP-01): of those at one address the newest, of ephemeral ones nothing.

import { type Filter, matchFilter } from 'nostr-tools/filter';
import { isAddressableKind, isEphemeralKind, isReplaceableKind } from 'nostr-tools/kinds';
import type { NostrEvent } from 'nostr-tools/pure';

export class KeptEvents {
  readonly #events = new Map<string, NostrEvent>();

  get size(): number {
    return this.#events.size;
  }

  all(): readonly NostrEvent[] {
    return [...this.#events.values()];
  }

  /** `duplicate`: it was there. `older`: a newer one is. */
  add(event: NostrEvent): 'kept' | 'passed' | 'duplicate' | 'older' {
    if (isEphemeralKind(event.kind)) return 'passed';
    if (this.#events.has(event.id)) return 'duplicate';
    const address = addressOf(event);
    if (address !== undefined) {
      const rival = this.all().find((other) => addressOf(other) === address);
      if (rival && newestFirst(rival, event) < 0) return 'older';
      if (rival) this.#events.delete(rival.id);
    }
    this.#events.set(event.id, event);
    return 'kept';
  }

  /** Newest first. */
  find(filters: readonly Filter[], most: number): readonly NostrEvent[] {
    const found = new Set(
      filters.flatMap((filter) =>
        this.all()
          .filter((event) => matchFilter(filter, event))
          .sort(newestFirst)
          .slice(0, Math.min(filter.limit ?? most, most)),
      ),
    );
    return [...found].sort(newestFirst);
  }

  clear(): void {
    this.#events.clear();
  }
}

function addressOf({ kind, pubkey, tags }: NostrEvent): string | undefined {
  if (isReplaceableKind(kind)) return `${kind} ${pubkey}`;
  if (!isAddressableKind(kind)) return undefined;
  return `${kind} ${pubkey} ${tags.find(([name]) => name === 'd')?.[1] ?? ''}`;
}

/** Of two of the same second the lower id counts as newer (NIP-01). */
function newestFirst(a: NostrEvent, b: NostrEvent): number {
  return b.created_at - a.created_at || (a.id < b.id ? -1 : 1);
}
