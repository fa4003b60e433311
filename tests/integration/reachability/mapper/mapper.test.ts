import { describe, expect, it } from 'vitest';
import { gatewayAt, home, mappingError, PUBLIC, REQUEST, v4 } from '../../../unit/reachability/mapper/support.ts';

const MINUTE = 60_000;
const external = { address: PUBLIC, port: 9484 };

describe('PortMapper', () => {
  it('opens the port that is listened on, writes it down, and closes it once when it is no longer wanted', async () => {
    const { start, turn, router, rows } = await home();
    const { mapper } = start();
    const release = mapper.request(REQUEST);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'probing', external: null });
    await turn(100);
    expect(mapper.snapshot()).toMatchObject({
      natClass: 'open',
      counters: { active: 1, external: 1, renewals: 0 },
      router: { v4: '192.168.77.1', ways: ['pcp'] },
    });
    expect(v4(mapper.snapshot())).toMatchObject({
      state: 'mapped',
      external,
      granted: { protocol: 'pcp', lifetimeMs: 7_200_000 },
      behindAnotherNat: false,
    });
    expect(rows()).toMatchObject([{ request: 'tasks', way: 'pcp', externalPort: 9484 }]);
    expect(router.open.get('tcp 9484')).toMatchObject({ description: 'Hearth IICP tasks a1b2c3 tcp 9484' });
    release();
    expect(mapper.snapshot()).toMatchObject({ natClass: 'unknown', counters: { active: 0 } });
    await turn(100);
    expect(router.calls).toEqual(['probe', 'install', 'remove']);
    expect(router.open.size).toBe(0);
    expect(rows()).toEqual([]);
    expect(mapper.snapshot().mappings).toEqual([]);
  });

  it('leaves no trace where nobody answers, and finds a router that comes later', async () => {
    const { start, turn, router, rows } = await home();
    router.fails.probe = mappingError({ kind: 'unavailable', reason: 'not-found', phase: 'probe' });
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(1300);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'unavailable', lastError: { kind: 'unavailable' } });
    expect(rows()).toEqual([]);
    await turn(21 * MINUTE);
    // At once, then after 5 s, 15 s, 60 s, 5 min, 10 min.
    expect(router.calls.filter((call) => call === 'probe')).toHaveLength(6);
    delete router.fails.probe;
    await turn(10 * MINUTE);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external });
  });

  it('renews in the first window of what was granted, whatever was asked for', async () => {
    const { start, turn, router } = await home();
    router.lifetimeMs = 20_000;
    const { mapper, shown } = start();
    mapper.request(REQUEST);
    await turn(100);
    await turn(60_000);
    const { counters } = mapper.snapshot();
    expect(counters.renewals).toBeGreaterThanOrEqual(4);
    expect(counters.renewals).toBeLessThanOrEqual(6);
    // Never a gap, and never told anew.
    expect(counters.external).toBe(1);
    const since = shown.slice(shown.findIndex((snapshot) => snapshot.natClass === 'open'));
    expect(since.every((snapshot) => snapshot.natClass === 'open')).toBe(true);
  });

  it('survives two failed renewals, withdraws at the third, and comes back by itself', async () => {
    const { start, turn, router } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    router.fails.renew = router.fails.check = mappingError();
    router.fails.probe = mappingError({ kind: 'unavailable', reason: 'not-found' });
    await turn(5 * MINUTE + 10_000);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'degraded', strikes: 1, external });
    await turn(30_000);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'degraded', strikes: 2, external });
    await turn(60_000);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'lost', external: null });
    router.fails.renew = router.fails.check = router.fails.probe = undefined as never;
    await turn(MINUTE);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external, strikes: 0 });
  });

  it('withdraws before the lease ends even without three strikes', async () => {
    const { start, turn, router } = await home();
    router.lifetimeMs = 20_000;
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    router.fails.renew = router.fails.probe = mappingError();
    await turn(14_700);
    expect(v4(mapper.snapshot())).toMatchObject({ external });
    await turn(400);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'lost', external: null });
  });

  it('asks again at once when a hint shows that the router has restarted with another address, and tells the new one once', async () => {
    const { start, turn, router, announce } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    mapper.request({ ...REQUEST, id: 'mesh', transport: 'udp', port: 9485 });
    await turn(10_000);
    router.reboot();
    router.external = '11.203.113.101';
    announce();
    await turn(1500);
    expect(mapper.snapshot()).toMatchObject({ router: { rebootsSeen: 1 }, counters: { active: 2, external: 4 } });
    expect(v4(mapper.snapshot())).toMatchObject({ external: { address: '11.203.113.101', port: 9484 } });
    expect([...router.open.keys()].toSorted()).toEqual(['tcp 9484', 'udp 9485']);
    expect(router.calls.filter((call) => call === 'renew')).toHaveLength(2);
  });

  it('looks for each mapping by UPnP when the router says that it is there, and sets up again what is gone', async () => {
    const { start, turn, router, notice } = await home({ ways: [{ id: 'upnp' }] });
    router.bornAt = undefined;
    const { mapper } = start();
    mapper.request(REQUEST);
    mapper.request({ ...REQUEST, id: 'mesh', transport: 'udp', port: 9485 });
    await turn(10_000);
    notice();
    await turn(1000);
    expect(router.calls.filter((call) => call === 'check')).toHaveLength(2);
    expect(router.calls).not.toContain('renew');
    router.open.clear();
    router.listed = false;
    notice();
    await turn(1000);
    expect([...router.open.keys()].toSorted()).toEqual(['tcp 9484', 'udp 9485']);
    expect(mapper.snapshot().counters).toMatchObject({ active: 2, renewals: 2 });
    expect(v4(mapper.snapshot())).toMatchObject({ recreated: 1 });
  });

  it('leaves to the announcements what they tell of', async () => {
    const { start, turn, router, notice } = await home();
    start().mapper.request(REQUEST);
    await turn(10_000);
    const before = [...router.calls];
    notice();
    await turn(1000);
    expect(router.calls).toEqual(before);
  });

  it('does not run after a router whose count says at each answer that it has restarted', async () => {
    const { start, turn, router } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    mapper.request({ ...REQUEST, id: 'mesh', port: 9485 });
    await turn(10_000);
    router.calls.splice(0);
    Object.defineProperty(router, 'epoch', { value: () => ({ epoch: 0 }) });
    await turn(10 * MINUTE);
    expect(router.calls.filter((call) => call === 'renew').length).toBeLessThan(12);
  });

  it('keeps what a router behind another one grants, and does not tell anybody', async () => {
    const { start, turn, router } = await home();
    router.external = '100.64.3.4';
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external: null, behindAnotherNat: 'cgnat' });
    expect(mapper.snapshot().counters).toMatchObject({ active: 0, external: 0 });
  });

  it('prefers the better way when it answers within a moment, and the other one when it refuses', async () => {
    const { start, turn, routers } = await home({ ways: [{ id: 'pcp' }, { id: 'nat-pmp' }, { id: 'upnp' }] });
    routers.pcp.probeMs = 25;
    routers.upnp.probeMs = 80;
    routers.pcp.fails.install = mappingError({ kind: 'refused', reason: 'not-authorized' });
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(20);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'probing' });
    await turn(200);
    expect(routers.pcp.calls).toEqual(['probe', 'install']);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', granted: { protocol: 'nat-pmp' } });
    expect(routers.upnp.calls).toEqual(['probe']);
  });

  it('keeps a mapping over the moment in which the router has no address, and closes nothing for it', async () => {
    const { start, turn, router, announce } = await home();
    const { mapper, shown } = start();
    mapper.request(REQUEST);
    await turn(5000);
    router.fails.renew = mappingError({ kind: 'refused', reason: 'double-nat', phase: 'renew' });
    announce();
    await turn(100);
    delete router.fails.renew;
    router.external = '11.203.113.101';
    await turn(600);
    expect(v4(mapper.snapshot())).toMatchObject({
      state: 'mapped',
      external: { address: '11.203.113.101', port: 9484 },
    });
    expect(mapper.snapshot().counters).toMatchObject({ renewals: 1, external: 2 });
    expect(router.calls).toEqual(['probe', 'install', 'renew', 'renew']);
    expect(
      shown.slice(shown.findIndex(({ natClass }) => natClass === 'open')).every(({ natClass }) => natClass === 'open'),
    ).toBe(true);
  });

  it('says that it was refused even when another way fell silent after that', async () => {
    const { start, turn, routers } = await home({ ways: [{ id: 'pcp' }, { id: 'upnp' }] });
    routers.pcp.fails.install = mappingError({ kind: 'refused', reason: 'not-authorized' });
    routers.upnp.fails.install = mappingError({ kind: 'unavailable', reason: 'not-found', protocol: 'upnp' });
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(3000);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'unavailable', lastError: { kind: 'refused' } });
  });

  it('tries the last resort last of all: not while a better way may still answer', async () => {
    const { start, turn, routers } = await home({
      ways: [{ id: 'pcp' }, { id: 'upnp', patient: true }, { id: 'nat-pmp', lastResort: true }],
    });
    routers.pcp.fails.install = mappingError({ kind: 'refused', reason: 'not-authorized' });
    routers.upnp.probeMs = 600;
    routers.upnp.fails.install = mappingError({ kind: 'refused', reason: 'not-authorized', protocol: 'upnp' });
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(500);
    expect(routers.pcp.calls).toEqual(['probe', 'install']);
    expect(routers['nat-pmp'].calls).toEqual([]);
    await turn(300);
    expect(routers.upnp.calls).toEqual(['probe', 'install']);
    expect(routers['nat-pmp'].calls).toEqual(['install']);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external });
  });

  it('tries the last resort when the better ways refuse, or are found not to be there', async () => {
    const { start, turn, routers } = await home({
      ways: [{ id: 'pcp' }, { id: 'upnp', patient: true }, { id: 'nat-pmp', lastResort: true }],
    });
    routers.pcp.fails.install = mappingError({ kind: 'refused', reason: 'not-authorized' });
    routers.upnp.probeMs = Number.POSITIVE_INFINITY;
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(1100);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'unavailable' });
    expect(routers['nat-pmp'].calls).toEqual([]);
    await turn(300);
    expect(routers['nat-pmp'].calls).toEqual(['install']);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external });
  });

  it('gives a slow router a second, patient try', async () => {
    const { start, turn, routers } = await home({ ways: [{ id: 'pcp' }, { id: 'upnp', patient: true }] });
    routers.pcp.fails.probe = mappingError({ kind: 'unavailable', reason: 'not-found' });
    routers.upnp.probeMs = 4000;
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(1300);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'unavailable' });
    await turn(4500);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', granted: { protocol: 'upnp' } });
  });

  it('drops everything of another network unasked, and never closes it through the wrong router', async () => {
    const { start, turn, router, move, rows, listening } = await home();
    const { mapper, shown } = start();
    mapper.request(REQUEST);
    await turn(100);
    const before = shown.length;
    move(gatewayAt('192.168.1.1', '192.168.1.5', '02:00:00:00:00:02'));
    expect(v4(shown[before]!)).toMatchObject({ state: 'probing', external: null });
    await turn(10_000);
    expect(v4(mapper.snapshot())).toMatchObject({ external, granted: { internal: { address: '192.168.1.5' } } });
    expect(router.calls).not.toContain('remove');
    expect(rows()).toHaveLength(2);
    expect(listening()).toBe(2);
    move(undefined);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'idle', external: null });
    expect(mapper.snapshot().router).toBeNull();
    expect(listening()).toBe(0);
  });

  it('keeps what a router holds by IPv4 while its IPv6 changes, and looks after it at once', async () => {
    const { start, turn, router, move, rows } = await home();
    const { mapper, shown } = start();
    mapper.request(REQUEST);
    await turn(100);
    const before = shown.length;
    const globals = [{ address: '2a11:db8:77::10' }];
    // Its hardware address may be unknown for the moment.
    move({ ...gatewayAt(), v6: { router: 'fe80::1%eth0', globals }, hardware: undefined });
    await turn(1000);
    move({ ...gatewayAt(), v6: { router: 'fe80::1%eth0', globals: [{ address: '2a11:db8:78::10' }] } });
    await turn(1000);
    move(gatewayAt());
    await turn(1000);
    expect(shown.slice(before).map((snapshot) => v4(snapshot)?.external)).not.toContain(null);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external, renewals: 3 });
    expect(router.calls.filter((call) => call === 'install')).toHaveLength(1);
    expect(mapper.snapshot()).toMatchObject({ router: { ways: ['pcp'] }, counters: { external: 1 } });
    expect(rows()).toHaveLength(1);
  });

  describe('several addresses of IPv6', () => {
    const A = '2a11:db8:77::a';
    const B = '2a11:db8:77::b';
    const C = '2a11:db8:77::c';
    const at = (...addresses: readonly string[]) => ({
      ...gatewayAt(),
      v6: { router: 'fe80::1%eth0', globals: addresses.map((address) => ({ address, secured: address === B })) },
    });
    const holes = ({ open }: { readonly open: ReadonlyMap<string, unknown> }) =>
      [...open.keys()]
        .filter((key) => key.includes('['))
        .map((key) => key.replace(/.*\[(.*)\].*/, '$1'))
        .toSorted();

    it('get a hole each, the steadiest first, as long as they are there', async () => {
      const { start, turn, router, move, rows } = await home({ gateway: at(A, B) });
      router.families = [4, 6];
      const { mapper } = start();
      mapper.request(REQUEST);
      await turn(1000);
      const told = () =>
        mapper
          .snapshot()
          .mappings.filter(({ family }) => family === 6)
          .map(({ external: told }) => told?.address);
      expect(told()).toEqual([B, A]);
      expect(holes(router)).toEqual([A, B]);
      const installs = () => router.calls.filter((call) => call === 'install').length;
      expect(installs()).toBe(3);
      // One goes and another one comes: what stays is looked after, and never opened twice.
      move(at(C, A));
      await turn(1000);
      expect(told()).toEqual([C, A]);
      expect([installs(), v4(mapper.snapshot())?.state]).toEqual([4, 'mapped']);
      // A fourth one is left alone.
      move(at(C, A, B, '2a11:db8:77::d'));
      await turn(1000);
      expect(told()).toEqual([C, A, B]);
      const stopped = mapper.stop();
      await turn(1000);
      await stopped;
      expect(holes(router)).toEqual([]);
      expect(rows()).toEqual([]);
    });

    it('hear of a try from outside each for itself', async () => {
      const { start, turn, router } = await home({ gateway: at(A, B) });
      router.families = [4, 6];
      const { mapper } = start();
      mapper.request(REQUEST);
      await turn(1000);
      for (let times = 0; times < 2; times += 1) {
        mapper.outside(REQUEST.id, 6, false, A);
        await turn(1000);
      }
      expect(router.calls.filter((call) => call === 'remove')).toHaveLength(1);
      expect(holes(router)).toEqual([A, B]);
    });

    it('are taken up after a crash, each by its own hole', async () => {
      const { start, turn, router, rows } = await home({ gateway: at(A, B) });
      router.families = [4, 6];
      start().mapper.request(REQUEST);
      await turn(1000);
      const secrets = () => rows().map(({ internalAddress, handle }) => `${internalAddress} ${handle}`);
      const before = secrets();
      start().mapper.request(REQUEST);
      await turn(6000);
      expect(secrets()).toEqual(before);
      expect(before).toHaveLength(3);
    });
  });

  it('asks anew where a request was out when the other family changed', async () => {
    const { start, turn, router, move } = await home();
    router.fails.install = 'hang';
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    delete router.fails.install;
    move({ ...gatewayAt(), v6: { router: 'fe80::1%eth0', globals: [{ address: '2a11:db8:77::10' }] } });
    await turn(1000);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external });
  });

  it('drops the late answer of a network that is gone', async () => {
    const { start, turn, router, move } = await home();
    router.probeMs = 500;
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    move(undefined);
    await turn(2000);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'idle' });
    expect(router.calls).toEqual(['probe']);
  });

  it.each([
    ['the search', { probeMs: 800 }, 100, 0],
    ['the first request', { install: 'hang' }, 100, 1],
    ['the pause before the second one', { install: 'timeout' }, 100, 1],
    ['a renewal', { renew: 'hang' }, 65 * MINUTE, 1],
  ] as const)(
    'stops within a second during %s, with exactly one removal and nothing told afterwards',
    async (_during, fault, after, removals) => {
      const { start, turn, router, clock } = await home();
      if ('probeMs' in fault) router.probeMs = fault.probeMs;
      else if ('install' in fault) router.fails.install = fault.install === 'hang' ? 'hang' : mappingError();
      else router.fails.renew = fault.renew;
      const { mapper, shown } = start();
      mapper.request(REQUEST);
      await turn(100);
      if (after > 100) await turn(30 * MINUTE - 100);
      const began = clock.monotonic();
      const stopped = mapper.stop();
      await turn(50);
      await stopped;
      expect(clock.monotonic() - began).toBeLessThan(1000);
      const told = shown.length;
      await turn(10_000);
      expect(shown).toHaveLength(told);
      expect(router.calls.filter((call) => call === 'remove')).toHaveLength(removals);
      expect(clock.timers).toBe(0);
    },
  );

  it('stops within a second at a router that answers nothing, and keeps what it did not close in the journal', async () => {
    const { start, turn, router, rows, clock } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    router.fails.remove = 'hang';
    const stopped = mapper.stop();
    expect(mapper.snapshot().natClass).toBe('unknown');
    await turn(1000);
    await stopped;
    await mapper.stop();
    expect(router.calls.filter((call) => call === 'remove')).toHaveLength(1);
    expect(rows()).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it('takes up after a crash what is still wanted, with the same secret, and closes the rest', async () => {
    const { start, turn, router, rows } = await home();
    const before = start();
    before.mapper.request(REQUEST);
    before.mapper.request({ ...REQUEST, id: 'gone', port: 9490 });
    await turn(100);
    const { handle } = router.open.get('tcp 9484')!;
    // Never stopped: as if killed.
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(6000);
    expect(router.open.get('tcp 9484')).toMatchObject({ handle });
    expect([...router.open.keys()]).toEqual(['tcp 9484']);
    expect(rows()).toHaveLength(1);
  });

  it('calls what it takes up by the name that it has at the router, by which that one knows it', async () => {
    const { start, turn, router } = await home();
    start({ tag: 'before' }).mapper.request(REQUEST);
    await turn(100);
    const { mapper } = start({ tag: 'after' });
    mapper.request(REQUEST);
    await turn(6000);
    expect(router.calls.filter((call) => call === 'install')).toHaveLength(2);
    expect(router.open.get('tcp 9484')).toMatchObject({ description: 'Hearth IICP tasks before tcp 9484' });
  });

  it.each([
    ['upnp', ['tcp 9494']],
    // Nobody but the old address could close it: it ends by its lease.
    ['pcp', ['tcp 9484', 'tcp 9494']],
  ] as const)(
    'closes after a crash what leads to an address that this computer had before, by %s',
    async (id, open) => {
      const { start, turn, router, rows, move } = await home({ ways: [{ id }] });
      if (id === 'upnp') router.lifetimeMs = Number.POSITIVE_INFINITY;
      start().mapper.request(REQUEST);
      await turn(100);
      move(gatewayAt('192.168.77.1', '192.168.77.11'));
      router.shift = 10;
      const { mapper } = start();
      mapper.request(REQUEST);
      await turn(6000);
      expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external: { port: 9494 } });
      expect([...router.open.keys()]).toEqual(open);
      expect(rows()).toHaveLength(open.length);
    },
  );

  it('closes when it stops what leads to another port of this computer', async () => {
    const { start, turn, router, rows } = await home();
    start().mapper.request({ ...REQUEST, port: 9490 });
    await turn(100);
    router.shift = 5;
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    expect(router.open.size).toBe(2);
    const stopped = mapper.stop();
    await turn(100);
    await stopped;
    expect([...router.open.keys()]).toEqual([]);
    expect(rows()).toEqual([]);
  });

  it('keeps TCP and UDP of one port open side by side, each until it is no longer wanted', async () => {
    const { start, turn, router, rows } = await home();
    const { mapper } = start();
    const releaseTcp = mapper.request(REQUEST);
    const releaseUdp = mapper.request({ ...REQUEST, id: 'mesh', transport: 'udp', purpose: 'mesh' });
    await turn(100);
    const told = () =>
      mapper
        .snapshot()
        .mappings.flatMap(({ request, external, family }) =>
          family === 4 && external ? [[request.id, request.transport, external.port]] : [],
        );
    expect(told()).toEqual([
      ['tasks', 'tcp', 9484],
      ['mesh', 'udp', 9484],
    ]);
    releaseTcp();
    await turn(100);
    expect(told()).toEqual([['mesh', 'udp', 9484]]);
    expect(rows().map(({ request, transport }) => [request, transport])).toEqual([['mesh', 'udp']]);
    releaseUdp();
    await turn(100);
    expect([router.open.size, rows()]).toEqual([0, []]);
  });

  it('closes what an earlier run had open under the same name by the other transport', async () => {
    const { start, turn, router } = await home();
    const before = start();
    before.mapper.request(REQUEST);
    await turn(100);
    router.fails.remove = 'hang';
    const stopped = before.mapper.stop();
    await turn(1000);
    await stopped;
    delete router.fails.remove;
    const { mapper } = start();
    mapper.request({ ...REQUEST, transport: 'udp' });
    await turn(6000);
    expect([...router.open.values()].map(({ transport }) => transport)).toEqual(['udp']);
    expect(mapper.snapshot().mappings.find(({ family }) => family === 4)?.external?.port).toBe(9484);
  });

  it('asks for no port that another of its own has, also where both ask at once', async () => {
    const { start, turn, router } = await home();
    const { mapper } = start();
    const other = { ...REQUEST, id: 'other', port: 9500 };
    // Both had it last, one after the other.
    for (const [request, shift] of [
      [REQUEST, 0],
      [other, -16],
    ] as const) {
      router.shift = shift;
      const release = mapper.request(request);
      await turn(100);
      expect([...router.open.keys()]).toEqual(['tcp 9484']);
      release();
      await turn(100);
    }
    router.shift = 0;
    mapper.request(REQUEST);
    mapper.request(other);
    await turn(100);
    expect([...router.open.values()].map(({ port, internal }) => [internal.port, port])).toEqual([
      [9484, 9484],
      [9500, 9500],
    ]);
  });

  it('asks for the port that it had last', async () => {
    const { start, turn, router } = await home();
    router.shift = 5;
    const first = start();
    first.mapper.request(REQUEST);
    await turn(100);
    const stopped = first.mapper.stop();
    await turn(100);
    await stopped;
    router.shift = 0;
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    expect(v4(mapper.snapshot())).toMatchObject({ external: { address: PUBLIC, port: 9489 } });
  });

  it('mends what is listed and leads nowhere: removed and asked anew, another way, another port, and then the truth', async () => {
    const { start, turn, routers } = await home({ ways: [{ id: 'pcp' }, { id: 'upnp' }] });
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    const fail = async () => {
      mapper.outside('tasks', 4, false);
      mapper.outside('tasks', 4, false);
      await turn(200);
    };
    await fail();
    expect(routers.pcp.calls).toEqual(['probe', 'install', 'remove', 'install']);
    expect(v4(mapper.snapshot())).toMatchObject({ external });
    await fail();
    expect(v4(mapper.snapshot())).toMatchObject({ granted: { protocol: 'upnp' }, external });
    await fail();
    expect(v4(mapper.snapshot())!.external!.port).not.toBe(9484);
    await fail();
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', unreachable: true, external: null });
    mapper.outside('tasks', 4, true);
    expect(v4(mapper.snapshot())).toMatchObject({ unreachable: false });
    expect(v4(mapper.snapshot())!.external).not.toBeNull();
  });

  it('closes the port when it is switched off, and opens it when it is switched on', async () => {
    const { start, turn, router } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    mapper.configure({ enabled: false, renewEveryMs: 30 * MINUTE });
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'idle', external: null });
    await turn(MINUTE);
    expect(router.calls).toEqual(['probe', 'install', 'remove']);
    mapper.configure({ enabled: true, renewEveryMs: 30 * MINUTE });
    await turn(100);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external });
  });

  it('renews as often as the user wants', async () => {
    const { start, turn } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(100);
    mapper.configure({ enabled: true, renewEveryMs: 2 * MINUTE });
    await turn(9 * MINUTE);
    expect(mapper.snapshot().counters.renewals).toBe(4);
  });

  it('renews at once when it was away, without taking that for a restart of the router', async () => {
    const { start, turn, router } = await home();
    const { mapper } = start();
    mapper.request(REQUEST);
    await turn(MINUTE);
    router.bornAt! -= 40 * MINUTE;
    mapper.resume();
    await turn(100);
    expect(router.calls).toEqual(['probe', 'install', 'renew']);
    expect(mapper.snapshot()).toMatchObject({ router: { rebootsSeen: 0 }, counters: { renewals: 1 } });
  });

  it('can be asked again for what is just being closed', async () => {
    const { start, turn, router } = await home();
    const { mapper } = start();
    mapper.request(REQUEST)();
    mapper.request(REQUEST);
    await turn(100);
    const release = mapper.request(REQUEST);
    release();
    mapper.request(REQUEST);
    await turn(200);
    expect(v4(mapper.snapshot())).toMatchObject({ state: 'mapped', external });
    expect(router.calls.filter((call) => call === 'remove')).toHaveLength(1);
  });

  it('writes down what it did, for a person to read', async () => {
    const { start, turn } = await home();
    const { mapper } = start();
    const release = mapper.request(REQUEST);
    await turn(100);
    release();
    await turn(100);
    expect(mapper.steps().map(({ code }) => code)).toEqual([
      'network-changed',
      'searching',
      'way-answered',
      'asked',
      'granted',
      'withdrawn',
      'asked',
      'removed',
    ]);
  });
});
