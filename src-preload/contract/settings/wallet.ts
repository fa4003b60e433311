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

export const walletSettings = {
  'wallet.payout': setting(
    Payout.nullable(),
    null,
    'Pays out by itself what a mint holds above an amount in sat, as {"to":"me@example.com","above":10000,"mostFee":50}: to a Lightning address, if the fee is no more than that. null: never by itself.',
    { inFront: true },
  ),
};
