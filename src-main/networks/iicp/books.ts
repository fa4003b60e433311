// The directory's books of this node, held against what of it was received here.

import type { NetworkAccount } from '../../../src-preload/contract/earnings.ts';
import { toHearthError } from '../../base/errors.ts';
import type { IicpDeps } from './deps.ts';
import type { DirectoryClient } from './directory.ts';
import type { Identity } from './identity.ts';

export interface BooksDeps extends Pick<IicpDeps, 'claims' | 'clock' | 'settings'> {
  readonly identity: Pick<Identity, 'nodeId' | 'token'>;
  readonly directory: Pick<DirectoryClient, 'account'>;
}

/** Never rejects: what the directory does not tell has its reason in the account. */
export async function accountOf(deps: BooksDeps, signal: AbortSignal): Promise<NetworkAccount> {
  const { claims, clock, settings, identity, directory } = deps;
  const place = settings.get('networks.iicp.directoryUrl');
  const sums = claims.sums('iicp', place);
  const receivedMicro = sums.reduce((all, { state, awardedMicro }) => all + (state === 'paid' ? awardedMicro : 0), 0);
  const { nodeId, token } = identity;
  const claiming = settings.get('networks.iicp.credits');
  const ours = { network: 'iicp', unit: 'credit', place, claims: sums, receivedMicro, claiming } as const;
  try {
    if (token === undefined) return { ...ours, theirs: null, failure: NOT_KNOWN, differenceMicro: null };
    const account = await directory.account({ nodeId, token }, signal);
    const differenceMicro = account.earnedMicro === null ? null : account.earnedMicro - receivedMicro;
    return { ...ours, theirs: { ...account, at: clock.now() }, failure: null, differenceMicro };
  } catch (error) {
    const { code, message } = toHearthError(error);
    return { ...ours, theirs: null, failure: { code, message }, differenceMicro: null };
  }
}

const NOT_KNOWN = {
  code: 'iicp.not-registered',
  message: 'The directory does not know this node yet, so it keeps no books of it.',
};
