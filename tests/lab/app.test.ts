// The whole mapper at routers of all kinds: what the kernel forwards, what others would be told, and an end that leaves nothing.
import { expect, it } from 'vitest';
import { App, isMapped } from './app.ts';
import { external, inLab, LAN, Lab, ROUTER } from './support.ts';

const OUR_RULE = { transport: 'tcp', external: 9001, to: `${LAN}:9001` };
const OURS = { address: external(), port: 9001 };

inLab('the mapper', () => {
  it('has a port mapped by PCP, and closes it when it stops', async () => {
    const lab = await Lab.up('--no-ipv6');
    await lab.listen('lan', 9001);
    const app = await App.start(lab);
    const view = await app.mapped();
    expect(view).toMatchObject({ external: OURS, granted: { protocol: 'pcp' } });
    expect(await lab.mappings()).toEqual([OUR_RULE]);
    expect(await lab.connect(external(), 9001)).toBe('lan greets');
    const { code } = await app.stop();
    expect(code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
    expect(app.advertised()).toEqual(['none', `${external()}:9001`, 'none']);
  });

  it.each([
    ['nat-pmp', ['--natpmp-only']],
    ['upnp', ['--upnp-only']],
    ['upnp', ['--igd1', '--no-natpmp']],
    ['upnp', ['--quirk', 'nopmp,ppp']],
    ['pcp', ['--quirk', 'pcponly,noupnp']],
    ['nat-pmp', ['--quirk', 'pmpver,noupnp']],
  ])('uses %s where the router has %j', async (protocol, options) => {
    const lab = await Lab.up('--no-ipv6', ...options);
    const app = await App.start(lab);
    expect(await app.mapped()).toMatchObject({ external: OURS, granted: { protocol } });
    expect(await lab.mappings()).toEqual([OUR_RULE]);
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
  });

  it('says that nobody is there, does nothing to the router, and finds it when it comes', async () => {
    const lab = await Lab.up('--no-ipv6', '--absent');
    const app = await App.start(lab);
    app.want();
    await app.sees('that nobody is there', ({ state }) => state === 'unavailable');
    expect(await lab.mappings()).toEqual([]);
    await lab.natlab('set', 'present');
    expect(await app.sees('a mapping', isMapped)).toMatchObject({ external: OURS });
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
  });

  it.each(['725', '402'])(
    'takes a mapping without an end where there is no other (%s), and still closes it after a crash',
    async (quirk) => {
      const lab = await Lab.up('--no-ipv6', '--quirk', `nopmp,${quirk}`);
      const first = await App.start(lab);
      expect(await first.mapped()).toMatchObject({ granted: { lifetimeMs: null, expiresAt: null } });
      await first.kill();
      expect(await lab.mappings()).toEqual([OUR_RULE]);
      const second = await App.start(lab, { folder: first.folder });
      await second.mapped();
      expect(await lab.mappings()).toEqual([OUR_RULE]);
      expect((await second.stop()).code).toBe(0);
      expect(await lab.mappings()).toEqual([]);
    },
  );

  it.each(['conflict=9001', 'shiftport=5', 'nopmp,conflict=9001,noany'])(
    'tells the port that it was given where it is another one (%s)',
    async (quirk) => {
      const lab = await Lab.up('--no-ipv6', '--quirk', quirk);
      await lab.listen('lan', 9001);
      const app = await App.start(lab);
      const { external: told } = await app.mapped();
      expect(told?.port).not.toBe(9001);
      expect(await lab.mappings()).toEqual([{ ...OUR_RULE, external: told?.port }]);
      expect(await lab.connect(external(), told!.port)).toBe('lan greets');
      expect((await app.stop()).code).toBe(0);
      expect(await lab.mappings()).toEqual([]);
    },
  );

  it('leaves a neighbour’s mapping of the same port alone', async () => {
    const lab = await Lab.up('--no-ipv6', '--upnp-only');
    const url = `http://${ROUTER}:5000/rootDesc.xml`;
    await lab.exec('lan2', 'upnpc', '-u', url, '-e', 'theirs', '-a', '192.168.77.20', '9001', '9001', 'TCP', '600');
    const theirs = { ...OUR_RULE, to: '192.168.77.20:9001' };
    const app = await App.start(lab);
    const { external: told } = await app.mapped();
    expect(await lab.mappings()).toEqual([theirs, { ...OUR_RULE, external: told?.port }]);
    await app.stop();
    expect(await lab.mappings()).toEqual([theirs]);
  });

  it.each<[string, readonly string[]]>([
    ['a provider’s NAT', ['--cgnat']],
    ['another router', ['--double-nat']],
    ['no address', ['--quirk', 'noip']],
    ['the address 0.0.0.0', ['--quirk', 'ip=0.0.0.0']],
    ['a private address', ['--quirk', 'ip=192.168.9.9']],
  ])('never tells anybody of a way in through a router with %s', async (_, options) => {
    const lab = await Lab.up('--no-ipv6', ...options);
    const app = await App.start(lab);
    app.want();
    const judged = await app.sees(
      'a judgement',
      ({ behindAnotherNat, state }) => behindAnotherNat !== false || state === 'unavailable',
    );
    expect(judged.external).toBeNull();
    expect(app.advertised()).toEqual(['none']);
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
  });

  it('gets one mapping from a router that hears six of ten requests', async () => {
    const lab = await Lab.up('--no-ipv6', '--loss', '40');
    const app = await App.start(lab);
    await app.mapped();
    expect(await lab.mappings()).toHaveLength(1);
    await lab.natlab('set', 'loss', '0');
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
  });

  it.each(['deadhttp', 'rst', 'badxml', 'err=501', 'err=729', 'err=606'])(
    'says what is wrong with a router with %s, and stops',
    async (quirk) => {
      const lab = await Lab.up('--no-ipv6', '--quirk', `nopmp,${quirk}`);
      const app = await App.start(lab);
      app.want();
      const view = await app.sees('a failure', ({ lastError, state }) => lastError !== null && state === 'unavailable');
      expect(view.external).toBeNull();
      const { code } = await app.stop();
      expect(code).toBe(0);
      expect(await lab.mappings()).toEqual([]);
    },
  );

  it('has the patience for a router that needs four seconds for each answer', async () => {
    const lab = await Lab.up('--no-ipv6', '--quirk', 'nopmp,slow=4000');
    const app = await App.start(lab);
    app.want();
    expect(await app.sees('a mapping', isMapped, { withinMs: 100_000 })).toMatchObject({ external: OURS });
    expect(await lab.mappings()).toEqual([OUR_RULE]);
    await app.kill();
  });

  it.each(['chunked', 'locother', 'slow=1000'])('gets along with a router with %s', async (quirk) => {
    const lab = await Lab.up('--no-ipv6', '--quirk', `nopmp,${quirk}`);
    const app = await App.start(lab);
    expect(await app.mapped()).toMatchObject({ external: OURS });
    expect(await lab.mappings()).toEqual([OUR_RULE]);
    await app.kill();
  });
});
