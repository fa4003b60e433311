// Discovery as a part of a node that has peers to dial: who is wanted, or may be tried, becomes a neighbour by what relays say.
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { Dialer } from '../../../../src-main/networks/fips/dialing/dialer.ts';
import { type DiscoveryPartSettings, discoveryPart } from '../../../../src-main/networks/fips/discovery/part.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../../../src-main/networks/fips/link-layer.ts';
import { Mesh } from '../../../../src-main/networks/fips/mesh.ts';
import type { MeshPart } from '../../../../src-main/networks/fips/parts.ts';
import { UdpTransport } from '../../../../src-main/networks/fips/transports/udp.ts';
import { startStunServer } from '../../../simulators/stun.ts';
import { practiceRelay, testPool, testSigner } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

interface Options {
  readonly wants?: readonly number[];
  readonly settings: Partial<DiscoveryPartSettings>;
  readonly mayReach?: (address: string) => boolean;
  readonly host?: string;
}

const identityOf = (secret: number) => Identity.of(Buffer.alloc(32, secret))!;

/** As the node puts it together. */
async function node(secret: number, { wants = [], settings, mayReach = () => true, host = '127.0.0.1' }: Options) {
  const identity = identityOf(secret);
  const common = { clock: systemClock, random: systemRandom, identity, epoch: systemRandom.bytes(8) };
  const ups: string[] = [];
  const mesh: Mesh = new Mesh({
    ...common,
    mtuOf: (transport) => layer.mtuOf(transport) ?? 0,
    admits: () => true,
    up: ({ addr, npub, remote }) => {
      dialer.up(addr);
      ups.push(`${npub} ${remote.transport === 'udp' ? 'udp' : 'punched'}`);
    },
    down: ({ addr }) => dialer.down(addr),
    unanswered: ({ addr }) => dialer.unanswered(addr),
    message: (from, message, congestion) => void part.message?.(from, message, congestion),
    established: () => undefined,
    failed: () => undefined,
  });
  const ticked = () => {
    mesh.ticked();
    dialer.tick();
    part.tick?.();
  };
  const udp = new UdpTransport({ id: 'udp', bind: { host, port: 0 } });
  const layer: LinkLayer = new LinkLayer(
    { ...common, transports: [udp] },
    {
      admits: () => true,
      up: (peer) => mesh.up(peer),
      down: (peer, why) => mesh.down(peer, why),
      unanswered: (dial) => mesh.unanswered(dial),
      received: (peer, message, congestion) => mesh.received(peer, message, congestion),
      measured: () => mesh.measured(),
      ticked,
    },
  );
  mesh.attach(layer.links);
  const dialer: Dialer = new Dialer({
    clock: systemClock,
    me: identity.nodeAddr,
    hasTransport: (id) => id === 'udp',
    dial: ({ transport, address }, xOnly, signal) => layer.dial({ transport, target: address, xOnly }, signal),
    isUp: (addr) => layer.links.peers.has(addr),
    isDialling: (addr) => layer.links.dials.has(addr),
    admits: () => true,
    elsewhere: (addr) => part.elsewhere?.(addr) ?? [],
    changed: () => undefined,
  });
  const signer = await testSigner(Buffer.alloc(32, secret).toString('hex'));
  const pool = testPool({ signer });
  const usual = {
    app: 'fips-overlay-v1',
    advertise: true,
    policy: 'configured',
    shareLocal: false,
    lan: false,
  } as const;
  const deps = { clock: systemClock, random: systemRandom, logger: silentLogger, pool, signer, mayReach };
  const make = discoveryPart(deps, { ...usual, relays: [], stunServers: [], ...settings });
  const part: MeshPart = make({ identity, layer, mesh, dialer, admits: () => true });
  dialer.set(
    wants.map((each) => {
      const { npub, xOnly, nodeAddr } = identityOf(each);
      return { npub, xOnly, addr: nodeAddr, alias: undefined, addresses: [], connects: true };
    }),
  );
  await layer.start();
  dialer.start();
  await part.start();
  const stop = async () => {
    await part.stop();
    dialer.stop();
    await layer.stop();
  };
  onTestFinished(stop);
  return {
    ups,
    stop,
    isUp: (other: number) => layer.links.peers.has(identityOf(other).nodeAddr),
    ladder: () =>
      dialer
        .standing()
        .flatMap(({ ladder }) =>
          ladder.map(({ way, reason, said }) => [way, reason.code, said].filter(Boolean).join(' ')),
        ),
  };
}

