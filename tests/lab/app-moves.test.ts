// The line to the router changes under the mapper, others are on it, and some of them mean harm.
import { expect, it } from 'vitest';
import { until } from '../support/wait.ts';
import { App, isMapped } from './app.ts';
import { external, inLab, LAN, LAN6, Lab } from './support.ts';

const rule = (port: number, to = LAN) => ({ transport: 'tcp', external: port, to: `${to}:${port}` });

inLab('the mapper, when things move', () => {
  it('withdraws when the line is down, and points to the new address when it is back with another one', async () => {
    const lab = await Lab.up('--no-ipv6');
    await lab.listen('lan', 9001);
    const app = await App.start(lab);
    await app.mapped();
    await lab.exec('lan', 'ip', 'link', 'set', 'eth0', 'down');
    let after = app.now;
    app.tell({ do: 'look' });
    expect((await app.sees('the end of it', ({ external: told }) => told === null, { after })).granted).toBeNull();
    await lab.exec('lan', 'ip', 'addr', 'flush', 'dev', 'eth0');
    await lab.exec('lan', 'ip', 'addr', 'add', '192.168.77.11/24', 'dev', 'eth0');
    await lab.exec('lan', 'ip', 'link', 'set', 'eth0', 'up');
    await lab.exec('lan', 'ip', 'route', 'add', 'default', 'via', '192.168.77.1');
    after = app.now;
    app.tell({ do: 'look' });
    const { external: told, granted } = await app.sees('a mapping', isMapped, { after });
    expect(granted?.internal.address).toBe('192.168.77.11');
    expect(await lab.connect(external(), told!.port)).toBe('lan greets');
    expect((await app.stop()).code).toBe(0);
    // What the old address had is the router's to forget: no other computer may remove it.
    expect(await lab.mappings()).toEqual([rule(9001)]);
  });

  it('withdraws at once when the way out leads through somebody else, and asks nobody there to remove anything', async () => {
    const lab = await Lab.up('--no-ipv6', '--pcp-only');
    const app = await App.start(lab);
    await app.mapped();
    await lab.exec('lan', 'ip', 'route', 'replace', 'default', 'via', '192.168.77.20');
    const after = app.now;
    app.tell({ do: 'look' });
    await app.sees('the end of it', ({ external: told }) => told === null, { after });
    expect(await app.sees('that nobody is there', ({ state }) => state === 'unavailable', { after })).toMatchObject({
      external: null,
    });
    expect(await lab.mappings()).toEqual([rule(9001)]);
    expect((await app.stop()).code).toBe(0);
  });

  it('has its ports again at once after a restart of a router that has only UPnP', async () => {
    const lab = await Lab.up('--no-ipv6', '--upnp-only');
    await lab.listen('lan', 9001);
    const app = await App.start(lab);
    await app.mapped();
    const after = app.now;
    await lab.natlab('reboot-router', '0');
    await app.sees('the new address', ({ external: told }) => told?.address === external(1), { after });
    expect(await lab.connect(external(1), 9001)).toBe('lan greets');
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
  });

  it('tells of a new address at once by UPnP alone, for the router tells those who have subscribed', async () => {
    const lab = await Lab.up('--no-ipv6', '--upnp-only');
    await lab.listen('lan', 9001);
    const app = await App.start(lab);
    await app.mapped();
    const requests = async () => (await lab.natlab('log')).match(/(?:UN)?SUBSCRIBE \/evt/g) ?? [];
    await until('a subscription', async () => (await requests()).length > 0);
    const after = app.now;
    await lab.natlab('new-ip');
    await app.sees('the new address', ({ external: told }) => told?.address === external(1), { after });
    // The next check would be in minutes.
    expect(await lab.connect(external(1), 9001)).toBe('lan greets');
    expect(app.advertised()).toEqual(['none', `${external()}:9001`, `${external(1)}:9001`]);
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
    expect((await requests()).at(-1)).toBe('UNSUBSCRIBE /evt');
  });

  it('opens the IPv6 firewall as well, again after the router has lost it, and closes it', async () => {
    const lab = await Lab.up('--upnp-only');
    await lab.listen('lan', 9001);
    const app = await App.start(lab);
    app.want();
    await until('a hole', () => {
      // A firewall that answered too late is asked again only after a while, or when somebody wants it now.
      if (app.view(6)?.state === 'unavailable') app.tell({ do: 'probe' });
      return app.view(6)?.state === 'mapped';
    });
    expect(app.view(6)?.external).toEqual({ address: LAN6, port: 9001 });
    expect(await lab.connect(LAN6, 9001)).toBe('lan greets');
    await app.sees('the mapping by IPv4', isMapped);
    await lab.natlab('reboot-router', '0');
    await until('the new address', () => {
      if (app.view(4)?.state !== 'renewing') app.tell({ do: 'probe' });
      return app.view(4)?.external?.address === external(1);
    });
    expect(await until('somebody to be let in', () => lab.connect(LAN6, 9001))).toBe('lan greets');
    expect((await app.stop()).code).toBe(0);
    expect(await lab.pinholes()).toEqual([]);
    expect(await lab.mappings()).toEqual([]);
  });

  it('keeps its port by IPv4 while IPv6 changes, and has the firewall opened for each address there is', async () => {
    const lab = await Lab.up('--pcp-only');
    await lab.listen('lan', 9001);
    const app = await App.start(lab);
    await app.mapped();
    const other = LAN6.replace(/10$/, '11');
    const hole = (address: string) => {
      const holes =
        app
          .snapshots()
          .at(-1)
          ?.mappings.filter(({ family }) => family === 6) ?? [];
      // A firewall that answered too late is asked again only after a while, or when somebody wants it now.
      if (holes.some(({ state }) => state === 'unavailable')) app.tell({ do: 'probe' });
      return holes.some(({ external: told }) => told?.address === address);
    };
    await until('a hole', () => hole(LAN6));
    await lab.exec('lan', 'ip', 'addr', 'add', `${other}/64`, 'dev', 'eth0', 'nodad');
    app.tell({ do: 'look' });
    await until('both', () => hole(LAN6) && hole(other));
    expect((await lab.pinholes()).map(({ to }) => to).toSorted()).toEqual([`[${LAN6}]:9001`, `[${other}]:9001`]);
    await lab.exec('lan', 'ip', 'addr', 'del', `${LAN6}/64`, 'dev', 'eth0');
    app.tell({ do: 'look' });
    await until('one', () => !hole(LAN6) && hole(other));
    expect(await until('somebody to be let in', () => lab.connect(other, 9001))).toBe('lan greets');
    expect(await until('somebody by IPv4', () => lab.connect(external(), 9001))).toBe('lan greets');
    expect(app.advertised()).toEqual(['none', `${external()}:9001`]);
    expect((await app.stop()).code).toBe(0);
    expect(await lab.mappings()).toEqual([]);
  });

  it('keeps the nonce of a hole made by PCP over a crash, so that it can close it', async () => {
    const lab = await Lab.up('--pcp-only');
    const first = await App.start(lab);
    const before = await first.mapped(9001, 6);
    await first.kill();
    const second = await App.start(lab, { folder: first.folder });
    expect((await second.mapped(9001, 6)).granted?.handle).toBe(before.granted?.handle);
    expect(await lab.pinholes()).toHaveLength(1);
    expect((await second.stop()).code).toBe(0);
    expect(await lab.pinholes()).toEqual([]);
    expect(await lab.mappings()).toEqual([]);
  });

  it('shares a computer and a router with others like it, each with a port of its own', async () => {
    const lab = await Lab.up('--no-ipv6');
    const [one, two, three] = await Promise.all([
      App.start(lab),
      App.start(lab, { tag: 'two' }),
      App.start(lab, { tag: 'three', place: 'lan2' }),
    ]);
    await one.mapped(9001);
    await two.mapped(9002);
    const theirs = await three.mapped(9001);
    const port = theirs.external!.port;
    expect(port).not.toBe(9001);
    const sorted = async () => (await lab.mappings()).toSorted((a, b) => a.external - b.external);
    expect(await sorted()).toHaveLength(3);
    await one.stop();
    expect((await lab.mappings()).some(({ external: open }) => open === 9001)).toBe(false);
    expect(await sorted()).toHaveLength(2);
    await lab.aged();
    // Told to all of them, whoever has port 5350.
    await lab.natlab('new-ip');
    await two.sees('the new address', ({ external: told }) => told?.address === external(1), { port: 9002 });
    await three.sees('the new address', ({ external: told }) => told?.address === external(1));
    await Promise.all([two.stop(), three.stop()]);
    expect(await lab.mappings()).toEqual([]);
  });

  it('takes an announcement as a hint from whoever it comes, and asks the router', async () => {
    const lab = await Lab.up('--no-ipv6');
    const app = await App.start(lab);
    await app.mapped();
    // A neighbour says ten times a second that the router has another address and has just begun.
    const spoof = `for i in $(seq 10); do printf '\\000\\200\\000\\000\\000\\000\\000\\000\\013\\313\\161\\177'; sleep 0.1; done`;
    await lab.exec(
      'lan2',
      'sh',
      '-c',
      `${spoof} | socat -u -b12 - UDP4-DATAGRAM:224.0.0.1:5350,bind=:5351,ip-multicast-if=192.168.77.20`,
    );
    expect(app.advertised()).toEqual(['none', `${external()}:9001`]);
    expect(await lab.mappings()).toEqual([rule(9001)]);
    expect(app.snapshots().at(-1)?.router?.rebootsSeen).toBe(0);
    expect((await app.stop()).code).toBe(0);
  });
});
