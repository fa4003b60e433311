// A whole node of ours on loopback, with real sockets and real time.
import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { NoPages } from '../../src-main/networks/errors.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../src-main/networks/fips/link-layer.ts';
import { Mesh } from '../../src-main/networks/fips/mesh.ts';
import { Programs, type ProgramsDeps } from '../../src-main/networks/fips/programs.ts';
import { TcpTransport } from '../../src-main/networks/fips/transports/tcp.ts';
import { UdpTransport } from '../../src-main/networks/fips/transports/udp.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

/** For a node that has no pages. */
export const NO_CONSOLE: ProgramsDeps['console'] = {
  admitted: () => [],
  pages: () => Promise.reject(new NoPages()),
  came: () => undefined,
};

/** `secret`: one byte, of which its key is made. */
export async function fipsNode(secret: number, console = NO_CONSOLE) {
  const identity = Identity.of(Buffer.alloc(32, secret))!;
  const common = { clock: systemClock, random: systemRandom, identity, epoch: systemRandom.bytes(8) };
  const udp = new UdpTransport({ id: 'udp', bind: LOOPBACK });
  const tcp = new TcpTransport({ clock: systemClock }, { id: 'tcp', bind: LOOPBACK });
  const heard: string[] = [];
  const established: string[] = [];
  const hosts = new Map<string, Buffer>();
  const mesh: Mesh = new Mesh({
    ...common,
    mtuOf: (transport) => (transport === 'tcp' ? tcp.mtu : udp.mtu),
    admits: () => true,
    up: () => undefined,
    down: () => undefined,
    unanswered: () => undefined,
    message: (from, message, congestion) => {
      const { type, body } = message;
      if (!programs.message(from, message, congestion)) heard.push(`${from} ${type} ${body.toString()}`);
    },
    established: (addr) => {
      established.push(addr);
      programs.established(addr);
    },
    failed: (addr) => programs.failed(addr),
  });
  const programs = new Programs(
    { ...common, mesh, hosts: () => hosts, wanted: () => [], console, changed: () => undefined },
    {},
  );
  const layer = new LinkLayer({ ...common, transports: [udp, tcp] }, mesh);
  mesh.attach(layer.links);
  expect((await layer.start()).size).toBe(0);
  onTestFinished(async () => {
    await programs.stop();
    await layer.stop();
  });
  return {
    identity,
    mesh,
    layer,
    programs,
    forwards: programs.forwards,
    hosts,
    heard,
    established,
    udp: udp.local!,
    tcp: tcp.local!,
    dial: (transport: 'udp' | 'tcp', target: string, to: Identity) =>
      layer.dial({ transport, target, xOnly: to.xOnly }, AbortSignal.timeout(5000)),
    say(to: Identity, text: string) {
      mesh.know(to.xOnly);
      return mesh.sessions.send(to.nodeAddr, { type: SessionType.endpointData, body: Buffer.from(text) });
    },
  };
}
