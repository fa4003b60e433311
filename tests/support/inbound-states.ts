// Every way that the way in can be, as the real service tells it: for pages to show.
import type { InboundAddress } from '../../src-main/reachability/inbound.ts';
import type { ReachabilityView, ReachStep } from '../../src-preload/contract/reachability.ts';
import { EXTERNAL, type Played, playedReachability } from './inbound.ts';

export const INBOUND_STATES = [
  'off',
  'looking',
  'reached',
  'unproven',
  'not-reached',
  'refused',
  'cgnat',
  'double-nat',
  'no-router',
  'tunnel',
  'forwarded',
] as const;
export type InboundState = (typeof INBOUND_STATES)[number];

export interface InboundShown {
  readonly view: ReachabilityView;
  readonly log: readonly ReachStep[];
  readonly report: string;
  /** Of the router's own page. */
  readonly title?: string;
}

const MINUTES = 60_000;

/** No port leads in at the address that others see: none is forwarded by hand. */
function closed({ prober }: Played): void {
  prober.answer = ({ host }) => (host === EXTERNAL ? { kind: 'not-reached', why: 'timeout' } : { kind: 'reached' });
}

const plays: Record<InboundState, (played: Played, way: InboundAddress) => void> = {
  off: (played) => {
    closed(played);
    played.set('reachability.enabled', false);
  },
  looking: ({ mapper }) => mapper().hold({ state: 'installing' }),
  reached: ({ mapper }) => mapper().map({ renewals: 2 }),
  unproven: ({ mapper, prober }) => {
    prober.answer = () => ({ kind: 'unknown' });
    mapper().map();
  },
  'not-reached': ({ mapper, prober }) => {
    prober.answer = () => ({ kind: 'not-reached', why: 'timeout' });
    mapper().map();
  },
  refused: (played) => {
    closed(played);
    played.mapper().hold({
      state: 'unavailable',
      lastError: {
        kind: 'refused',
        code: 'not-authorized',
        protocol: 'upnp',
        message: 'The router does not let programs open ports.',
        raw: 606,
      },
    });
  },
  cgnat: ({ mapper }) => mapper().map({ external: null, behindAnotherNat: 'cgnat' }, '100.64.3.4'),
  'double-nat': (played) => {
    closed(played);
    played.mapper().map({ external: null, behindAnotherNat: 'private' }, '192.168.0.7');
  },
  'no-router': (played) => {
    closed(played);
    const { around, mapper, lineChanged } = played;
    around.line = undefined;
    mapper().hold({ state: 'unavailable' });
    lineChanged();
  },
  tunnel: (played) => {
    closed(played);
    const { around, mapper, lineChanged, clock } = played;
    around.tunnels = [
      { kind: 'cloudflared', url: 'https://quiet-lamp.trycloudflare.com', healthy: true, at: clock.now() },
    ];
    mapper().hold({ state: 'unavailable' });
    lineChanged();
  },
  forwarded: ({ mapper, prober }, way) => {
    prober.answer = () => {
      way.arrived(EXTERNAL);
      return { kind: 'reached' };
    };
    mapper().hold({ state: 'unavailable' });
  },
};

/** `now`: epoch milliseconds; what happened lies a few minutes back. */
export async function inboundShown(state: InboundState, now: number): Promise<InboundShown> {
  const played = playedReachability(now - 4 * MINUTES);
  const { reachability, clock } = played;
  await reachability.start();
  const way = reachability.open(played.request());
  await clock.turn(0);
  plays[state](played, way);
  await clock.turn(2 * MINUTES);
  const shown = { view: reachability.view(), log: reachability.log(), report: reachability.report(false) };
  await reachability.stop();
  return shown;
}
