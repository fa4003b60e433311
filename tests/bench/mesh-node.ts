// A node of the mesh for the bench, on loopback by UDP.
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../src-main/networks/fips/link-layer.ts';
import { Mesh, type MeshPorts } from '../../src-main/networks/fips/mesh.ts';
import { UdpTransport } from '../../src-main/networks/fips/transports/udp.ts';

export async function benchNode(secret: number, message: MeshPorts['message']) {
  const identity = Identity.of(Buffer.alloc(32, secret))!;
  const common = { clock: systemClock, random: systemRandom, identity, epoch: systemRandom.bytes(8) };
  const udp = new UdpTransport({ id: 'udp', bind: { host: '127.0.0.1', port: 0 } });
  const nothing = () => undefined;
  const mesh = new Mesh({
    ...common,
    mtuOf: () => udp.mtu,
    admits: () => true,
    up: nothing,
    down: nothing,
    unanswered: nothing,
    message,
    established: nothing,
    failed: nothing,
  });
  const layer = new LinkLayer({ ...common, transports: [udp] }, mesh);
  mesh.attach(layer.links);
  await layer.start();
  return {
    identity,
    mesh,
    layer,
    udp: udp.local!,
    dial: (target: string, xOnly: Uint8Array) =>
      layer.dial({ transport: 'udp', target, xOnly }, AbortSignal.timeout(5000)),
  };
}
