// Each row of what a relay answers over HTTP (IICP 2.7, 2.8), and workers over TCP with framing of the practice network's own.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Clock, systemClock } from '../../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { InboundMemory } from '../../../../../src-main/inbound/memory.ts';
import { TaskServer } from '../../../../../src-main/networks/iicp/inbound/task-server.ts';
import { RelayAccept } from '../../../../../src-main/networks/iicp/relay/accept.ts';
import { relayRoutes } from '../../../../../src-main/networks/iicp/relay/routes.ts';
import { type SESSION_LIMITS, type Session, Sessions } from '../../../../../src-main/networks/iicp/relay/sessions.ts';
import type { TicketVerdict } from '../../../../../src-main/networks/iicp/relay/tickets.ts';
import { startRelayWorker } from '../../../../simulators/relay-worker.ts';
import { HandClock } from '../../../../support/clock.ts';
import { offloadHere } from '../../../../support/offload.ts';
import { until } from '../../../../support/wait.ts';

interface Options {
  /** Bytes of answers that are not taken yet. */
  readonly repliesTogether?: number;
  readonly verdict?: TicketVerdict;
  readonly off?: boolean;
  readonly limits?: Partial<typeof SESSION_LIMITS>;
  /** Of sessions and pulls; the server keeps the system's. */
  readonly clock?: Clock;
  /** Tasks of one web page in a minute. */
  readonly perOrigin?: number;
}

async function relay(options: Options = {}) {
  const { verdict, off = false, limits, clock = systemClock, perOrigin = 120, repliesTogether = 2 ** 27 } = options;
  const base = { clock, random: systemRandom, logger: silentLogger, nodeId: 'relay-1' };
  const sessions = new Sessions({ ...base, ...(verdict && { tickets: { check: () => verdict } }) }, limits);
  const routes = relayRoutes({
    ...base,
    offload: offloadHere(),
    sessions: () => (off ? undefined : sessions),
    toPeer: async (nodeId, task) => {
      if (nodeId === 'peer-1') return { status: 429, text: task };
      return nodeId === 'peer-2' ? undefined : 'unknown';
    },
  });
  const server = new TaskServer(
    {
      ...base,
      memory: new InboundMemory(),
      clock: systemClock,
      routes,
      admission: { handle: async () => ({ status: 200, text: '{}' }) },
      health: () => ({}),
      refused() {},
    },
    { bind: '127.0.0.1', port: 0, limits: { perOrigin, repliesTogether } },
  );
  await server.start();
  onTestFinished(() => server.stop());
  const { port } = server.address!;
  const accept = new RelayAccept(
    { ...base, clock: systemClock, sessions, httpPort: () => port, connected() {} },
    { bind: '127.0.0.1', port: 0, most: 2 ** 21 },
  );
  await accept.start();
  onTestFinished(() => accept.stop());
  async function call(method: string, path: string, body?: unknown, token?: string) {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await reply.text();
    const json = (text ? JSON.parse(text) : {}) as Record<string, unknown> & { error?: { code: string } };
    return { status: reply.status, json };
  }
  const bind = async (worker_id: string) => {
    const { json } = await call('POST', '/v1/relay/bind', { worker_id, models: ['m1'] });
    return json.session_token as string;
  };
  return { call, bind, sessions, workers: accept.port!, url: `http://127.0.0.1:${port}` };
}

type Row = [what: string, method: string, path: string, body: unknown, status: number, code: string | undefined];
const task = { task_id: 't-1', intent: 'x', payload: {} };

