import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { inboundLimits } from '../../../src-main/inbound/bounds.ts';
import { InboundMemory } from '../../../src-main/inbound/memory.ts';
import type { Fault } from '../../../src-main/inbound/refusals.ts';
import type { Route } from '../../../src-main/inbound/routes.ts';
import { InboundServer, type InboundServerDeps } from '../../../src-main/inbound/server.ts';

/** A callback server that answers in plain text, as one of another protocol would. */
const STATUS: Readonly<Partial<Record<Fault, number>>> = {
  'not-found': 404,
  'wrong-method': 405,
  'wrong-type': 415,
  'too-large': 413,
  'not-http': 400,
  'no-room': 503,
};

async function serving(routes: readonly Route[], more: Partial<InboundServerDeps> = {}, body = 100) {
  const server = new InboundServer(
    {
      clock: systemClock,
      logger: silentLogger,
      memory: new InboundMemory(),
      routes,
      refuse: (fault) => ({ status: STATUS[fault] ?? 500, text: fault, type: 'text/plain' }),
      ...more,
    },
    { bind: '127.0.0.1', port: 0, limits: inboundLimits({ body, silentMs: 60_000 }) },
  );
  await server.start();
  onTestFinished(() => server.stop());
  return { server, url: `http://127.0.0.1:${server.address!.port}`, port: server.address!.port };
}

const told = async (answer: Response) => [answer.status, answer.headers.get('content-type'), await answer.text()];

describe('a listener of any network', () => {
  it('answers its routes, and everything else in the words of its network', async () => {
    const turnedAway: Fault[] = [];
    const { url } = await serving([
      { path: '/health', method: 'GET', handle: () => ({ status: 200, text: '', type: 'text/plain' }) },
      {
        path: '/registrations',
        method: 'POST',
        turnedAway: (fault) => turnedAway.push(fault),
        handle: async ({ body }) => ({ status: 200, text: Buffer.concat(body), headers: { 'X-Took': 'all' } }),
      },
    ]);
    const post = (body: string, type = 'application/json') =>
      fetch(`${url}/registrations`, { method: 'POST', body, headers: { 'content-type': type } });
    expect(await told(await fetch(`${url}/health`))).toEqual([200, 'text/plain', '']);
    const taken = await post('{"id":1}');
    expect(taken.headers.get('x-took')).toBe('all');
    expect(await told(taken)).toEqual([200, 'application/json', '{"id":1}']);
    expect(await told(await fetch(`${url}/elsewhere`))).toEqual([404, 'text/plain', 'not-found']);
    expect(await told(await fetch(`${url}/registrations`))).toEqual([405, 'text/plain', 'wrong-method']);
    expect(await told(await post('{}', 'text/html'))).toEqual([415, 'text/plain', 'wrong-type']);
    expect(await told(await post('x'.repeat(101)))).toEqual([413, 'text/plain', 'too-large']);
    expect(turnedAway).toEqual(['wrong-type', 'too-large']);
  });

  it('says of its own fault no more than that', async () => {
    const broken: Route = {
      path: '/',
      method: 'GET',
      handle: () => {
        throw new TypeError('the secret is 42');
      },
    };
    const { url } = await serving([broken]);
    expect(await told(await fetch(url))).toEqual([500, 'text/plain', 'internal']);
  });

  it('hands a connection to the other protocol of its port, with what was read of it', async () => {
    const { url, port } = await serving([{ path: '/', method: 'GET', handle: () => ({ status: 200, text: '{}' }) }], {
      other: {
        begins: (head) => (head.length < 4 ? undefined : head.subarray(0, 4).equals(Buffer.from('ECHO'))),
        serve: ({ socket, head }) => {
          socket.end(head);
        },
      },
    });
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    onTestFinished(() => void socket.destroy());
    let text = '';
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.write('ECHO and more');
    await new Promise((resolve) => socket.once('end', resolve));
    expect(text).toBe('ECHO and more');
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('listeners of several networks', () => {
  it('share the memory for bodies, of which a caller has one part', async () => {
    const memory = new InboundMemory();
    let free = () => {};
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    const slow: Route = {
      path: '/',
      method: 'POST',
      handle: async () => {
        await freed;
        return { status: 200, text: '{}' };
      },
    };
    const MIB = 1024 * 1024;
    const [one, other] = [await serving([slow], { memory }, 16 * MIB), await serving([slow], { memory }, 16 * MIB)];
    const post = (url: string) =>
      fetch(url, { method: 'POST', body: ' '.repeat(16 * MIB), headers: { 'content-type': 'application/json' } });
    const first = post(one.url);
    // Until it is worked on: thrice its bytes are held then.
    await expect.poll(() => memory.bodies.leftTo('loopback')).toBeLessThan(16 * MIB);
    expect(await told(await post(other.url))).toEqual([503, 'text/plain', 'no-room']);
    free();
    expect((await first).status).toBe(200);
  });

  it('have as much as the largest of them asks for, and none when all have stopped', () => {
    const memory = new InboundMemory();
    const wanted = (bodiesTogether: number) => ({ bodiesTogether, repliesTogether: 1000 });
    const left = () => memory.bodies.leftTo('198.51.100.7');
    const closeSmall = memory.open(wanted(4000));
    const closeLarge = memory.open(wanted(8000));
    expect(left()).toBe(6000);
    closeLarge();
    closeLarge();
    expect(left()).toBe(3000);
    memory.bodies.of('198.51.100.8').hold(1000);
    closeSmall();
    expect(left()).toBeLessThanOrEqual(0);
  });
});
