import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createDispatch } from '../../../src-main/faces/dispatch.ts';
import { type ConsoleFace, createConsoleFace } from '../../../src-main/faces/http.ts';
import { createPushes } from '../../../src-main/faces/pushes.ts';
import { answers, type HandClock, handClock, payloads, plant, plantedEngine, readableLog, SECRET } from './support.ts';

let folder: string;
let clock: HandClock;
let face: ConsoleFace;
let log: ReturnType<typeof readableLog>;
let pushes: ReturnType<typeof createPushes>;
let engine: ReturnType<typeof plantedEngine>;
let release: (() => void) | undefined;
let clients: WebSocket[];
let usedTwice: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-pages-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'outside.js'), 'outside');
  await writeFile(join(folder, 'renderer/index.html'), '<!doctype html><title>Hearth</title>');
  await writeFile(join(folder, 'renderer/assets/index-abc.js'), 'export {}');
  await writeFile(join(folder, 'renderer/assets/index-abc.js.map'), '{}');
  clock = handClock();
  log = readableLog();
  engine = plantedEngine();
  release = undefined;
  clients = [];
  usedTwice = [];
  pushes = createPushes({ clock, logger: log });
  face = newFace();
  await face.start();
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await face.stop();
  pushes.stop();
  await rm(folder, { recursive: true });
});

function newFace(port = 0): ConsoleFace {
  const gated = {
    async handle(name: Parameters<typeof engine.handle>[0], input: unknown) {
      if (name === 'backends.detect') {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return engine.handle(name, input);
    },
  };
  const dispatch = createDispatch(gated, log);
  return createConsoleFace(
    { clock, random: systemRandom, logger: log, dispatch, pushes },
    { pages: join(folder, 'renderer'), port, onUsedTwice: (at) => usedTwice.push(at) },
  );
}

const port = () => Number(new URL(face.address()).port);
const host = () => `127.0.0.1:${port()}`;
const token = () => new URL(face.issueLink()).hash.slice('#t='.length);

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: port(), path, agent: false, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Sends bytes as they are and answers the first line that comes back. */
async function raw(text: string): Promise<string> {
  const socket = connect(port(), '127.0.0.1');
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString().split('\r\n', 1)[0] ?? '';
}

interface Dialled {
  socket: WebSocket;
  next(): Promise<Record<string, unknown>>;
  send(message: unknown): void;
  closed: Promise<number>;
}

async function dial(
  options: { headers?: Record<string, string>; origin?: string; autoPong?: boolean } = {},
): Promise<Dialled> {
  const socket = new WebSocket(`ws://${host()}/socket`, { origin: `http://${host()}`, ...options });
  clients.push(socket);
  const inbox: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as Record<string, unknown>;
    const taker = waiting.shift();
    if (taker) taker(message);
    else inbox.push(message);
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await once(socket, 'open');
  return {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () => {
      const first = inbox.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** The status that an upgrade is refused with. */
function refusal(options: { path?: string; headers?: Record<string, string>; origin?: string }): Promise<number> {
  const socket = new WebSocket(`ws://${host()}${options.path ?? '/socket'}`, options);
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
      socket.on('error', () => {});
      socket.terminate();
    });
    socket.on('open', () => reject(new Error('the upgrade was accepted')));
  });
}

async function opened(): Promise<Dialled> {
  const client = await dial();
  client.send({ token: token() });
  await client.next();
  return client;
}

