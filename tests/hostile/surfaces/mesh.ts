// Where neighbours of the mesh come: a UDP port and a TCP port that whoever finds them can write to, and the port to which Tor leads
// whoever calls the onion service.

import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { freePort } from '../../bench/processes.ts';
import type { Stage, Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

export interface MeshTarget extends NodeTarget {
  readonly udp: number;
  readonly tcp: number;
  /** As Tor would come. */
  readonly onion: number;
}

const HOST = '127.0.0.1';

async function stage(): Promise<Stage<MeshTarget>> {
  const [udp, tcp, onion] = [await freePort(), await freePort(), await freePort()];
  const node = await nodeStage({
    settings: {
      'networks.fips.udpBind': `${HOST}:${udp}`,
      'networks.fips.tcpBind': `${HOST}:${tcp}`,
      // Nothing is dialled through it: there is no Tor.
      'networks.fips.torSocks': `${HOST}:9`,
      'networks.fips.torPort': onion,
      'networks.fips.transit': true,
      'networks.fips.enabled': true,
    },
  });
  return Object.defineProperties(
    { ...node, target: { ...node.target, udp, tcp, onion } },
    { alive: { get: () => node.alive } },
  );
}

/** The head of a first message, and noise for the rest. */
const firstMessage = () => Buffer.concat([Buffer.from('01006e00', 'hex'), randomBytes(110)]);

/** Sealed with nobody's keys, for some index. */
function sealed(length: number): Buffer {
  const head = Buffer.from([0, 0, 0, 0]);
  head.writeUInt16LE(length, 2);
  return Buffer.concat([head, randomBytes(12 + length + 16)]);
}

/** Datagrams one behind another until it is over; how many bytes came back is counted. */
async function flood(port: number, attacker: Attacker, next: () => Buffer): Promise<void> {
  const socket = createSocket('udp4');
  let back = 0;
  let sent = 0;
  socket.on('message', (bytes) => {
    back += bytes.length;
  });
  while (!attacker.over) {
    for (let nth = 0; nth < 50; nth += 1) {
      const bytes = next();
      sent += bytes.length;
      socket.send(bytes, port, HOST);
    }
    attacker.count(sent);
    sent = 0;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  socket.close();
  attacker.met(back === 0 ? 'silence' : 'answers');
}

async function pour(port: number, attacker: Attacker, bytes: Buffer): Promise<void> {
  const socket = await attacker.open({ host: HOST, port });
  if (!socket) return;
  while (await attacker.send(socket, bytes)) if (attacker.over) return;
  await closed(socket);
  attacker.met('cut off');
}

export const mesh: Surface<MeshTarget> = {
  name: 'mesh',
  stage,
  attacks: [
    {
      name: 'first messages that are none, as many as there can be',
      meets: ['silence'],
      avoids: ['answers'],
      run: ({ udp }, attacker) => flood(udp, attacker, firstMessage),
    },
    {
      name: 'sealed frames for nobody, and datagrams of any length',
      meets: ['silence'],
      avoids: ['answers'],
      run: ({ udp }, attacker) => {
        let nth = 0;
        return flood(udp, attacker, () => {
          nth += 1;
          return nth % 2 === 0 ? sealed(nth % 1200) : randomBytes(nth % 1400);
        });
      },
    },
    {
      name: 'streams that are no frames',
      meets: ['cut off'],
      run: ({ tcp }, attacker) => attacker.crowd(6, () => pour(tcp, attacker, randomBytes(4096))),
    },
    {
      name: 'first messages by TCP, one behind another',
      run: ({ tcp }, attacker) =>
        attacker.crowd(6, () => pour(tcp, attacker, Buffer.concat(Array.from({ length: 20 }, firstMessage)))),
    },
    {
      name: 'through the onion service: streams that are no frames, and first messages one behind another',
      meets: ['cut off'],
      run: ({ onion }, attacker) =>
        attacker.crowd(6, (nth) =>
          pour(
            onion,
            attacker,
            nth % 2 === 0 ? randomBytes(4096) : Buffer.concat(Array.from({ length: 20 }, firstMessage)),
          ),
        ),
    },
    {
      name: 'through the onion service: connections that say nothing, more than there may be',
      run: async ({ onion }, attacker) => {
        await Promise.all(Array.from({ length: 300 }, () => attacker.open({ host: HOST, port: onion })));
        await attacker.wait();
      },
    },
    {
      name: 'connections that say nothing, more than there may be',
      run: async ({ tcp }, attacker) => {
        await Promise.all(Array.from({ length: 300 }, () => attacker.open({ host: HOST, port: tcp })));
        await attacker.wait();
      },
    },
  ],
};
