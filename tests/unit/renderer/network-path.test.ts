// The way from this computer to its networks, as it is drawn, and what of the page an address shows.
import { describe, expect, it } from 'vitest';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { ChainLink, ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { detailOf, lookOf } from '../../../src-renderer/pages/network/look.ts';
import { endsOf, stopsOf } from '../../../src-renderer/pages/network/path.ts';

const network = (change: Partial<NetworkView> = {}) =>
  ({ id: 'iicp', title: 'IICP', enabled: true, state: 'online', blockers: [], relay: null, ...change }) as NetworkView;

type States = Partial<Record<ChainLink['id'], ChainLink['state']>>;
const inbound = (states: States, code?: string) =>
  ({
    wanted: true,
    chain: Object.entries(states).map(([id, state]) => ({ id, state })),
    reason: code === undefined ? null : { code, message: '' },
  }) as unknown as ReachabilityView;

const shown = (view: ReachabilityView | undefined, networks = [network()]) =>
  stopsOf(view, networks).map(({ word, tone, joint }) => `${word.replace('network.path.', '')} ${tone} ${joint}`);

describe('the stops of the way', () => {
  it.each<[string, States, string | undefined, string[]]>([
    ['all is well', { router: 'ok', mapping: 'ok', outside: 'ok' }, undefined, ['open good open', 'reached good open']],
    [
      'the router lets nothing in',
      { router: 'ok', mapping: 'failed', outside: 'waiting' },
      'reachability.not-found',
      ['blocks warn open', 'unproven neutral unproven'],
    ],
    [
      'the port is open and nothing comes',
      { router: 'ok', mapping: 'ok', outside: 'failed' },
      'reachability.not-reached',
      ['open good open', 'unreached warn shut'],
    ],
    [
      'there is no router',
      { router: 'failed', mapping: 'off', outside: 'failed' },
      'reachability.no-gateway',
      ['noRouter warn shut', 'unreached warn shut'],
    ],
    [
      'there is no Internet',
      { router: 'ok', mapping: 'waiting', outside: 'failed' },
      'reachability.offline',
      ['looking neutral unproven', 'offline warn shut'],
    ],
    [
      'no router is asked',
      { router: 'off', mapping: 'off', outside: 'ok' },
      undefined,
      ['notAsked neutral unproven', 'reached good open'],
    ],
    [
      'none is needed',
      { router: 'ok', mapping: 'unneeded', outside: 'waiting' },
      undefined,
      ['unneeded good open', 'unproven neutral unproven'],
    ],
  ])('say where it ends: %s', (_how, states, code, expected) => {
    expect(shown(inbound(states, code))).toEqual(['ready good open', ...expected]);
  });

  it('are this computer alone where no network has others come in, and say what it lacks', () => {
    expect(shown(undefined)).toEqual(['ready good open']);
    const lacking = [network({ blockers: [{ code: 'node.no-models', message: '' }] })];
    expect(shown(undefined, lacking)).toEqual(['lacking warn open']);
  });
});

describe('the ends of the way', () => {
  it('are the networks that are joined, each as it stands', () => {
    const ends = endsOf([
      network(),
      network({ state: 'degraded' }),
      network({ relay: 'relay.example:9485' }),
      network({ enabled: false }),
    ]);
    expect(ends.map(({ word, joint }) => [word, joint])).toEqual([
      ['state.network.online', 'open'],
      ['networks.iicp.state.degraded', 'shut'],
      ['network.path.relay', 'unproven'],
    ]);
  });
});

describe('what is looked at under Network', () => {
  it('is a stop, a network or one of its tabs, and nothing that makes no sense', () => {
    const networks = [{ id: 'iicp' as const }];
    expect(lookOf('router', networks)).toEqual({ stop: 'router', network: undefined, tab: 'overview' });
    expect(lookOf('iicp', networks)).toEqual({ stop: undefined, network: 'iicp', tab: 'overview' });
    expect(lookOf(detailOf('iicp', 'money'), networks)).toMatchObject({ network: 'iicp', tab: 'money' });
    expect(detailOf('iicp', 'overview')).toBe('iicp');
    for (const nonsense of [undefined, '', '__proto__', 'iicp.x.y', '.money']) {
      expect(lookOf(nonsense, networks).tab).not.toBeUndefined();
    }
    expect(lookOf('nowhere.nothing', networks)).toEqual({ stop: undefined, network: undefined, tab: 'overview' });
  });
});