describe('without a worker', () => {
  it.each<Row>([
    ['a relayed task without its target', 'POST', '/v1/relay', { task }, 422, 'IICP-E000'],
    ['a relayed task without the task', 'POST', '/v1/relay', { target_node_id: 'w' }, 422, 'IICP-E000'],
    ['a relayed task for nobody', 'POST', '/v1/relay', { target_node_id: 'w', task }, 404, 'IICP-E030'],
    ['a relayed task for a peer', 'POST', '/v1/relay', { target_node_id: 'peer-1', task }, 429, undefined],
    ['a relayed task for a silent peer', 'POST', '/v1/relay', { target_node_id: 'peer-2', task }, 502, 'IICP-E031'],
    ['a task for nobody', 'POST', '/v1/relay-for/w/v1/task', task, 404, 'IICP-E030'],
    ['the health of nobody', 'GET', '/v1/relay-for/w/iicp/health', undefined, 404, 'IICP-E030'],
    ['a bind without an id', 'POST', '/v1/relay/bind', {}, 422, 'IICP-E001'],
    ['a bind of an id that is none', 'POST', '/v1/relay/bind', { worker_id: '../x' }, 422, 'IICP-E001'],
    ['a pull without a token', 'GET', '/v1/relay/pull', undefined, 401, 'IICP-E021'],
    ['a task without a target that is a text', 'POST', '/v1/relay', { target_node_id: 7, task }, 422, 'IICP-E000'],
    ['a task that is no object', 'POST', '/v1/relay', { target_node_id: 'w', task: 't' }, 422, 'IICP-E000'],
    ['a result without a token', 'POST', '/v1/relay/result', { call_id: 'c', result: {} }, 401, 'IICP-E021'],
    ['an unbind without a token', 'POST', '/v1/relay/unbind', {}, 401, 'IICP-E021'],
  ])('%s', async (_what, method, path, body, status, code) => {
    const { call } = await relay();
    const reply = await call(method, path, body);
    expect([reply.status, reply.json.error?.code]).toEqual([status, code]);
  });

  it('passes a known peer’s answer on as it came', async () => {
    const { call } = await relay();
    expect((await call('POST', '/v1/relay', { target_node_id: 'peer-1', task })).json).toEqual(task);
  });

  it('has none of these routes while it is no relay', async () => {
    const { call } = await relay({ off: true });
    for (const path of ['/v1/relay', '/v1/relay/bind', '/v1/relay-for/w/v1/task']) {
      expect((await call('POST', path, task)).status).toBe(404);
    }
  });
});

