// That a provider is there, and what it has free: as a stored event for each minute (38384), and as one for those who listen (20384).

import { z } from 'zod';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { EventTemplate } from '../../../nostr/signer.ts';
import { Count, PublicKey, readAs, Unsigned32, Version } from './fields.ts';
import { address, KIND, TAG } from './kinds.ts';

export const Heartbeat = z.object({
  /** Hex, as in an offer. */
  provider_npub: PublicKey,
  /** Epoch seconds. */
  timestamp: Count,
  active_workloads: Unsigned32,
  available_capacity: z.object({
    /** Millicores. */
    cpu_available: Count,
    memory_mb_available: Count,
    storage_gb_available: Count,
  }),
  version: Version,
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** No `expiration` (NIP-40): how reliable a provider is, others count by its stored heartbeats of days. */
export function heartbeatEvents(beat: Heartbeat): { readonly stored: EventTemplate; readonly live: EventTemplate } {
  const { provider_npub: own, timestamp } = beat;
  const content = JSON.stringify(beat);
  const tags = [TAG.heartbeat, ['p', own], TAG.version];
  const d = ['d', address.heartbeat(own, timestamp)];
  return {
    stored: { kind: KIND.heartbeat, content, tags: [d, ...tags], created_at: timestamp },
    live: { kind: KIND.liveHeartbeat, content, tags, created_at: timestamp },
  };
}

/** Of a genuine event. undefined: it is no heartbeat, or one in somebody else's name. */
export function readHeartbeat(event: NostrEvent): Heartbeat | undefined {
  if (event.kind !== KIND.heartbeat && event.kind !== KIND.liveHeartbeat) return undefined;
  const beat = readAs(Heartbeat, event.content);
  return beat?.provider_npub === event.pubkey ? beat : undefined;
}
