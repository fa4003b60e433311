// What `hearth doctor` asks of FIPS: how this node stands in the mesh, by what it knows itself.

import type { Reason } from '../../../src-preload/contract/define.ts';
import { type FipsCheckId, fipsContract } from '../../../src-preload/contract/networks/fips.ts';
import type { CheckLine } from '../../../src-preload/contract/networks/index.ts';
import type { PoolDeps } from '../../nostr/pool.ts';
import { TRANSIT_SPENT } from './causes.ts';
import type { Identity } from './identity/identity.ts';
import type { FipsNode } from './node.ts';

export type Verdict = { readonly state: CheckLine['state']; readonly reason: Reason };

export const CHECKS = Object.keys(fipsContract.checks) as FipsCheckId[];

export const verdict = (state: CheckLine['state'], code: string, message: string, action?: string): Verdict => ({
  state,
  reason: { code: `fips.check-${code}`, message, ...(action !== undefined && { action }) },
});
const SKIPPED = verdict('skipped', 'skipped', 'Not asked: this computer has not joined FIPS.');

export async function checkLines(
  node: FipsNode | undefined,
  known: Identity | undefined,
  deps: PoolDeps,
): Promise<Record<FipsCheckId, Verdict>> {
  const key = known
    ? verdict('ok', 'key', 'This computer has a key, and so a name and an address in the mesh.')
    : verdict('skipped', 'no-key', 'There is no key yet: it is made when FIPS is joined.');
  if (!node) return { ...(Object.fromEntries(CHECKS.map((id) => [id, SKIPPED])) as Record<FipsCheckId, Verdict>), key };
  // Only a run has relays, and what it takes to ask them.
  const { findingLines } = await import('./check-finding.ts');
  return {
    ...(await findingLines(node, deps)),
    key,
    transports: transports(node),
    neighbours: neighbours(node),
    tree: tree(node),
    transit: transit(node),
    control: control(node),
  };
}

function transports(node: FipsNode): Verdict {
  const missing = node.transports.filter(({ isStarted }) => !isStarted);
  if (missing.length > 0 && node.trouble) return { state: 'warning', reason: node.trouble };
  if (node.transports.some(({ local }) => local !== undefined)) {
    return verdict('ok', 'listening', 'Neighbours can come where this computer listens, if its router lets them.');
  }
  return verdict(
    'warning',
    'dials-only',
    'This computer dials, and listens nowhere.',
    'That is enough to reach others. Set networks.fips.udpBind to be reached as well.',
  );
}

function neighbours(node: FipsNode): Verdict {
  const peers = [...node.layer.links.peers.values()];
  if (peers.length === 0) {
    return verdict(
      'failed',
      'no-neighbour',
      'There is no neighbour.',
      'What was tried stands under Network, FIPS, and in hearth fips peers.',
    );
  }
  if (peers.every(({ meter }) => meter.srtt === undefined)) {
    return verdict('warning', 'unmeasured', 'No round trip to a neighbour is known yet.', 'Ask again in a minute.');
  }
  return verdict('ok', 'neighbours', 'Neighbours answer.');
}

function tree(node: FipsNode): Verdict {
  const { tree: own } = node.mesh.router;
  if (node.layer.links.peers.size === 0) return verdict('skipped', 'no-tree', 'Not asked: there is no neighbour.');
  const told = [...node.layer.links.peers.keys()].filter((addr) => own.coordinatesOf(addr));
  if (told.length === 0) {
    return verdict(
      'warning',
      'tree-silent',
      'No neighbour has said yet where it stands, so only neighbours themselves are reached.',
      'Ask again in a minute.',
    );
  }
  return verdict('ok', 'tree', 'This computer has its place in the tree, and others can find it.');
}

function transit({ transit: router }: FipsNode): Verdict {
  switch (router.state) {
    case 'off':
      return verdict('skipped', 'transit-off', 'This computer passes nothing on for others: that was not chosen.');
    case 'closed':
      return verdict('ok', 'transit-closed', 'Nothing is passed on for others while this computer lends nothing.');
    case 'spent':
      return { state: 'warning', reason: TRANSIT_SPENT };
    case 'open':
      return verdict('ok', 'transit-open', 'This computer passes on for others, within its limits.');
  }
}

function control(node: FipsNode): Verdict {
  if (node.controlFailure) return { state: 'warning', reason: node.controlFailure };
  if (node.controlPath !== undefined) return verdict('ok', 'control', 'fipsctl is answered.');
  return verdict('skipped', 'no-control', 'fipsctl is not answered: that was not chosen.');
}
