// How a claim stands, in words.
import type { EarningRow } from '../../src-preload/contract/earnings.ts';
import { quoted } from '../format/text.ts';
import type { Key, Translate } from '../i18n/keys.ts';

type Claim = Pick<NonNullable<EarningRow['claim']>, 'state' | 'reason'>;

const known: Readonly<Record<string, Key>> = {
  'too-old': 'earnings.claim.tooOld',
  'new-identity': 'earnings.claim.newIdentity',
  self_query: 'earnings.claim.selfQuery',
  self_query_excluded: 'earnings.claim.selfQuery',
  'not-awarded': 'earnings.claim.notAwarded',
  'IICP-E027': 'earnings.claim.wrongKey',
  replayed: 'earnings.claim.unclear',
  'not-in-books': 'earnings.claim.unclear',
  'books-too-long': 'earnings.claim.unclear',
  'no-books': 'earnings.claim.unclear',
  'not-listed': 'earnings.claim.notListed',
  'too-high': 'earnings.claim.tooHigh',
  'hour-full': 'earnings.claim.hourFull',
  'books-disagree': 'earnings.claim.booksDisagree',
  'clocks-differ': 'earnings.claim.clocksDiffer',
  'iicp.directory-unreachable': 'earnings.claim.unreachable',
};

/** Received, waiting or failed. */
export function claimState({ state }: Pick<Claim, 'state'>, t: Translate): string {
  if (state === 'paid') return t('earnings.claim.settled');
  return t(state === 'failed' ? 'earnings.claim.failed' : 'earnings.claim.waiting');
}

/** Why it waits or has failed; empty where there is nothing to say. */
export function claimWhy({ state, reason }: Claim, t: Translate): string {
  if (reason === null) return state === 'waiting' ? t('earnings.claim.soon') : '';
  const key = known[reason];
  return key ? t(key) : t('earnings.claim.refused', { code: quoted(reason, 48) });
}
