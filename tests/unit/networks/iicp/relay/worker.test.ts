// When a worker asks again, with a clock that is turned by hand; relays here are the practice network's.
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { type Random, systemRandom } from '../../../../../src-main/base/random.ts';
import { RelayWorker, type RelayWorkerDeps } from '../../../../../src-main/networks/iicp/relay/worker.ts';
import {
  ACK,
  CALL,
  CLOSE,
  frame,
  INIT,
  type Message,
  PING,
  PONG,
  RELAY_ACK,
  RELAY_BIND,
  RESPONSE,
  readFrames,
  words,
} from '../../../../../src-main/practice/iicp/framing.ts';
import { startRelay } from '../../../../simulators/relay.ts';
import { HandClock } from '../../../../support/clock.ts';
import { until } from '../../../../support/wait.ts';

const noChance: Random = { ...systemRandom, int: () => 0 };

function worker(find: RelayWorkerDeps['find'], more: Partial<RelayWorkerDeps> = {}) {
  const clock = new HandClock();
  const asked: number[] = [];
  const tried: boolean[] = [];
  let changes = 0;
  const self = new RelayWorker(
    {
      clock,
      random: noChance,
      logger: silentLogger,
      nodeId: 'worker-1',
      wanted: () => true,
      find: (signal) => {
        asked.push(Math.round(clock.monotonic() / 1000));
        return find(signal);
      },
      tried: (_relay, served) => tried.push(served),
      ticket: async () => undefined,
      offer: () => ({ intent: 'urn:iicp:intent:llm:chat:v1', models: ['m1'] }),
      handle: async () => ({ status: 200, text: '{}' }),
      connected() {},
      changed: () => {
        changes += 1;
      },
      ...more,
    },
    { most: 2 ** 21 },
  );
  const stop = new AbortController();
  const loop = self.run(stop.signal);
  const end = async () => {
    stop.abort(new Error('the test ends'));
    await loop;
  };
  onTestFinished(end);
  return { self, clock, asked, tried, changes: () => changes, end };
}

it('asks again after 2 s, then twice as long each time, up to a minute', async () => {
  const { clock, asked, end } = worker(async () => undefined);
  await clock.turn(250_000);
  expect(asked).toEqual([0, 2, 6, 14, 30, 62, 122, 182, 242]);
  await end();
  expect(clock.timers).toBe(0);
});

it('goes on when it can’t be found out which relays there are', async () => {
  const { clock, asked } = worker(async () => {
    throw new Error('the directory is away');
  });
  await clock.turn(6000);
  expect(asked).toEqual([0, 2, 6]);
});

it('asks for nothing while none is wanted, and at once when one is', async () => {
  let wanted = false;
  const { self, clock, asked } = worker(async () => undefined, { wanted: () => wanted });
  await clock.turn(100_000);
  expect(asked).toEqual([]);
  wanted = true;
  self.wake();
  await clock.turn(0);
  expect(asked).toEqual([100]);
});

it('begins anew with 2 s, then 4 s, after a relay had let it in, and tells of its endpoint until three tries have failed', async () => {
  const relay = await startRelay({ random: systemRandom });
  let failing = 2;
  const { self, clock, asked, changes } = worker(async () => {
    failing -= 1;
    return failing < 0 ? { nodeId: 'r', host: '127.0.0.1', port: relay.port } : undefined;
  });
  // It has found none twice before.
  await clock.turn(6000);
  await until('the worker to be bound', () => self.advertised !== undefined);
  const endpoint = `${relay.url}/v1/relay-for/worker-1`;
  // That none was found, and then that one has let it in.
  expect([self.advertised?.endpoint, changes()]).toEqual([endpoint, 2]);
  await relay.stop();
  await until('the worker to notice', () => changes() === 3);
  expect(self.advertised?.endpoint).toBe(endpoint);
  const lost = asked.length;
  await until('a try at a time', async () => {
    await clock.turn(100);
    return asked.length > lost;
  });
  expect(asked).toEqual([0, 2, 6, 8]);
  await until('three tries to fail', async () => {
    await clock.turn(100);
    return asked.length >= lost + 3;
  });
  // 4 s and then 8 s later at the soonest; the clock goes on while a try takes its time.
  expect([asked.at(lost + 1)! >= 12, asked.at(lost + 2)! >= 20]).toEqual([true, true]);
  await until('the endpoint to be given up', () => self.advertised === undefined);
  // That it can't be reached, and that its endpoint is told no more.
  expect(changes()).toBe(5);
});