describe('pages of the console', () => {
  it('serves the page under a policy that allows nothing but itself', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(body).toContain('<title>Hearth</title>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ws://${host()}`);
  });

  it('lets a browser keep files whose name carries their hash', async () => {
    const { headers } = await ask('/assets/index-abc.js?x=1');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['cache-control']).toContain('immutable');
  });

  it('answers HEAD without a body, and no other method', async () => {
    const head = await ask('/', { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '36']);
    expect((await ask('/', { method: 'POST' })).status).toBe(405);
    expect((await ask('/', { method: 'DELETE' })).status).toBe(405);
  });

  it.each([
    '/../outside.js',
    '/assets/../../outside.js',
    '/%2e%2e/outside.js',
    '/..%2foutside.js',
    '/..\\outside.js',
    '//etc/passwd',
    '/assets/index-abc.js.map',
    '/assets',
    '/__proto__',
    'http://127.0.0.1/outside.js',
  ])('finds nothing at %s', async (path) => {
    expect(await raw(`GET ${path} HTTP/1.1\r\nHost: ${host()}\r\n\r\n`)).toBe('HTTP/1.1 404 Not Found');
  });

  it.each([
    'evil.test',
    '127.0.0.1.evil.test',
    'localhost.evil.test',
    'evil.test:80',
    '0.0.0.0',
    '127.0.0.1:80:80',
    ' ',
  ])('turns away a request for the host %j', async (name) => {
    expect((await ask('/', { headers: { host: name } })).status).toBe(421);
  });

  it('turns away a request with two hosts', async () => {
    const line = await raw(`GET / HTTP/1.1\r\nHost: ${host()}\r\nHost: evil.test\r\n\r\n`);
    expect(line).toMatch(/^HTTP\/1.1 4/);
  });

  it.each(['localhost:9000', '127.0.0.1:9000', '[::1]:9000', 'localhost'])(
    'serves %s, as a browser says behind a tunnel, and names it in the policy',
    async (name) => {
      const { status, headers } = await ask('/', { headers: { host: name } });
      expect(status).toBe(200);
      expect(String(headers['content-security-policy']).endsWith(` ws://${name}`)).toBe(true);
    },
  );
});

it('answers the owner whoever else holds connections without a word', async () => {
  const held = Array.from({ length: 128 }, () => connect(port(), '127.0.0.1').resume());
  const firstGone = Promise.race(held.map((socket) => once(socket, 'close')));
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  expect((await ask('/')).status).toBe(200);
  await firstGone;
  expect(held.filter(({ destroyed }) => !destroyed)).toHaveLength(127);
  for (const socket of held) socket.destroy();
});

describe('who gets a socket', () => {
  it.each([
    ['of another site', { origin: 'https://evil.test' }, 403],
    ['of another local port', { origin: 'http://127.0.0.1:1' }, 403],
    ['without an origin', {}, 403],
    ['for a foreign host', { origin: 'http://evil.test', headers: { host: 'evil.test' } }, 421],
    ['for another path', { path: '/other' }, 404],
  ])('refuses a page %s', async (_case, options, status) => {
    expect(await refusal(options)).toBe(status);
  });

  it('refuses an origin that is loopback but not the host asked', async () => {
    expect(await refusal({ origin: `http://localhost:${port()}` })).toBe(403);
  });

  it('admits a page behind a tunnel', async () => {
    const client = await dial({ origin: 'http://localhost:9000', headers: { host: 'localhost:9000' } });
    client.send({ token: token() });
    expect(await client.next()).toEqual({ session: expect.any(String) });
  });

  it('trades a token for a session once; the session comes back as often as it likes', async () => {
    const once = token();
    const first = await dial();
    first.send({ token: once });
    const { session } = await first.next();
    const second = await dial();
    second.send({ token: once });
    expect(await second.closed).toBe(4410);
    const third = await dial();
    third.send({ session });
    expect(await third.next()).toEqual({ session });
  });

  it('closes on an expired token', async () => {
    const late = token();
    clock.advance(10 * 60_000);
    const client = await dial();
    client.send({ token: late });
    expect(await client.closed).toBe(4401);
  });

  it('closes on a session of an earlier run', async () => {
    const client = await opened();
    client.socket.terminate();
    const session = 'A'.repeat(43);
    const again = await dial();
    again.send({ session });
    expect(await again.closed).toBe(4401);
  });

  it('closes a socket that says nothing for five seconds', async () => {
    const client = await dial();
    clock.advance(5_000);
    expect(await client.closed).toBe(4401);
  });

  it.each(['nonsense', '{}', '[]', '{"token":1}', '{"token":"a","session":"b"}', '{"id":1,"name":"node.get"}'])(
    'closes on the first message %s and asks the engine nothing',
    async (message) => {
      const client = await dial();
      client.send(message);
      expect(await client.closed).toBe(4400);
      expect(engine.asked).toEqual([]);
    },
  );

  it('throttles guessing, and lets a right token in all the while', async () => {
    const codes: number[] = [];
    for (let guess = 0; guess < 21; guess++) {
      const client = await dial();
      client.send({ token: `guess-${guess}` });
      codes.push(await client.closed);
    }
    expect(codes).toEqual([...Array(20).fill(4401), 4429]);
    const client = await opened();
    client.send({ id: 1, name: 'node.get' });
    expect(await client.next()).toMatchObject({ id: 1 });
  });

  it('tells the second page of a link when it was used, and the owner that it was used twice, once', async () => {
    const link = token();
    const early = await dial();
    early.send({ token: link });
    await early.next();
    const at = clock.now();
    clock.advance(4_000);
    for (let visit = 0; visit < 3; visit++) {
      const late = await dial();
      const reason = new Promise((resolve) => late.socket.on('close', (_code, why) => resolve(why.toString())));
      late.send({ token: link });
      expect([await late.closed, await reason]).toEqual([4410, String(at)]);
    }
    expect(usedTwice).toEqual([at]);
    expect(engine.asked).toEqual([]);
  });

  it('holds at most sixteen pages', async () => {
    for (let i = 0; i < 16; i++) await opened();
    expect(await refusal({ origin: `http://${host()}` })).toBe(503);
  });

  it('has room for the owner whoever else opens sockets without a word', async () => {
    const strangers = [];
    for (let i = 0; i < 16; i++) strangers.push(await dial());
    const client = await opened();
    expect(await strangers[0]!.closed).toBe(1006);
    expect(strangers[1]!.socket.readyState).toBe(WebSocket.OPEN);
    client.send({ id: 1, name: 'node.get' });
    expect(await client.next()).toMatchObject({ id: 1 });
  });
});

