// The whole node in a home network: found by a directory outside, reached through the router, found again after the router's loss of
// everything, and honest where nobody can get in.
import { expect, it } from 'vitest';
import { Home, PORT, until, WAN, WAN6 } from './provider.ts';
import { external, inLab, LAN6, Lab } from './support.ts';

inLab('a provider at home', () => {
  it('serves sealed tasks from outside through the router, and again at its new address after it lost everything', async () => {
    const lab = await Lab.up('--no-ipv6');
    const home = await Home.settle(lab, undefined, { 'networks.iicp.relayServe': true });
    const served = await until('a task served', () => home.ask(), 30_000);
    // The consumer seals whatever it is not told to leave open.
    expect(served).toMatchObject({ status: 'completed' });
    expect(await home.endpoints()).toEqual([`http://${external()}:${PORT}`]);
    // As a relay it needs a second port, and tells of it once somebody outside has come in there.
    const workers = await until(
      'the relay to be listed',
      async () => (await home.listed())[0]?.registration.relay_accept_port,
      30_000,
    );
    const open = new Set((await lab.mappings()).map((rule) => rule.external));
    expect(open).toEqual(new Set([PORT, workers]));
    const outside = lab.node('wan', 'relay-child.ts', external());
    await outside.hears('that it is ready', ({ kind }) => kind === 'ready');
    outside.tell({ do: 'bind', workers: ['worker-1'], from: WAN });
    expect(await outside.hears('who is bound', ({ kind }) => kind === 'said')).toMatchObject({ said: { ok: 1 } });
    // A router whose count is still near nought has lost nothing that could be noticed.
    await lab.aged();
    await lab.natlab('reboot-router', '1');
    const began = performance.now();
    await until('the new address', async () => (await home.endpoints())[0] === `http://${external(1)}:${PORT}`, 20_000);
    await until('a task served again', () => home.ask(), 20_000);
    const tookMs = Math.round(performance.now() - began);
    console.log(`listed anew and served again ${tookMs} ms after the router's link came up`);
    expect(await home.endpoints()).toEqual([`http://${external(1)}:${PORT}`]);
    await home.stop();
    expect(await lab.mappings()).toEqual([]);
    expect(await home.endpoints()).toEqual([]);
  });

  it('serves through a hole in the firewall of IPv6 where nobody gets in by IPv4', async () => {
    const lab = await Lab.up('--cgnat');
    const home = await Home.settle(lab, WAN6);
    await until('a task served', () => home.ask(), 30_000);
    expect(await home.endpoints()).toEqual([`http://[${LAN6}]:${PORT}`]);
    expect((await lab.pinholes()).map(({ to }) => to)).toEqual([`[${LAN6}]:${PORT}`]);
    await home.stop();
    expect(await lab.pinholes()).toEqual([]);
  });

  it('says that the provider shares the address, and tells nobody a false one', async () => {
    const lab = await Lab.up('--no-ipv6', '--cgnat');
    const home = await Home.settle(lab);
    const view = await until(
      'a verdict',
      async () => {
        const seen = await home.reach();
        return seen?.tier === 4 && seen.reason !== null && seen;
      },
      30_000,
    );
    expect(view.ports.map(({ advertised }) => advertised)).toEqual([null]);
    expect(['reachability.carrier-nat', 'reachability.double-nat']).toContain(view.reason!.code);
    expect(await home.endpoints()).toEqual([]);
    expect(await home.ask()).toBeUndefined();
  });
});