it('keeps to 2 s as long as there are others to be asked', async () => {
  let left = 4;
  const { clock } = worker(async () => {
    left -= 1;
    return { nodeId: 'r', host: '127.0.0.1', port: 1, others: left > 0 };
  });
  const pauses: number[] = [];
  while (pauses.length < 6) {
    // The only other timer is that of the try itself.
    await until('a pause', () => clock.timers === 1 && clock.nextIn !== 10_000);
    pauses.push(clock.nextIn);
    await clock.turn(clock.nextIn);
  }
  expect(pauses).toEqual([2000, 2000, 2000, 2000, 4000, 8000]);
});

/** A relay whose every word a test says; `greets` with what it lets a worker in. */
async function door(greets: readonly (readonly [number, unknown])[] | undefined) {
  const heard: { readonly type: number; readonly message: Message }[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    readFrames(socket, (type, message) => {
      heard.push({ type, message });
      if (type === INIT && greets) socket.write(frame(ACK, [[1, 1]]));
      if (type === RELAY_BIND && greets) socket.write(frame(RELAY_ACK, greets));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    find: async () => ({ nodeId: 'r', host: '127.0.0.1', port }),
    port,
    sockets,
    say: (type: number, fields: readonly (readonly [number, unknown])[]) => sockets.at(-1)!.write(frame(type, fields)),
    count: (type: number) => heard.filter((each) => each.type === type).length,
    all: (type: number) => heard.filter((each) => each.type === type).map(({ message }) => message),
  };
}

const OK = [
  [1, 'ok'],
  [2, 'worker-1'],
] as const;

it('says who it is, what it does and which models it has, and takes the usual port where the relay tells none', async () => {
  const relay = await door(OK);
  const { self } = worker(relay.find, { ticket: async () => 'a ticket' });
  await until('the worker to be bound', () => self.advertised);
  expect(relay.all(RELAY_BIND)).toEqual([
    new Map<number, unknown>([
      [1, 'worker-1'],
      [2, 'urn:iicp:intent:llm:chat:v1'],
      [3, ['m1']],
      [4, 'a ticket'],
    ]),
  ]);
  expect(self.advertised!.endpoint).toBe('http://127.0.0.1:9484/v1/relay-for/worker-1');
});

it('pings every 30 s, and leaves a relay that says nothing for 75 s', async () => {
  const relay = await door(OK);
  const { self, clock, changes } = worker(relay.find);
  await until('the worker to be bound', () => self.advertised);
  await clock.turn(29_999);
  expect(relay.count(PING)).toBe(0);
  await clock.turn(1);
  await until('a ping', () => relay.count(PING) === 1);
  await clock.turn(30_000);
  await until('a second ping', () => relay.count(PING) === 2);
  expect(changes()).toBe(1);
  await clock.turn(14_999);
  expect(relay.sockets[0]!.destroyed).toBe(false);
  await clock.turn(1);
  await until('the worker to have left', () => changes() === 2);
});

it('gives up a relay that does not answer within 10 s', async () => {
  const relay = await door(undefined);
  const { clock, asked } = worker(relay.find);
  await until('a greeting', () => relay.count(INIT) === 1);
  await clock.turn(9999);
  expect(asked).toHaveLength(1);
  await clock.turn(1);
  await until('the connection to be gone', () => relay.sockets[0]!.destroyed);
  await until('another try', async () => {
    await clock.turn(100);
    return asked.length === 2;
  });
});

it.each([
  [
    'says no',
    [
      [1, 'error'],
      [2, 'worker-1'],
      [3, 'relay_full'],
    ],
  ],
  ['says nothing that can be read', [[1, 5]]],
] as const)('is not in where the relay %s', async (_what, greets) => {
  const relay = await door(greets);
  const { self, clock, asked, changes } = worker(relay.find);
  await until('another try', async () => {
    await clock.turn(100);
    return asked.length === 2;
  });
  // Twice for the same reason is told once.
  expect([self.advertised, changes()]).toEqual([undefined, 1]);
});

it('counts a relay that lets it in and ends it within a minute as one that failed', async () => {
  const relay = await door(OK);
  const { clock, tried, self } = worker(relay.find);
  const isBound = () =>
    until('the worker to be bound', () => self.advertised && relay.count(RELAY_BIND) > tried.length);
  await isBound();
  await clock.turn(55_000);
  relay.say(CLOSE, []);
  await until('the first to be over', async () => {
    await clock.turn(10);
    return tried.length === 1;
  });
  await clock.turn(2000);
  await isBound();
  for (let seconds = 0; seconds < 60; seconds += 20) {
    relay.say(PING, []);
    await until('an answer', () => relay.count(PONG) === seconds / 20 + 1);
    await clock.turn(20_000);
  }
  relay.say(CLOSE, []);
  await until('the second to be over', () => tried.length === 2);
  expect(tried).toEqual([false, true]);
});

it('answers each call under its name, with its status beside it, and 65 at once with one too many', async () => {
  const relay = await door(OK);
  const waiting: (() => void)[] = [];
  const handle: RelayWorkerDeps['handle'] = async (body) => {
    const { n } = JSON.parse(Buffer.concat(body).toString()) as { n: number };
    if (n < 64) await new Promise<void>((resolve) => waiting.push(resolve));
    if (n === 1) return { status: 504, text: '{"task_id":"t-1","status":"timeout"}' };
    return n === 0 ? { status: 403, text: '{"error":{"code":"denied"}}' } : { status: 200, text: `{"result":${n}}` };
  };
  const { self } = worker(relay.find, { handle });
  await until('the worker to be bound', () => self.advertised);
  // The first two are over at once.
  for (let n = 0; n <= 66; n += 1)
    relay.say(CALL, [
      [15, `c-${n}`],
      [5, Buffer.from(`{"n":${n},"task_id":"t-${n}"}`)],
    ]);
  const of = (name: string) => relay.all(RESPONSE).find((each) => words(each, 15) === name);
  await until('the refusal', () => of('c-66'));
  const refused = of('c-66');
  expect([words(refused!, 15), refused!.get(100), words(refused!, 5)]).toEqual([
    'c-66',
    429,
    expect.stringMatching(/^\{"task_id":"t-66","status":"error","error":\{"code":"IICP-E021"/),
  ]);
  await until('all to be worked on', () => waiting.length === 64);
  for (const finish of waiting) finish();
  await until('all answers', () => relay.count(RESPONSE) === 67);
  const told = (name: string) => [of(name)!.get(100), words(of(name)!, 5)];
  // Whatever a relay merges it with, a client sees that it failed.
  expect(told('c-0')).toEqual([403, '{"task_id":"t-0","status":"error","error":{"code":"denied"}}']);
  expect(told('c-1')).toEqual([504, '{"task_id":"t-1","status":"timeout"}']);
  expect(told('c-7')).toEqual([undefined, '{"result":7}']);
});

it('answers in pieces where the relay names the task beside it, as over native framing', async () => {
  const relay = await door(OK);
  const handle: RelayWorkerDeps['handle'] = async (body, _stop, partial) => {
    const { n } = JSON.parse(Buffer.concat(body).toString()) as { n: number };
    if (n === 1) return { status: 429, text: '{"error":{"code":"IICP-E021","message":"capacity_exceeded"}}' };
    partial?.('x'.repeat(256));
    partial?.('yes');
    const result = { choices: [{ message: { role: 'assistant', content: '' } }] };
    return { status: 200, text: JSON.stringify({ status: 'completed', result, metrics: { tokens_used: 7 } }) };
  };
  const { self } = worker(relay.find, { handle });
  await until('the worker to be bound', () => self.advertised);
  for (const n of [0, 1]) {
    relay.say(CALL, [
      [2, `s-${n}`],
      [15, `c-${n}`],
      [24, `t-${n}`],
      [5, Buffer.from(`{"n":${n}}`)],
    ]);
  }
  await until('all answers', () => relay.count(RESPONSE) === 4);
  const of = (call: string) => relay.all(RESPONSE).filter((each) => words(each, 3) === call);
  const state = (each: Message) => [...(each.get(13) as Map<number, unknown>).values()];
  expect(of('c-0').map((each) => [words(each, 2), words(each, 4), each.get(5), each.get(7), each.get(12)])).toEqual([
    ['s-0', 'partial', 'x'.repeat(256), undefined, false],
    ['s-0', 'partial', 'yes', undefined, false],
    ['s-0', 'success', '', 7, true],
  ]);
  expect(of('c-0').map(state)).toEqual([
    ['t-0', 0, 'partial', false],
    ['t-0', 1, 'partial', false],
    ['t-0', 2, 'completed', true],
  ]);
  const [failed] = of('c-1');
  expect([words(failed!, 4), failed!.get(6)]).toEqual([
    'error',
    new Map<number, string>([
      [1, 'IICP-E021'],
      [2, 'capacity_exceeded'],
    ]),
  ]);
});

it('stops what it works on when the relay has gone', async () => {
  const relay = await door(OK);
  let stopped = false;
  const { self } = worker(relay.find, {
    handle: (_body, stop) =>
      new Promise((resolve) => {
        stop.signal.addEventListener('abort', () => {
          stopped = true;
          resolve({ status: 499, text: undefined });
        });
      }),
  });
  await until('the worker to be bound', () => self.advertised);
  relay.say(CALL, [
    [15, 'c-1'],
    [5, Buffer.from('{}')],
  ]);
  relay.say(CLOSE, []);
  await until('the work to stop', () => stopped);
});
