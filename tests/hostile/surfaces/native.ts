// Native framing on the port of the task server.
import type { Socket } from 'node:net';
import type { Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import { deep, EMPTY_LIST, EMPTY_MAP, FRAME, frame, hostileFrame, keys, MIB, many, some, text } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

type At = NodeTarget['at'];

/** Sends frames and waits until it is cut off, or the attack is over. */
async function offer(attacker: Attacker, at: At, ...frames: readonly Buffer[]): Promise<void> {
  const socket = await attacker.open(at);
  if (!socket) return attacker.met('cut off');
  for (const each of frames) if (!(await attacker.send(socket, each))) break;
  await Promise.race([closed(socket), attacker.wait()]);
  if (!attacker.over) attacker.met('cut off');
  socket.destroy();
}

/** Open with nothing of what comes being read. */
async function deaf(attacker: Attacker, at: At): Promise<Socket | undefined> {
  const socket = await attacker.open(at);
  socket?.pause();
  return socket;
}

const CONTROL = [FRAME.ping, FRAME.discover, FRAME.bind, FRAME.init] as const;

export const native: Surface<NodeTarget> = {
  name: 'native framing',
  stage: () => nodeStage(),
  attacks: [
    ...[4, 16].map((mib) => ({
      name: `greetings of ${mib} MiB, a byte of which becomes an object`,
      exercises: ['native framing: controlFrame', 'native framing: bindFrame'],
      run: (to: NodeTarget, attacker: Attacker) => {
        const bombs = CONTROL.map((type) => frame(type, many(1, EMPTY_MAP, mib * MIB)));
        return attacker.crowd(2, (number) => offer(attacker, to.at, bombs[number % bombs.length]!));
      },
    })),
    {
      name: 'calls of 16 MiB, a byte of which becomes an object',
      exercises: [
        'native framing: frame',
        'native framing: frameExtra',
        'native framing: items',
        'native framing: container',
      ],
      run: (to, attacker) => {
        const bombs = [many(5, EMPTY_MAP, 16 * MIB), many(5, EMPTY_LIST, 16 * MIB)].map((each) =>
          frame(FRAME.call, each),
        );
        return attacker.crowd(2, (number) => offer(attacker, to.at, bombs[number]!));
      },
    },
    {
      name: 'messages of many keys, and of the same ones',
      exercises: ['native framing: items'],
      run: (to, attacker) => {
        const bombs = [FRAME.ping, FRAME.call].map((type) => frame(type, keys(600_000)));
        return attacker.crowd(2, (number) => offer(attacker, to.at, bombs[number]!));
      },
    },
    {
      name: 'lists a million deep',
      exercises: ['native framing: levels'],
      run: (to, attacker) => {
        const bombs = [
          frame(FRAME.ping, deep(1, MIB)),
          frame(FRAME.call, deep(5, MIB)),
          frame(FRAME.discover, deep(3, 500)),
        ];
        return attacker.crowd(3, (number) => offer(attacker, to.at, bombs[number]!));
      },
    },
    {
      name: 'frames and CBOR that are wrong in all ways',
      meets: ['cut off'],
      run: (to, attacker) => {
        const frames = some(hostileFrame, 300, attacker.seed);
        let next = 0;
        return attacker.crowd(4, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          for (let left = 0; left < 8; left += 1) {
            next += 1;
            if (!(await attacker.send(socket, frames[next % frames.length]!))) break;
          }
          socket.end();
          await Promise.race([closed(socket), attacker.wait()]);
          attacker.met('cut off');
        });
      },
    },
    {
      name: 'a frame of 16 MiB in pieces of one byte',
      run: (to, attacker) =>
        attacker.crowd(5, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          socket.setNoDelay(true);
          await attacker.send(socket, frame(FRAME.call, Buffer.alloc(0), 15 * MIB));
          // One write a byte: each becomes a packet of its own while the one before is on its way.
          // Not more than a system hands over at once: the rest would come long after its sender has gone.
          for (let count = 0; count < 5000 && (await attacker.send(socket, 'a')); count += 1);
          await attacker.wait();
        }),
    },
    {
      name: 'a hundred frames of 15 MiB that never end',
      exercises: ['inbound server: bodiesTogether', 'inbound server: perAddress'],
      run: async (to, attacker) => {
        const begun = frame(FRAME.call, Buffer.alloc(MIB), 15 * MIB);
        await Promise.all(
          Array.from({ length: 100 }, async () => {
            const socket = await attacker.open(to.at);
            if (!socket || !(await attacker.send(socket, begun))) return;
            for (let mib = 1; mib < 14; mib += 1) if (!(await attacker.send(socket, Buffer.alloc(MIB)))) return;
            await attacker.wait();
          }),
        );
      },
    },
    {
      name: 'thousands of empty calls at once, whose answers are not read',
      exercises: ['native framing: controls', 'native framing: perTurn'],
      run: (to, attacker) => {
        const calls = Buffer.concat(Array.from({ length: 5000 }, () => frame(FRAME.call, Buffer.alloc(0))));
        return attacker.crowd(100, async (number) => {
          const socket = await deaf(attacker, number % 2 === 0 ? to.at : to.near);
          if (!socket) return;
          while (await attacker.send(socket, calls));
          if (!attacker.over) await closed(socket);
        });
      },
    },
    {
      name: 'calls for nothing that is done here, as fast as they go',
      exercises: ['inbound server: requests', 'inbound server: shutOutMs'],
      meets: ['cut off'],
      run: (to, attacker) => {
        const call = frame(FRAME.call, Buffer.from([0xa2, 3, 0x61, 0x78, 5, 0x42, 0x7b, 0x7d]));
        const calls = Buffer.concat(Array.from({ length: 1000 }, () => call));
        return attacker.crowd(8, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          while (await attacker.send(socket, calls));
          if (!attacker.over) attacker.met('cut off');
        });
      },
    },
    {
      name: 'pings whose answers are not read',
      exercises: [
        'native framing: controls',
        'native framing: perTurn',
        'native framing: unsent',
        'native framing: unsentFrames',
      ],
      run: (to, attacker) => {
        const ping = frame(FRAME.ping, text(1, 15 * MIB));
        const small = frame(FRAME.ping, text(1, 1000));
        return attacker.crowd(12, async (number) => {
          const socket = await deaf(attacker, to.at);
          if (!socket) return;
          while (await attacker.send(socket, number % 2 === 0 ? ping : small));
          await attacker.wait();
        });
      },
    },
    {
      name: 'calls whose answers are not read',
      exercises: ['native framing: calls', 'native framing: perTurn', 'native framing: unsent'],
      run: (to, attacker) => {
        const call = frame(FRAME.call, text(5, 64 * 1024, 0x5a));
        return attacker.crowd(32, async () => {
          const socket = await deaf(attacker, to.at);
          if (!socket) return;
          while (await attacker.send(socket, call));
          await attacker.wait();
        });
      },
    },
  ],
};
