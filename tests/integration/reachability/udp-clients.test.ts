// PCP and NAT-PMP against a router that encodes by itself and fails on demand.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import type { Gateway } from '../../../src-main/reachability/gateway/gateway.ts';
import type { Mapping, MappingWish } from '../../../src-main/reachability/mapping.ts';
import { natPmpClients } from '../../../src-main/reachability/nat-pmp/client.ts';
import { pcpClients, pcpNonce } from '../../../src-main/reachability/pcp/client.ts';
import { type RouterFaults, startRouter } from '../../simulators/router.ts';
import { seededRandom } from '../../support/random.ts';
import { until } from '../../support/wait.ts';

const random = seededRandom(7);
const LONG_MS = 10_000;
/** Longer than a test may take: what waits for it fails. */
const FOR_EVER_MS = 600_000;
const HOME: Gateway = {
  name: 'lo',
  v4: { router: '127.0.0.1', local: '127.0.0.1', prefix: 8 },
  v6: { router: '::1', globals: [{ address: '::1' }] },
  hardware: undefined,
  behindVpn: false,
};
const makers = { pcp: pcpClients, 'nat-pmp': natPmpClients };

async function setUp(protocol: keyof typeof makers, faults: RouterFaults = {}, gateway = HOME) {
  const router = await startRouter({ clock, random });
  onTestFinished(() => router.stop());
  router.set(faults);
  const client = makers[protocol]({ clock, random }, { port: router.port })(gateway);
  const asked = () => router.packets().filter(({ kind }) => kind === 'map').length;
  return { router, client, asked };
}

const within = (timeoutMs = LONG_MS, signal = new AbortController().signal) => ({ timeoutMs, signal });

const wish = (over: Partial<MappingWish> = {}): MappingWish => ({
  family: 4,
  transport: 'tcp',
  internal: { address: '127.0.0.1', port: 9001 },
  port: 19_001,
  lifetimeMs: 7_200_000,
  description: 'test',
  handle: pcpNonce(random),
  ...over,
});

