import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { igd, pinholesOf, wish as v4Wish, within } from './support.ts';

const wish = { ...v4Wish, family: 6, internal: { address: '::1', port: 9001 }, port: 9001 } as const;
const udp = { ...wish, transport: 'udp' } as const;
const IPV6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

const refusedAs = (kind: string, reason: string) => expect.objectContaining({ name: 'MappingError', kind, reason });

describe.skipIf(!IPV6)('holes in the IPv6 firewall', () => {
  it('are found, opened from the address itself, renewed and closed', async () => {
    const router = await igd({ host: '::1' });
    const client = pinholesOf(router);
    expect(await client.probe(within())).toMatchObject({ families: [6], router: { name: 'Practice Router' } });
    const mapping = await client.install(wish, within());
    expect(mapping).toEqual({
      protocol: 'upnp',
      family: 6,
      transport: 'tcp',
      internal: { address: '::1', port: 9001 },
      external: { address: '::1', port: 9001 },
      lifetimeMs: 3_600_000,
      grantedAt: expect.any(Number),
      handle: 'pinhole:1',
    });
    expect(router.holes.get(1)).toEqual({ client: '::1', port: 9001, protocol: 6, leaseS: 3600 });
    await client.renew(mapping, { ...wish, lifetimeMs: 1_800_000 }, within());
    expect(router.calls.at(-1)).toBe('UpdatePinhole');
    expect(router.holes.get(1)?.leaseS).toBe(1800);
    expect(await client.check(mapping, within())).toEqual({ listed: true });
    await client.remove(mapping, within());
    expect(router.holes.size).toBe(0);
    await client.remove(mapping, within());
  });

  it('are opened again after the router has forgotten them, and never renewed as one another', async () => {
    const router = await igd({ host: '::1' });
    const client = pinholesOf(router);
    const [first, second] = [await client.install(wish, within()), await client.install(udp, within())];
    await router.restart();
    expect(await client.check(first, within())).toEqual({ listed: false });
    const renewedSecond = await client.renew(second, udp, within());
    const renewedFirst = await client.renew(first, wish, within());
    expect([renewedSecond.handle, renewedFirst.handle]).toEqual(['pinhole:1', 'pinhole:2']);
    expect([...router.holes.values()].map(({ protocol }) => protocol)).toEqual([17, 6]);
    await client.remove(first, within());
    expect(router.holes.size).toBe(2);
  });

  it('are not needed where the firewall is off', async () => {
    const router = await igd({ host: '::1', faults: { firewallOff: true } });
    const client = pinholesOf(router);
    const mapping = await client.install(wish, within());
    expect(mapping).toMatchObject({ lifetimeMs: Number.POSITIVE_INFINITY, handle: 'pinhole:' });
    expect(await client.check(mapping, within())).toEqual({ listed: true });
    await client.remove(mapping, within());
    router.faults = {};
    expect(await client.check(mapping, within())).toEqual({ listed: false });
    expect(router.calls.filter((call) => call.endsWith('Pinhole'))).toEqual([]);
  });

  it('are refused in words where the router forbids them or has no such service', async () => {
    const router = await igd({ host: '::1', faults: { holesForbidden: true } });
    await expect(pinholesOf(router).install(wish, within())).rejects.toEqual(refusedAs('refused', 'not-authorized'));
    const plain = await igd({ host: '::1', faults: { noPinholes: true } });
    await expect(pinholesOf(plain).probe(within())).rejects.toEqual(refusedAs('unavailable', 'not-found'));
  });

  it('ends with the signal, and in time', async () => {
    const router = await igd({ host: '::1', faults: { deadHttp: true } });
    const client = pinholesOf(router);
    await expect(client.probe(within(200))).rejects.toEqual(refusedAs('timeout', 'timeout'));
    const controller = new AbortController();
    const rejected = expect(client.probe(within(60_000, controller.signal))).rejects.toThrow('stop');
    controller.abort(new Error('stop'));
    await rejected;
  });
});
