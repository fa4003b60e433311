// What a task earns on IICP: credits, of which a thousand tokens make one. Booked in millionths, as whole numbers.

import type { Amount } from '../../payments/ledger.ts';

const MICRO_PER_CREDIT = 1_000_000;
const TOKENS_PER_CREDIT = 1000;

/** Nothing for a reply without counted tokens: the directory awards none either (IICP 1.4, credits/award). */
export function earnedFor(tokens: number): Amount {
  return { network: 'iicp', unit: 'credit', amountMicro: tokens * (MICRO_PER_CREDIT / TOKENS_PER_CREDIT) };
}
