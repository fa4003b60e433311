import { z } from 'zod';
import { setting } from './define.ts';

const Sat = z.number().int().positive().max(2_100_000_000);

/** name@host, where the host may have a port (LUD-16). */
export const LIGHTNING_ADDRESS = /^([a-z0-9._+-]{1,64})@([a-z0-9.-]{1,253}(?::\d{1,5})?)$/;

/** Amounts in sat, also of a mint that counts in msat. */
export const Payout = z
  .strictObject({
    to: z.string().trim().toLowerCase().regex(LIGHTNING_ADDRESS, 'expected a Lightning address such as me@example.com'),
    /** Paid out when a mint holds more than this. */
    above: Sat,
    /** What the mint and Lightning may take together. */
    mostFee: Sat,
  })
  .refine(({ above, mostFee }) => mostFee < above, { error: 'a fee below what is paid out' });
export type Payout = z.infer<typeof Payout>;

/** mempool.space and Kraken, each by the name of its service. */
export const RateSource = z.enum(['mempool', 'kraken']);
export type RateSource = z.infer<typeof RateSource>;

export const walletSettings = {
  'wallet.rateSource': setting(
    RateSource.nullable(),
    null,
    'Who is asked what a bitcoin costs in the currency of the tariff, while you look and once an hour at most: "mempool" (mempool.space) or "kraken". They learn your address, and nothing of what you hold. null: nobody; the rate is the one you type.',
  ),
  'wallet.payout': setting(
    Payout.nullable(),
    null,
    'Pays out by itself what a mint holds above an amount in sat, as {"to":"me@example.com","above":10000,"mostFee":50}: to a Lightning address, if the fee is no more than that. null: never by itself.',
    { inFront: true },
  ),
};
