// The pages on 127.0.0.1, as any page of the browser and any program of this computer can ask them.
import { randomBytes } from 'node:crypto';
import type { Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import { get, MIB, nested, post } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

type At = NodeTarget['pages'];

interface Hello {
  readonly origin?: string;
  readonly name?: string;
}

function upgrade({ host, port }: At, hello: Hello = {}): string {
  const { name = `${host}:${port}`, origin = `http://${host}:${port}` } = hello;
  const key = randomBytes(16).toString('base64');
  const lines = [
    'GET /socket HTTP/1.1',
    `Host: ${name}`,
    `Origin: ${origin}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A frame of RFC 6455 as clients send them; `opcode` with its FIN bit, `length` where it is to lie. */
function frame(payload: string | Buffer, opcode = 0x81, length = Buffer.byteLength(payload)): Buffer {
  const head = Buffer.alloc(14);
  head[0] = opcode;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(length), 2);
  // Masked with zeros: the bytes stay as they are.
  return Buffer.concat([head, Buffer.from(payload)]);
}

/** Through the handshake; undefined where it was refused. */
async function page(attacker: Attacker, at: At) {
  const socket = await attacker.open(at);
  if (!socket) return undefined;
  const status = new Promise<string>((resolve) => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1', 9, 12)));
    socket.once('close', () => resolve('cut off'));
  });
  await attacker.send(socket, upgrade(at));
  const got = await Promise.race([status, attacker.wait().then(() => 'over')]);
  if (got !== 'over') attacker.met(got);
  return got === '101' ? socket : undefined;
}

async function say(attacker: Attacker, at: At, ...frames: readonly Buffer[]): Promise<void> {
  const socket = await page(attacker, at);
  if (!socket) return;
  for (const each of frames) if (!(await attacker.send(socket, each))) break;
  await Promise.race([closed(socket), attacker.wait()]);
}

export const consolePages: Surface<NodeTarget> = {
  name: 'console',
  stage: () => nodeStage({ console: true }),
  attacks: [
    {
      name: 'guesses at links and sessions',
      exercises: ['console: wrongSecrets', 'console: strangers'],
      meets: ['101'],
      run: (to, attacker) =>
        attacker.crowd(8, async (number) => {
          const secret = randomBytes(32).toString('base64url');
          await say(
            attacker,
            to.pages,
            frame(JSON.stringify(number % 2 === 0 ? { token: secret } : { session: secret })),
          );
        }),
    },
    {
      name: 'pages of other sites, and names that lead here',
      meets: ['403', '421'],
      avoids: ['101', '200'],
      run: (to, attacker) => {
        const { pages: at } = to;
        const asks = [
          upgrade(at, { origin: 'http://evil.example' }),
          upgrade(at, { origin: 'null' }),
          upgrade(at, { origin: `http://127.0.0.1:${at.port + 1}` }),
          upgrade(at, { name: `evil.example:${at.port}`, origin: `http://evil.example:${at.port}` }),
          get('/', '', `evil.example:${at.port}`),
          get('/', '', `127.0.0.1.evil.example:${at.port}`),
          get('/', 'Host: 127.0.0.1\r\n', `127.0.0.1:${at.port}`),
          post('{}', { path: '/', headers: 'Origin: http://evil.example\r\n' }),
          get('/../../../etc/passwd', '', `127.0.0.1:${at.port}`),
          get('/%2e%2e/%2e%2e/etc/passwd', '', `127.0.0.1:${at.port}`),
        ];
        return attacker.crowd(4, async (number) => {
          for (const [index, each] of asks.entries()) if (index % 4 === number) await attacker.status(at, each);
        });
      },
    },
    {
      name: 'messages that are too long, too deep, in too many pieces, or none',
      exercises: ['console: messageBytes', 'console: greetingMs', 'console: closeMs'],
      run: (to, attacker) => {
        const piece = frame('a'.repeat(1000), 0x01);
        const more = frame('a'.repeat(1000), 0x00);
        const all = [
          [frame('a'.repeat(2 * MIB))],
          [frame('', 0x81, 2 ** 40)],
          [frame(nested(400_000))],
          [piece, ...Array.from({ length: 2000 }, () => more)],
          Array.from({ length: 5000 }, () => frame('ping', 0x89)),
          [randomBytes(4096)],
        ];
        return attacker.crowd(all.length, (number) => say(attacker, to.pages, ...all[number]!));
      },
    },
    {
      name: 'headers without end',
      exercises: ['console: headerBytes'],
      meets: ['431'],
      run: (to, attacker) =>
        attacker.crowd(8, () =>
          attacker.status(to.pages, get('/', `X: ${'a'.repeat(20_000)}\r\n`, `127.0.0.1:${to.pages.port}`)),
        ),
    },
    {
      name: 'connections and pages without number',
      exercises: ['console: connections', 'console: sockets', 'console: strangers', 'console: requestMs'],
      run: async (to, attacker) => {
        await Promise.all(Array.from({ length: 24 }, () => page(attacker, to.pages)));
        await attacker.crowd(40, async () => {
          const socket = await attacker.open(to.pages);
          if (!socket) return;
          await attacker.send(socket, 'GET / HTTP/1.1\r\nHost: 127');
          await attacker.wait();
        });
      },
    },
  ],
};
