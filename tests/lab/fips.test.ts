// Nodes of the mesh in two homes, each behind the kernel's own NAT, with a relay and STUN servers between them.
import { expect, it } from 'vitest';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { until } from '../support/wait.ts';
import { type FipsNode, homesWith, saysTo } from './fips-homes.ts';
import { betweenHomes } from './two-homes.ts';

betweenHomes('two homes', () => {
  it('punch through both routers, use the hole, have new keys twice, and punch another after a router has restarted', {
    timeout: 300_000,
  }, async () => {
    const { homes, start } = await homesWith();
    const [one, other] = [await start('home-a', 1), await start('home-b', 2)];
    await one.knows(1);
    one.tell({ do: 'punch', to: '2' });
    const [there, here] = [await one.linked(2), await other.linked(1)];
    expect(there.remote.address).toMatch(/^11\.203\.113\.102:/);
    expect(here.remote.address).toMatch(/^11\.203\.113\.101:/);
    await saysTo(one, other, 2, 'through two routers');
    await saysTo(other, one, 1, 'and back');
    for (const keyEpoch of [true, false]) {
      for (const [node, to] of [
        [one, 2],
        [other, 1],
      ] as const)
        node.tell({ do: 'age', to: String(to) });
      await until(
        'new keys',
        async () => (await one.linked(2)).keyEpoch === keyEpoch && (await other.linked(1)).keyEpoch === keyEpoch,
      );
      await saysTo(one, other, 2, `with new keys ${keyEpoch}`);
    }
    // The other router lets in nobody from the new address: the hole is gone, both see it, and another is punched.
    await homes.reboot('a');
    await until('its end', () => one.count('down') === 1 && other.count('down') === 1, 100_000);
    one.tell({ do: 'punch', to: '2' });
    await one.linked(2);
    expect((await other.linked(1)).remote.address).toMatch(/^11\.203\.113\.111:/);
    await saysTo(other, one, 1, 'found again');
    await one.stop();
    await until('the goodbye', () => other.count('down') === 2);
    await other.stop();
  });

  it('have one link where both want one at once', async () => {
    const { start } = await homesWith();
    const [one, other] = [await start('home-a', 1), await start('home-b', 2)];
    await Promise.all([one.knows(1), other.knows(1)]);
    one.tell({ do: 'punch', to: '2' });
    other.tell({ do: 'punch', to: '1' });
    await Promise.all([one.linked(2), other.linked(1)]);
    await saysTo(one, other, 2, 'one link');
    expect([one.count('up'), other.count('up')]).toEqual([1, 1]);
  });

  it('find no hole where both routers use another port for each destination, and go through a third node', async () => {
    const { start } = await homesWith('symmetric', 'symmetric');
    const third = await start('wan', 3, {}, '11.203.113.1');
    const [one, other] = [await start('home-a', 1), await start('home-b', 2)];
    await one.knows(2);
    one.tell({ do: 'punch', to: '2' });
    await until('that there is none', () => one.has('failed closed'));
    expect(await one.link(2)).toBeUndefined();
    // It is found by its advert, for the third listens at a public address.
    for (const node of [one, other]) {
      const { are } = await node.ask({ do: 'endpoints', of: '3' }, 'endpoints');
      const [{ address }] = are as [{ address: string }];
      expect(address).toMatch(/^11\.203\.113\.1:/);
      node.tell({ do: 'dial', to: '3', address });
      await node.linked(3);
    }
    await third.linked(2);
    await saysTo(one, other, 2, 'through the third');
    expect(await one.link(2)).toBeUndefined();
  });

  it('see each other on one local network, by multicast DNS alone', async () => {
    const { start } = await homesWith();
    const [one, other] = [await start('home-a', 1, { lan: true }), await start('home-a2', 2, { lan: true })];
    const seen = (node: FipsNode, secret: number, host: string) =>
      until('the neighbour', () =>
        node.count(`nearby ${Identity.of(Buffer.alloc(32, secret))!.xOnly.toString('hex')} ${host}:`),
      );
    await seen(one, 2, '192.168.77.20');
    await seen(other, 1, '192.168.77.10');
    await Promise.all([one.stop(), other.stop()]);
  });
});
