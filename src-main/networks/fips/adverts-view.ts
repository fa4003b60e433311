// What relays have of this node and of others, as the page and `hearth fips adverts` show it.

import type { FipsAdverts } from '../../../src-preload/contract/networks/fips.ts';
import type { PoolDeps } from '../../nostr/pool.ts';
import { readAdvertBack } from './discovery/read-back.ts';
import { encodeNpub, nodeAddrOf } from './identity/names.ts';
import type { FipsNode } from './node.ts';

const MOST = 100;

export async function advertsView(node: FipsNode, deps: PoolDeps): Promise<FipsAdverts> {
  const adverts = [...(node.finding?.adverts ?? [])].toSorted((one, other) => other.createdAt - one.createdAt);
  return {
    own: await ownAdvert(node, deps),
    others: adverts.slice(0, MOST).map(({ pubkey, endpoints, createdAt }) => {
      const xOnly = Buffer.from(pubkey, 'hex');
      return {
        npub: encodeNpub(xOnly),
        alias: node.dialer.aliasOf(nodeAddrOf(xOnly)) ?? null,
        endpoints: [...endpoints],
        at: createdAt * 1000,
      };
    }),
  };
}

/** As others read it. */
export async function ownAdvert(
  { config: { discovery }, identity, mayReach }: FipsNode,
  deps: PoolDeps,
): Promise<FipsAdverts['own']> {
  if (!discovery?.advertise || discovery.relays.length === 0) return { state: 'unsaid' };
  const { relays, app } = discovery;
  const found = await readAdvertBack(deps, { relays, app, pubkey: identity.xOnly.toString('hex'), mayReach });
  if (typeof found === 'string') return { state: found };
  return { state: 'there', endpoints: [...found.endpoints], at: found.createdAt * 1000, until: found.validUntil };
}