describe.each(['pcp', 'nat-pmp'] as const)('a client for %s', (protocol) => {
  it('finds the router, has a port mapped, renews, looks and removes it', async () => {
    const { router, client } = await setUp(protocol);
    expect(await client.probe(within())).toMatchObject({
      protocol,
      epoch: 100,
      families: protocol === 'pcp' ? [4, 6] : [4],
    });
    const wanted = wish();
    const mapping = await client.install(wanted, within());
    expect(mapping).toMatchObject({
      protocol,
      internal: wanted.internal,
      external: { address: '11.203.113.100', port: 19_001 },
      lifetimeMs: 7_200_000,
      epoch: 100,
      handle: wanted.handle,
    });
    router.forgetPackets();
    expect((await client.renew(mapping, wish({ port: 1024 }), within())).external).toEqual(mapping.external);
    expect(router.mappings()).toHaveLength(1);
    expect(await client.check(mapping, within())).toMatchObject({ epoch: 100 });
    await client.remove(mapping, within());
    expect(router.mappings()).toEqual([]);
    await client.remove(mapping, within());
  });

  it('takes the port, the time and the address that were granted, whatever it asked for', async () => {
    const { router, client } = await setUp(protocol, { clamp: 20 });
    router.take(19_001);
    const mapping = await client.install(wish(), within());
    expect(mapping.lifetimeMs).toBe(20_000);
    expect(mapping.external.port).not.toBe(19_001);
    expect(router.mappings()).toMatchObject([{ external: mapping.external.port }]);
    router.reboot('11.203.113.101');
    const after = await client.renew(mapping, wish(), within());
    expect(after).toMatchObject({ external: { address: '11.203.113.101', port: mapping.external.port }, epoch: 0 });
  });

  it.each<[string, RouterFaults]>([
    ['that answers twice', { copies: 3 }],
    ['that sends nonsense first', { garbage: true }],
    ['that takes its time', { delay: 120 }],
  ])('gets a port from a router %s', async (_, faults) => {
    const { router, client } = await setUp(protocol, faults);
    router.take(19_001);
    await client.install(wish(), within());
    expect(router.mappings()).toHaveLength(1);
  });

  it('asks again when a packet was lost', async () => {
    const { router, client } = await setUp(protocol, { lose: protocol === 'pcp' ? 2 : 1 });
    await client.probe(within());
    // By PCP a repeated map request waits for three seconds, as its RFC wants it; by NAT-PMP the address shows it was lost.
    router.set({ lose: 1 });
    await client.install(wish(), within());
    expect(router.mappings()).toHaveLength(1);
  });

  it.each<[string, RouterFaults, object]>([
    [
      'speaks the other dialect',
      { pcp: 'other-dialect', natPmp: 'other-dialect' },
      { kind: 'unavailable', reason: 'other-dialect' },
    ],
    ['refuses', { refuse: { result: 2 } }, { kind: 'refused', reason: 'not-authorized', raw: 2 }],
    ['refuses in few words', { refuse: { result: 2 }, short: true }, { kind: 'refused', reason: 'not-authorized' }],
    ['gives a port for no time', { zeroLife: true }, { kind: 'refused', reason: 'no-resources' }],
  ])('says what is the matter with a router that %s', async (_, faults, error) => {
    const { router, client, asked } = await setUp(protocol, faults);
    await expect(client.install(wish(), within())).rejects.toMatchObject({ protocol, phase: 'install', ...error });
    expect(router.mappings()).toEqual([]);
    expect(asked()).toBe(1);
  });

  it.each<[string, RouterFaults, object]>([
    ['says nothing', { silent: 'all' }, { kind: 'timeout', reason: 'timeout' }],
    ['answers from elsewhere', { wrongSource: true }, { kind: 'timeout', reason: 'timeout' }],
    ['cuts its answers off', { truncate: 6 }, { kind: 'transport', reason: 'malformed' }],
    ['sends nothing but nonsense', { tamper: () => Buffer.alloc(2000, 1) }, { kind: 'transport', reason: 'malformed' }],
  ])('gives up in time on a router that %s, after one map request', async (_, faults, error) => {
    const { client, asked } = await setUp(protocol, faults);
    await expect(client.install(wish(), within(400))).rejects.toMatchObject(error);
    expect(asked()).toBe(1);
  });

  it('does not press a router that answers looks and is mute about ports', async () => {
    const { client, asked } = await setUp(protocol, { silent: 'map' });
    await client.probe(within());
    await expect(client.install(wish(), within(900))).rejects.toMatchObject({ kind: 'timeout', reason: 'timeout' });
    expect(asked()).toBeLessThanOrEqual(3);
  });

  it('knows at once that nobody listens, and in time that nobody answers', async () => {
    const { router, client } = await setUp(protocol, { silent: 'all' });
    await expect(client.probe(within(300))).rejects.toMatchObject({ kind: 'unavailable', reason: 'not-found' });
    const sent = router.packets().length;
    expect(sent).toBeLessThanOrEqual(protocol === 'pcp' ? 4 : 2);
    await router.leave();
    await expect(client.probe(within(FOR_EVER_MS))).rejects.toMatchObject({ kind: 'unavailable', reason: 'not-found' });
  });

  it('ends with the reason when it is told to, and at once', async () => {
    const { router, client } = await setUp(protocol, { silent: 'all' });
    const stop = new AbortController();
    const reason = new Error('enough');
    const waiting = client.install(wish(), within(LONG_MS, stop.signal));
    await until('the request', () => router.packets().length > 0);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(client.probe(within(LONG_MS, stop.signal))).rejects.toBe(reason);
    const probing = client.probe(within());
    client.close();
    await expect(probing).rejects.toMatchObject({ protocol });
    await expect(client.probe(within())).rejects.toMatchObject({ protocol });
  });

  it('can not do without a router or an address of ours', async () => {
    const { client } = await setUp(protocol, {}, { ...HOME, v4: undefined, v6: undefined });
    await expect(client.probe(within())).rejects.toMatchObject({ kind: 'unavailable', reason: 'no-gateway' });
    const gone = await setUp(
      protocol,
      {},
      { ...HOME, v4: { router: '127.0.0.1', local: '192.0.2.77', prefix: 8 }, v6: undefined },
    );
    await expect(gone.client.probe(within())).rejects.toMatchObject({ kind: 'transport', reason: 'transport' });
  });
});

