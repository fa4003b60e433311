// Which address others are told, and why none.
import { describe, expect, it } from 'vitest';
import { Endpoint, type EndpointDeps } from '../../../../../src-main/networks/iicp/descriptor/endpoint.ts';
import type { ReadSettings } from '../../../../../src-main/networks/iicp/settings.ts';
import type { Advertised } from '../../../../../src-main/reachability/inbound.ts';

const SET: Readonly<Record<string, unknown>> = {
  'networks.iicp.directoryUrl': 'https://directory.example.com/api',
  'networks.iicp.endpoint': '',
  'networks.iicp.transportMethod': 'auto',
  'networks.iicp.natType': 'auto',
};
const FOUND: Advertised = {
  host: 'found.example.com',
  port: 40_001,
  transport: 'tcp',
  purpose: 'IICP tasks',
  endpoint: 'http://found.example.com:40001',
  tier: 1,
  method: 'upnp_mapped',
  natType: 'full_cone',
  exposure: 'ipv4_public_direct',
  lastStep: 'a port was opened',
  proven: true,
};
const BOUND = { host: 'relay.example.com', port: 9485, endpoint: 'http://relay.example.com:9484/v1/relay/us' };

const WAITING = { code: 'iicp.no-relay', message: 'none has let it in yet' };

function placeOf(url: string) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

function endpoint(
  { set, current, workers, looking = false, offline = false, bound, wanted = false }: Made = {},
  deps: Partial<EndpointDeps> = {},
): Endpoint {
  const values = { ...SET, ...set };
  return new Endpoint({
    settings: { get: (path) => values[path] } as ReadSettings,
    port: () => 9484,
    inbound: () => ({ current: () => current ?? null, looking: () => looking, offline: () => offline }),
    workersInbound: () => (workers === undefined ? undefined : { current: () => ({ ...FOUND, ...placeOf(workers) }) }),
    relay: () =>
      ({ bound, waiting: wanted ? WAITING : undefined, acceptPort: 9485 }) as ReturnType<EndpointDeps['relay']>,
    ...deps,
  });
}

interface Made {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly current?: Advertised;
  /** Where workers come in from outside. */
  readonly workers?: string;
  readonly looking?: boolean;
  readonly offline?: boolean;
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

  it('blames neither the router nor relays where there is no Internet, and asks no relay', () => {
    const cut = endpoint({ offline: true, wanted: true });
    expect([cut.missing?.code, cut.needsRelay]).toEqual(['iicp.offline', false]);
    expect(endpoint({ wanted: true })).toMatchObject({ missing: WAITING, needsRelay: true });
    // What is set by hand is told all the same: the directory is asked, and says why not.
    expect(endpoint({ offline: true, ...byHand('http://node.example.com:80') }).missing).toBeNull();
  });

  it('is its own address for a practice node, once it listens', () => {
    const local = (port: number) => `http://127.0.0.1:${port}`;
    expect(endpoint({ current: FOUND }, { local }).url).toBe('http://127.0.0.1:9484');
    expect(endpoint({}, { local, port: () => undefined }).url).toBe('');
  });

  it.each<[string, Made, string | undefined]>([
    ['nothing of one that can be reached', { current: FOUND }, undefined],
    ['that a way in is being looked for', { looking: true, wanted: true }, 'iicp.looking-for-inbound-address'],
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

  const HOST = 'http://found.example.com';
  it.each<[string, Made, number | undefined]>([
    ['at the port that the router opened', { current: FOUND, workers: `${HOST}:40002` }, 40002],
    ['nowhere while no port is open', { current: FOUND }, undefined],
    ['nowhere at another address than its own', { current: FOUND, workers: 'http://x.example.com:40002' }, undefined],
    ['nowhere behind a relay', { bound: BOUND, workers: `${HOST}:40002` }, undefined],
    [
      'nowhere behind a tunnel',
      { current: { ...FOUND, endpoint: HOST, method: 'external_tunnel' }, workers: `${HOST}:40002` },
      undefined,
    ],
    ['at its own port where the user has set the address', byHand('http://node.example.com:80'), 9485],
    ['nowhere behind the user’s reverse proxy', byHand('https://node.example.com'), undefined],
    [
      'nowhere behind what the user says is a tunnel',
      { set: { ...byHand('http://n.example.com').set, 'networks.iicp.transportMethod': 'external_tunnel' } },
      undefined,
    ],
  ])('takes workers in %s', (_what, made, port) => {
    expect(endpoint(made).relayPort).toBe(port);
  });

  it('takes workers in at its own port in a practice network', () => {
    expect(endpoint({}, { local: (port) => `http://127.0.0.1:${port}` }).relayPort).toBe(9485);
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
