// What relays have, asked by connections that are made for it: what this node's own ones bring back proves nothing of what others see.

import type { NostrEvent } from './event.ts';
import { type PoolDeps, RelayPool } from './pool.ts';
import type { Filter } from './relay-message.ts';

const MOST_MS = 15_000;

/** `name`: whose connections these are; nothing is published in it. Undefined: no relay has answered. */
export async function readBack(
  deps: PoolDeps,
  name: string,
  relays: readonly string[],
  filter: Filter,
): Promise<readonly NostrEvent[] | undefined> {
  const pool = new RelayPool(deps, { network: name });
  pool.start(relays);
  try {
    const { events, answered } = await pool.ask({ filters: [filter], forMs: MOST_MS });
    return answered.length === 0 && events.length === 0 ? undefined : events.map(({ event }) => event);
  } finally {
    await pool.stop();
  }
}
