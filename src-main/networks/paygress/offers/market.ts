// What others ask: the machines that offers at this provider's relays have, for who thinks about a price.

import type { PaygressMarket } from '../../../../src-preload/contract/networks/paygress.ts';
import type { RelayPool } from '../../../nostr/pool.ts';
import { ALL_OFFERS } from '../wire/filters.ts';
import { readOffer } from '../wire/offer.ts';

const MOST_MS = 8000;
/** Of one provider: whoever lists a hundred counts no more than others. */
const MOST_SPECS = 4;
/** An offer that nobody has published again for so long is of somebody who has gone. */
const FRESH_S = 2 * 86_400;

/** `own` in hex, `now` in epoch milliseconds. What costs nothing is no offer that one could go by. */
export async function marketOf(pool: Pick<RelayPool, 'ask'>, own: string, now: number): Promise<PaygressMarket> {
  const { events } = await pool.ask({ filters: [ALL_OFFERS], forMs: MOST_MS });
  const offers = events.flatMap(({ event }) => {
    const offer = event.pubkey === own || event.created_at < now / 1000 - FRESH_S ? undefined : readOffer(event);
    const specs = (offer?.specs ?? []).filter(
      (spec) => spec.rate_msats_per_sec > 0 && spec.cpu_millicores > 0 && spec.memory_mb > 0,
    );
    return specs.length === 0 ? [] : [specs.slice(0, MOST_SPECS)];
  });
  return {
    providers: offers.length,
    machines: offers.flat().map((spec) => ({
      cpuMillicores: spec.cpu_millicores,
      memoryMiB: spec.memory_mb,
      rateMsat: spec.rate_msats_per_sec,
    })),
  };
}
