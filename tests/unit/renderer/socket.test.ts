import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { type Connection, refusals } from '../../../src-renderer/bridge/connection.ts';
import type { BridgeError } from '../../../src-renderer/bridge/failure.ts';
import { createSocketBridge, type SocketBridge, type Timings } from '../../../src-renderer/bridge/socket.ts';

let server: WebSocketServer;
let bridge: SocketBridge | undefined;
let stored: Map<string, string>;
let connections: Connection[];
let reported: BridgeError[];
let confirmed: number;
/** What each page said first, and its socket, as they come. */
let visits: { greeting: unknown; socket: ServerSocket; asked: { id: number; name: string; input?: unknown }[] }[];
let changed: () => void;
/** Decides about a greeting; the default lets everybody in. */
let receive: (greeting: Record<string, unknown>, socket: ServerSocket) => void;

beforeEach(async () => {
  stored = new Map();
  connections = [];
  reported = [];
  confirmed = 0;
  visits = [];
  changed = () => {};
  receive = (_greeting, socket) => socket.send(JSON.stringify({ session: 'S' }));
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    let visit: (typeof visits)[number] | undefined;
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString());
      if (visit === undefined) {
        visit = { greeting: message, socket, asked: [] };
        visits.push(visit);
        receive(message, socket);
      } else {
        visit.asked.push(message);
      }
      changed();
    });
  });
  await once(server, 'listening');
});

afterEach(async () => {
  bridge?.close();
  bridge = undefined;
  for (const client of server.clients) client.terminate();
  await new Promise((done) => server.close(done));
});

