// A node that is a relay for others: where workers come in, and what callers ask of it over HTTP.
import type { Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import {
  deep,
  EMPTY_MAP,
  FRAME,
  frame,
  hostileFrame,
  MIB,
  many,
  nested,
  post,
  some,
  task,
  text,
  values,
} from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

const worker = (to: NodeTarget) => ({ host: to.at.host, port: to.relayPort });
/** As whoever comes through a tunnel of this computer. */
const nearWorker = (to: NodeTarget) => ({ host: '127.0.0.1', port: to.relayPort });
const ask = (body: string) => post(body, { path: '/v1/relay' });
const HELD_MIB = 15;

async function offer(attacker: Attacker, to: NodeTarget, ...frames: readonly Buffer[]): Promise<void> {
  const socket = await attacker.open(worker(to));
  if (!socket) return attacker.met('cut off');
  for (const each of frames) if (!(await attacker.send(socket, each))) break;
  await Promise.race([closed(socket), attacker.wait()]);
  if (!attacker.over) attacker.met('cut off');
}

const bind = (name: string) =>
  frame(FRAME.bind, Buffer.concat([Buffer.from([0xa1, 1, 0x78, name.length]), Buffer.from(name)]));

export const relay: Surface<NodeTarget> = {
  name: 'relay',
  stage: () => nodeStage({ settings: { 'networks.iicp.relayServe': true } }),
  attacks: [
    {
      name: 'POST /v1/relay of 16 MiB, each three bytes of which become an object',
      exercises: ['JSON of a task or of an answer that is passed on: values'],
      run: (to, attacker) => {
        const bomb = ask(`{"target_node_id":"x","task":{"a":${values(15 * MIB)}}}`);
        return attacker.crowd(3, () => attacker.status(to.at, bomb));
      },
    },
    {
      name: 'POST /v1/relay as deep as it is long',
      exercises: ['JSON of a task or of an answer that is passed on: depth'],
      avoids: ['500'],
      run: (to, attacker) => {
        const bombs = [100_000, 7 * MIB].map((levels) => ask(`{"target_node_id":"x","task":{"a":${nested(levels)}}}`));
        return attacker.crowd(2, (number) => attacker.status(to.at, bombs[number]!));
      },
    },
    ...[worker, nearWorker].map((where) => ({
      name: `a hundred frames that never end, from ${where === worker ? 'one address' : 'this computer'}`,
      exercises: ['relay: framesTogether', 'relay: perAddress', 'relay: loopback'],
      run: async (to: NodeTarget, attacker: Attacker) => {
        const begun = frame(FRAME.response, Buffer.alloc(MIB), HELD_MIB * MIB);
        await Promise.all(
          Array.from({ length: 100 }, async () => {
            const socket = await attacker.open(where(to));
            if (!socket || !(await attacker.send(socket, begun))) return;
            for (let mib = 1; mib < HELD_MIB - 1; mib += 1)
              if (!(await attacker.send(socket, Buffer.alloc(MIB)))) return;
            await attacker.wait();
          }),
        );
      },
    })),
    {
      name: 'workers whose messages of 4 and 16 MiB become objects',
      run: (to, attacker) => {
        const bombs = [
          frame(FRAME.bind, many(3, EMPTY_MAP, 4 * MIB)),
          frame(FRAME.ping, many(1, EMPTY_MAP, 16 * MIB)),
          frame(FRAME.response, many(5, EMPTY_MAP, 16 * MIB)),
          frame(FRAME.response, deep(5, MIB)),
        ];
        return attacker.crowd(2, (number) => offer(attacker, to, bombs[number]!, bombs[number + 2]!));
      },
    },
    {
      name: 'workers who ping and do not read',
      run: (to, attacker) => {
        const ping = frame(FRAME.ping, text(1, 15 * MIB));
        return attacker.crowd(12, async () => {
          const socket = await attacker.open(worker(to));
          if (!socket) return;
          socket.pause();
          while (await attacker.send(socket, ping));
          await attacker.wait();
        });
      },
    },
    {
      name: 'workers whose frames are wrong in all ways',
      meets: ['cut off'],
      run: (to, attacker) => {
        const frames = some(hostileFrame, 300, attacker.seed);
        let next = 0;
        return attacker.crowd(4, async () => {
          next += 4;
          return offer(
            attacker,
            to,
            ...Array.from({ length: 4 }, (_, at) => frames[(next + at) % frames.length]!),
            Buffer.from('no frame at all'),
          );
        });
      },
    },
    {
      name: 'workers without number, by frames and by polling',
      exercises: [
        'relay: connections',
        'relay: perAddress',
        'relay: loopback',
        'relay: ticketCharacters',
        'relay: binds',
        'relay: models',
      ],
      run: async (to, attacker) => {
        let name = 0;
        await attacker.crowd(40, async (number) => {
          name += 1;
          if (number % 4 === 0) {
            const models = Array.from({ length: 100 }, () => 'm'.repeat(100));
            const body = JSON.stringify({ worker_id: `polls-${name}`, models, bind_ticket: 'x'.repeat(5000) });
            await attacker.status(to.at, post(body, { path: '/v1/relay/bind' }));
            return;
          }
          const socket = await attacker.open(number % 4 === 1 ? nearWorker(to) : worker(to));
          if (!socket) return;
          await attacker.send(socket, frame(FRAME.init, Buffer.from([0xa1, 1, 1])));
          await attacker.send(socket, bind(`worker-number-${name}-of-those-who-come`));
          await Promise.race([closed(socket), attacker.wait()]);
        });
      },
    },
    {
      name: 'callers of a worker who takes tasks and answers none',
      exercises: ['relay: tasksTogether', 'relay: callsEach'],
      run: async (to, attacker) => {
        const name = 'a-worker-who-takes-and-gives-nothing';
        const socket = await attacker.open(worker(to));
        if (!socket) return;
        socket.pause();
        await attacker.send(socket, bind(name));
        const called = post(task({}, { messages: [{ role: 'user', content: 'x'.repeat(MIB) }] }), {
          path: `/v1/relay-for/${name}/v1/task`,
        });
        await attacker.crowd(80, () => attacker.status(to.near, called));
      },
    },
  ],
};
