// Each protocol's client against real routers and odd ones: a port is opened, looked after and closed.
import { expect, it } from 'vitest';
import { Clients, type Way, wish } from './clients.ts';
import { external, inLab, LAN, Lab } from './support.ts';

const OUR_RULE = { transport: 'tcp', external: 19_001, to: `${LAN}:9001` };

inLab('a client for routers', () => {
  it.each<[Way, readonly string[]]>([
    ['pcp', ['--pcp-only']],
    ['nat-pmp', ['--natpmp-only']],
    ['upnp', ['--upnp-only']],
    ['upnp', ['--igd1', '--no-natpmp']],
    ['upnp', ['--quirk', 'nopmp,ppp']],
    ['upnp', ['--quirk', 'nopmp,noany']],
    ['upnp', ['--quirk', 'nopmp,chunked']],
    ['upnp', ['--quirk', 'nopmp,locother']],
    ['pcp', ['--quirk', 'pcponly']],
    ['nat-pmp', ['--quirk', 'pmpver']],
    ['pcp', ['--quirk', 'dup']],
    ['nat-pmp', ['--quirk', 'dup']],
  ])(
    'has a port opened by %s with %j, looks after it and closes it, and leaves nothing behind',
    async (way, options) => {
      const lab = await Lab.up('--no-ipv6', ...options);
      await lab.listen('lan', 9001);
      const clients = new Clients(lab);
      expect(await clients.ask(way, 'probe')).toMatchObject({ kind: 'done' });
      const mapping = await clients.install(way);
      expect(mapping).toMatchObject({ protocol: way, external: { address: external(), port: 19_001 } });
      expect(await lab.mappings()).toEqual([OUR_RULE]);
      expect(await lab.connect(external(), 19_001)).toBe('lan greets');
      const renewed = await clients.ask(way, 'renew', { mapping, wish: wish() });
      expect(renewed).toMatchObject({ kind: 'done', result: { external: mapping.external } });
      expect(await lab.mappings()).toEqual([OUR_RULE]);
      expect(await clients.ask(way, 'check', { mapping })).toMatchObject({ kind: 'done' });
      expect(await clients.ask(way, 'remove', { mapping })).toMatchObject({ kind: 'done' });
      expect(await lab.mappings()).toEqual([]);
      expect(await clients.ask(way, 'remove', { mapping })).toMatchObject({ kind: 'done' });
      expect(await clients.end()).toBe(0);
    },
  );

  it('knows soon that nobody is there, and asks for nothing', async () => {
    const lab = await Lab.up('--no-ipv6', '--absent');
    for (const way of ['pcp', 'nat-pmp', 'upnp'] as const) {
      const clients = new Clients(lab);
      const outcome = await clients.ask(way, 'probe', { timeoutMs: 1200 });
      expect(outcome).toMatchObject({ kind: 'failed', error: { kind: 'unavailable', reason: 'not-found' } });
      expect(await clients.end()).toBe(0);
    }
    expect(await lab.mappings()).toEqual([]);
  });

  it.each<[Way, string]>([
    ['pcp', 'pmpver'],
    ['nat-pmp', 'pcponly'],
  ])('hears by %s that a router speaks another dialect (%s), which is no refusal', async (way, quirk) => {
    const lab = await Lab.up('--no-ipv6', '--quirk', quirk);
    const clients = new Clients(lab);
    const outcome = await clients.ask(way, 'probe');
    expect(outcome).toMatchObject({ kind: 'failed', error: { kind: 'unavailable', reason: 'other-dialect' } });
  });
});
