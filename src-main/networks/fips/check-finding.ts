// What `hearth doctor` asks of finding and being found: relays, this node's own advert as others read it, and STUN servers.

import type { FipsCheckId } from '../../../src-preload/contract/networks/fips.ts';
import type { PoolDeps } from '../../nostr/pool.ts';
import { askStun } from '../../reachability/stun/ask.ts';
import { ownAdvert } from './adverts-view.ts';
import { type Verdict, verdict } from './check.ts';
import type { FipsNode } from './node.ts';

const STUN_MS = 5000;

type Line = Extract<FipsCheckId, 'relays' | 'advert' | 'stun'>;

export async function findingLines(node: FipsNode, deps: PoolDeps): Promise<Record<Line, Verdict>> {
  const [advert, stun] = await Promise.all([ownLine(node, deps), stunLine(node, deps)]);
  return { relays: relays(node), advert, stun };
}

function relays({ finding }: FipsNode): Verdict {
  const all = finding?.relays ?? [];
  if (all.length === 0) return verdict('skipped', 'no-relays', 'No relay is asked: none is set.');
  const open = all.filter(({ state }) => state === 'open').length;
  if (open === 0) {
    return verdict(
      'failed',
      'relays-away',
      'None of the relays can be reached.',
      'Check the connection to the Internet, and the relays under Network, FIPS, Settings.',
    );
  }
  return open < all.length
    ? verdict(
        'warning',
        'relays-some',
        'Some of the relays can’t be reached.',
        'The others do. Replace those that stay away.',
      )
    : verdict('ok', 'relays', 'All relays are connected.');
}

async function ownLine(node: FipsNode, deps: PoolDeps): Promise<Verdict> {
  const { state } = await ownAdvert(node, deps);
  switch (state) {
    case 'unsaid':
      return verdict('skipped', 'unsaid', 'This computer does not say where it is: that was not chosen.');
    case 'there':
      return verdict('ok', 'advert', 'Others can read at a relay where this computer is.');
    case 'away':
      return verdict(
        'failed',
        'advert-away',
        'No relay has answered.',
        'Ask again in a minute, or choose other relays.',
      );
    case 'missing':
      return (node.finding?.says.length ?? 0) === 0
        ? verdict(
            'warning',
            'nothing-to-say',
            'There is no address yet at which others could reach this computer, so it says none.',
            'Set STUN servers, or say the address of this computer under networks.fips.udpExternal.',
          )
        : verdict(
            'failed',
            'advert-missing',
            'No relay has the advert of this computer.',
            'Ask again in a minute, or choose other relays.',
          );
  }
}

/** By a socket of its own, as for a hole. */
async function stunLine({ config: { discovery } }: FipsNode, { clock, random }: PoolDeps): Promise<Verdict> {
  const servers = discovery?.stunServers ?? [];
  if (servers.length === 0)
    return verdict('skipped', 'no-stun', 'No STUN server is asked: none is set, or no relay is.');
  const signal = AbortSignal.timeout(2 * STUN_MS);
  const question = { servers, family: 4, local: undefined, timeoutMs: STUN_MS, signal } as const;
  const seen = await askStun({ clock, random }, question).then(
    ({ reflexive }) => reflexive,
    () => undefined,
  );
  return seen
    ? verdict('ok', 'stun', 'A STUN server sees this computer, so holes can be punched.')
    : verdict(
        'failed',
        'stun-away',
        'No STUN server has answered.',
        'Check the connection to the Internet, and the STUN servers under Network, FIPS, Settings.',
      );
}
