// Why a claim waits or has failed: codes of this node's own, and of the directory's answers.
import type { Key } from '../../i18n/keys.ts';

export const claims: Readonly<Record<string, Key>> = {
  'too-old': 'networks.iicp.claim.tooOld',
  'new-identity': 'networks.iicp.claim.newIdentity',
  self_query: 'networks.iicp.claim.selfQuery',
  self_query_excluded: 'networks.iicp.claim.selfQuery',
  'not-awarded': 'networks.iicp.claim.notAwarded',
  'IICP-E027': 'networks.iicp.claim.wrongKey',
  replayed: 'networks.iicp.claim.unclear',
  'not-in-books': 'networks.iicp.claim.unclear',
  'books-too-long': 'networks.iicp.claim.unclear',
  'no-books': 'networks.iicp.claim.unclear',
  'not-listed': 'networks.iicp.claim.notListed',
  'too-high': 'networks.iicp.claim.tooHigh',
  'hour-full': 'networks.iicp.claim.hourFull',
  'books-disagree': 'networks.iicp.claim.booksDisagree',
  'clocks-differ': 'networks.iicp.claim.clocksDiffer',
  'iicp.directory-unreachable': 'networks.iicp.claim.unreachable',
};
