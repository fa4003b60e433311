// A whole node of ours on loopback, with real sockets and real time.
import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { Forwards } from '../../src-main/networks/fips/forwards/forwards.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { IpLayer } from '../../src-main/networks/fips/ip/ip-layer.ts';
import { LinkLayer } from '../../src-main/networks/fips/link-layer.ts';
import { Mesh } from '../../src-main/networks/fips/mesh.ts';
import { TcpStack } from '../../src-main/networks/fips/tcp/stack.ts';
import { TcpTransport } from '../../src-main/networks/fips/transports/tcp.ts';
import { UdpTransport } from '../../src-main/networks/fips/transports/udp.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

/** `secret`: one byte, of which its key is made. */
export async function fipsNode(secret: number) {
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
      if (!ip.receive(from, message, congestion)) heard.push(`${from} ${message.type} ${message.body.toString()}`);
    },
    established: (addr) => {
      established.push(addr);
      ip.established(addr);
    },
    failed: (addr) => ip.failed(addr),
  });
  const nodeOf = (address: Buffer) => mesh.nodeOf(address);
  const ip = new IpLayer({
    ...common,
    nodeOf,
    send: (to, message) => mesh.sessions.send(to, message),
    mtuTo: (to) => mesh.mtuTo(to),
  });
  const stack = new TcpStack({ ...common, ip, nodeOf });
  const forwards = new Forwards({
    ...common,
    stack,
    hosts: () => hosts,
    know: (xOnly) => mesh.know(xOnly),
    nodeOf,
  });
  const layer = new LinkLayer({ ...common, transports: [udp, tcp] }, mesh);
  mesh.attach(layer.links);
  expect((await layer.start()).size).toBe(0);
  onTestFinished(async () => {
    await forwards.stop();
    stack.stop();
    await layer.stop();
  });
  return {
    identity,
    mesh,
    layer,
    stack,
    forwards,
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
