// Where the price of a bitcoin can be asked for: for each source its address and what it says there. Pure. An address has nothing of the
// user's in it but the currency.

import { z } from 'zod';
import type { RateSource } from '../../../src-preload/contract/settings/wallet.ts';
import { RATE } from '../bounds.ts';

interface Source {
  readonly url: (currency: string) => string;
  /** As a number or in decimals; undefined: it has none in that currency, or says something else. */
  readonly price: (json: unknown, currency: string) => number | string | undefined;
}

/** https://mempool.space/docs/api/rest#get-price */
const Mempool = z.record(z.string(), z.number());
/** https://docs.kraken.com/api/docs/rest-api/get-ticker-information: `c` is the last trade, its price first. */
const Kraken = z.object({ result: z.record(z.string(), z.object({ c: z.array(z.string()) })) });

export const SOURCES: Readonly<Record<RateSource, Source>> = {
  mempool: {
    url: () => 'https://mempool.space/api/v1/prices',
    price: (json, currency) => Mempool.safeParse(json).data?.[currency],
  },
  kraken: {
    url: (currency) => `https://api.kraken.com/0/public/Ticker?pair=XBT${currency}`,
    price: (json) => {
      const pairs = Object.values(Kraken.safeParse(json).data?.result ?? {});
      return pairs.length === 1 ? pairs[0]?.c[0] : undefined;
    },
  },
};

/** The price of one bitcoin in an answer; undefined where there is none that can be true. */
export function priceIn(source: RateSource, json: unknown, currency: string): number | undefined {
  const price = Number(SOURCES[source].price(json, currency));
  return price > 0 && price <= RATE.price ? price : undefined;
}
