// The service that keeps router, tunnels and witnesses together: what it publishes and when, what wins, what it leaves behind.
import { describe, expect, it, vi } from 'vitest';
import { UNPROVEN } from '../../../src-main/reachability/nat-api/proven.ts';
import type { ProbeResult } from '../../../src-main/reachability/prober.ts';
import { EXTERNAL, LINE, type Played, PlayedProber, PORT, playedReachability } from '../../support/inbound.ts';

const ENDPOINT = `http://${EXTERNAL}:${PORT}`;
/** With our own number, which proves it. */
const REACHED: ProbeResult = { kind: 'reached', nonce: true };
const NOT: ProbeResult = { kind: 'not-reached', why: 'refused' };
const chain = ({ reachability }: Played) => reachability.view().chain.map(({ state }) => state);

async function started(): Promise<Played> {
  const played = playedReachability();
  await played.reachability.start();
  return played;
}

describe('Reachability', () => {
  it('asks nobody anything, inside or outside, before a network wants a way in', async () => {
    const { reachability, clock, around, mappers } = await started();
    await clock.turn(3_600_000);
    expect(mappers).toEqual([]);
    expect(around).toMatchObject({ watched: 0, stunAsked: 0 });
    expect(reachability.view()).toMatchObject({ wanted: false, tier: null, router: null, ports: [] });
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('publishes what the router opened only when somebody outside has reached it', async () => {
    const played = await started();
    const { reachability, clock, prober, request } = played;
    const tried = Promise.withResolvers<ProbeResult>();
    prober.answer = () => tried.promise;
    const way = reachability.open(request());
    const published = vi.fn();
    way.onChange(() => published(way.current()?.endpoint));
    await clock.turn(0);
    expect(chain(played)).toEqual(['ok', 'waiting', 'waiting', 'off']);
    played.mapper().map();
    await clock.turn(0);
    expect(prober.asked).toMatchObject([{ host: EXTERNAL, port: PORT }]);
    expect([way.current(), way.looking(), reachability.view().ports[0]?.advertised]).toEqual([null, true, null]);
    expect(published.mock.calls.flat().filter(Boolean)).toEqual([]);
    tried.resolve(REACHED);
    await clock.turn(0);
    expect(way.current()).toMatchObject({ endpoint: ENDPOINT, tier: 1, method: 'upnp_mapped', proven: true });
    expect(way.looking()).toBe(false);
    expect(published).toHaveBeenLastCalledWith(ENDPOINT);
    expect(played.mapper().heard).toEqual(['iicp IPv4 reached']);
    expect(reachability.view()).toMatchObject({ tier: 1, method: 'upnp_mapped', natClass: 'open', reason: null });
    expect(chain(played)).toEqual(['ok', 'ok', 'ok', 'waiting']);
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('publishes what nobody could try, and says that it is not proven', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    prober.answer = () => ({ kind: 'unknown' });
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(0);
    expect(way.current()).toMatchObject({ endpoint: ENDPOINT, proven: false });
    expect(reachability.view().ports[0]?.proof).toBeNull();
    await reachability.stop();
  });

  it('takes back what is no longer reached, says why, and publishes it again when it is', async () => {
    const played = await started();
    const { reachability, clock, prober, request } = played;
    const way = reachability.open(request());
    await clock.turn(0);
    played.mapper().map();
    await clock.turn(0);
    expect(way.current()).not.toBeNull();
    prober.answer = () => NOT;
    await clock.turn(30 * 60_000);
    expect(way.current()).toBeNull();
    expect(played.mapper().heard.at(-1)).toBe('iicp IPv4 not reached');
    expect(reachability.view()).toMatchObject({
      tier: 4,
      method: null,
      reason: { code: 'reachability.not-reached' },
      ports: [{ advertised: null, proof: { reached: false, prober: 'directory.example' } }],
    });
    prober.answer = () => REACHED;
    await clock.turn(10 * 60_000);
    expect(way.current()).toMatchObject({ endpoint: ENDPOINT, proven: true });
    await reachability.stop();
  });

  it('publishes a new address after proof of that one, not of the one before', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(0);
    prober.answer = ({ host }) => (host === EXTERNAL ? { kind: 'reached' } : NOT);
    mapper().map({}, '11.0.0.9');
    await clock.turn(0);
    expect(way.current()).toBeNull();
    await reachability.stop();
  });

  it('says that there is no Internet, and blames no router for it, until a server outside answers again', async () => {
    const played = await started();
    const { reachability, clock, prober, request, around } = played;
    const { seenFrom } = around;
    around.seenFrom = () => Promise.reject(new Error('no answer'));
    prober.there = false;
    const way = reachability.open(request());
    await clock.turn(0);
    // Without a line a router has no public address, and looks as if another stood before it.
    played.mapper().hold({ state: 'unavailable', behindAnotherNat: 'private' });
    await clock.turn(0);
    expect([way.current(), way.offline()]).toEqual([null, true]);
    expect(reachability.view()).toMatchObject({ tier: 4, reason: { code: 'reachability.offline' } });
    expect(chain(played)).toEqual(['ok', 'waiting', 'failed', 'off']);
    around.seenFrom = seenFrom;
    await clock.turn(30_000);
    expect(way.offline()).toBe(false);
    expect(reachability.view().reason?.code).not.toBe('reachability.offline');
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('takes a firewall that lets out all but STUN for no lack of Internet', async () => {
    const { reachability, clock, request, around } = await started();
    around.seenFrom = () => Promise.reject(new Error('no answer'));
    const way = reachability.open(request());
    await clock.turn(0);
    expect(way.offline()).toBe(false);
    await reachability.stop();
  });

  describe('a witness that connects and carries nothing', () => {
    async function answered(from: string | undefined) {
      const played = await started();
      const { reachability, prober, request, clock, mapper } = played;
      const way = reachability.open(request());
      prober.answer = () => {
        if (from !== undefined) way.arrived(from);
        return { kind: 'reached' };
      };
      await clock.turn(0);
      mapper().map();
      await clock.turn(1000);
      return { ...played, way };
    }

    it.each([
      ['nothing', undefined],
      ['a neighbour', '192.168.178.33'],
      ['this computer itself', '127.0.0.1'],
    ])('has met somebody else where %s came in here meanwhile', async (_, from) => {
      const { way, reachability, mapper } = await answered(from);
      expect(way.current()).toBeNull();
      expect(reachability.view()).toMatchObject({
        tier: 4,
        reason: { code: 'reachability.elsewhere' },
        ports: [{ proof: { reached: false, seen: false, evidence: 'answered' } }],
      });
      expect(mapper().heard).toEqual(['iicp IPv4 not reached']);
      await reachability.stop();
    });

    it.each([
      ['a stranger', '::ffff:11.203.113.1'],
      ['the router, which hides strangers behind itself,', '::ffff:192.168.178.1'],
    ])('has met this computer where %s came in', async (_, from) => {
      const { way, reachability } = await answered(from);
      expect(way.current()).toMatchObject({ endpoint: ENDPOINT, proven: true });
      expect(reachability.view().ports[0]?.proof).toMatchObject({ reached: true, evidence: 'arrived' });
      await reachability.stop();
    });

    it('says of an address set by hand that something answered there, and no more', async () => {
      const { reachability, clock, prober, request } = await started();
      prober.answer = () => ({ kind: 'reached' });
      const way = reachability.open(request({ byHand: 'http://node.example:7777' }));
      await clock.turn(0);
      expect(way.current()).toMatchObject({ endpoint: 'http://node.example:7777', proven: true });
      expect(reachability.view().ports[0]?.proof).toMatchObject({ reached: true, seen: false, evidence: 'answered' });
      expect(reachability.report(false)).toContain('something answered');
      await reachability.stop();
    });
  });

  it('asks the router and the witness again at once when others see another address than the router tells', async () => {
    const { reachability, clock, prober, around, request, mapper } = await started();
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(60_000);
    expect([prober.asked.length, mapper().probes]).toEqual([1, 0]);
    prober.answer = () => NOT;
    around.seenFrom = async () => ({ v4: '11.0.0.9', v6: null, natType: 'unknown' });
    await clock.turn(4 * 60_000);
    expect(mapper().probes).toBe(1);
    expect(prober.asked.filter(({ host }) => host === EXTERNAL).length).toBeGreaterThan(1);
    expect(way.current()).toBeNull();
    // The same doubt is not followed again and again.
    await clock.turn(11 * 60_000);
    expect(mapper().probes).toBe(1);
    await reachability.stop();
  });

  it('has what the router had lost and opened again tried anew, and tells it all the while', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(60_000);
    const published = vi.fn();
    way.onChange(published);
    mapper().map({ recreated: 1 });
    await clock.turn(0);
    expect(prober.asked).toHaveLength(2);
    mapper().map({ recreated: 2 });
    await clock.turn(9000);
    expect(prober.asked).toHaveLength(2);
    await clock.turn(1000);
    expect(prober.asked).toHaveLength(3);
    expect(published).not.toHaveBeenCalled();
    await reachability.stop();
  });

  it('tells nothing of what nat-api only says it has, unless somebody came in', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    prober.answer = () => ({ kind: 'unknown' });
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map({ external: null }, EXTERNAL, UNPROVEN);
    await clock.turn(0);
    expect(way.current()).toBeNull();
    prober.answer = () => REACHED;
    await clock.turn(10 * 60_000);
    expect(way.current()).toMatchObject({ endpoint: ENDPOINT, proven: true });
    await reachability.stop();
  });

  describe('a port that somebody forwarded by hand', () => {
    /** A router that opens nothing, and a witness that gets in at this address. */
    async function forwarded(...addresses: readonly string[]) {
      const played = await started();
      const { reachability, prober, request, clock, mapper } = played;
      const open = new Set(addresses);
      const way = reachability.open(request());
      prober.answer = ({ host }) => {
        if (!open.has(host)) return NOT;
        way.arrived('11.203.113.1');
        return { kind: 'reached' };
      };
      await clock.turn(0);
      expect(prober.asked).toEqual([]);
      mapper().hold({ state: 'unavailable' });
      await clock.turn(0);
      return { ...played, way, open };
    }

    it('is found at the address that others see, told once somebody came in by it, and needs no router', async () => {
      const { open, way, ...played } = await forwarded();
      const { reachability, clock, mapper } = played;
      expect(way.current()).toBeNull();
      expect(reachability.view()).toMatchObject({
        tier: 4,
        reason: { code: 'reachability.not-found' },
        ports: [{ advertised: null, proof: { reached: false, reason: { code: 'reachability.not-forwarded' } } }],
      });
      open.add(EXTERNAL);
      await clock.turn(10 * 60_000);
      // The router is looked for again and again: that changes nothing.
      mapper().hold({ state: 'probing' });
      expect(way.current()).toMatchObject({ endpoint: ENDPOINT, tier: 1, method: 'direct', proven: true });
      expect(chain(played)).toEqual(['ok', 'ok', 'ok', 'unneeded']);
      expect(reachability.view()).toMatchObject({ reason: null, ports: [{ proof: { reached: true, seen: true } }] });
      await reachability.stop();
      expect(clock.timers).toBe(0);
    });

    it('is proven anew when others see another address', async () => {
      const { way, around, clock, reachability, open, lineChanged } = await forwarded(EXTERNAL);
      expect(way.current()).toMatchObject({ endpoint: ENDPOINT });
      around.seenFrom = async () => ({ v4: '11.0.0.9', v6: null, natType: 'unknown' });
      lineChanged();
      await clock.turn(0);
      expect(way.current()).toBeNull();
      open.add('11.0.0.9');
      await clock.turn(10 * 60_000);
      expect(way.current()).toMatchObject({ endpoint: `http://11.0.0.9:${PORT}` });
      await reachability.stop();
    });

    it('is not believed where somebody connected and nothing came in: others may have the same address', async () => {
      const { way, prober, clock, reachability } = await forwarded();
      prober.answer = () => ({ kind: 'reached' });
      await clock.turn(10 * 60_000);
      expect([way.current(), reachability.view().ports[0]?.proof?.reached]).toEqual([null, false]);
      await reachability.stop();
    });

    it('is not looked for behind a VPN, nor where nobody could say', async () => {
      const { way, prober, around, clock, reachability, lineChanged } = await forwarded(EXTERNAL);
      around.line = { ...LINE, behindVpn: true };
      lineChanged();
      await clock.turn(0);
      expect(way.current()).toBeNull();
      around.line = LINE;
      prober.answer = () => ({ kind: 'unknown' });
      lineChanged();
      await clock.turn(0);
      expect(way.current()).toBeNull();
      await reachability.stop();
    });

    it('is not taken for proven by what the router had opened at the same place', async () => {
      const { reachability, clock, prober, request, mapper } = await started();
      const way = reachability.open(request());
      await clock.turn(0);
      mapper().map();
      await clock.turn(0);
      way.arrived('11.203.113.1');
      expect(way.current()).toMatchObject({ method: 'upnp_mapped' });
      prober.answer = () => NOT;
      mapper().hold({ state: 'lost' });
      expect(way.current()).toBeNull();
      await clock.turn(60_000);
      expect(way.current()).toBeNull();
      await reachability.stop();
    });
  });

  it('never publishes the outside address of a router that stands behind another one', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    prober.answer = () => NOT;
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map({ external: null, behindAnotherNat: 'private' }, '192.168.0.7');
    await clock.turn(0);
    expect(prober.asked.map(({ host }) => host)).not.toContain('192.168.0.7');
    expect([way.current(), way.looking()]).toEqual([null, false]);
    expect(reachability.view().reason).toMatchObject({ code: 'reachability.double-nat' });
    await reachability.stop();
  });

  it('calls an address that providers share by its name, and advertises nothing', async () => {
    const { reachability, clock, request, mapper } = await started();
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map({ external: null, behindAnotherNat: 'cgnat' }, '100.64.3.4');
    await clock.turn(0);
    expect(way.current()).toBeNull();
    expect(reachability.view()).toMatchObject({
      tier: 4,
      exposure: 'ipv4_cgnat_blocked',
      natClass: 'unknown',
      reason: { code: 'reachability.carrier-nat' },
    });
    await reachability.stop();
  });

  it('lets the address that was set by hand win, and asks no router for it', async () => {
    const played = await started();
    const { reachability, clock, prober, request, mapper } = played;
    const way = reachability.open(request({ byHand: 'http://node.example:7777' }));
    await clock.turn(0);
    mapper().map();
    await clock.turn(0);
    expect(mapper().requests.size).toBe(0);
    expect(prober.asked).toMatchObject([{ host: 'node.example', port: 7777 }]);
    expect(way.current()).toMatchObject({ endpoint: 'http://node.example:7777', proven: true });
    expect(chain(played)).toEqual(['off', 'off', 'ok', 'off']);
    await reachability.stop();
  });

  it('uses a tunnel that answers when the router does not help, and shows that outside reaches it', async () => {
    const played = await started();
    const { reachability, clock, around, request, mapper } = played;
    around.tunnels = [
      { kind: 'ngrok', url: 'https://dead.example', healthy: false, at: 0 },
      { kind: 'cloudflared', url: 'https://tunnel.example', healthy: true, at: 0 },
    ];
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().hold({ state: 'unavailable' });
    await clock.turn(1000);
    expect(way.current()).toMatchObject({ endpoint: 'https://tunnel.example', method: 'external_tunnel' });
    expect(reachability.view()).toMatchObject({ exposure: 'tunnel_required', reason: null });
    played.set('reachability.tunnels', false);
    const testing = reachability.test();
    await clock.turn(1000);
    await testing;
    expect(way.current()).toBeNull();
    await reachability.stop();
  });

  it('does not take a tunnel for a way to a port where no HTTP is spoken', async () => {
    const { reachability, clock, around, request, mapper } = await started();
    around.tunnels = [{ kind: 'cloudflared', url: 'https://tunnel.example', healthy: true, at: 0 }];
    const way = reachability.open(request());
    const second = reachability.open(request({ id: 'iicp-relay', port: 9485, http: undefined }));
    await clock.turn(0);
    mapper().hold({ state: 'unavailable' });
    await clock.turn(1000);
    expect([way.current()?.endpoint, second.current(), second.looking()]).toEqual([
      'https://tunnel.example',
      null,
      false,
    ]);
    await reachability.stop();
  });

  it('looks for a way to one more port from the moment that it is asked for', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    prober.answer = () => ({ kind: 'unknown' });
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(1000);
    expect([way.current()?.endpoint, way.looking()]).toEqual([ENDPOINT, false]);
    const second = reachability.open(request({ id: 'iicp-relay', port: 9485, http: undefined }));
    expect([second.current(), second.looking()]).toEqual([null, true]);
    await clock.turn(0);
    await reachability.stop();
    expect(second.looking()).toBe(false);
  });

  it('looks for a way to a port that is asked for again while what was had for it is being closed', async () => {
    const { reachability, clock, prober, request, mapper } = await started();
    prober.answer = () => ({ kind: 'unknown' });
    reachability.open(request({ id: 'iicp-relay', port: 9485, http: undefined }));
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(1000);
    way.close();
    const again = reachability.open(request());
    await clock.turn(0);
    mapper().hold({ state: 'stopping' });
    await clock.turn(0);
    expect([again.current(), again.looking()]).toEqual([null, true]);
    mapper().map();
    await clock.turn(0);
    expect([again.current()?.endpoint, again.looking()]).toEqual([ENDPOINT, false]);
    await reachability.stop();
  });

  it('waits for no tunnel with what others have said, and takes one for dead that can no longer be looked at', async () => {
    const { reachability, clock, around, request, mapper } = await started();
    const tunnel = { kind: 'given', url: 'https://tunnel.example', healthy: true, at: 0 } as const;
    const slow = Promise.withResolvers<readonly (typeof tunnel)[]>();
    around.tunnels = slow.promise;
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().hold({ state: 'unavailable' });
    await clock.turn(12_000);
    expect(reachability.view()).toMatchObject({ seenFrom: { v4: EXTERNAL }, tunnels: [] });
    slow.resolve([tunnel]);
    await clock.turn(0);
    expect(way.current()).toMatchObject({ endpoint: tunnel.url, natType: 'port_restricted' });
    around.tunnels = new Promise(() => undefined);
    await clock.turn(5 * 60_000 + 15_000);
    expect(way.current()).toBeNull();
    expect(reachability.view().tunnels).toMatchObject([{ url: tunnel.url, healthy: false }]);
    around.tunnels = [tunnel];
    await clock.turn(5 * 60_000);
    expect(way.current()).toMatchObject({ endpoint: tunnel.url });
    await reachability.stop();
  });

  it('turns the asking of routers off and on by its setting, and shows what stays true meanwhile', async () => {
    const played = await started();
    const { reachability, clock, request, mapper, set, prober } = played;
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(0);
    prober.answer = () => NOT;
    set('reachability.enabled', false);
    await clock.turn(0);
    expect(mapper().settings).toMatchObject({ enabled: false });
    expect(way.current()).toBeNull();
    expect(chain(played)).toEqual(['off', 'off', 'failed', 'off']);
    prober.answer = () => REACHED;
    set('reachability.enabled', true);
    set('reachability.renewMinutes', 5);
    await clock.turn(0);
    expect(mapper().settings).toEqual({ enabled: true, renewEveryMs: 300_000 });
    expect(way.current()).toMatchObject({ endpoint: ENDPOINT });
    await reachability.stop();
  });

  it('closes the port when the last who wanted it is gone, asks nobody further, and can begin anew', async () => {
    const { reachability, clock, request, mapper, mappers, around } = await started();
    const way = reachability.open(request());
    await clock.turn(0);
    const first = mapper();
    first.map();
    await clock.turn(0);
    way.close();
    await clock.turn(0);
    expect([first.stopped, first.requests.size, around.watched]).toEqual([true, 0, 0]);
    const { stunAsked } = around;
    await clock.turn(3_600_000);
    expect(around.stunAsked).toBe(stunAsked);
    expect(clock.timers).toBe(0);
    expect(reachability.view()).toMatchObject({ wanted: false, seenFrom: null, tunnels: [] });

    const again = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(0);
    expect(mappers).toHaveLength(2);
    expect(again.current()).toMatchObject({ endpoint: ENDPOINT });
    await reachability.stop();
  });

  describe('several endpoints', () => {
    const UDP = { id: 'mesh', transport: 'udp', port: PORT, purpose: 'mesh', http: undefined } as const;

    it('have each their own way in and proof, whichever was asked for first', async () => {
      const played = await started();
      const { reachability, clock, request } = played;
      const [refused, reaches] = [new PlayedProber(), new PlayedProber()];
      refused.answer = () => NOT;
      reaches.answer = () => REACHED;
      const mesh = reachability.open({ ...request(), ...UDP, prober: refused });
      const tasks = reachability.open(request({ prober: reaches }));
      const silent = reachability.open({ ...request(), ...UDP, id: 'quiet', prober: undefined });
      await clock.turn(0);
      played.mapper().map();
      await clock.turn(1000);
      expect(tasks.current()).toMatchObject({
        host: EXTERNAL,
        port: PORT,
        transport: 'tcp',
        purpose: 'IICP tasks',
        endpoint: ENDPOINT,
        proven: true,
      });
      expect(mesh.current()).toBeNull();
      // Nobody could try it: open, and said to be no more than that.
      expect(silent.current()).toMatchObject({
        host: EXTERNAL,
        port: PORT,
        transport: 'udp',
        endpoint: `${EXTERNAL}:${PORT}`,
        proven: false,
      });
      const { ports } = reachability.view();
      expect(ports.map(({ id, tier, advertised, proof }) => [id, tier, advertised, proof?.reached])).toEqual([
        ['mesh', 4, null, false],
        ['iicp', 1, ENDPOINT, true],
        ['quiet', 1, `${EXTERNAL}:${PORT}`, undefined],
      ]);
      expect(ports.map((port) => port.chain.map(({ state }) => state))).toEqual([
        ['ok', 'ok', 'failed', 'waiting'],
        ['ok', 'ok', 'ok', 'waiting'],
        ['ok', 'ok', 'off', 'waiting'],
      ]);
      await reachability.stop();
    });

    it('are told of as a whole by the one that has most in its way, whatever their order', async () => {
      const { reachability, clock, request, mapper } = await started();
      const refused = new PlayedProber();
      refused.answer = () => NOT;
      reachability.open(request());
      const mesh = reachability.open({ ...request(), ...UDP, prober: refused });
      await clock.turn(0);
      mapper().map();
      await clock.turn(1000);
      const [tasks] = reachability.view().ports;
      expect(tasks).toMatchObject({ tier: 1, reason: null });
      expect(reachability.view()).toMatchObject({ tier: 4, reason: { code: 'reachability.not-reached' } });
      mesh.close();
      await clock.turn(0);
      expect(reachability.view()).toMatchObject({ tier: 1, reason: null });
      await reachability.stop();
    });

    it('look for tunnels by each port at which HTTP is spoken', async () => {
      const { reachability, clock, request, around, mapper } = await started();
      around.tunnels = [{ kind: 'cloudflared', url: 'https://tunnel.example', healthy: true, at: 0 }];
      reachability.open({ ...request(), ...UDP });
      reachability.open(request({ port: 9500 }));
      await clock.turn(0);
      mapper().hold({ state: 'unavailable' });
      await clock.turn(1000);
      expect(around.tunnelsAskedFor).toEqual([9500]);
      expect(reachability.view().ports.map(({ advertised }) => advertised)).toEqual([null, 'https://tunnel.example']);
      await reachability.stop();
    });

    it('are tried from their own socket where there is one and nobody else can try', async () => {
      const { reachability, clock, prober, request, mapper, around } = await started();
      prober.answer = () => REACHED;
      const datagrams = { send: () => {}, onDatagram: () => () => {} };
      const mesh = reachability.open({ ...request(), ...UDP, prober: undefined, datagrams });
      await clock.turn(0);
      mapper().map();
      await clock.turn(1000);
      expect(around.triedBy).toEqual([datagrams]);
      expect(mesh.current()).toMatchObject({ endpoint: `${EXTERNAL}:${PORT}`, proven: true });
      await reachability.stop();
    });

    it('are replaced where one is opened again before it was closed, and the handle of before closes nothing', async () => {
      const { reachability, clock, request, mapper } = await started();
      const first = reachability.open(request());
      await clock.turn(0);
      reachability.open(request({ port: 9500 }));
      await clock.turn(0);
      expect(mapper().requests.get('iicp')?.port).toBe(9500);
      first.close();
      await clock.turn(0);
      expect([...mapper().requests.values()].map(({ port }) => port)).toEqual([9500]);
      await reachability.stop();
    });
  });

  it('keeps the port of one while another is closed', async () => {
    const { reachability, clock, request, mapper } = await started();
    const tasks = reachability.open(request());
    const mesh = reachability.open(request({ id: 'mesh', transport: 'udp', port: 5000, purpose: 'Mesh' }));
    await clock.turn(0);
    expect([...mapper().requests.keys()]).toEqual(['iicp', 'mesh']);
    tasks.close();
    await clock.turn(0);
    expect([...mapper().requests.keys()]).toEqual(['mesh']);
    mesh.close();
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('forgets what a round finds that ends after the last who wanted it is gone', async () => {
    const { reachability, clock, request, around } = await started();
    const late = Promise.withResolvers<{ v4: string; v6: null; natType: 'symmetric' }>();
    around.seenFrom = () => late.promise;
    const way = reachability.open(request());
    await clock.turn(0);
    way.close();
    await clock.turn(0);
    late.resolve({ v4: '11.9.9.9', v6: null, natType: 'symmetric' });
    await clock.turn(0);
    expect(reachability.view().seenFrom).toBeNull();
    expect(clock.timers).toBe(0);
    await reachability.stop();
  });

  it('never has two rounds of questions at once, however often the line changes or somebody tests', async () => {
    const { reachability, clock, request, around, lineChanged, mapper } = await started();
    let running = 0;
    let most = 0;
    around.seenFrom = async (signal) => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(1000, signal).finally(() => {
        running -= 1;
      });
      return { v4: EXTERNAL, v6: null, natType: 'unknown' };
    };
    reachability.open(request());
    await clock.turn(0);
    for (let change = 0; change < 5; change += 1) lineChanged();
    const tests = [reachability.test(), reachability.test()];
    expect(reachability.view().testing).toBe(true);
    await clock.turn(5000);
    await Promise.all(tests);
    expect(reachability.view().testing).toBe(false);
    expect(mapper().probes).toBe(1);
    expect(most).toBe(1);
    await clock.turn(60 * 60_000);
    expect(most).toBe(1);
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('asks anew where it is seen from when the line has changed under a round', async () => {
    const { reachability, clock, request, around, lineChanged } = await started();
    const answers = ['11.0.0.1', '11.0.0.2'];
    around.seenFrom = async (signal) => {
      const v4 = answers.shift() ?? '11.0.0.3';
      await clock.sleep(1000, signal);
      return { v4, v6: null, natType: 'unknown' };
    };
    reachability.open(request());
    await clock.turn(500);
    lineChanged();
    await clock.turn(5000);
    expect(reachability.view().seenFrom).toMatchObject({ v4: '11.0.0.2' });
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('asks no STUN server where none is set', async () => {
    const { reachability, clock, request, around, set } = await started();
    set('reachability.stunServers', []);
    reachability.open(request());
    await clock.turn(600_000);
    expect(around.stunAsked).toBe(0);
    await reachability.stop();
  });

  it('gives up on a silent STUN server, tunnel and witness in time, and tells no lie meanwhile', async () => {
    const { reachability, clock, request, around, prober, mapper } = await started();
    around.seenFrom = () => new Promise(() => {});
    prober.answer = () => NOT;
    const way = reachability.open(request());
    await clock.turn(0);
    mapper().map();
    expect(way.looking()).toBe(true);
    const test = reachability.test();
    await clock.turn(30_000);
    await test;
    expect([way.looking(), way.current()]).toEqual([false, null]);
    await reachability.stop();
    expect(clock.timers).toBe(0);
  });

  it('looks at the line and the lease at once when the system says that somebody is back, and not all the time', async () => {
    const { reachability, clock, around, request, mapper } = await started();
    await reachability.woke();
    expect(around.looks).toBe(0);
    reachability.open(request());
    await clock.turn(60_000);
    const { stunAsked } = around;
    await reachability.woke();
    await reachability.woke();
    await clock.turn(0);
    expect([around.looks, mapper().resumes, around.stunAsked]).toEqual([1, 1, stunAsked + 1]);
    await clock.turn(10_000);
    await reachability.woke();
    expect([around.looks, mapper().resumes]).toEqual([2, 2]);
    await reachability.stop();
  });

  it('stops at once where the system takes its time to tell the routes', async () => {
    const { reachability, clock, around, request, mappers } = await started();
    around.routes = new Promise(() => undefined);
    reachability.open(request());
    await clock.turn(0);
    await reachability.stop();
    expect([mappers.length, around.watched, clock.timers]).toEqual([0, 0, 0]);
  });

  it('calls nothing open behind a provider’s NAT, unless strangers came in', async () => {
    const { reachability, clock, prober, around, request, mapper } = await started();
    reachability.open(request());
    await clock.turn(0);
    mapper().map({ external: null, behindAnotherNat: 'cgnat' }, '100.64.3.4');
    await clock.turn(1000);
    expect(reachability.view()).toMatchObject({ natClass: 'unknown', counters: { active: 0, external: 0 } });
    around.names = ['11-0-0-1.cgn.example'];
    prober.answer = () => NOT;
    mapper().map();
    await reachability.test();
    expect(reachability.view().natClass).toBe('unknown');
    await reachability.stop();
  });

  it('looks at the lease at once when the computer wakes', async () => {
    const { reachability, clock, request, mapper, resumed } = await started();
    reachability.open(request());
    await clock.turn(0);
    resumed();
    expect(mapper().resumes).toBe(1);
    await reachability.stop();
  });

  it('stops in the middle of a round, a test and a try, with nothing left', async () => {
    const { reachability, clock, request, around, prober, mapper } = await started();
    around.seenFrom = () => new Promise(() => {});
    const way = reachability.open(request());
    await clock.turn(0);
    prober.answer = (_target, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    mapper().map();
    const router = mapper();
    const test = reachability.test();
    await clock.turn(0);
    await reachability.stop();
    await test;
    expect([router.stopped, around.watched, clock.timers]).toEqual([true, 0, 0]);
    expect(way.current()).toBeNull();
  });

  it('tells its steps newest first, and knows the node that a tunnel must lead to', async () => {
    const { reachability, clock, request, mapper } = await started();
    reachability.open(request());
    await clock.turn(0);
    mapper().map();
    await clock.turn(1000);
    const log = reachability.log();
    expect(log.map(({ code }) => code)).toContain('stun.seen');
    expect(log.find(({ code }) => code === 'way.chosen')?.facts).toBe('port=iicp way=mapping tier=1 proven=true');
    expect(log.map(({ at }) => at)).toEqual(log.map(({ at }) => at).sort((a, b) => b - a));
    await reachability.stop();
  });
});