describe('what only the owner may want', () => {
  const wanted = { name: 'backup.create', input: { passphrase: 'correct horse battery' } };

  it('is refused to a page until its number is confirmed at the computer, and the page hears of it', async () => {
    const [mine, theirs] = [await opened(), await opened()];
    mine.send({ id: 1, ...wanted });
    const refused = (await mine.next()) as { reply: { failure: { code: string; details: { number: string } } } };
    const { code, details } = refused.reply.failure;
    expect(code).toBe('face.confirm-at-the-computer');
    expect(engine.asked).toEqual([]);

    expect(face.confirm(details.number).asked).toBe('backup.create');
    expect(await mine.next()).toEqual({ confirmed: details.number });
    mine.send({ id: 2, ...wanted });
    expect(await mine.next()).toMatchObject({ id: 2, reply: { ok: true } });
    theirs.send({ id: 3, ...wanted });
    expect(await theirs.next()).toMatchObject({ id: 3, reply: { ok: false, failure: { code } } });
    expect(JSON.stringify(log.lines)).not.toContain(wanted.input.passphrase);
  });

  it('is confirmed for the page, not for its socket', async () => {
    const first = await dial();
    first.send({ token: token() });
    const { session } = await first.next();
    first.send({ id: 1, ...wanted });
    const { reply } = (await first.next()) as { reply: { failure: { details: { number: string } } } };
    first.socket.terminate();
    face.confirm(reply.failure.details.number);
    const again = await dial();
    again.send({ session });
    await again.next();
    again.send({ id: 2, ...wanted });
    expect(await again.next()).toMatchObject({ id: 2, reply: { ok: true } });
  });
});

describe('shutting all pages out', () => {
  it('ends what is open, what could come back, and what was never used', async () => {
    const unused = token();
    const client = await dial();
    client.send({ token: token() });
    const { session } = await client.next();
    expect(face.revoke()).toBe(1);
    expect(await client.closed).toBe(4403);
    for (const greeting of [{ session }, { token: unused }]) {
      const back = await dial();
      back.send(greeting);
      expect(await back.closed).toBe(4401);
    }
    await opened();
  });
});

