// Routers that have another one above them, that mean harm, or that guard IPv6.
import { expect, it } from 'vitest';
import { Clients, type Told, type Way, wish } from './clients.ts';
import { external, inLab, LAN, LAN6, Lab } from './support.ts';

const OUR_RULE = { transport: 'tcp', external: 19_001, to: `${LAN}:9001` };

inLab('a client for routers', () => {
  it.each<[string, readonly string[], string, string | undefined]>([
    ['a provider’s NAT', ['--cgnat'], 'double-nat no-resources no-resources', undefined],
    ['another router', ['--double-nat'], 'double-nat no-resources no-resources', undefined],
    ['no address', ['--quirk', 'noip'], '0.0.0.0 0.0.0.0 0.0.0.0', undefined],
    ['a private address', ['--quirk', 'ip=10.1.2.3'], '10.1.2.3 10.1.2.3 10.1.2.3', '10.1.2.3'],
    ['a lie about its address', ['--cgnat', '--ext-ip', external()], `${external()} `.repeat(3).trim(), external()],
  ])('is told of a router with %s as it is, for whoever judges addresses', async (_, options, outcomes, address) => {
    const lab = await Lab.up('--no-ipv6', ...options);
    const clients = new Clients(lab);
    const seen: string[] = [];
    for (const way of ['nat-pmp', 'pcp', 'upnp'] as const) {
      const { result, error } = await clients.ask(way, 'install', { wish: wish() });
      seen.push(error ? error.reason : (result as Told).external.address);
      if (result) await clients.ask(way, 'remove', { mapping: result as Told });
    }
    expect(seen.join(' ')).toBe(outcomes);
    const probed = (await clients.ask('upnp', 'probe')).result as { readonly external?: string };
    expect(probed.external).toBe(address);
    expect(await lab.mappings()).toEqual([]);
  });

  it.each<[string, string]>([
    ['a description of ten megabytes', 'bigxml'],
    ['a description that blows up', 'bomb'],
    ['a description outside of the LAN', 'locout=11.203.113.1'],
    ['a control URL outside of the LAN', 'ctlout=11.203.113.1:5000'],
  ])('asks nobody outside of the LAN whatever a router sends: %s', async (_, quirk) => {
    const lab = await Lab.up('--no-ipv6', '--quirk', `nopmp,${quirk}`);
    const leaving = ['oifname', 'wan0', 'counter', 'drop'];
    await lab.exec('router', 'nft', 'insert', 'rule', 'inet', 'filter', 'forward', ...leaving);
    const clients = new Clients(lab);
    const outcome = await clients.ask('upnp', 'install', { wish: wish(), timeoutMs: 2000 });
    expect(await lab.exec('router', 'nft', 'list', 'chain', 'inet', 'filter', 'forward')).toMatch(
      /counter packets 0 bytes 0 drop/,
    );
    // What points elsewhere is tried at the router itself; what can't be read is read no further.
    if (outcome.kind === 'done') expect(await lab.mappings()).toEqual([OUR_RULE]);
    expect(outcome.kind).toBe(/out=/.test(quirk) ? 'done' : 'failed');
    expect(await clients.end()).toBe(0);
  });

  it.each<Way>(['pcp', 'pinhole'])('has a hole made in the IPv6 firewall by %s, and closed again', async (way) => {
    const lab = await Lab.up(way === 'pcp' ? '--pcp-only' : '--upnp-only');
    await lab.listen('lan', 9001);
    const clients = new Clients(lab);
    const v6 = wish({ family: 6 });
    const mapping = await clients.install(way, v6);
    expect(mapping.external).toEqual({ address: LAN6, port: 9001 });
    expect(await lab.pinholes()).toEqual([{ transport: 'tcp', external: 9001, to: `[${LAN6}]:9001` }]);
    expect(await lab.connect(LAN6, 9001)).toBe('lan greets');
    expect(await clients.ask(way, 'renew', { mapping, wish: v6 })).toMatchObject({ kind: 'done' });
    expect(await lab.pinholes()).toHaveLength(1);
    await lab.natlab('reboot-router', '0');
    expect(await lab.pinholes()).toEqual([]);
    const again = await clients.ask(way, 'renew', { mapping, wish: v6 });
    expect(again).toMatchObject({ kind: 'done' });
    expect(await lab.connect(LAN6, 9001)).toBe('lan greets');
    expect(await clients.ask(way, 'remove', { mapping: again.result as Told })).toMatchObject({ kind: 'done' });
    expect(await lab.pinholes()).toEqual([]);
    expect(await clients.end()).toBe(0);
  });

  it('removes by PCP what an earlier process had opened, with the nonce that it kept', async () => {
    const lab = await Lab.up('--pcp-only');
    const first = new Clients(lab);
    const mapping = await first.install('pcp', { family: 6, internal: { address: LAN6, port: 9001 }, port: 9001 });
    first.child.signal('SIGKILL');
    await first.child.exited;
    const second = new Clients(lab);
    const other = { ...mapping, handle: 'ffffffffffffffffffffffff' };
    await second.ask('pcp', 'remove', { mapping: other });
    expect(await lab.pinholes()).toHaveLength(1);
    await second.ask('pcp', 'remove', { mapping });
    expect(await lab.pinholes()).toEqual([]);
  });
});
