// Whether other nodes find this one by relays: its advert is looked for as they would look for it, and read as they would read it.

import type { PoolDeps } from '../../../nostr/pool.ts';
import { readBack } from '../../../nostr/read-back.ts';
import { isPublicAddress } from '../../../reachability/addresses.ts';
import { ADVERT_KIND, type Advert, readAdvert } from './advert.ts';
import type { MayReach } from './routable.ts';

interface Question {
  readonly relays: readonly string[];
  readonly app: string;
  /** x alone, hex. */
  readonly pubkey: string;
  readonly mayReach?: MayReach | undefined;
}

/** `missing`: relays have none, or none that anybody could use. `away`: no relay has answered. */
export async function readAdvertBack(
  deps: PoolDeps,
  { relays, app, pubkey, mayReach = isPublicAddress }: Question,
): Promise<Advert | 'missing' | 'away'> {
  const events = await readBack(deps, 'fips-check', relays, { kinds: [ADVERT_KIND], authors: [pubkey] });
  if (!events) return 'away';
  const now = deps.clock.now();
  const read = events.flatMap((event) => readAdvert(event, { app, mayReach, now }) ?? []);
  return read.toSorted((one, other) => other.createdAt - one.createdAt)[0] ?? 'missing';
}