function start(token?: string, timings: Partial<Timings> = {}): SocketBridge {
  bridge = createSocketBridge({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket`,
    token,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
    onConnection: (connection) => {
      connections.push(connection);
      changed();
    },
    onConfirmed: () => {
      confirmed += 1;
      changed();
    },
    report: (error) => {
      reported.push(error);
      changed();
    },
    timings: { firstRetryMs: 1, longestRetryMs: 5, ...timings },
  });
  return bridge;
}

/** Waits until `holds`, looking whenever something has happened. */
function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    changed = () => {
      if (holds()) resolve();
    };
    changed();
  });
}

const states = () => connections.map(({ state }) => state);
const isOpen = () => connections.at(-1)?.state === 'open';

describe('the bridge over a WebSocket', () => {
  it('trades the token for a session and keeps that', async () => {
    start('T');
    await until(isOpen);
    expect(visits.map(({ greeting }) => greeting)).toEqual([{ token: 'T' }]);
    expect([...stored.values()]).toEqual(['S']);
    expect(states()).toEqual(['connecting', 'open']);
  });

  it('hears that the owner has confirmed it', async () => {
    start('T');
    await until(isOpen);
    visits[0]!.socket.send(JSON.stringify({ confirmed: '123456' }));
    await until(() => confirmed === 1);
    expect(reported).toEqual([]);
  });

  it('comes back by its session after a reload', async () => {
    stored.set('hearth.session', 'S');
    start();
    await until(isOpen);
    expect(visits.map(({ greeting }) => greeting)).toEqual([{ session: 'S' }]);
  });

  it('asks and answers, each to each', async () => {
    const open = start('T');
    await until(isOpen);
    const replies = Promise.all([open.invoke('node.get', undefined), open.invoke('work.list', { limit: 1 })]);
    await until(() => visits[0]?.asked.length === 2);
    const [first, second] = visits[0]?.asked ?? [];
    expect([first, second]).toEqual([
      { id: expect.any(Number), name: 'node.get' },
      { id: expect.any(Number), name: 'work.list', input: { limit: 1 } },
    ]);
    visits[0]?.socket.send(JSON.stringify({ id: second?.id, reply: { ok: true, value: 2 } }));
    visits[0]?.socket.send(JSON.stringify({ id: first?.id, reply: { ok: true, value: 1 } }));
    expect(await replies).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
  });

  it('passes pushes to who listens for them', async () => {
    const open = start('T');
    const seen: unknown[] = [];
    open.on('work.changed', (payload) => {
      seen.push(payload);
      changed();
    });
    const off = open.on('work.changed', () => seen.push('off'));
    open.on('node.changed', () => seen.push('other'));
    off();
    await until(isOpen);
    visits[0]?.socket.send(JSON.stringify({ push: 'work.changed', payload: { revision: 1 } }));
    await until(() => seen.length > 0);
    expect(seen).toEqual([{ revision: 1 }]);
  });

  it('seeks a lost connection by itself, answers what was asked meanwhile with a failure, and opens again', async () => {
    const open = start('T');
    await until(isOpen);
    const unanswered = open.invoke('node.pause', undefined);
    await until(() => visits[0]?.asked.length === 1);
    visits[0]?.socket.terminate();
    expect(await unanswered).toMatchObject({ ok: false, failure: { code: 'bridge.lost', category: 'unavailable' } });
    expect(await open.invoke('node.pause', undefined)).toMatchObject({ ok: false, failure: { code: 'bridge.lost' } });
    await until(isOpen);
    expect(states()).toEqual(['connecting', 'open', 'lost', 'open']);
    expect(visits[1]?.greeting).toEqual({ session: 'S' });
  });

  it.each([1001, 1006, 4408])('comes back after a close with %i', async (code) => {
    start('T');
    await until(isOpen);
    if (code === 1006) visits[0]?.socket.terminate();
    else visits[0]?.socket.close(code);
    await until(() => visits.length === 2 && isOpen());
    expect(states().slice(-2)).toEqual(['lost', 'open']);
  });

  it('does not queue a second time what is sought already when told to try now', async () => {
    const open = start('T', { firstRetryMs: 3_600_000, longestRetryMs: 3_600_000 });
    await until(isOpen);
    visits[0]?.socket.terminate();
    await until(() => connections.at(-1)?.state === 'lost');
    open.retry();
    open.retry();
    await until(isOpen);
    expect(visits.length).toBe(2);
  });

  it('gives up a connection that has gone silent, and seeks another', async () => {
    start('T', { quietMs: 20 });
    await until(() => visits.length >= 2 && (visits[0]?.asked.length ?? 0) > 0);
    expect(visits[0]?.asked).toMatchObject([{ name: 'node.get' }]);
    expect(states().slice(0, 3)).toEqual(['connecting', 'open', 'lost']);
  });

  it('says that an answer did not come in time', async () => {
    const open = start('T', { answerMs: 5 });
    await until(isOpen);
    expect(await open.invoke('backends.detect', undefined)).toMatchObject({
      ok: false,
      failure: { code: 'bridge.silent', category: 'unavailable' },
    });
  });

  it.each(['nonsense', '[]', '"text"', '{}', '{"id":"1"}'])('reports the message %s', async (text) => {
    start('T');
    await until(isOpen);
    visits[0]?.socket.send(text);
    await until(() => reported.length > 0);
    expect(reported).toMatchObject([{ code: 'bridge.malformed', category: 'broken' }]);
  });
});

describe('a page that is not let in', () => {
  const last = () => connections.at(-1);
  const refused = () => last()?.state === 'refused';

  it('needs a link', async () => {
    start();
    await until(refused);
    expect(last()).toEqual(refusals.noLink);
    expect(visits).toEqual([]);
  });

  it('is told that its link was used, and when, and does not try again', async () => {
    receive = (_greeting, socket) => socket.close(4410, '1763806000000');
    start('used');
    await until(refused);
    expect(last()).toEqual({ state: 'refused', why: 'usedLink', usedAt: 1763806000000 });
    expect(visits.length).toBe(1);
  });

  it('is told that its link was used where the session that it had is over as well', async () => {
    stored.set('hearth.session', 'old');
    receive = (greeting, socket) => ('token' in greeting ? socket.close(4410, '1763806000000') : socket.close(4401));
    start('used');
    await until(refused);
    expect(last()).toEqual({ state: 'refused', why: 'usedLink', usedAt: 1763806000000 });
    expect(visits.map(({ greeting }) => greeting)).toEqual([{ token: 'used' }, { session: 'old' }]);
  });

  it('is told that all pages were shut out, and forgets its session', async () => {
    stored.set('hearth.session', 'S');
    start();
    await until(isOpen);
    visits[0]!.socket.close(4403);
    await until(refused);
    expect([last(), stored.size]).toEqual([refusals.revoked, 0]);
  });

  it('is told that its link is too old, and does not try again', async () => {
    receive = (_greeting, socket) => socket.close(4401);
    start('old');
    await until(refused);
    expect(last()).toEqual(refusals.oldLink);
    expect(visits.length).toBe(1);
  });

  it('gets in by its session when its link was used before, in the same tab', async () => {
    stored.set('hearth.session', 'S');
    receive = (greeting, socket) =>
      'token' in greeting ? socket.close(4410) : socket.send(JSON.stringify({ session: 'S' }));
    start('used');
    await until(isOpen);
    expect(visits.map(({ greeting }) => greeting)).toEqual([{ token: 'used' }, { session: 'S' }]);
  });

  it('is told that Hearth was restarted, forgets its session, and gets in by a new link', async () => {
    stored.set('hearth.session', 'old');
    receive = (greeting, socket) =>
      'session' in greeting ? socket.close(4401) : socket.send(JSON.stringify({ session: 'new' }));
    const page = start();
    await until(refused);
    expect(last()).toEqual(refusals.restarted);
    expect(stored.size).toBe(0);
    page.enter('fresh');
    await until(isOpen);
    expect([...stored.values()]).toEqual(['new']);
  });

  it.each([
    [4429, refusals.throttled],
    [4400, refusals.outdated],
  ])('is told why after a close with %i', async (code, refusal) => {
    receive = (_greeting, socket) => socket.close(code);
    start('T');
    await until(refused);
    expect(last()).toEqual(refusal);
  });
});
