import { describe, expect, it } from 'vitest';
import type { IgdOptions } from '../../../simulators/router/igd.ts';
import { until } from '../../../support/wait.ts';
import { clientOf, igd, LOCAL, lineOf, wish, within } from '../../../unit/reachability/upnp/support.ts';

const refusedAs = (kind: string, reason: string, raw?: number) =>
  expect.objectContaining({ name: 'MappingError', kind, reason, ...(raw === undefined ? {} : { raw }) });

describe('finding the router', () => {
  it('tells its address outside and what it calls itself', async () => {
    const answer = await clientOf(await igd()).probe(within());
    expect(answer).toEqual({
      protocol: 'upnp',
      tookMs: expect.any(Number),
      external: '11.203.113.100',
      router: { name: 'Practice Router', model: 'Model 1 & only' },
      families: [4],
    });
  });

  it('says that there is none when nobody answers', async () => {
    const client = clientOf(await igd({ faults: { mute: true } }));
    await expect(client.probe(within(200))).rejects.toEqual(refusedAs('unavailable', 'not-found'));
  });

  it('says that there is none where only the IPv6 firewall can be opened', async () => {
    const service =
      '<service><serviceType>urn:schemas-upnp-org:service:WANIPv6FirewallControl:1</serviceType><controlURL>/ctl6</controlURL></service>';
    const router = await igd({ faults: { document: `<root><device>${service}</device></root>` } });
    await expect(clientOf(router).probe(within())).rejects.toEqual(refusedAs('unavailable', 'not-found'));
  });

  it.each([
    ['igd1', { igd1: true }],
    ['ppp', { ppp: true }],
    ['chunked', { chunked: true }],
    ['a LOCATION at another computer', { location: '127.0.0.99' }],
    ['a LOCATION on the internet', { location: '8.8.8.8' }],
    ['a URLBase on the internet', { urlBase: 'http://8.8.8.8/' }],
    ['a slow one', { slowMs: 120 }],
  ])('maps through a router with: %s', async (name, faults) => {
    const router = await igd({ faults });
    const client = clientOf(router);
    if (name.startsWith('a URLBase')) {
      // Only the address is repaired; the port is the router's word, and nobody is there.
      await client.probe(within(1000));
      await expect(client.install(wish, within(1500))).rejects.toEqual(refusedAs('transport', 'transport'));
      return;
    }
    await client.probe(within());
    await expect(client.install(wish, within())).resolves.toMatchObject({ external: { port: 19_001 } });
    expect([...router.entries.keys()]).toEqual(['TCP:19001']);
  });

  it.each([
    ['bad XML', { badXml: true }, refusedAs('transport', 'malformed')],
    ['connections that are reset', { reset: true }, refusedAs('transport', 'transport')],
    ['answers without end', { flood: true }, refusedAs('transport', 'transport')],
    ['redirects elsewhere', { redirect: 'http://8.8.8.8/' }, refusedAs('transport', 'transport', 307)],
    ['a server that says nothing', { deadHttp: true }, refusedAs('timeout', 'timeout'), 600],
    ['a description of 10 MB', { document: ' '.repeat(10_000_000) }, refusedAs('transport', 'transport')],
  ])('gives up on: %s', async (_, faults, error, ms = 60_000) => {
    await expect(clientOf(await igd({ faults })).probe(within(ms))).rejects.toEqual(error);
  });

  it('takes the one of several connections that leads outside', async () => {
    const service = (type: string) =>
      `<service><serviceType>urn:schemas-upnp-org:service:${type}</serviceType><controlURL>/ctl</controlURL></service>`;
    // The router answers 401 for the first.
    const document = `<root>${service('WANIPConnection:1')}${service('WANPPPConnection:1')}</root>`;
    const router = await igd({ faults: { ppp: true, document } });
    const client = clientOf(router);
    expect(await client.probe(within())).toMatchObject({ external: '11.203.113.100' });
    await client.install(wish, within());
    expect(router.entries.size).toBe(1);
    router.faults = { ppp: true, document, disconnected: true, noAddress: true };
    expect(await client.probe(within())).not.toHaveProperty('external');
  });

  // Elsewhere a computer is 127.0.0.1 alone.
  describe.skipIf(process.platform !== 'linux')('where an access point has UPnP too', () => {
    const POINT = '127.0.0.2';
    const home = async (gateway: IgdOptions, point: IgdOptions) => {
      const [own, other] = [await igd(gateway), await igd({ host: POINT, external: '11.203.113.77', ...point })];
      return { own, other };
    };

    it('asks the router, however much sooner the other answers and whatever it says of itself', async () => {
      const { own, other } = await home({ faults: { noAddress: true, slowMs: 100 } }, {});
      const client = clientOf(await lineOf([other, POINT, 0], [own, LOCAL, 150]));
      expect(await client.probe(within())).not.toHaveProperty('external');
      await client.install(wish, within());
      expect([own.entries.size, other.entries.size]).toEqual([1, 0]);
    });

    it('asks the other where the router has none, if that one leads outside', async () => {
      const { other } = await home({}, {});
      const client = clientOf(await lineOf([other, POINT, 0]));
      expect(await client.probe(within())).toMatchObject({ external: '11.203.113.77' });
    });

    it.each<[string, IgdOptions]>([
      ['has no address outside', { faults: { noAddress: true } }],
      ['has a private one', { external: '192.168.77.2' }],
      ['has no connection', { faults: { disconnected: true } }],
    ])('takes nothing of an access point for the router’s that %s', async (_, options) => {
      const { other } = await home({}, options);
      const client = clientOf(await lineOf([other, POINT, 0]));
      await expect(client.probe(within())).rejects.toMatchObject({ kind: 'unavailable', reason: 'not-found' });
    });
  });

  it('tells a router without an address outside as one', async () => {
    const client = clientOf(await igd({ faults: { noAddress: true } }));
    expect(await client.probe(within())).not.toHaveProperty('external');
    expect((await client.install(wish, within())).external).toEqual({ address: '0.0.0.0', port: 19_001 });
  });
});

