import { describe, expect, it } from 'vitest';
import { NetworkViews } from '../../../src-main/engine/network-views.ts';
import type { Network } from '../../../src-main/networks/network.ts';
import type { NetworkId, NetworkState } from '../../../src-preload/contract/networks/index.ts';
import { HandClock } from '../../support/clock.ts';

const network = (id: NetworkId, state: NetworkState = 'online', lacks: readonly string[] = []) =>
  ({
    id,
    status: () => ({ state }),
    blockers: () => lacks.map((code) => ({ code, message: 'It lacks it.' })),
  }) as unknown as Network;

describe('how the joined networks stand', () => {
  it.each<[string, readonly Network[], { joined: boolean; ready: boolean }]>([
    ['none is joined', [], { joined: false, ready: false }],
    ['one is online', [network('iicp')], { joined: true, ready: true }],
    ['one is in trouble', [network('iicp', 'degraded')], { joined: true, ready: false }],
    ['one lacks something', [network('iicp', 'online', ['node.no-models'])], { joined: true, ready: false }],
    ['one of two can send work', [network('iicp', 'degraded'), network('posemesh')], { joined: true, ready: true }],
    ['a mesh alone is up', [network('fips')], { joined: true, ready: false }],
    [
      'a mesh is up beside one in trouble',
      [network('iicp', 'degraded'), network('fips')],
      { joined: true, ready: false },
    ],
  ])('where %s', (_how, networks, standing) => {
    const views = new NetworkViews({ clock: new HandClock(), networks, enabled: () => true, working: () => 0 });
    expect(views.standing()).toEqual(standing);
  });
});
