// Whether customers find this provider: its offer is looked for by connections that are made for it, for what this node's own ones bring
// back proves nothing of what others see.

import { type PoolDeps, RelayPool } from '../../../nostr/pool.ts';
import { KIND } from '../wire/kinds.ts';
import { readOffer } from '../wire/offer.ts';

/** `away`: no relay has answered. */
export type ReadBack = 'there' | 'missing' | 'away';

/** In a name of its own, so that nothing is published by it. */
const NETWORK = 'paygress-check';
const MOST_MS = 15_000;

/** `publicKey` in hex. */
export async function readBack(deps: PoolDeps, relays: readonly string[], publicKey: string): Promise<ReadBack> {
  const pool = new RelayPool(deps, { network: NETWORK });
  pool.start(relays);
  try {
    const filters = [{ kinds: [KIND.offer], authors: [publicKey] }];
    const { events, answered } = await pool.ask({ filters, forMs: MOST_MS });
    if (events.some(({ event }) => readOffer(event))) return 'there';
    return answered.length === 0 ? 'away' : 'missing';
  } finally {
    await pool.stop();
  }
}