describe('a task of a stranger that would be much, once parsed', () => {
  const raw = async (url: string, body: string) => {
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return [reply.status, ((await reply.json()) as { error: { message: string } }).error.message];
  };
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const many = `[${'[],'.repeat(500_000)}0]`;

  it.each([
    ['/v1/relay', (json: string) => `{"target_node_id":"w","task":{"x":${json}}}`],
    ['/v1/relay-for/w/v1/task', (json: string) => `{"x":${json}}`],
  ])('is refused at %s for its depth and its number of values', async (path, body) => {
    const { url } = await relay();
    expect(await raw(url + path, body(deep))).toEqual([413, 'json_too_deep']);
    expect(await raw(url + path, body(many))).toEqual([413, 'json_has_too_many_values']);
  });

  it('is passed on as it came however large it is, and so is its answer, while nobody here parses either', async () => {
    const { url, workers } = await relay();
    const long = 'x'.repeat(1_000_000);
    const seen: string[] = [];
    const worker = await startRelayWorker({
      port: workers,
      workerId: 'w',
      answer: (given) => {
        seen.push(given);
        return `{"result" : {"text":"${long}", "exact": 1.00}}`;
      },
    });
    onTestFinished(() => worker.stop());
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    const body = `{"task" : {"payload":"${long}", "number": 1e2, "task_id":"t\\u002d1"},"target_node_id":"\\u0077"}`;
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${url}/v1/relay`, { method: 'POST', headers, body });
    const text = await reply.text();
    const parsed = parse.mock.calls.filter(([given]) => given.includes(long)).length;
    const task = `{"payload":"${long}", "number": 1e2, "task_id":"t\\u002d1"}`;
    const answer = `{"task_id":"t-1","status":"completed","result" : {"text":"${long}", "exact": 1.00}}`;
    expect([reply.status, parsed, seen.join() === task, text === answer]).toEqual([200, 0, true, true]);
  });

  it('has failed where its worker answers deeper than any task goes', async () => {
    const { call, workers } = await relay();
    const worker = await startRelayWorker({ port: workers, workerId: 'w', answer: () => `{"result":${deep}}` });
    onTestFinished(() => worker.stop());
    const reply = await call('POST', '/v1/relay-for/w/v1/task', task);
    expect([reply.status, reply.json.error?.code]).toEqual([502, 'IICP-E031']);
  });

  it('is answered with as many numbers as embeddings are, by a worker that is bound and by one that polls', async () => {
    const { call, workers, bind } = await relay();
    const data = Array.from({ length: 150 }, (_, index) => ({ index, embedding: Array(1000).fill(index) }));
    const result = { data };
    const worker = await startRelayWorker({ port: workers, workerId: 'w', answer: () => JSON.stringify({ result }) });
    onTestFinished(() => worker.stop());
    expect(await call('POST', '/v1/relay-for/w/v1/task', task)).toMatchObject({ status: 200, json: { result } });
    const token = await bind('polls');
    const asked = call('POST', '/v1/relay-for/polls/v1/task', task);
    const { json: pulled } = await call('GET', '/v1/relay/pull', undefined, token);
    const given = await call('POST', '/v1/relay/result', { call_id: pulled.call_id, result: { result } }, token);
    expect(given.status).toBe(204);
    expect(await asked).toMatchObject({ status: 200, json: { result } });
  });

  it('is not taken over from a worker that polls', async () => {
    const { url, bind, call } = await relay();
    const token = await bind('worker-1');
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = `{"call_id":"c","result":{"x":${deep}}}`;
    const reply = await fetch(`${url}/v1/relay/result`, { method: 'POST', headers, body });
    expect(reply.status).toBe(413);
    expect((await call('POST', '/v1/relay/result', { call_id: 'c', result: [] }, token)).status).toBe(422);
  });

  it('is not handed to a worker that polls where it is no JSON', async () => {
    const { url, bind } = await relay();
    await bind('worker-1');
    expect(await raw(`${url}/v1/relay-for/worker-1/v1/task`, '{},"call_id":"x"')).toEqual([400, 'body_is_not_json']);
  });
});

describe('a bind', () => {
  it.each<[string, Options, number, string]>([
    ['with a bad ticket', { verdict: 'bad' }, 401, 'IICP-E040'],
    ['with a ticket that was used', { verdict: 'replayed' }, 409, 'IICP-E040'],
    ['too many', { limits: { binds: 0 } }, 429, 'IICP-E039'],
    ['where all places are taken', { limits: { sessions: 0 } }, 503, 'IICP-E039'],
  ])('%s is refused', async (_what, options, status, code) => {
    const { call } = await relay(options);
    const reply = await call('POST', '/v1/relay/bind', { worker_id: 'worker-1', bind_ticket: 'x' });
    expect([reply.status, reply.json.error?.code]).toEqual([status, code]);
  });

  it('of a worker that is alive is refused, over HTTP and TCP alike', async () => {
    const { call, bind, workers } = await relay();
    await bind('worker-1');
    const again = await call('POST', '/v1/relay/bind', { worker_id: 'worker-1' });
    expect([again.status, again.json.error?.code]).toEqual([409, 'IICP-E038']);
    const other = await startRelayWorker({ port: workers, workerId: 'worker-1', answer: () => '{}' });
    expect(other.said).toBe('worker_already_bound');
  });
});

describe('a worker that polls', () => {
  it('is given a task, whose answer goes to the caller, until it unbinds', async () => {
    const { call, bind } = await relay();
    const bound = await call('POST', '/v1/relay/bind', { worker_id: 'worker-1', models: ['m1'] });
    expect(bound).toEqual({
      status: 200,
      json: {
        session_token: expect.stringMatching(/^[0-9a-f]{32}$/),
        poll_timeout_s: 25,
        worker_endpoint_path: '/v1/relay-for/worker-1',
      },
    });
    const token = bound.json.session_token as string;
    const health = await call('GET', '/v1/relay-for/worker-1/iicp/health');
    expect(health.json).toEqual({ status: 'ok', node_id: 'worker-1', via_relay: true, models: ['m1'] });
    const asked = call('POST', '/v1/relay-for/worker-1/v1/task', task);
    const pulled = await call('GET', '/v1/relay/pull', undefined, token);
    expect(pulled.json).toEqual({ call_id: expect.any(String), task });
    const { call_id } = pulled.json;
    expect((await call('POST', '/v1/relay/result', { call_id }, token)).status).toBe(422);
    expect((await call('POST', '/v1/relay/result', { call_id, event: {} }, token)).status).toBe(204);
    expect((await call('POST', '/v1/relay/result', { call_id, result: { result: { ok: 1 } } }, token)).status).toBe(
      204,
    );
    expect(await asked).toEqual({ status: 200, json: { task_id: 't-1', status: 'completed', result: { ok: 1 } } });
    expect((await call('POST', '/v1/relay/unbind', {}, token)).status).toBe(204);
    expect((await call('GET', '/v1/relay/pull', undefined, token)).status).toBe(401);
    await bind('worker-1');
  });

  it('is sent home with nothing when a further pull takes its place', async () => {
    const { call, bind, sessions } = await relay();
    const token = await bind('worker-1');
    const first = call('GET', '/v1/relay/pull', undefined, token);
    // Whichever of the two comes first is the one that is sent home.
    const second = call('GET', '/v1/relay/pull', undefined, token);
    expect(await Promise.race([first, second])).toEqual({ status: 204, json: {} });
    const gone = new AbortController();
    const asked = sessions.forward('worker-1', Buffer.from('{}'), gone.signal);
    const statuses = (await Promise.all([first, second])).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 204]));
    gone.abort();
    expect(await asked).toBeUndefined();
  });
});

describe('a worker that polls in vain', () => {
  it('is sent home after 25 s with nothing', async () => {
    const clock = new HandClock();
    const { call, bind } = await relay({ clock });
    const token = await bind('worker-1');
    const pulled = call('GET', '/v1/relay/pull', undefined, token);
    // Its wait has begun once a timer for it is set.
    await until('it to wait', () => clock.nextIn === 25_000);
    await clock.turn(25_000);
    expect(await pulled).toEqual({ status: 204, json: {} });
  });
});

describe('what an official worker answers', () => {
  const completion = { choices: [{ message: { role: 'assistant', content: 'hi' } }], usage: { total_tokens: 3 } };
  const named = { task_id: 't-1', status: 'completed' };
  const sealed = { task_id: 't-1', status: 'encrypted', iicp_conf_resp: { version: 1 } };
  const error = { code: 'IICP-CX-02', message: 'no' };
  it.each<[string, unknown, number, unknown, unknown]>([
    // As the Rust node does it: the completion, and nothing around it.
    [
      'a bare completion',
      completion,
      200,
      { ...named, result: completion },
      { ...named, ...completion, result: completion },
    ],
    // As Python and web pages do it.
    ['a result', { result: completion }, 200, { ...named, result: completion }, { ...named, result: completion }],
    ['what is sealed', sealed, 200, sealed, sealed],
    [
      'an error',
      { error },
      502,
      { task_id: 't-1', status: 'error', error },
      { task_id: 't-1', status: 'error', error },
    ],
    ['an error as a text', { error: 'no' }, 502, { task_id: 't-1', status: 'error', error: 'no' }, undefined],
  ])('%s, is passed on so that a client finds it', async (_what, answer, status, relayed, relayedFor) => {
    const { call, workers } = await relay();
    const worker = await startRelayWorker({ port: workers, workerId: 'w', answer: () => JSON.stringify(answer) });
    onTestFinished(() => worker.stop());
    expect(await call('POST', '/v1/relay', { target_node_id: 'w', task })).toEqual({ status, json: relayed });
    expect(await call('POST', '/v1/relay-for/w/v1/task', task)).toEqual({ status, json: relayedFor ?? relayed });
  });

  it('that it is full comes with the time to wait', async () => {
    const { sessions, url } = await relay();
    let settle = (_callId: string) => {};
    const carrier = {
      alive: () => true,
      push: (callId: string) => {
        settle(callId);
        return true;
      },
      drop() {},
      close() {},
    };
    const request = { worker: 'w', models: [], ticket: undefined, principal: 'x' };
    const session = sessions.bind(request, carrier) as Session;
    const text = '{"status":"error","error":{"code":"IICP-E021","retry_after_ms":2000}}';
    settle = (callId) => queueMicrotask(() => session.settle(callId, { status: 429, text: Buffer.from(text) }));
    const reply = await fetch(`${url}/v1/relay-for/w/v1/task`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(task),
    });
    expect([reply.status, reply.headers.get('retry-after'), await reply.text()]).toEqual([429, '2', text]);
  });
});

describe('a web page', () => {
  const origin = 'https://page.example';
  const ways = [
    ['POST', '/v1/relay/bind'],
    ['GET', '/v1/relay/pull'],
    ['POST', '/v1/relay/result'],
    ['POST', '/v1/relay/unbind'],
    ['POST', '/v1/relay-for/w/v1/task'],
    ['GET', '/v1/relay-for/w/iicp/health'],
  ] as const;
  const asPage = (url: string, method: string) =>
    fetch(url, {
      method,
      headers: { origin, 'content-type': 'application/json' },
      body: method === 'POST' ? '{}' : null,
    });

  it.each(ways)('may be a worker, or ask one: %s %s', async (method, path) => {
    const { url } = await relay();
    const preflight = await asPage(url + path, 'OPTIONS');
    expect([preflight.status, Object.fromEntries(preflight.headers)]).toMatchObject([
      204,
      {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers': 'Content-Type, Authorization',
        'access-control-max-age': '86400',
      },
    ]);
    // It may read refusals as well.
    const reply = await asPage(url + path, method);
    expect([reply.status >= 400, reply.headers.get('access-control-allow-origin')]).toEqual([true, '*']);
  });

  it.each([['/v1/task'], ['/v1/relay'], ['/iicp/health'], ['/nowhere']])('has no business at %s', async (path) => {
    const { url } = await relay();
    const preflight = await asPage(url + path, 'OPTIONS');
    const reply = await asPage(url + path, 'POST');
    const allowed = [preflight, reply].map(({ headers }) => headers.get('access-control-allow-origin'));
    expect([preflight.status >= 400, allowed]).toEqual([true, [null, null]]);
  });

  it('has no business here while this node is no relay', async () => {
    const { url } = await relay({ off: true });
    for (const [method, path] of ways) {
      expect((await asPage(url + path, 'OPTIONS')).status).toBe(405);
      expect((await asPage(url + path, method)).headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('may hand in more results than it may ask for tasks', async () => {
    const { url } = await relay({ perOrigin: 2 });
    const statuses = async (path: string) => {
      const replies: number[] = [];
      for (let count = 0; count < 4; count += 1) replies.push((await asPage(url + path, 'POST')).status);
      return replies;
    };
    expect(await statuses('/v1/relay/result')).toEqual([401, 401, 401, 401]);
    expect(await statuses('/v1/relay-for/w/v1/task')).toEqual([404, 404, 429, 429]);
    expect(await statuses('/v1/relay/bind')).toEqual([422, 422, 422, 422]);
  });
});

describe('a task for a node that is bound and known as a peer', () => {
  it('goes to the bound one', async () => {
    const { call, workers } = await relay();
    const answer = () => JSON.stringify({ result: { by: 'worker' } });
    const worker = await startRelayWorker({ port: workers, workerId: 'peer-1', answer });
    onTestFinished(() => worker.stop());
    const reply = await call('POST', '/v1/relay', { target_node_id: 'peer-1', task });
    expect(reply).toEqual({ status: 200, json: { task_id: 't-1', status: 'completed', result: { by: 'worker' } } });
  });
});

describe('answers that their callers leave unread', () => {
  it('are passed on as far as there is room, and then refused', async () => {
    const { call, sessions, url } = await relay({ repliesTogether: 2 ** 25 });
    const calls: string[] = [];
    const push = (callId: string) => calls.push(callId) > 0;
    const carrier = { alive: () => true, push, drop() {}, close() {} };
    const session = sessions.bind({ worker: 'w', models: [], ticket: undefined, principal: 'x' }, carrier) as Session;
    const body = JSON.stringify({ target_node_id: 'w', task });
    const head = `POST /v1/relay HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
      onTestFinished(() => void socket.destroy());
      socket.pause();
      socket.write(`${head}\r\n\r\n${body}`);
      return socket;
    });
    await until('ten to be passed on', () => calls.length === 10);
    const last = call('POST', '/v1/relay', { target_node_id: 'w', task });
    await until('the last to be passed on', () => calls.length === 11);
    const text = JSON.stringify({ result: 'x'.repeat(8 * 2 ** 20) });
    for (const callId of calls) session.settle(callId, { status: 200, text: Buffer.from(text) });
    // They are looked through in their order, so the others have been answered by then.
    await last;
    const statuses = sockets.map(async (socket) => {
      socket.resume();
      const [first] = (await once(socket, 'data')) as [Buffer];
      return Number(first.toString('latin1', 9, 12));
    });
    const found = await Promise.all(statuses);
    expect(found.filter((status) => status === 503).length).toBeGreaterThan(4);
    expect(found.filter((status) => status === 200).length).toBeGreaterThan(2);
  });
});

