// An idle hour beside two official daemons, with a word every second from one end to the other: one.quick.middle.slow.last, where ours
// are one, middle and last. The quick daemon asks for new keys before ours would; the slow one never asks, so that ours do.
// Twenty seconds of it without HEARTH_SOAK.
import { setInterval } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { type Daemon, fipsDaemon, withDaemon } from '../../../support/fips-daemon.ts';
import { fipsNode } from '../../../support/fips-node.ts';
import { until } from '../../../support/wait.ts';

const QUICK = 'b2'.repeat(32);
const SLOW = 'c3'.repeat(32);
const [quickKey, slowKey] = [Identity.ofText(QUICK)!, Identity.ofText(SLOW)!];
const isLong = process.env.HEARTH_SOAK === '1';
const FOR_MS = isLong ? Number(process.env.HEARTH_SOAK_HOURS ?? 1) * 3_600_000 : 20_000;
const EVERY_MS = 1000;
/** A link has its keys for at most this long, whichever end asks. */
const KEYS_MS = 120_000;
const REKEYS = Math.floor(FOR_MS / KEYS_MS) - 1;

type Node = Awaited<ReturnType<typeof fipsNode>>;

withDaemon('beside official daemons', () => {
  it(`nothing is lost for ${FOR_MS / 1000} seconds`, { timeout: FOR_MS + 120_000 }, async () => {
    const quick = await fipsDaemon({ secret: QUICK, node: '  rekey: {after_secs: 100}' });
    const slow = await fipsDaemon({ secret: SLOW, node: '  rekey: {after_secs: 1000000}' });
    const [one, middle, last] = [await fipsNode(1), await fipsNode(0x12), await fipsNode(0x23)];
    const links: readonly (readonly [Node, Daemon, Identity])[] = [
      [one, quick, quickKey],
      [middle, quick, quickKey],
      [middle, slow, slowKey],
      [last, slow, slowKey],
    ];
    for (const [node, daemon, key] of links) await node.dial('udp', daemon.udp, key);
    await until('word of each other', () => one.mesh.router.knows(last.identity.nodeAddr));
    one.say(last.identity, 'first');
    const words = () => last.heard.filter((line) => line.startsWith(one.identity.nodeAddr)).length;
    await until('the first word', () => words() === 1, 20_000);

    const keysOf = () => links.map(([node, , key]) => node.layer.links.peers.get(key.nodeAddr)?.current);
    const rekeys = links.map(() => 0);
    let keys = keysOf();
    const began = performance.now();
    let said = 1;
    for await (const _ of setInterval(EVERY_MS)) {
      if (performance.now() - began >= FOR_MS) break;
      one.say(last.identity, `word ${said}`);
      said += 1;
      const now = keysOf();
      for (const [nth, each] of now.entries()) if (each !== keys[nth]) rekeys[nth]! += 1;
      keys = now;
    }
    await until('the last word', () => words() === said, 20_000).catch(() => undefined);
    const mib = (process.memoryUsage.rss() / 2 ** 20).toFixed(0);
    console.info(`${words()} of ${said} words arrived; new keys of the four links: ${rekeys.join(', ')}; ${mib} MiB`);
    expect(words()).toBe(said);
    expect(Math.min(...rekeys)).toBeGreaterThanOrEqual(REKEYS);
    for (const daemon of [quick, slow])
      expect((await daemon.peers()).map((peer) => peer.connectivity)).toEqual(['connected', 'connected']);
    expect(links.map(([node, , key]) => node.layer.links.peers.has(key.nodeAddr))).toEqual([true, true, true, true]);
  });
});
