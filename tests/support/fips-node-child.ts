// A node of ours as a process of its own, so that it can be in a network namespace: argv has what it is, in JSON. It answers each line
// on its standard input with how it stands, and ends with it.
import { createInterface } from 'node:readline';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { NoPages } from '../../src-main/networks/errors.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { decodeNpub } from '../../src-main/networks/fips/identity/names.ts';
import { LinkLayer } from '../../src-main/networks/fips/link-layer.ts';
import { Mesh } from '../../src-main/networks/fips/mesh.ts';
import { Programs } from '../../src-main/networks/fips/programs.ts';
import { UdpTransport } from '../../src-main/networks/fips/transports/udp.ts';
import type { FipsChildOptions, FipsChildState } from './fips-child.ts';

const { secret, port, tun, knows = [], forwards, dials } = JSON.parse(process.argv[2]!) as FipsChildOptions;
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
  message: (from, message, congestion) => void programs.message(from, message, congestion),
  established: (addr) => programs.established(addr),
  failed: (addr) => programs.failed(addr),
});
const programs = new Programs(
  {
    ...common,
    mesh,
    hosts: () => new Map(),
    wanted: () => forwards ?? [],
    console: { admitted: () => [], pages: () => Promise.reject(new NoPages()), came: () => undefined },
    changed: () => undefined,
  },
  { tun },
);
const layer = new LinkLayer({ ...common, transports: [udp] }, mesh);
mesh.attach(layer.links);
await layer.start();
for (const npub of knows) mesh.know(decodeNpub(npub)!);
await programs.start();
if (dials) {
  const { npub, address } = dials;
  const xOnly = decodeNpub(npub)!;
  mesh.know(xOnly);
  await layer.dial({ transport: 'udp', target: address, xOnly }, AbortSignal.timeout(5000));
}

const stateOf = (): FipsChildState => ({
  npub: identity.npub,
  ipv6: identity.ipv6,
  peers: [...layer.links.peers.values()].map(({ npub }) => npub),
  root: mesh.router.tree.root,
  sessions: [...mesh.sessions.all.keys()],
  tun: programs.view.tun.state,
  tunError: programs.view.tun.state === 'failed' ? programs.view.tun.error.code : undefined,
  counts: programs.view.packets,
  forwards: programs.view.forwards,
});

for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(stateOf())}\n`);
await programs.stop();
await layer.stop();