describe('a worker over TCP', () => {
  it('answers what is sent to it by its path and by its name', async () => {
    const { call, workers } = await relay();
    const answer = () => JSON.stringify({ result: { ok: true } });
    const worker = await startRelayWorker({ port: workers, workerId: 'worker-1', answer });
    onTestFinished(() => worker.stop());
    const expected = { status: 200, json: { task_id: 't-1', status: 'completed', result: { ok: true } } };
    expect(await call('POST', '/v1/relay-for/worker-1/v1/task', task)).toEqual(expected);
    expect(await call('POST', '/v1/relay', { target_node_id: 'worker-1', task })).toEqual(expected);
  });

  it.each([
    ['no object', () => '[]'],
    ['no JSON', () => 'yes'],
  ])('that answers with %s has failed', async (_what, answer) => {
    const { call, workers } = await relay();
    const worker = await startRelayWorker({ port: workers, workerId: 'worker-1', answer });
    onTestFinished(() => worker.stop());
    const reply = await call('POST', '/v1/relay-for/worker-1/v1/task', task);
    expect([reply.status, reply.json.error?.code]).toEqual([502, 'IICP-E031']);
  });

  it('that goes while it works fails the task and leaves its place', async () => {
    const { call, workers, sessions } = await relay();
    const worker = await startRelayWorker({
      port: workers,
      workerId: 'worker-1',
      answer: () => {
        worker.stop();
        return undefined;
      },
    });
    expect((await call('POST', '/v1/relay-for/worker-1/v1/task', task)).status).toBe(502);
    await until('its place to be free', () => sessions.size === 0);
  });

  it('finds no place above the number of sessions, and one when another has gone', async () => {
    const { workers, sessions } = await relay({ limits: { sessions: 3 } });
    const start = (workerId: string) => startRelayWorker({ port: workers, workerId, answer: () => '{}' });
    const [first] = await Promise.all(['a', 'b', 'c'].map(start));
    expect((await start('d')).said).toBe('relay_full');
    first!.stop();
    await until('a place to be free', () => sessions.size === 2);
    const last = await start('d');
    expect(last.said).toBe('ok');
  });
});
