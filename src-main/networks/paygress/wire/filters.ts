// What is asked of relays.

import type { CatchUpFilter } from '../../../nostr/subscription.ts';
import { address, KIND } from './kinds.ts';

const TEN_MINUTES_S = 600;
const TWO_DAYS_S = 2 * 86_400;

/** What is written to this key: messages of both kinds, and workloads that it is to take over. */
export function toKey(own: string): readonly CatchUpFilter[] {
  return [
    { filter: { kinds: [4], '#p': [own] }, overlapS: TEN_MINUTES_S },
    // Gift wraps are dated back by up to two days (NIP-59).
    { filter: { kinds: [1059], '#p': [own] }, overlapS: TWO_DAYS_S + TEN_MINUTES_S },
    { filter: { kinds: [KIND.revocation], '#p': [own] }, overlapS: TEN_MINUTES_S },
  ];
}

export const ALL_OFFERS = { kinds: [KIND.offer], '#t': ['paygress'] };

/** `since`: epoch seconds. */
export const heartbeatsOf = (providers: readonly string[], since: number) => ({
  kinds: [KIND.heartbeat],
  authors: [...providers],
  since,
});

/** Only those who may promote are asked: anybody may say that they have a workload. */
export const promotionsOf = (workload: string, providers: readonly string[]) => ({
  kinds: [KIND.promotion],
  authors: [...providers],
  '#d': [address.promotion(workload)],
});
