// A node of ours that finds others and is found: real sockets, real time. Its owner stops it.
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import {
  Discovery,
  type DiscoverySettings,
  type PunchFailure,
} from '../../src-main/networks/fips/discovery/discovery.ts';
import type { Advertised } from '../../src-main/networks/fips/discovery/own-endpoints.ts';
import type { Candidate } from '../../src-main/networks/fips/discovery/sweep.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../src-main/networks/fips/link-layer.ts';
import { Mesh } from '../../src-main/networks/fips/mesh.ts';
import { UdpTransport } from '../../src-main/networks/fips/transports/udp.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';
import type { RelayPool } from '../../src-main/nostr/pool.ts';
import type { Signer } from '../../src-main/nostr/signer.ts';

export interface FindingOptions {
  /** One byte, of which its key is made. */
  readonly secret: number;
  readonly relays?: readonly string[];
  readonly settings?: Partial<DiscoverySettings>;
  /** Where its UDP listens: by default on loopback. */
  readonly host?: string;
  readonly advertised?: (udp: string) => readonly Advertised[];
  /** By default any: the tests are on loopback. */
  readonly mayReach?: (address: string) => boolean;
  readonly admits?: (xOnly: Buffer) => boolean;
}

export type FindingNode = Awaited<ReturnType<typeof startFinding>>;

/** `pool` and `signer` are its own from then on. */
export async function startFinding(
  options: FindingOptions,
  { pool, signer }: { readonly pool: RelayPool; readonly signer: Signer },
) {
  const { secret, relays = [], host = '127.0.0.1', mayReach = () => true } = options;
  const identity = Identity.of(Buffer.alloc(32, secret))!;
  const common = { clock: systemClock, random: systemRandom, identity, epoch: systemRandom.bytes(8) };
  const udp = new UdpTransport({ id: 'udp', bind: { host, port: 0 } });
  /** What it heard, as words. */
  const news: string[] = [];
  const failures: PunchFailure[] = [];
  const candidates: Candidate[] = [];
  const heard: string[] = [];
  const mesh: Mesh = new Mesh({
    ...common,
    mtuOf: () => udp.mtu,
    admits: () => true,
    up: ({ npub, remote }) => void news.push(`up ${npub} ${remote.transport === 'udp' ? 'udp' : 'punched'}`),
    down: ({ npub }, why) => void news.push(`down ${npub} ${why}`),
    unanswered: () => void news.push('unanswered'),
    message: (from, message) => {
      if (!discovery.receive(from, message)) heard.push(message.body.toString());
    },
    established: (addr) => void news.push(`session ${addr}`),
    failed: () => undefined,
  });
  const layer = new LinkLayer({ ...common, transports: [udp] }, mesh);
  mesh.attach(layer.links);
  await layer.start();
  pool.start(relays);
  const discovery = new Discovery(
    {
      ...common,
      logger: silentLogger,
      signer,
      pool,
      layer,
      mayReach,
      standing: {
        isConfigured: () => false,
        isConnected: (pubkey) => [...layer.links.peers.values()].some(({ xOnly }) => xOnly.toString('hex') === pubkey),
        isConnecting: () => false,
        isWaiting: (pubkey) => candidates.some((each) => each.pubkey === pubkey),
      },
      room: () => ({
        mostWaiting: 64,
        waiting: 0,
        mostConnections: 256,
        connections: 0,
        mostPeers: 128,
        peers: layer.links.peers.size,
      }),
      advertised: () => options.advertised?.(udp.local!) ?? [{ transport: 'udp', local: udp.local! }],
      lanPort: () => Number(udp.local!.split(':').at(-1)),
      admits: options.admits ?? (() => true),
      keyOf: (addr) => mesh.keyOf(addr),
      hasSession: (addr) => mesh.sessions.all.get(addr)?.current !== undefined,
      say: (addr, message) => void mesh.sessions.send(addr, message),
    },
    {
      app: 'fips-overlay-v1',
      advertise: true,
      policy: 'configured',
      relays,
      stunServers: [],
      shareLocal: false,
      lan: false,
      ...options.settings,
    },
    {
      candidates: (found) => void candidates.push(...found),
      nearby: (xOnly, addresses) => void news.push(`nearby ${xOnly.toString('hex')} ${addresses.join(' ')}`),
      punched: (_, { by, outbound }) => void news.push(`punched ${by} ${outbound ? 'ours' : 'theirs'}`),
      punchFailed: (failure) => {
        failures.push(failure);
        news.push(`failed ${failure.fault}`);
      },
    },
  );
  discovery.start();
  let cancel = () => {};
  const tick = () => {
    cancel = systemClock.after(1000, tick);
    discovery.tick();
  };
  tick();
  const stop = async () => {
    cancel();
    await discovery.stop();
    await layer.stop();
    await pool.stop();
  };
  return {
    identity,
    mesh,
    layer,
    pool,
    discovery,
    signer,
    news,
    failures,
    candidates,
    heard,
    udp: udp.local!,
    stop,
    peer: (other: { readonly identity: Identity }) => layer.links.peers.get(other.identity.nodeAddr),
    say(to: Identity, text: string) {
      mesh.know(to.xOnly);
      return mesh.sessions.send(to.nodeAddr, { type: SessionType.endpointData, body: Buffer.from(text) });
    },
  };
}
