// How a claim stands, in words.
import type { EarningRow } from '../../src-preload/contract/earnings.ts';
import { quoted } from '../format/text.ts';
import type { Translate } from '../i18n/keys.ts';
import { claimWords } from '../networks/lookup.ts';

type Claim = Pick<NonNullable<EarningRow['claim']>, 'state' | 'reason'>;

/** Received, waiting or failed. */
export function claimState({ state }: Pick<Claim, 'state'>, t: Translate): string {
  if (state === 'paid') return t('earnings.claim.settled');
  return t(state === 'failed' ? 'earnings.claim.failed' : 'earnings.claim.waiting');
}

/** Why it waits or has failed, as its network has it; empty where there is nothing to say. */
export function claimWhy(network: string, { state, reason }: Claim, t: Translate): string {
  if (reason === null) return state === 'waiting' ? t('earnings.claim.soon') : '';
  const key = claimWords(network, reason);
  return key ? t(key) : t('earnings.claim.refused', { code: quoted(reason, 48) });
}
