import { z } from 'zod';
import { live, Nothing, request, Time } from './define.ts';

/** A sum over ledger entries, with what it counts beside it. Millionths of the unit, a whole number. */
export const Sum = z.object({
  network: z.string(),
  unit: z.string(),
  amountMicro: z.number().int(),
  entries: z.number().int().nonnegative(),
});
export type Sum = z.infer<typeof Sum>;

export const EarningsView = z.object({
  /** Start of the local day that `today` counts from. */
  dayStart: Time,
  today: z.array(Sum),
  total: z.array(Sum),
});
export type EarningsView = z.infer<typeof EarningsView>;

export const earningsRequests = { 'earnings.get': request(Nothing, live(EarningsView)) };
export const earningsPushes = { 'earnings.changed': live(EarningsView) };