describe('the client for PCP', () => {
  it('opens the own address and port by IPv6', async () => {
    const { router, client } = await setUp('pcp');
    const mapping = await client.install(wish({ family: 6, internal: { address: '::1', port: 9001 } }), within());
    expect(mapping).toMatchObject({ family: 6, external: { address: '::1', port: 9001 } });
    expect((await client.renew(mapping, wish({ family: 6, internal: mapping.internal }), within())).external.port).toBe(
      9001,
    );
    // Closed and opened anew each time, for some routers forget whose a renewed hole is, and it may be open from before a crash.
    expect(router.packets().map(({ lifetime }) => lifetime)).toEqual([0, 7200, 0, 7200]);
    await client.remove(mapping, within());
    expect(router.mappings()).toEqual([]);
  });

  it('is content with one family', async () => {
    const { client } = await setUp('pcp', {}, { ...HOME, v6: { router: '::2', globals: [{ address: '::1' }] } });
    expect((await client.probe(within())).families).toEqual([4]);
    const { client: six } = await setUp('pcp', {}, { ...HOME, v4: undefined });
    expect((await six.probe(within())).families).toEqual([6]);
  });

  it('asks for that port or none, tries others itself and then knows that there is none', async () => {
    const { router, client } = await setUp('pcp', { refuse: { result: 11, lifetime: 30 }, copies: 2 });
    await expect(client.install(wish(), within())).rejects.toMatchObject({
      kind: 'refused',
      reason: 'conflict',
      raw: 11,
      retryAfterMs: 30_000,
    });
    const packets = router.packets();
    expect(packets.map(({ preferFailure }) => preferFailure)).toEqual([true, true, true]);
    expect(new Set(packets.map(({ suggested }) => suggested)).size).toBe(3);
    expect(packets.every(({ suggested = 0 }) => suggested >= 1024)).toBe(true);
  });

  it('does without that option where a router does not have it', async () => {
    const { router, client } = await setUp('pcp', {
      tamper: (answer) =>
        answer.length > 60 ? Buffer.concat([answer.subarray(0, 3), Buffer.of(5), answer.subarray(4)]) : answer,
    });
    await client.install(wish(), within());
    expect(router.packets().map(({ preferFailure }) => preferFailure)).toEqual([true, false]);
  });

  it.each<[string, (answer: Buffer) => void]>([
    ['nonce', (answer) => answer.fill(0xee, 24, 36)],
    ['protocol', (answer) => answer.writeUInt8(17, 36)],
    ['internal port', (answer) => answer.writeUInt16BE(9002, 40)],
  ])('does not take a grant with another %s', async (_, change) => {
    const tamper = (answer: Buffer) => {
      change(answer);
      return answer;
    };
    const { client } = await setUp('pcp', { tamper });
    await expect(client.install(wish(), within(200))).rejects.toMatchObject({ reason: 'malformed' });
  });

  it('can not remove what belongs to somebody else', async () => {
    const { router, client } = await setUp('pcp');
    const mapping: Mapping = await client.install(wish(), within());
    const foreign = { ...mapping, handle: pcpNonce(random) };
    await expect(client.remove(foreign, within())).rejects.toMatchObject({ reason: 'not-authorized', phase: 'remove' });
    expect(router.mappings()).toHaveLength(1);
  });
});

describe('the client for NAT-PMP', () => {
  it('has a mapping without an address where the router has none itself', async () => {
    const { client } = await setUp('nat-pmp', { refuseProbe: 3 });
    expect((await client.install(wish(), within())).external).toEqual({ address: '0.0.0.0', port: 19_001 });
    await expect(client.probe(within())).rejects.toMatchObject({ kind: 'refused', reason: 'double-nat', raw: 3 });
  });
});
