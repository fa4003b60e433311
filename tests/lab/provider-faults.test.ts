// The whole node at routers that lie, mean harm or give each connection a port of its own.
import { expect, it } from 'vitest';
import { Home, PORT, until, type View } from './provider.ts';
import { external, inLab, LAN, Lab } from './support.ts';

const VERDICT_MS = 80_000;

function verdict(home: Home, so: (view: View) => boolean): Promise<View> {
  const ask = async () => {
    const view = await home.reach();
    return view !== undefined && so(view) && view;
  };
  return until('a verdict', ask, VERDICT_MS);
}

inLab('a provider at home with an odd router', () => {
  it('believes the outside, not a router that claims the address that somebody else above it has', async () => {
    const lab = await Lab.up('--no-ipv6', '--cgnat', '--ext-ip', external());
    const home = await Home.settle(lab);
    const view = await verdict(home, ({ tier, reason }) => tier === 4 && reason !== null);
    // It did map, and it does tell the very address that the outside sees.
    expect(await lab.mappings()).toHaveLength(1);
    expect(view.ports.map(({ advertised }) => advertised)).toEqual([null]);
    expect(await home.endpoints()).toEqual([]);
    expect(await home.ask()).toBeUndefined();
    await home.stop();
    expect(await lab.mappings()).toEqual([]);
  });

  it('sees that each connection gets a port of its own, and is reached by the one that was mapped', async () => {
    const lab = await Lab.up('--no-ipv6', '--symmetric', '--absent');
    const home = await Home.settle(lab);
    expect(await verdict(home, ({ natType }) => natType !== 'unknown')).toMatchObject({ natType: 'symmetric' });
    await lab.natlab('set', 'present');
    expect(await until('a task served', () => home.ask(), VERDICT_MS)).toMatchObject({ status: 'completed' });
    await home.stop();
    expect(await lab.mappings()).toEqual([]);
  });

  it('finds a port that was forwarded by hand in a router which opens none, and again at the next address', async () => {
    const lab = await Lab.up('--no-ipv6', '--absent');
    const home = await Home.settle(lab);
    const refused = await verdict(home, ({ tier, reason }) => tier === 4 && reason !== null);
    expect(refused).toMatchObject({ reason: { code: 'reachability.not-found' }, ports: [{ advertised: null }] });
    expect(await home.endpoints()).toEqual([]);
    const rule = (...words: string[]) => lab.exec('router', 'nft', 'add', 'rule', 'inet', 'filter', ...words);
    await rule('forward', 'ct', 'status', 'dnat', 'accept');
    await rule('prerouting', 'iifname', 'wan0', 'tcp', 'dport', `${PORT}`, 'dnat', 'ip', 'to', `${LAN}:${PORT}`);
    const told = (address: string) =>
      until(
        `the address ${address}`,
        async () => {
          const view = await home.reach('--test');
          return view?.ports[0]?.advertised === `http://${address}:${PORT}` && view;
        },
        VERDICT_MS,
      );
    expect(await told(external())).toMatchObject({ tier: 1, reason: null });
    expect(await until('a task served', () => home.ask(), VERDICT_MS)).toMatchObject({ status: 'completed' });
    await lab.natlab('new-ip');
    expect(await told(external(1))).toMatchObject({ tier: 1, reason: null });
    await home.stop();
  }, 300_000);

  it('serves through a router that points elsewhere, and asks nobody outside for it', async () => {
    const elsewhere = '11.203.113.9';
    const lab = await Lab.up('--no-ipv6', '--quirk', `nopmp,locout=${elsewhere},ctlout=${elsewhere}:5000`);
    const count = ['ip', 'daddr', elsewhere, 'counter', 'drop'];
    await lab.exec('router', 'nft', 'insert', 'rule', 'inet', 'filter', 'forward', ...count);
    const home = await Home.settle(lab);
    // A neighbour says ten times a second, as if it were the router, that there is another address.
    const spoof = `for i in $(seq 20); do printf '\\000\\200\\000\\000\\000\\000\\000\\000\\013\\313\\161\\177'; sleep 0.1; done`;
    const to = 'UDP4-DATAGRAM:224.0.0.1:5350,bind=:5351,ip-multicast-if=192.168.77.20';
    await lab.exec('lan2', 'sh', '-c', `${spoof} | socat -u -b12 - ${to}`);
    expect(await until('a task served', () => home.ask(), VERDICT_MS)).toMatchObject({ status: 'completed' });
    expect(await home.endpoints()).toEqual([`http://${external()}:${PORT}`]);
    const chain = await lab.exec('router', 'nft', 'list', 'chain', 'inet', 'filter', 'forward');
    expect(chain).toMatch(/11\.203\.113\.9 counter packets 0 bytes 0 drop/);
    await home.stop();
    expect(await lab.mappings()).toEqual([]);
  });

  it('gets no heavier by ten megabytes that a router sends', async () => {
    const lab = await Lab.up('--no-ipv6', '--quirk', 'nopmp,bigxml');
    const home = await Home.settle(lab);
    const view = await verdict(home, ({ tier, reason }) => tier === 4 && reason !== null);
    expect(view.ports.map(({ advertised }) => advertised)).toEqual([null]);
    const status = await lab.exec('lan', 'cat', `/proc/${home.node.pid}/status`);
    expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(400 * 1024);
    await home.stop();
  });
});
