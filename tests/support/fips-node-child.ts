// A node of ours as a process of its own, so that it can be in a network namespace: argv has what it is, in JSON. It answers each line
// on its standard input with how it stands, and ends with it.
import { createInterface } from 'node:readline';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { Forwards } from '../../src-main/networks/fips/forwards/forwards.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { decodeNpub } from '../../src-main/networks/fips/identity/names.ts';
import { IpLayer } from '../../src-main/networks/fips/ip/ip-layer.ts';
import { LinkLayer } from '../../src-main/networks/fips/link-layer.ts';
import { Mesh } from '../../src-main/networks/fips/mesh.ts';
import { TcpStack } from '../../src-main/networks/fips/tcp/stack.ts';
import { UdpTransport } from '../../src-main/networks/fips/transports/udp.ts';
import { Tun } from '../../src-main/networks/fips/tun/tun.ts';
import type { FipsChildOptions, FipsChildState } from './fips-child.ts';

const {
  secret,
  port,
  tun: tunName,
  knows = [],
  forwards: wishes = [],
} = JSON.parse(process.argv[2]!) as FipsChildOptions;
const identity = Identity.of(Buffer.alloc(32, secret))!;
const common = { clock: systemClock, random: systemRandom, identity, epoch: systemRandom.bytes(8) };
const udp = new UdpTransport({ id: 'udp', bind: { host: '0.0.0.0', port } });
const mesh: Mesh = new Mesh({
  ...common,
  mtuOf: () => udp.mtu,
  admits: () => true,
  up: () => undefined,
  down: () => undefined,
  unanswered: () => undefined,
  message: (from, message, congestion) => void ip.receive(from, message, congestion),
  established: (addr) => ip.established(addr),
  failed: (addr) => ip.failed(addr),
});
const ip = new IpLayer({
  ...common,
  nodeOf: (address) => mesh.nodeOf(address),
  send: (to, message) => mesh.sessions.send(to, message),
  mtuTo: (to) => mesh.mtuTo(to),
});
const nodeOf = (address: Buffer) => mesh.nodeOf(address);
const stack = new TcpStack({ ...common, ip, nodeOf });
const forwards = new Forwards({
  ...common,
  stack,
  hosts: () => new Map(),
  know: (xOnly) => mesh.know(xOnly),
  nodeOf,
});
const layer = new LinkLayer({ ...common, transports: [udp] }, mesh);
mesh.attach(layer.links);
await layer.start();
for (const npub of knows) mesh.know(decodeNpub(npub)!);
const tun = tunName === undefined ? undefined : new Tun({ clock: systemClock, ip, changed: () => undefined }, tunName);
await tun?.start();
for (const wish of wishes) await forwards.add(wish);

const stateOf = (): FipsChildState => ({
  npub: identity.npub,
  ipv6: identity.ipv6,
  peers: [...layer.links.peers.values()].map(({ npub }) => npub),
  root: mesh.router.tree.root,
  sessions: [...mesh.sessions.all.keys()],
  tun: tun?.state.state,
  tunError: tun?.state.state === 'failed' ? tun.state.error.code : undefined,
  counts: ip.counts,
  forwards: forwards.all,
});

for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(stateOf())}\n`);
await forwards.stop();
stack.stop();
await tun?.stop();
await layer.stop();
