// Which address others are told, and why none.
import { describe, expect, it } from 'vitest';
import { Endpoint, type EndpointDeps } from '../../../../src-main/networks/iicp/endpoint.ts';
import type { ReadSettings } from '../../../../src-main/networks/iicp/settings.ts';
import type { Advertised } from '../../../../src-main/reachability/way-in.ts';

const SET: Readonly<Record<string, unknown>> = {
  'networks.iicp.directoryUrl': 'https://directory.example.com/api',
  'networks.iicp.endpoint': '',
  'networks.iicp.transportMethod': 'auto',
  'networks.iicp.natType': 'auto',
};
const FOUND: Advertised = {
  endpoint: 'http://found.example.com:40001',
  tier: 1,
  method: 'upnp_mapped',
  natType: 'full_cone',
  exposure: 'ipv4_public_direct',
  lastStep: 'a port was opened',
  proven: true,
};
const BOUND = { host: 'relay.example.com', port: 9485, endpoint: 'http://relay.example.com:9484/v1/relay/us' };

function endpoint(
  { set, current, looking = false, bound, wanted = false }: Made = {},
  deps: Partial<EndpointDeps> = {},
): Endpoint {
  const values = { ...SET, ...set };
  return new Endpoint({
    settings: { get: (path) => values[path] } as ReadSettings,
    port: () => 9484,
    wayIn: () => ({ current: () => current ?? null, looking: () => looking }),
    relay: () => ({ bound, wanted, acceptPort: 9485 }) as ReturnType<EndpointDeps['relay']>,
    ...deps,
  });
}

interface Made {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly current?: Advertised;
  readonly looking?: boolean;
  readonly bound?: typeof BOUND;
  readonly wanted?: boolean;
}

const byHand = (url: string, directoryUrl = 'https://directory.example.com/api') => ({
  set: { 'networks.iicp.endpoint': url, 'networks.iicp.directoryUrl': directoryUrl },
});

describe('the endpoint', () => {
  it('is what the user has set, before what was found, before what a relay lends', () => {
    const all = { current: FOUND, bound: BOUND };
    expect(endpoint({ ...all, ...byHand('http://node.example.com:80') }).url).toBe('http://node.example.com:80');
    expect(endpoint(all).url).toBe(FOUND.endpoint);
    expect(endpoint({ bound: BOUND }).url).toBe(BOUND.endpoint);
    expect(endpoint().url).toBe('');
  });

  it('is its own address for a practice node, once it listens', () => {
    const local = (port: number) => `http://127.0.0.1:${port}`;
    expect(endpoint({ current: FOUND }, { local }).url).toBe('http://127.0.0.1:9484');
    expect(endpoint({}, { local, port: () => undefined }).url).toBe('');
  });

  it.each<[string, Made, string | undefined]>([
    ['nothing of one that can be reached', { current: FOUND }, undefined],
    ['that a way in is being looked for', { looking: true, wanted: true }, 'iicp.looking-for-way-in'],
    ['that a relay is waited for', { wanted: true }, 'iicp.no-relay'],
    ['that nobody can come', {}, 'iicp.no-endpoint'],
    [
      'that a private address is no good to a public directory',
      byHand('http://192.168.1.5:9484'),
      'iicp.private-endpoint',
    ],
    [
      'nothing of a private one beside a local directory',
      byHand('http://192.168.1.5:9484', 'http://192.168.1.2'),
      undefined,
    ],
  ])('tells %s', (_, made, code) => {
    expect(endpoint(made).missing?.code).toBe(code);
  });

  it('is a relay only where others come without one', () => {
    expect(endpoint({ current: FOUND }).relayPort).toBe(9485);
    expect(endpoint({ bound: BOUND }).relayPort).toBeUndefined();
  });

  it('needs a relay once nothing else was found', () => {
    expect(endpoint({ looking: true }).needsRelay).toBe(false);
    expect(endpoint().needsRelay).toBe(true);
    expect(endpoint({ current: FOUND }).needsRelay).toBe(false);
  });

  it.each([
    [{ current: FOUND }, 40001],
    [byHand('http://node.example.com'), 80],
    [byHand('https://tunnel.example'), 9484],
    [{}, 9484],
  ])('has the port over HTTP that callers come to: %o', (made, port) => {
    expect(endpoint(made).httpPort).toBe(port);
  });

  it('tells of the line only what somebody outside has seen, unless the user says it', () => {
    const { natType: _, ...seen } = { ...FOUND };
    const { method, exposure, tier, lastStep } = seen;
    const found = { relay: undefined, method, exposure, tier, lastStep };
    expect(endpoint({ current: FOUND }).reach()).toEqual({ ...found, natType: 'full_cone' });
    expect(endpoint({ current: { ...FOUND, proven: false } }).reach()).toEqual({ ...found, natType: 'unknown' });
    const set = { 'networks.iicp.natType': 'symmetric', 'networks.iicp.transportMethod': 'turn_relay' };
    expect(endpoint({ current: FOUND, set }).reach()).toEqual({ ...found, natType: 'symmetric', method: 'turn_relay' });
    expect(endpoint({ current: FOUND, ...byHand('http://node.example.com') }).reach()).toEqual({
      relay: undefined,
      natType: 'unknown',
    });
    expect(endpoint({ bound: BOUND }).reach()).toEqual({ relay: BOUND, natType: 'unknown' });
  });
});