describe('installing', () => {
  it('believes what the router lists: port, computer and time left', async () => {
    const router = await igd({ faults: { clampS: 120 } });
    const mapping = await clientOf(router).install(wish, within());
    expect(mapping).toEqual({
      protocol: 'upnp',
      family: 4,
      transport: 'tcp',
      internal: { address: LOCAL, port: 9001 },
      external: { address: '11.203.113.100', port: 19_001 },
      lifetimeMs: 120_000,
      grantedAt: expect.any(Number),
      handle: 'upnp:Hearth 1a2b tcp 9001',
    });
    expect(router.entries.get('TCP:19001')).toMatchObject({ client: LOCAL, internalPort: 9001 });
  });

  it('maps UDP beside TCP, with special signs in the description kept as they are', async () => {
    const router = await igd();
    const client = clientOf(router);
    await client.install(wish, within());
    await client.install({ ...wish, transport: 'udp', description: `<a & "b" 'c'>` }, within());
    expect([...router.entries.keys()]).toEqual(['TCP:19001', 'UDP:19001']);
    expect(router.entries.get('UDP:19001')?.description).toBe(`<a & "b" 'c'>`);
  });

  it.each([725, 402] as const)('sets one without an end where only those are known (%i)', async (code) => {
    const router = await igd({ faults: { onlyPermanent: code } });
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    expect(mapping.lifetimeMs).toBe(Number.POSITIVE_INFINITY);
    const adds = router.calls.filter((call) => call.startsWith('AddPort'));
    expect(adds).toEqual([`AddPortMapping=${code}`, 'AddPortMapping']);
    await client.renew(mapping, wish, within());
    expect(router.calls.filter((call) => call.startsWith('AddPort'))).toEqual([...adds, 'AddPortMapping']);
  });

  it('knows one that the router made permanent', async () => {
    const mapping = await clientOf(await igd({ faults: { permanent: true } })).install(wish, within());
    expect(mapping.lifetimeMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("takes another port than another computer's, and leaves that one alone", async () => {
    const router = await igd();
    const other = { client: '127.0.0.7', internalPort: 80, description: 'Hearth 1a2b tcp 9001' };
    router.entries.set('TCP:19001', other);
    const mapping = await clientOf(router).install(wish, within());
    expect(mapping.external.port).toBe(9001);
    expect(router.entries.get('TCP:19001')).toEqual(other);
    expect(router.calls).not.toContain('DeletePortMapping');
  });

  it("does not take another program's port of the same computer, though the router would let it", async () => {
    const router = await igd();
    const other = { client: LOCAL, internalPort: 51_413, description: 'Torrents' };
    router.entries.set('TCP:19001', other);
    const mapping = await clientOf(router).install(wish, within());
    expect(mapping.external.port).toBe(9001);
    expect(router.entries.get('TCP:19001')).toEqual(other);
  });

  it('puts its own stale mapping of an earlier port right', async () => {
    const router = await igd();
    router.entries.set('TCP:19001', { client: LOCAL, internalPort: 8000, description: wish.description });
    const mapping = await clientOf(router).install(wish, within());
    expect(mapping.external.port).toBe(19_001);
    expect(router.entries.get('TCP:19001')).toMatchObject({ internalPort: 9001 });
    expect(router.calls).toContain('DeletePortMapping');
  });

  it('takes a port that the router finds by itself when four were taken', async () => {
    const router = await igd({ faults: { choosy: true } });
    const mapping = await clientOf(router).install(wish, within());
    expect([...router.entries.keys()]).toEqual([`TCP:${mapping.external.port}`]);
    expect(router.calls.filter((call) => call.startsWith('Add'))).toEqual([
      ...Array(4).fill('AddPortMapping=718'),
      'AddAnyPortMapping',
    ]);
  });

  it('gives up after five ports, without having left anything', async () => {
    const router = await igd({ faults: { error: 718 } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs('refused', 'conflict', 718));
    const adds = router.calls.filter((call) => call.startsWith('Add'));
    expect(adds).toEqual([...Array(4).fill('AddPortMapping=718'), 'AddAnyPortMapping=718', 'AddPortMapping=718']);
    expect(router.entries.size).toBe(0);
  });

  it('does without a free choice where the router has none', async () => {
    const router = await igd({ faults: { error: 729, noAny: true } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs('refused', 'conflict', 729));
    expect(router.calls.at(-1)).toBe('AddPortMapping=729');
  });

  it.each([
    [501, 'refused', 'no-resources'],
    [606, 'refused', 'not-authorized'],
    [728, 'refused', 'no-resources'],
    [732, 'refused', 'bad-request'],
  ])('tells %i at once', async (code, kind, reason) => {
    const router = await igd({ faults: { error: code } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs(kind, reason, code));
    expect(router.calls.filter((call) => call.startsWith('Add'))).toHaveLength(1);
  });

  it('does not believe a router that agrees and lists nothing', async () => {
    const router = await igd({ faults: { forgetful: true } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs('refused', 'no-resources'));
  });

  it('reads the whole list where it can not ask for one entry', async () => {
    const router = await igd({ faults: { noSpecific: true } });
    router.entries.set('UDP:19001', { client: '127.0.0.7', internalPort: 80, description: 'x' });
    const mapping = await clientOf(router).install(wish, within());
    expect(mapping.external.port).toBe(19_001);
  });

  it('sets nothing that it could not read back', async () => {
    const router = await igd({ faults: { noList: true } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs('unavailable', 'other-dialect'));
    expect(router.entries.size).toBe(0);
  });

  it('takes back what was set when it is ended before it was read', async () => {
    const router = await igd();
    const client = clientOf(router);
    await client.probe(within());
    const controller = new AbortController();
    const stop = new Error('stop');
    router.faults = { slowMs: 60 };
    const refused = expect(client.install(wish, within(5000, controller.signal))).rejects.toBe(stop);
    await until('the entry', () => router.entries.size === 1);
    router.faults = {};
    controller.abort(stop);
    await refused;
    expect(router.entries.size).toBe(0);
  });

  it.each([0, 80, 1023, 65_536, 1.5])('is never asked for port %d', async (port) => {
    const router = await igd();
    await expect(clientOf(router).install({ ...wish, port }, within())).rejects.toBeInstanceOf(RangeError);
    expect(router.calls).toEqual([]);
  });

  it('has two clients of one computer side by side', async () => {
    const router = await igd();
    const [first, second] = [clientOf(router), clientOf(router)];
    await first.install(wish, within());
    const other = { ...wish, internal: { address: LOCAL, port: 9002 }, description: 'Hearth ffff tcp 9002' };
    const mapping = await second.install(other, within());
    expect(mapping.external.port).toBe(9002);
    await second.remove(mapping, within());
    expect([...router.entries.keys()]).toEqual(['TCP:19001']);
  });
});

describe('keeping it', () => {
  it('renews at the same port and reads back', async () => {
    const router = await igd({ faults: { clampS: 100 } });
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    router.faults = { clampS: 200 };
    const renewed = await client.renew(mapping, wish, within());
    expect(renewed).toMatchObject({ external: mapping.external, lifetimeMs: 200_000 });
    expect(router.entries.size).toBe(1);
  });

  it('knows its own entry again although the router shortens descriptions', async () => {
    const router = await igd({ faults: { shortens: 8 } });
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    expect(mapping.handle).toBe('upnp:Hearth 1');
    const renewed = await client.renew(mapping, wish, within());
    await client.remove(renewed, within());
    expect(router.entries.size).toBe(0);
  });

  it('does not renew what has become of another program', async () => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    const other = { client: LOCAL, internalPort: 80, description: 'Web' };
    router.entries.set('TCP:19001', other);
    await expect(client.renew(mapping, wish, within())).rejects.toEqual(refusedAs('refused', 'conflict'));
    expect(router.entries.get('TCP:19001')).toEqual(other);
  });

  it('finds the router again after it came back at another port', async () => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    await router.restart();
    expect(await client.check(mapping, within())).toEqual({ external: '11.203.113.100', listed: false });
    await router.restart();
    await client.renew(mapping, wish, within());
    expect([...router.entries.keys()]).toEqual(['TCP:19001']);
    await router.restart();
    await client.remove(mapping, within());
  });

  it('sees a new address outside, and an entry that leads elsewhere', async () => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    expect(await client.check(mapping, within())).toEqual({ external: '11.203.113.100', listed: true });
    router.external = '11.203.113.101';
    router.entries.set('TCP:19001', { client: LOCAL, internalPort: 1, description: 'x' });
    expect(await client.check(mapping, within())).toEqual({ external: '11.203.113.101', listed: false });
    router.faults = { noList: true };
    expect(await client.check(mapping, within())).toEqual({ external: '11.203.113.101' });
  });
});

describe('removing', () => {
  it('removes its own, once and again', async () => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    await client.remove(mapping, within());
    expect(router.entries.size).toBe(0);
    await client.remove(mapping, within());
  });

  it.each([
    ['of another computer', { client: '127.0.0.7', internalPort: 9001, description: wish.description }],
    ['of another program', { client: LOCAL, internalPort: 9001, description: 'Somebody' }],
  ])('leaves alone what is %s', async (_, entry) => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    router.entries.set('TCP:19001', entry);
    await client.remove(mapping, within());
    expect(router.entries.get('TCP:19001')).toEqual(entry);
  });

  it('knows what was being set when the app died by computer and port, when no description was kept', async () => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    await client.remove({ ...mapping, handle: 'a1b2c3' }, within());
    expect(router.entries.size).toBe(0);
  });
});

describe('ending', () => {
  it('rejects with the reason of the signal, at once', async () => {
    const router = await igd({ faults: { deadHttp: true } });
    const client = clientOf(router);
    const controller = new AbortController();
    const probing = client.probe(within(60_000, controller.signal));
    const reason = new Error('stopping');
    const rejected = expect(probing).rejects.toBe(reason);
    controller.abort(reason);
    await rejected;
    await expect(client.probe(within(1000, controller.signal))).rejects.toBe(reason);
  });

  it('ends what is under way when it is closed', async () => {
    const router = await igd({ faults: { deadHttp: true } });
    const client = clientOf(router);
    const rejected = expect(client.probe(within(60_000))).rejects.toEqual(refusedAs('unavailable', 'no-gateway'));
    client.close();
    await rejected;
  });
});
