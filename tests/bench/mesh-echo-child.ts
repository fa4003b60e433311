// The other end of the mesh's bench, in a process of its own: says back each datagram, or each message of a session. With an address in
// its arguments it dials a node there, whose key is the next. Each line on its standard input it answers with how many frames have come by
// links.
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { decodeNpub } from '../../src-main/networks/fips/identity/names.ts';
import { benchNode } from './mesh-node.ts';

const [dials, npub] = process.argv.slice(2);
const node = await benchNode(2, (from, message) => void node.mesh.sessions.send(from, message));
const plain = createSocket('udp4').bind(0, '127.0.0.1', () => {
  const { udp, identity } = node;
  process.stdout.write(`${JSON.stringify({ plain: plain.address().port, udp, npub: identity.npub })}\n`);
});
plain.on('message', (bytes, { port, address }) => plain.send(bytes, port, address));
createInterface({ input: process.stdin }).on('line', () => {
  const came = [...node.layer.links.peers.values()].map(({ meter }) => meter.traffic.receivedPackets);
  process.stdout.write(`${came.reduce((sum, each) => sum + each, 0)}\n`);
});
if (dials) await node.dial(dials, decodeNpub(npub!)!);
