// Whether customers find this provider: its offer is looked for as a customer would.

import type { PoolDeps } from '../../../nostr/pool.ts';
import { readBack as ask } from '../../../nostr/read-back.ts';
import { KIND } from '../wire/kinds.ts';
import { readOffer } from '../wire/offer.ts';

/** `away`: no relay has answered. */
export type ReadBack = 'there' | 'missing' | 'away';

/** `publicKey` in hex. */
export async function readBack(deps: PoolDeps, relays: readonly string[], publicKey: string): Promise<ReadBack> {
  const events = await ask(deps, 'paygress-check', relays, { kinds: [KIND.offer], authors: [publicKey] });
  if (!events) return 'away';
  return events.some((event) => readOffer(event)) ? 'there' : 'missing';
}
