// Links with the official daemon, on loopback: what our two ends agree on proves little.
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../../../src-main/networks/fips/link-layer.ts';
import type { DownReason } from '../../../../src-main/networks/fips/links/links.ts';
import type { Peer } from '../../../../src-main/networks/fips/links/peer.ts';
import { TcpTransport } from '../../../../src-main/networks/fips/transports/tcp.ts';
import { UdpTransport } from '../../../../src-main/networks/fips/transports/udp.ts';
import { HEARTBEAT } from '../../../../src-main/networks/fips/wire/link-message.ts';
import { type Daemon, fipsDaemon, withDaemon } from '../../../support/fips-daemon.ts';
import { until } from '../../../support/wait.ts';

const OURS = 'a1'.repeat(32);
const THEIRS = 'b2'.repeat(32);
const them = Identity.ofText(THEIRS)!;
const us = Identity.ofText(OURS)!;
const SMALLER = 0x12;
const LONG = process.env.HEARTH_SOAK === '1';

/** Its node_addr is below theirs, as ours is above it: the smaller one's handshake wins. */
const smaller = Identity.of(Buffer.alloc(32, SMALLER))!;

/** A node of ours, its news as words. */
async function node(identity = us, ports: { udp?: number; tcp?: number } = {}) {
  const news: string[] = [];
  const bind = (port = 0) => ({ host: '127.0.0.1', port });
  const udp = new UdpTransport({ id: 'udp', bind: bind(ports.udp) });
  const elsewhere = new UdpTransport({ id: 'elsewhere', bind: bind() });
  const tcp = new TcpTransport({ clock: systemClock }, { id: 'tcp', bind: bind(ports.tcp) });
  const layer = new LinkLayer(
    { clock: systemClock, random: systemRandom, identity, epoch: randomBytes(8), transports: [udp, elsewhere, tcp] },
    {
      admits: () => true,
      up: ({ npub, outbound }) => void news.push(`up ${npub} ${outbound ? 'dialled' : 'called'}`),
      down: ({ npub }, why: DownReason) => void news.push(`down ${npub} ${why}`),
      unanswered: () => void news.push('unanswered'),
      received: (_, message) => void news.push(`message ${message[0]?.toString(16)}`),
      measured: () => void news.push('measured'),
      ticked: () => undefined,
    },
  );
  expect((await layer.start()).size).toBe(0);
  const stop = () => layer.stop();
  onTestFinished(stop);
  const dial = (transport: 'udp' | 'tcp', target: string) =>
    layer.dial({ transport, target, xOnly: them.xOnly }, AbortSignal.timeout(5000));
  const peer = () => layer.links.peers.get(them.nodeAddr);
  return { layer, news, udp: udp.local!, elsewhere: elsewhere.local!, tcp: tcp.local!, dial, stop, peer };
}

/** Frames of the other end that were taken with the keys in use: it goes up for as long as the link works. */
const taken = (peer: Peer | undefined) => peer?.meter.traffic.receivedPackets ?? 0;

const peersOf = async (daemon: Daemon) =>
  (await daemon.peers()).map(({ npub, connectivity }) => `${npub} ${connectivity}`);

