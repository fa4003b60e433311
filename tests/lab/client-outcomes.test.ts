// What a router granted or refused, and how that is told: never more than it said, within the time that it was given.
import { expect, it } from 'vitest';
import { Clients, type Outcome, type Way, wish } from './clients.ts';
import { external, inLab, LAN, Lab, ROUTER } from './support.ts';

const OUR_RULE = { transport: 'tcp', external: 19_001, to: `${LAN}:9001` };

const LIMIT_MS = 1500;
/** A way and a fault of the router, with the kind of error and its reason. */
const REFUSALS: Readonly<Record<string, string>> = {
  'upnp err=606': 'refused not-authorized',
  'upnp err=501': 'refused no-resources',
  'upnp err=728': 'refused no-resources',
  'upnp err=729': 'refused conflict',
  'upnp err=718': 'refused conflict',
  'upnp rst': 'transport transport',
  'upnp badxml': 'transport malformed',
  'upnp deadhttp': 'timeout timeout',
  'pcp refuse=2': 'refused not-authorized',
  'pcp refuse=8': 'refused no-resources',
  'pcp zerolife': 'refused no-resources',
  'pcp garbage': 'transport malformed',
  'pcp trunc': 'transport malformed',
  'pcp wrongsrc': 'timeout timeout',
  'nat-pmp refuse=2': 'refused not-authorized',
  'nat-pmp refuse=4': 'refused no-resources',
  'nat-pmp zerolife': 'refused no-resources',
  'nat-pmp wrongsrc': 'timeout timeout',
};

const DEAF: readonly string[] = ['garbage', 'trunc', 'wrongsrc'];

inLab('what a client is told', () => {
  it.each<[string, Way, string, object]>([
    ['two hours', 'upnp', 'nopmp', { lifetimeMs: 7_200_000 }],
    ['for ever, where it takes no lifetime', 'upnp', 'nopmp,725', { lifetimeMs: null }],
    ['for ever, where it calls a lifetime a bad argument', 'upnp', 'nopmp,402', { lifetimeMs: null }],
    ['a minute where it grants no more', 'upnp', 'nopmp,clamp=60', { lifetimeMs: 60_000 }],
    ['a minute of two hours', 'pcp', 'clamp=60', { lifetimeMs: 60_000 }],
    ['a minute of two hours asked otherwise', 'nat-pmp', 'clamp=60', { lifetimeMs: 60_000 }],
    ['another port where it is taken', 'pcp', 'conflict=19001', { external: { address: external(), port: 19_002 } }],
    ['another port where it always is', 'nat-pmp', 'shiftport=5', { external: { address: external(), port: 19_006 } }],
  ])('takes what was granted: %s', async (_, way, quirk, granted) => {
    const lab = await Lab.up('--no-ipv6', '--quirk', quirk);
    await lab.listen('lan', 9001);
    const clients = new Clients(lab);
    const mapping = await clients.install(way);
    const near = {
      ...granted,
      ...('lifetimeMs' in granted && granted.lifetimeMs ? { lifetimeMs: expect.any(Number) } : {}),
    };
    expect(mapping).toMatchObject(near);
    if ('lifetimeMs' in granted && typeof granted.lifetimeMs === 'number') {
      expect(Math.abs((mapping.lifetimeMs ?? 0) - granted.lifetimeMs)).toBeLessThanOrEqual(2000);
    }
    expect(await lab.mappings()).toEqual([{ ...OUR_RULE, external: mapping.external.port }]);
    expect(await lab.connect(external(), mapping.external.port)).toBe('lan greets');
    await clients.ask(way, 'remove', { mapping });
    expect(await lab.mappings()).toEqual([]);
    expect(await clients.end()).toBe(0);
  });

  it('takes another port by UPnP where somebody else has ours, and leaves theirs alone', async () => {
    const lab = await Lab.up('--no-ipv6', '--upnp-only');
    const url = `http://${ROUTER}:5000/rootDesc.xml`;
    await lab.exec('lan2', 'upnpc', '-u', url, '-e', 'theirs', '-a', '192.168.77.20', '9001', '19001', 'TCP', '600');
    const theirs = { ...OUR_RULE, to: '192.168.77.20:9001' };
    const clients = new Clients(lab);
    const mapping = await clients.install('upnp');
    expect(mapping.external.port).not.toBe(19_001);
    expect(await lab.mappings()).toEqual([theirs, { ...OUR_RULE, external: mapping.external.port }]);
    await clients.ask('upnp', 'remove', { mapping });
    // Not even by a mapping that says it is ours.
    await clients.ask('upnp', 'remove', { mapping: { ...mapping, external: { ...mapping.external, port: 19_001 } } });
    expect(await lab.mappings()).toEqual([theirs]);
  });

  it('is told why nothing was granted whatever a router does, and leaves nothing open', async () => {
    const lab = await Lab.up('--no-ipv6', '--quirk', 'mute');
    const clients = new Clients(lab);
    const seen: Record<string, string> = {};
    for (const fault of Object.keys(REFUSALS)) {
      const [way, quirk] = fault.split(' ') as [Way, string];
      await lab.natlab('set', 'quirk', way === 'upnp' ? `nopmp,${quirk}` : quirk);
      const { error } = await clients.ask(way, 'install', { wish: wish(), timeoutMs: LIMIT_MS, fresh: true });
      seen[fault] = `${error?.kind} ${error?.reason}`;
      // Whoever can't be understood has mapped all the same; what to do about that is the mapper's affair.
      if (!DEAF.includes(quirk)) expect(await lab.mappings(), fault).toEqual([]);
    }
    expect(seen).toEqual(REFUSALS);
    expect(await clients.end()).toBe(0);
  });

  it('is patient with a slow router when it is given the time', async () => {
    const lab = await Lab.up('--no-ipv6', '--quirk', 'nopmp,slow=1500');
    const clients = new Clients(lab);
    expect(await clients.ask('upnp', 'probe', { timeoutMs: 1200 })).toMatchObject({ kind: 'failed' });
    expect(await clients.ask('upnp', 'probe', { timeoutMs: 6000 })).toMatchObject({ kind: 'done' });
    const mapping = await clients.install('upnp', {}, 15_000);
    expect(await lab.mappings()).toEqual([OUR_RULE]);
    await clients.ask('upnp', 'remove', { mapping, timeoutMs: 6000 });
    expect(await lab.mappings()).toEqual([]);
  });

  it.each<Way>(['pcp', 'nat-pmp', 'upnp'])(
    'gets one mapping by %s from a router that hears six of ten requests',
    async (way) => {
      const lab = await Lab.up('--no-ipv6', '--loss', '40');
      const clients = new Clients(lab);
      const tries: Outcome[] = [];
      // Each of several requests may be lost: a mapper asks again, and so does this.
      while (tries.length < 5 && tries.at(-1)?.kind !== 'done')
        tries.push(await clients.ask(way, 'install', { wish: wish() }));
      expect(tries.at(-1)).toMatchObject({ kind: 'done' });
      expect(await lab.mappings()).toEqual([OUR_RULE]);
    },
  );
});