it('dials who is wanted where an advert says', async () => {
  const relay = await practiceRelay();
  const relays = [relay.url];
  const one = await node(1, { wants: [2], settings: { relays } });
  // It comes later than it was looked for.
  const asksFor = ([word, , filter]: readonly unknown[]) =>
    word === 'REQ' && JSON.stringify(filter).includes('authors');
  await until('a question', () => relay.heard.some(asksFor));
  const other = await node(2, { settings: { relays, udpExternal: '127.0.0.1' } });
  await until('the link', () => one.isUp(2) && other.isUp(1));
  expect(one.ups).toEqual([`${identityOf(2).npub} udp`]);
});

it('punches a hole to who is wanted where there is no other way', async () => {
  const relay = await practiceRelay();
  const stun = await startStunServer();
  onTestFinished(() => stun.stop());
  const settings = { relays: [relay.url], stunServers: [stun.server] };
  // Where they listen is not to be advertised, as behind a router: only where STUN sees a socket is.
  const behind = { settings, host: '127.0.0.2', mayReach: (address: string) => address === '127.0.0.1' };
  const other = await node(2, behind);
  const one = await node(1, { wants: [2], ...behind });
  await until('the link', () => one.isUp(2) && other.isUp(1));
  expect([one.ups, other.ups]).toEqual([[`${identityOf(2).npub} punched`], [`${identityOf(1).npub} punched`]]);
});

it.each([
  ['relays don’t have it', 'open', 'no-advert'],
  ['no relay answers', 'closed', 'relays-away'],
] as const)('says what was tried, where %s', async (_, port, outcome) => {
  const relay = await practiceRelay();
  if (port === 'closed') await relay.stop();
  const one = await node(1, { wants: [2], settings: { relays: [relay.url] } });
  await until('the rung', () => one.ladder().includes(`relays fips.tried-${outcome}`));
});

it('says that a hole was refused, and why', async () => {
  const relay = await practiceRelay();
  const stun = await startStunServer();
  onTestFinished(() => stun.stop());
  const settings = { relays: [relay.url], stunServers: [stun.server] };
  const behind = { settings, host: '127.0.0.2', mayReach: (address: string) => address === '127.0.0.1' };
  const before = await node(2, behind);
  const isAdvert = ([word, event]: readonly unknown[]) => word === 'EVENT' && JSON.stringify(event).includes('37195');
  await until('its advert', () => relay.heard.some(isAdvert));
  await before.stop();
  // It still reads offers, and no longer knows an address of its own.
  await node(2, { ...behind, settings: { ...settings, stunServers: [] } });
  const one = await node(1, { wants: [2], ...behind });
  await until('the rungs', () => one.ladder().length === 2 && !one.ladder().includes('hole fips.tried-punching'));
  expect(one.ladder().toSorted()).toEqual([
    'hole fips.tried-hole-refused no-usable-addresses',
    'relays fips.tried-advert-nat',
  ]);
});

it('tries nodes that nobody named where its user wants that', async () => {
  const relay = await practiceRelay();
  const relays = [relay.url];
  const other = await node(2, { settings: { relays, udpExternal: '127.0.0.1' } });
  const closed = await node(3, { settings: { relays } });
  const open = await node(1, { settings: { relays, policy: 'open' } });
  await until('the link', () => open.isUp(2) && other.isUp(1));
  expect(closed.isUp(2)).toBe(false);
});

it('leaves its relays when it ends', async () => {
  const relay = await practiceRelay();
  const one = await node(1, { wants: [2], settings: { relays: [relay.url] } });
  await until('the relay', () => relay.clients === 1);
  await one.stop();
  await until('its end', () => relay.clients === 0);
});
