// POST /v1/task and the rest of the task server, over HTTP.
import type { Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import { get, MIB, nested, post, some, task, values } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';
import { hostileTask, LARGE, SCHEMAS } from './task-texts.ts';

const HEAD = 'POST /v1/task HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n';

/** So many connections, on each so many requests at a time, and the next ones once those were answered. */
function stream(
  attacker: Attacker,
  at: NodeTarget['at'],
  [many, together]: readonly [connections: number, requests: number],
  next: () => Buffer,
): Promise<void> {
  return attacker.crowd(many, async () => {
    const socket = await attacker.open(at);
    if (!socket) return;
    let answers = 0;
    let enough = () => {};
    socket.on('data', (bytes: Buffer) => {
      for (const [, status] of bytes.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        attacker.met(status!);
        answers += 1;
      }
      if (answers >= together) enough();
    });
    const gone = Promise.race([closed(socket), attacker.wait()]);
    for (;;) {
      answers = 0;
      const answered = new Promise<void>((resolve) => {
        enough = resolve;
      });
      if (!(await attacker.send(socket, Buffer.concat(Array.from({ length: together }, next))))) break;
      await Promise.race([answered, gone]);
    }
    await closed(socket.destroy());
  });
}

export const tasks: Surface<NodeTarget> = {
  name: 'tasks over HTTP',
  stage: () => nodeStage(),
  attacks: [
    {
      name: 'bodies of 16 MiB, each three bytes of which become an object',
      exercises: ['JSON of a task or of an answer that is passed on: values'],
      run: (to, attacker) => {
        const bombs = [
          `{"task_id":"x","intent":"urn:iicp:intent:llm:chat:v1","payload":{"messages":${values(15 * MIB)}}}`,
          `{"task_id":"x","intent":"urn:iicp:intent:llm:chat:v1","payload":${values(15 * MIB, '[]')}}`,
          values(15 * MIB),
        ].map((body) => post(body));
        return attacker.crowd(3, (number) => attacker.status(to.at, bombs[number]!));
      },
    },
    {
      name: 'bodies as deep as they are long',
      exercises: ['JSON of a task or of an answer that is passed on: depth'],
      avoids: ['200', '500'],
      run: (to, attacker) => {
        const bombs = [
          post(nested(7 * MIB)),
          post(nested(50_000)),
          post(`{"task_id":${nested(2 * MIB, '{"a":', '}')}`),
        ];
        return attacker.crowd(3, (number) => attacker.status(to.at, bombs[number]!));
      },
    },
    {
      name: 'nonces, each on a task that could never be served',
      longMs: 75_000,
      run: (to, attacker) => {
        let nonce = 0;
        const burnt = [
          { intent: 'urn:iicp:intent:nothing:at-all:v1' },
          { payload: { messages: [] } },
          { constraints: { model: 'no such model' } },
        ];
        return stream(attacker, to.at, [16, 4], () => {
          nonce += 1;
          return post(task({ nonce: `burnt-${nonce}`, ...burnt[nonce % burnt.length] }), { keep: true });
        });
      },
    },
    {
      name: 'schemas that end model servers',
      exercises: [
        'JSON schemas in tasks: depth',
        'JSON schemas in tasks: parts',
        'JSON schemas in tasks: characters',
        'JSON schemas in tasks: partsTogether',
        'JSON schemas in tasks: charactersTogether',
        'JSON schemas in tasks: name',
        'JSON schemas in tasks: properties',
        'JSON schemas in tasks: alternatives',
        'JSON schemas in tasks: enumValues',
        'JSON schemas in tasks: value',
        'JSON schemas in tasks: itemCount',
        'JSON schemas in tasks: textLength',
        'JSON schemas in tasks: pattern',
        'JSON schemas in tasks: patternCount',
        'JSON schemas in tasks: writtenOut',
        'JSON schemas in tasks: digits',
      ],
      avoids: SCHEMAS.map(({ name }) => `taken: ${name}`),
      run: (to, attacker) =>
        attacker.crowd(2, async (number) => {
          for (const [at, { name, payload }] of SCHEMAS.entries()) {
            if (at % 2 !== number || attacker.over) continue;
            const status = await attacker.status(to.at, post(task({}, payload)));
            if (status === '200') attacker.met(`taken: ${name}`);
          }
        }),
    },
    {
      name: 'payloads with too much of everything',
      exercises: Object.keys(LARGE).map((row) => `payloads of tasks: ${row}`),
      avoids: Object.keys(LARGE).map((row) => `taken: ${row}`),
      run: (to, attacker) =>
        attacker.crowd(2, async (number) => {
          for (const [at, [row, [intent, payload]]] of Object.entries(LARGE).entries()) {
            if (at % 2 !== number || attacker.over) continue;
            const status = await attacker.status(to.at, post(task({ intent, payload })));
            if (status === '200') attacker.met(`taken: ${row}`);
          }
        }),
    },
    {
      name: 'tasks that are wrong in all ways',
      run: (to, attacker) => {
        const bodies = some(hostileTask, 300, attacker.seed);
        let next = 0;
        return stream(attacker, to.at, [4, 1], () => {
          next += 1;
          return post(bodies[next % bodies.length]!, { keep: true });
        });
      },
    },
    {
      name: 'headers that trickle in',
      exercises: ['inbound server: headersMs', 'inbound server: connections', 'inbound server: perAddress'],
      run: (to, attacker) =>
        attacker.crowd(400, async (number) => {
          const socket = await attacker.open(number % 2 === 0 ? to.near : to.at);
          if (!socket) return;
          await attacker.send(socket, 'POST /v1/task HTTP/1.1\r\nHost: node\r\n');
          while (await attacker.send(socket, 'X-A: b\r\n')) await pause();
        }),
    },
    {
      name: 'bodies that trickle in',
      exercises: ['inbound server: bodiesTogether', 'inbound server: perAddress'],
      run: (to, attacker) =>
        attacker.crowd(200, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          await attacker.send(socket, `${HEAD}Content-Length: 16000000\r\n\r\n{`);
          while (await attacker.send(socket, ' ')) await pause();
        }),
    },
    {
      name: 'bodies in chunks of one byte',
      exercises: ['inbound server: pieces', 'inbound server: pieceBytes', 'inbound server: shutOutMs'],
      run: (to, attacker) =>
        attacker.crowd(8, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          await attacker.send(socket, `${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
          while (await attacker.send(socket, '1\r\na\r\n'.repeat(2000)));
        }),
    },
    {
      name: 'bodies that take all of the room',
      exercises: ['task server: body', 'inbound server: bodiesTogether', 'inbound server: lingerMs'],
      meets: ['413'],
      run: (to, attacker) =>
        attacker.crowd(30, async (number) => {
          if (number === 0) return attacker.status(to.near, post('{', { length: 17 * MIB }));
          const socket = await attacker.open(to.at);
          if (!socket) return undefined;
          await attacker.send(socket, `${HEAD}Content-Length: ${15 * MIB}\r\n\r\n`);
          for (let mib = 0; mib < 14; mib += 1)
            if (!(await attacker.send(socket, Buffer.alloc(MIB, 32)))) return undefined;
          return attacker.wait();
        }),
    },
    {
      name: 'headers without end',
      exercises: ['inbound server: headerBytes'],
      meets: ['431'],
      run: (to, attacker) =>
        attacker.crowd(8, () => attacker.status(to.at, get('/iicp/health', `X-A: ${'a'.repeat(200_000)}\r\n`))),
    },
    {
      name: 'answers that are not read',
      exercises: ['inbound server: repliesTogether', 'inbound server: pipelined', 'inbound server: requests'],
      run: (to, attacker) =>
        attacker.crowd(48, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          socket.pause();
          const asked = Buffer.concat(Array.from({ length: 16 }, () => post('{}', { keep: true })));
          for (let times = 0; times < 200 && (await attacker.send(socket, asked)); times += 1);
          await attacker.wait();
        }),
    },
    {
      name: 'requests that do not wait for answers',
      exercises: ['inbound server: pipelined'],
      run: (to, attacker) => {
        const asked = 'GET /iicp/health HTTP/1.1\r\nHost: node\r\n\r\n'.repeat(500);
        return attacker.crowd(8, async () => {
          const socket = await attacker.open(to.at);
          while (socket && (await attacker.send(socket, asked)));
        });
      },
    },
    {
      name: 'connections that come one after the other, each with as many requests as it may have',
      exercises: ['inbound server: requests', 'inbound server: shutOutMs'],
      meets: ['200', 'cut off'],
      run: (to, attacker) => {
        const asked = 'GET /iicp/health HTTP/1.1\r\nHost: node\r\n\r\n'.repeat(15) + get('/iicp/health');
        return attacker.crowd(8, () => attacker.status(to.at, asked));
      },
    },
    {
      name: 'connections without a word, and more than there may be',
      exercises: [
        'inbound server: connections',
        'inbound server: perAddress',
        'inbound server: loopback',
        'inbound server: peekMs',
      ],
      run: async (to, attacker) => {
        await Promise.all([
          ...Array.from({ length: 600 }, async () => {
            if (!(await attacker.open(to.near))) attacker.met('cut off');
          }),
          ...Array.from({ length: 600 }, async () => {
            const socket = await attacker.open(to.at);
            if (!socket) return;
            socket.once('close', () => attacker.over || attacker.met('cut off'));
          }),
        ]);
        await attacker.wait();
      },
    },
    {
      name: 'connections that come and go',
      run: (to, attacker) =>
        attacker.crowd(16, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          await attacker.send(socket, 'POST /v1/ta');
          socket.resetAndDestroy();
        }),
    },
    {
      name: 'callers who go while their task runs',
      run: (to, attacker) =>
        attacker.crowd(6, async () => {
          const socket = await attacker.open(to.at);
          if (!socket) return;
          await attacker.send(socket, post(task()));
          // Not before it has begun.
          await new Promise((resolve) => setTimeout(resolve, 3));
          socket.resetAndDestroy();
        }),
    },
    {
      name: 'web pages without number',
      exercises: ['inbound server: perOrigin'],
      meets: ['429'],
      run: (to, attacker) => {
        let page = 0;
        return stream(attacker, to.at, [4, 4], () => {
          page += 1;
          const origin = page % 8 === 0 ? `p${page}` : 'one';
          return post('{}', { keep: true, headers: `Origin: https://${origin}.example\r\n` });
        });
      },
    },
  ],
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