withDaemon('a link with the official daemon', () => {
  it.each(['udp', 'tcp'] as const)('stands when we dial it by %s', async (transport) => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const mine = await node();
    expect(await mine.dial(transport, daemon[transport])).toBe('dialled');
    await until('the link', () => mine.news.includes(`up ${them.npub} dialled`));
    await until('the daemon to see it', async () => (await peersOf(daemon)).includes(`${us.npub} connected`));
    // It announces its place in the tree, and answers our reports with its own.
    await until('its place in the tree', () => mine.news.includes('message 10'));
    await until('a round trip', () => mine.news.includes('measured'));
    expect(mine.news.filter((line) => line.startsWith('down'))).toEqual([]);
  });

  it.each(['udp', 'tcp'] as const)(
    'stands when it dials us by %s, and a clean stop is seen as such',
    async (transport) => {
      const mine = await node();
      const daemon = await fipsDaemon({
        secret: THEIRS,
        dials: { npub: us.npub, address: mine[transport], transport },
      });
      await until('the link', () => mine.news.includes(`up ${them.npub} called`));
      await until('a round trip', () => mine.news.includes('measured'));
      await daemon.stop();
      await until('the goodbye', () => mine.news.includes(`down ${them.npub} left`));
    },
  );

  it('is taken down when we say goodbye', async () => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const mine = await node();
    await mine.dial('udp', daemon.udp);
    await until('the daemon to see it', async () => (await peersOf(daemon)).length === 1);
    await mine.stop();
    await until('the daemon to see that it is gone', async () => (await peersOf(daemon)).length === 0, 8000);
  });

  it.each([
    ['above', us],
    ['below', smaller],
  ])(
    'is one at each end, twenty times, when both dial at once and our node_addr is %s theirs',
    async (where, identity) => {
      expect(identity.nodeAddr < them.nodeAddr).toBe(where === 'below');
      const daemon = await fipsDaemon({ secret: THEIRS });
      const mine = await node(identity);
      for (let nth = 0; nth < 20; nth += 1) {
        mine.news.length = 0;
        await Promise.all([
          daemon.control('connect', identity.npub, mine.udp, 'udp').catch(() => undefined),
          mine.dial('udp', daemon.udp),
        ]);
        await until('the link', async () => mine.peer() && (await daemon.peers()).length === 1);
        const before = taken(mine.peer());
        await until('frames on it', () => taken(mine.peer()) > before);
        expect(await peersOf(daemon)).toEqual([`${identity.npub} connected`]);
        expect([mine.layer.links.peers.size, mine.news.filter((line) => line.startsWith('up')).length]).toEqual([1, 1]);
        await daemon.control('disconnect', identity.npub);
        await until('its end', () => mine.news.some((line) => line.startsWith('down')));
      }
    },
  );

  it('follows us to another address, and the daemon’s frames come there', async () => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const mine = await node();
    await mine.dial('udp', daemon.udp);
    const peer = await until('the link', () => mine.peer());
    peer.remote = { transport: 'elsewhere', address: daemon.udp };
    mine.layer.links.send(peer.addr, HEARTBEAT);
    await until('its frames there', () => peer.remote.transport === 'elsewhere' && taken(peer));
    const before = taken(peer);
    await until('more of them', () => taken(peer) > before + 2);
    expect(peer.remote).toEqual({ transport: 'elsewhere', address: daemon.udp });
    expect(mine.news.filter((line) => line.startsWith('down'))).toEqual([]);
  });

  it('stands again after either end was killed and started anew', async () => {
    const dead = await node();
    const [udp, tcp] = [dead.udp, dead.tcp].map((address) => Number(address.split(':')[1]));
    const dials = { npub: us.npub, address: dead.udp, transport: 'udp' as const };
    const daemon = await fipsDaemon({ secret: THEIRS, dials });
    await until('the link', () => dead.news.includes(`up ${them.npub} called`));
    // Ours comes back without having said a word, and with another epoch.
    const peer = dead.peer()!;
    dead.layer.links.closed(peer.remote);
    await dead.stop();
    const mine = await node(us, { udp: udp!, tcp: tcp! });
    expect(await mine.dial('udp', daemon.udp)).toBe('dialled');
    await until('the link to stand again', () => mine.news.includes(`up ${them.npub} dialled`));
    await until('the daemon to use it', () => mine.news.includes('measured'));
    expect(await peersOf(daemon)).toEqual([`${us.npub} connected`]);
    // The daemon comes back, and dials.
    daemon.signal('SIGKILL');
    mine.news.length = 0;
    await fipsDaemon({ secret: THEIRS, dials, udpPort: daemon.udpPort });
    await until('its new self', () => mine.news.includes(`up ${them.npub} called`));
    expect(mine.news.filter((line) => line.startsWith('down'))).toEqual([`down ${them.npub} restarted`]);
    const before = taken(mine.peer());
    await until('frames of it', () => taken(mine.peer()) > before);
  });

  const rounds = LONG ? 3 : 1;
  it(`has new keys ${rounds} times when the daemon asks for them, and loses nothing`, {
    timeout: 300_000,
  }, async () => {
    // Not below 30 seconds: so soon a first message is taken for one of a dial.
    const daemon = await fipsDaemon({ secret: THEIRS, node: '  rekey: {after_secs: 31}' });
    const mine = await node();
    await mine.dial('udp', daemon.udp);
    const peer = await until('the link', () => mine.peer());
    for (let nth = 0; nth < rounds; nth += 1) {
      const { current } = peer;
      await until('new keys', () => peer.current !== current);
      const before = taken(peer);
      await until('frames with them', () => taken(peer) > before + 3);
      expect(peer.keyEpoch).toBe(nth % 2 === 0);
    }
    expect(mine.news.filter((line) => line.startsWith('down'))).toEqual([]);
    expect(await peersOf(daemon)).toEqual([`${us.npub} connected`]);
  });

  it.skipIf(!LONG)('has new keys twice when we ask for them', { timeout: 600_000 }, async () => {
    const daemon = await fipsDaemon({ secret: THEIRS, node: '  rekey: {enabled: true, after_secs: 100000}' });
    const mine = await node();
    await mine.dial('udp', daemon.udp);
    const peer = await until('the link', () => mine.peer());
    for (let nth = 0; nth < 2; nth += 1) {
      const { current } = peer;
      await until('new keys', () => peer.current !== current, 150_000);
      const before = taken(peer);
      await until('frames with them', () => taken(peer) > before + 3);
    }
    expect(mine.news.filter((line) => line.startsWith('down'))).toEqual([]);
  });
});
