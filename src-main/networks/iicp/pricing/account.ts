// The directory's books of this node, held against what of it was received here.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import type { NetworkAccount } from '../../../../src-preload/contract/earnings.ts';
import { toHearthError } from '../../../base/errors.ts';
import type { NetworkHost } from '../../host.ts';
import type { DirectoryClient } from '../directory/directory.ts';
import type { Identity } from '../identity/identity.ts';
import { placeOf } from '../identity/place.ts';
import { BOOKS_DISAGREE } from '../receipts/verdict.ts';

export interface AccountDeps extends Pick<NetworkHost, 'claims' | 'clock' | 'settings'> {
  readonly identity: Pick<Identity, 'nodeId' | 'token'>;
  readonly directory: Pick<DirectoryClient, 'account'>;
}

/** Never rejects: what the directory does not tell has its reason in the account. */
export async function accountOf(deps: AccountDeps, signal: AbortSignal): Promise<NetworkAccount> {
  const { claims, clock, settings, identity, directory } = deps;
  const place = placeOf(settings.get('networks.iicp.directoryUrl'));
  const sums = claims.sums('iicp', place);
  const receivedMicro = sums.reduce((all, { state, awardedMicro }) => all + (state === 'paid' ? awardedMicro : 0), 0);
  const { nodeId, token } = identity;
  const claiming = settings.get('networks.iicp.credits');
  const refused = sums.some(({ state, reason }) => state === 'waiting' && reason === BOOKS_DISAGREE);
  const ours = {
    network: 'iicp',
    unit: 'credit',
    place,
    claims: sums,
    receivedMicro,
    claiming,
    trouble: refused ? NOT_PAID : null,
  } as const;
  try {
    if (token === undefined) return { ...ours, theirs: null, failure: NOT_KNOWN, differenceMicro: null };
    const account = await directory.account({ nodeId, token }, signal);
    const differenceMicro = account.earnedMicro === null ? null : account.earnedMicro - receivedMicro;
    const { agrees, ...theirs } = account;
    const trouble = ours.trouble ?? (agrees ? null : NOT_RECONCILED);
    return { ...ours, trouble, theirs: { ...theirs, at: clock.now() }, failure: null, differenceMicro };
  } catch (error) {
    const { code, message } = toHearthError(error);
    return { ...ours, theirs: null, failure: { code, message }, differenceMicro: null };
  }
}

const NOT_KNOWN = {
  code: 'iicp.not-registered',
  message: 'The directory does not know this node yet, so it keeps no books of it.',
};

const NOT_PAID: Reason = {
  code: 'iicp.books-disagree',
  message:
    'This directory credits nothing to this node: its ledger and its balance of this node disagree. That is a fault of the directory, which shows after a node has left it and come back.',
  action:
    'The operator of the directory can mend it: tell them the id of this node. Otherwise only a new identity would be paid again (hearth new-identity); it costs the reputation and what was not received yet.',
};

const NOT_RECONCILED: Reason = {
  code: 'iicp.books-differ',
  message: 'The directory says itself that its books of this node do not add up.',
  action: 'Nothing has to be done here. If it stops paying this node, the operator of the directory can mend it.',
};
