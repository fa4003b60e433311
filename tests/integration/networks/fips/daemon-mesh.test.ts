// The mesh with the official daemon in it, on loopback: its tree, its filters, its lookups, and sessions with it and through it.
import { setInterval } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { fipsDaemon, withDaemon } from '../../../support/fips-daemon.ts';
import { fipsNode } from '../../../support/fips-node.ts';
import { until } from '../../../support/wait.ts';

const LONG = process.env.HEARTH_SOAK === '1';
const SECRET = 'b2'.repeat(32);
const daemonKey = Identity.ofText(SECRET)!;

withDaemon('the mesh with the official daemon', () => {
  it('has one tree, in which both know where the other stands', async () => {
    const daemon = await fipsDaemon({ secret: SECRET });
    const nodes = [await fipsNode(1), await fipsNode(0x12)];
    for (const node of nodes) await node.dial('udp', daemon.udp, daemonKey);
    const addrs = [daemonKey, ...nodes.map(({ identity }) => identity)].map(({ nodeAddr }) => nodeAddr).sort();
    const roots = () => nodes.map(({ mesh }) => mesh.router.tree.root);
    await until('one root', () => roots().every((root) => root === addrs[0]));
    await until('the daemon to have it', async () => (await daemon.control('show', 'tree')).root === addrs[0]);
    await until('the daemon to know the place and the filter of each', async () =>
      (await daemon.peers()).every((peer) => peer.has_tree_position === true && peer.has_bloom_filter === true),
    );
  });

  it('has a session of ours with the daemon', async () => {
    const daemon = await fipsDaemon({ secret: SECRET });
    const node = await fipsNode(1);
    await node.dial('udp', daemon.udp, daemonKey);
    await until('the link', () => node.layer.links.peers.size === 1);
    expect(node.say(daemonKey, 'hello')).toBe('queued');
    await until('the session', () => node.established.includes(daemonKey.nodeAddr));
    const sessions = await until('the daemon to have it', async () => {
      const { sessions: all } = await daemon.control('show', 'sessions');
      return (all as Record<string, unknown>[]).find(
        (each) => each.npub === node.identity.npub && each.state === 'established',
      );
    });
    expect(sessions).toMatchObject({ npub: node.identity.npub });
    const session = node.mesh.sessions.all.get(daemonKey.nodeAddr)!;
    await until('its reports', () => session.meter.srtt !== undefined);
  });

  it.skipIf(!LONG)('goes on through new keys while we alone speak', { timeout: 600_000 }, async () => {
    const daemon = await fipsDaemon({ secret: SECRET });
    const node = await fipsNode(1);
    await node.dial('udp', daemon.udp, daemonKey);
    await until('the link', () => node.layer.links.peers.size === 1);
    node.say(daemonKey, 'hello');
    await until('the session', () => node.established.includes(daemonKey.nodeAddr));
    const keysOf = () => node.mesh.sessions.all.get(daemonKey.nodeAddr)?.current;
    const used = new Set([keysOf()]);
    for await (const _ of setInterval(1000)) {
      node.say(daemonKey, 'and on');
      used.add(keysOf());
      if (used.size === 4) break;
    }
    expect(used.has(undefined)).toBe(false);
    // Long after those before were forgotten.
    const before = keysOf()!.sent;
    await until('thirty words more', () => node.say(daemonKey, 'and on') === 'sent' && keysOf()!.sent > before + 30);
    const { sessions } = await daemon.control('show', 'sessions');
    const seen = (sessions as { npub: string; state: string; mmp: Record<string, number> }[]).find(
      ({ npub }) => npub === node.identity.npub,
    );
    expect(seen).toMatchObject({ state: 'established', mmp: { delivery_ratio_forward: 1, loss_rate: 0 } });
  });

  it.each(['udp', 'tcp'] as const)(
    'carries what two of ours say to each other, with the daemon between them, by %s',
    async (by) => {
      const daemon = await fipsDaemon({ secret: SECRET });
      const [one, other] = [await fipsNode(1), await fipsNode(0x12)];
      for (const node of [one, other]) await node.dial(by, daemon[by], daemonKey);
      const knows = ({ mesh }: typeof one, identity: Identity) => mesh.router.knows(identity.nodeAddr);
      await until('word of each other', () => knows(one, other.identity) && knows(other, one.identity));
      one.say(other.identity, 'from one');
      await until('it', () => other.heard.includes(`${one.identity.nodeAddr} 21 from one`));
      other.say(one.identity, 'from the other');
      await until('its answer', () => one.heard.includes(`${other.identity.nodeAddr} 21 from the other`));
      expect([one, other].map(({ layer }) => [...layer.links.peers.keys()])).toEqual([
        [daemonKey.nodeAddr],
        [daemonKey.nodeAddr],
      ]);
    },
  );
});
