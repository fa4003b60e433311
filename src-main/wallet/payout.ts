// Whether something is to be paid out by itself now: pure. One payment at a time over all mints, for one that hangs may still arrive:
// nothing is quoted anew before it has ended.

import type { Payout } from '../../src-preload/contract/settings/wallet.ts';
import { unitsOf } from './units.ts';

/** What can be spent somewhere, in its unit, and what of it networks may still have to give back. */
export interface Purse {
  readonly mint: string;
  readonly unit: string;
  readonly unspent: number;
  readonly promised: number;
}

/** Tries that failed, one after another, and when the last did. */
export interface Failed {
  readonly times: number;
  readonly at: number;
}

export type PayoutDecision =
  | { readonly do: 'nothing'; readonly why: 'off' | 'below' | 'under-way' }
  | { readonly do: 'rest'; readonly until: number }
  | {
      readonly do: 'pay';
      readonly mint: string;
      readonly unit: string;
      readonly to: string;
      /** So that the amount and the highest fee that is allowed are what there is. */
      readonly amount: number;
      readonly mostFee: number;
    };

const FIRST_REST_MS = 15 * 60_000;
const LONGEST_REST_MS = 24 * 60 * 60_000;

export function decidePayout({
  payout,
  purses,
  paying,
  failed,
  now,
}: {
  /** null: off. */
  readonly payout: Payout | null;
  readonly purses: readonly Purse[];
  /** A payment that has not ended, automatic or not. */
  readonly paying: boolean;
  readonly failed: Failed | null;
  readonly now: number;
}): PayoutDecision {
  if (payout === null) return { do: 'nothing', why: 'off' };
  if (paying) return { do: 'nothing', why: 'under-way' };
  const { to, above, mostFee } = payout;
  const [most] = purses
    .map((purse) => ({ ...purse, free: purse.unspent - purse.promised, inSat: unitsOf(purse.unit, 1) }))
    .filter(({ free, inSat }) => free > above * inSat)
    .toSorted((a, b) => b.free / b.inSat - a.free / a.inSat);
  if (!most) return { do: 'nothing', why: 'below' };
  if (failed) {
    const until = failed.at + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(failed.times - 1, 30));
    // A clock that was set back must not keep it from trying.
    if (until > now && failed.at <= now) return { do: 'rest', until };
  }
  const { mint, unit, free, inSat } = most;
  // A Lightning address takes whole sat.
  const amount = Math.floor((free - mostFee * inSat) / inSat) * inSat;
  return { do: 'pay', mint, unit, to, amount, mostFee: mostFee * inSat };
}