describe('an open socket', () => {
  it('answers what the contract names and nothing else', async () => {
    const client = await opened();
    client.send({ id: 1, name: 'settings.get' });
    const answer = await client.next();
    expect(answer).toEqual({ id: 1, reply: { ok: true, value: answers['settings.get'] } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it('answers an unknown request with a failure and stays open', async () => {
    const client = await opened();
    client.send({ id: 1, name: '__proto__' });
    expect(await client.next()).toMatchObject({
      id: 1,
      reply: { ok: false, failure: { code: 'contract.unknown-request' } },
    });
    client.send({ id: 2, name: 'node.get' });
    expect(await client.next()).toMatchObject({ id: 2, reply: { ok: true } });
  });

  it('gets pushes only after it said who it is', async () => {
    const stranger = await dial();
    const heard: unknown[] = [];
    stranger.socket.on('message', (data) => heard.push(data));
    const client = await opened();
    pushes.publish('earnings.changed', plant(payloads['earnings.changed']));
    expect(await client.next()).toEqual({ push: 'earnings.changed', payload: payloads['earnings.changed'] });
    stranger.send('nonsense');
    await stranger.closed;
    expect(heard).toEqual([]);
  });

  it.each(['nonsense', '{"id":"x","name":"node.get"}', '{"id":1}', '{"id":-1,"name":"node.get"}'])(
    'is closed for the message %s',
    async (message) => {
      const client = await opened();
      client.send(message);
      expect(await client.closed).toBe(4400);
    },
  );

  it('is closed for a binary message and for one over a mebibyte', async () => {
    const binary = await opened();
    binary.socket.send(Buffer.from('{"id":1,"name":"node.get"}'));
    expect(await binary.closed).toBe(4400);
    const large = await opened();
    large.send({ id: 1, name: 'node.get', input: 'x'.repeat(1024 * 1024) });
    expect(await large.closed).toBe(1009);
  });

  it('may wait for 64 answers, and is told to wait beyond', async () => {
    const client = await opened();
    for (let id = 0; id < 65; id++) client.send({ id, name: 'backends.detect' });
    expect(await client.next()).toMatchObject({
      id: 64,
      reply: { ok: false, failure: { code: 'face.too-many-requests', category: 'exhausted' } },
    });
  });

  it('is closed when it does not read', async () => {
    const client = await opened();
    client.socket.pause();
    const [task] = payloads['work.changed'].value.live;
    const large = {
      ...payloads['work.changed'],
      value: { ...payloads['work.changed'].value, recent: Array(4000).fill(task) },
    };
    for (let i = 0; i < 100 && !log.lines.some(({ message }) => message.includes('too slowly')); i++) {
      pushes.publish('work.changed', large);
      clock.advance(100);
      await setImmediate();
    }
    client.socket.resume();
    expect(await client.closed).toBe(4408);
  });

  it('is cut off when it answers no ping', async () => {
    const dead = await dial({ autoPong: false });
    dead.send({ token: token() });
    await dead.next();
    const alive = await opened();
    const pinged = once(alive.socket, 'ping');
    clock.advance(30_000);
    await pinged;
    // An answer to a later question proves that the pong, sent before it, has arrived.
    alive.send({ id: 1, name: 'node.get' });
    await alive.next();
    clock.advance(30_000);
    expect(await dead.closed).toBe(1006);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('the server itself', () => {
  it('says which port is taken', async () => {
    const second = newFace(port());
    await expect(second.start()).rejects.toMatchObject({ code: 'console.port-taken', category: 'conflict' });
    await second.stop();
  });

  it('says that the pages are missing', async () => {
    await rm(join(folder, 'renderer/index.html'));
    await expect(newFace().start()).rejects.toMatchObject({ code: 'console.no-pages' });
  });

  it('listens on loopback alone, and links carry the token where no server sees it', () => {
    expect(face.issueLink()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=[A-Za-z0-9_-]{43}$/);
  });

  it('closes its pages at once when it stops, waits for none, and can start again', async () => {
    const client = await opened();
    client.send({ id: 1, name: 'backends.detect' });
    client.send({ id: 2, name: 'node.get' });
    await client.next();
    await Promise.all([face.stop(), client.closed.then((code) => expect(code).toBe(1001))]);
    expect(() => face.address()).toThrow();
    await face.stop();
    release?.();
    await face.start();
    expect((await ask('/')).status).toBe(200);
  });

  it('cuts off a page that does not answer its close', async () => {
    const client = await opened();
    client.socket.pause();
    const stopped = face.stop();
    clock.advance(1_000);
    await stopped;
    client.socket.resume();
    await client.closed;
  });

  it('leaves no timer behind', async () => {
    const client = await opened();
    client.socket.close();
    await client.closed;
    await face.stop();
    expect(clock.waiting()).toBe(0);
  });
});
