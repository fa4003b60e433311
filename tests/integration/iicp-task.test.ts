// POST /v1/task as a stranger meets it: each request with its documented answer, no slot left taken, nothing earned but by
// a task that was done.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { sealRequest } from '../../src-main/practice/iicp/sealing.ts';
import { CHAT, chatTask, directory, modelServer, node, post, type TestNode } from '../support/network.ts';
import { until } from '../support/wait.ts';

const own = { clock: systemClock, random: systemRandom };

/** Nothing may be left behind by a request that did not succeed. */
async function expectNothingLeft(server: TestNode, done = 0) {
  await until('the slots to be free', async () => (await server.state()).node.working === 0);
  const { work, earnings } = await server.state();
  expect({ live: work.live, done: work.today.done, entries: earnings.total[0]?.entries ?? 0 }).toEqual({
    live: [],
    done,
    entries: done,
  });
}

describe('a plain task', () => {
  it('is answered with the model server’s own JSON, metrics beside it, and earns', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const task = chatTask();
    const reply = await post(server.url, task, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    expect([reply.status, reply.headers.get('x-iicp-trace-id')]).toEqual([200, trace]);
    expect(reply.json).toMatchObject({
      task_id: task.task_id,
      status: 'completed',
      generated_by_ai: true,
      result: { object: 'chat.completion', choices: [{ message: { role: 'assistant', content: expect.any(String) } }] },
      metrics: { tokens_used: expect.any(Number), latency_ms: expect.any(Number), node_id: expect.any(String) },
    });
    const { metrics } = reply.json as { metrics: { tokens_used: number } };
    const { earnings, work } = await server.state();
    expect(earnings.total).toEqual([
      { network: 'iicp', unit: 'credit', amountMicro: metrics.tokens_used * 1000, entries: 1 },
    ]);
    expect(work.recent[0]).toMatchObject({
      state: 'done',
      earnedMicro: metrics.tokens_used * 1000,
      inference: { sealed: false },
    });
  });

  it('takes model and length from the constraints where the payload has none', async () => {
    const model = await modelServer({ models: ['small', 'large'] });
    const server = await node({ modelUrl: model.url, settings: { 'capacity.maxTokens': 50 } });
    const payload = { messages: [{ role: 'user', content: 'hi' }] };
    await post(server.url, chatTask({ payload, constraints: { model: 'large', max_tokens: 7 } }));
    await post(server.url, chatTask({ payload, constraints: { max_tokens: 99_999 } }));
    const asked = model.requests().filter(({ path }) => path === '/v1/chat/completions');
    expect(asked.map(({ body }) => body)).toMatchObject([
      { model: 'large', max_tokens: 7 },
      // None named: the one that the first task has put into memory.
      { model: 'large', max_tokens: 50 },
    ]);
  });

  it('passes on nothing that a stranger adds, and never streams', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    const payload = {
      messages: [{ role: 'user', content: 'hi', __proto__: { x: 1 } }],
      stream: true,
      n: 50,
      keep_alive: -1,
      options: { num_ctx: 1e9 },
      _trace: { traceparent: 'x' },
      webhook: 'http://192.168.1.1/',
    };
    expect((await post(server.url, chatTask({ payload }))).status).toBe(200);
    const [asked] = model.requests().filter(({ path }) => path === '/v1/chat/completions');
    expect(Object.keys(asked!.body as object).sort()).not.toEqual(expect.arrayContaining(['keep_alive']));
    for (const name of ['keep_alive', 'options', '_trace', 'webhook']) expect(asked!.body).not.toHaveProperty(name);
    expect((asked!.body as { stream?: boolean; n?: number }).stream ?? false).toBe(false);
    expect((asked!.body as { n?: number }).n ?? 1).toBe(1);
  });
});

describe('a request that is refused', () => {
  it.each<[string, number, string, (task: Record<string, unknown>) => unknown]>([
    ['is not JSON', 400, 'IICP-E000', () => '{"task_id": '],
    ['is no object', 422, 'IICP-E000', () => '[]'],
    ['has no intent', 422, 'IICP-E000', (task) => ({ ...task, intent: undefined })],
    ['has no task id', 422, 'IICP-E000', (task) => ({ ...task, task_id: undefined })],
    ['has no payload', 422, 'IICP-E000', (task) => ({ ...task, payload: undefined })],
    ['has a payload twice', 422, 'IICP-E000', (task) => ({ ...task, iicp_conf: {} })],
    ['has an endless id', 422, 'IICP-E000', (task) => ({ ...task, task_id: 'x'.repeat(300) })],
    ['has a payload that is no object', 422, 'IICP-E000', (task) => ({ ...task, payload: 'hi' })],
    ['has no messages', 422, 'IICP-E000', (task) => ({ ...task, payload: { messages: [] } })],
    ['asks for a tool', 403, 'tool_execution_denied', (task) => ({ ...task, intent: 'urn:iicp:intent:tool:shell:v1' })],
    ['asks for another intent', 404, 'IICP-E029', (task) => ({ ...task, intent: 'urn:iicp:intent:audio:speech:v1' })],
    ['asks for a model we lack', 404, 'IICP-E029', (task) => ({ ...task, constraints: { model: 'gpt-9' } })],
    [
      'wants a sealed reply to a plain request',
      400,
      'IICP-CX-03',
      (task) => ({ ...task, cx_response_encryption: 'required' }),
    ],
    [
      'has an envelope that opens nothing',
      400,
      'IICP-CX-02',
      (task) => ({ ...task, payload: undefined, iicp_conf: { version: 1 } }),
    ],
  ])('because it %s gets %i %s', async (_why, status, code, spoil) => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    const reply = await post(server.url, spoil(chatTask()));
    expect([reply.status, reply.json.error?.code]).toEqual([status, code]);
    await expectNothingLeft(server);
    expect(model.requests().filter(({ path }) => path.startsWith('/v1/'))).toEqual([]);
    expect((await server.state()).work.today.refused).toBe(1);
  });

  it('because its kind is switched off here reaches no model, until it is switched on again', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    await server.set('safety.refused', ['llm:chat']);
    const reply = await post(server.url, chatTask());
    expect([reply.status, reply.json.error?.code]).toEqual([404, 'IICP-E029']);
    expect(model.requests().filter(({ path }) => path.startsWith('/v1/'))).toEqual([]);
    expect((await server.state()).work.today.refused).toBe(1);
    await server.set('safety.refused', []);
    expect((await post(server.url, chatTask())).status).toBe(200);
  });

  it.each([
    ['an image by address', [{ type: 'image_url', image_url: { url: 'http://192.168.1.1/admin' } }]],
    ['an image by file', [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }]],
    ['an image by https', [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }]],
    ['sound by address', [{ type: 'input_audio', input_audio: { url: 'http://10.0.0.1/a.wav' } }]],
    ['an unknown part', [{ type: 'file_url', url: 'http://10.0.0.1/' }]],
  ])('because it would make a backend fetch %s never reaches it', async (_what, content) => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    const reply = await post(server.url, chatTask({ payload: { messages: [{ role: 'user', content }] } }));
    expect([reply.status, reply.json.error?.code]).toEqual([422, 'IICP-E000']);
    expect(model.requests().filter(({ path }) => path.startsWith('/v1/'))).toEqual([]);
    await expectNothingLeft(server);
  });

  it('for its type gets 415, for its path 404', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const headers = { 'content-type': 'text/plain' };
    const wrongType = await fetch(`${server.url}/v1/task`, { method: 'POST', body: 'x', headers });
    const wrongPath = await fetch(`${server.url}/v1/admin`, { method: 'POST', body: '{}' });
    expect([wrongType.status, wrongPath.status]).toEqual([415, 404]);
  });

  it.each([
    [false, 405, null],
    [true, 204, '*'],
  ])('by a browser’s preflight unless the user opened the node to web pages (%s)', async (cors, status, origin) => {
    const server = await node({ modelUrl: (await modelServer()).url, settings: { 'networks.iicp.cors': cors } });
    const preflight = await fetch(`${server.url}/v1/task`, { method: 'OPTIONS' });
    const health = await fetch(`${server.url}/iicp/health`);
    expect([preflight.status, health.headers.get('access-control-allow-origin')]).toEqual([status, origin]);
  });

  it('for metrics, which are off, gets 503', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    expect((await fetch(`${server.url}/metrics`)).status).toBe(503);
  });

  it('for a repeated nonce gets 409', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const first = await post(server.url, chatTask({ nonce: 'abc' }));
    const second = await post(server.url, chatTask({ nonce: 'abc' }));
    expect([first.status, second.status, second.json.error]).toMatchObject([
      200,
      409,
      { code: 'IICP-E011', message: 'replay_detected' },
    ]);
    await expectNothingLeft(server, 1);
  });

  it('for a repeated task id gets 409 where the user asked for it', async () => {
    const server = await node({ modelUrl: (await modelServer()).url, settings: { 'networks.iicp.idempotency': true } });
    const task = chatTask({ nonce: undefined });
    const replies = [
      await post(server.url, task),
      await post(server.url, task),
      await post(server.url, { ...task, task_id: '' }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 409, 200]);
    expect(replies[1]!.json.error?.code).toBe('IICP-E010');
  });

  it('for its size gets 413, whether it says so or not', async () => {
    const server = await node({ modelUrl: (await modelServer()).url });
    const declared = await raw(
      server,
      'POST /v1/task HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n',
    );
    expect(declared).toMatch(/^HTTP\/1.1 413 /);
    const huge = 'x'.repeat(17 * 1024 * 1024);
    const chunked = `POST /v1/task HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${huge.length.toString(16)}\r\n${huge}`;
    expect(await raw(server, chunked)).toMatch(/^HTTP\/1.1 413 /);
    await expectNothingLeft(server);
  });
});

/** Sends bytes and collects what comes back until the connection ends. */
function raw(server: TestNode, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

describe('capacity', () => {
  it('refuses what does not fit at once, lets urgent tasks wait, and gives the slot on', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, settings: { 'capacity.maxConcurrent': 1 } });
    model.hold();
    const running = post(server.url, chatTask());
    await until('the first to run', async () => (await server.state()).node.working === 1);
    const batch = await post(server.url, chatTask({ constraints: { qos: 'batch' } }));
    expect([batch.status, batch.headers.get('retry-after'), batch.json.error]).toEqual([
      429,
      '2',
      { code: 'IICP-E021', message: 'capacity_exceeded', qos_class: 'batch', retry_after_ms: 2000 },
    ]);
    const urgent = post(server.url, chatTask({ constraints: { qos_class: 'interactive', qos: 'batch' } }));
    model.release();
    expect([(await running).status, (await urgent).status]).toEqual([200, 200]);
  });

  it('is nought when the user says nought', async () => {
    const server = await node({ modelUrl: (await modelServer()).url, settings: { 'capacity.maxConcurrent': 0 } });
    expect((await post(server.url, chatTask())).status).toBe(429);
  });
});

describe('the big switch', () => {
  it('refuses new tasks at once while running ones finish and earn', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    model.hold();
    const running = post(server.url, chatTask());
    await until('it to run', async () => (await server.state()).node.working === 1);
    await server.engine.handle('node.pause', undefined);
    const refused = await post(server.url, chatTask());
    expect([refused.status, refused.json.error?.code, refused.headers.has('retry-after')]).toEqual([
      503,
      'IICP-E024',
      true,
    ]);
    expect((await server.state()).node.state).toBe('finishing');
    model.release();
    expect((await running).status).toBe(200);
    await expectNothingLeft(server, 1);
    expect((await server.state()).node.state).toBe('paused');
    await server.engine.handle('node.resume', undefined);
    expect((await post(server.url, chatTask())).status).toBe(200);
  });
});

describe('a model server in trouble', () => {
  it.each([
    ['answers 500', { status: 500, body: { error: 'secret path /root/x' } }, 502],
    ['answers an error with 200', { status: 200, body: { error: { message: 'secret' } } }, 502],
    ['answers no JSON', { garbage: true }, 502],
    ['cuts the answer', { cut: true }, 502],
    ['says 400', { status: 400 }, 422],
    ['lost the model', { status: 404 }, 404],
    ['is busy', { status: 429 }, 503],
  ])('that %s gives the caller an error of ours and no credits', async (_what, failure, status) => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    model.failNext(failure);
    const reply = await post(server.url, chatTask());
    expect(reply.status).toBe(status);
    expect(reply.text).not.toMatch(/secret|root/);
    await expectNothingLeft(server);
    expect((await server.state()).work.today.failed).toBe(1);
  });

  it('that is too slow gives 504 when the task’s time is up, and its request is ended', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    model.hold();
    const reply = await post(server.url, chatTask({ constraints: { timeout_ms: 150 } }));
    expect([reply.status, reply.json.status, reply.json.error?.code]).toEqual([504, 'timeout', 'task_timeout']);
    await until('the request to be ended', () => model.requests().some(({ aborted }) => aborted));
    await expectNothingLeft(server);
  });

  it('is spared work whose caller has gone', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    model.hold();
    const caller = new AbortController();
    const call = post(server.url, chatTask(), { signal: caller.signal }).catch((error: Error) => error.name);
    await until('it to run', async () => (await server.state()).node.working === 1);
    caller.abort();
    expect(await call).toBe('AbortError');
    await until('the request to be ended', () => model.requests().some(({ aborted }) => aborted));
    await expectNothingLeft(server);
    expect((await server.state()).work.recent[0]).toMatchObject({ state: 'cancelled', code: 'caller-gone' });
  });

  it('that is gone makes the node say so and refuse, until it is back', async () => {
    const model = await modelServer();
    const server = await node({ modelUrl: model.url });
    await model.stop();
    await post(server.url, chatTask());
    await until('it to be missed', async () => (await server.state()).backends[0]?.state === 'not-found');
    const reply = await post(server.url, chatTask());
    expect([reply.status, reply.json.error?.reason]).toEqual([503, 'backend_unavailable']);
  });
});

describe('changing settings while a task runs', () => {
  it.each([
    ['the network off', 'networks.iicp.enabled', false],
    ['the directory', 'networks.iicp.directoryUrl', 'http://127.0.0.1:9/'],
  ])('lets it end and earn, and tells the directory: %s', async (_what, path, value) => {
    const list = await directory();
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    model.hold();
    const running = post(server.url, chatTask());
    await until('it to run', async () => (await server.state()).node.working === 1);
    await server.set(path, value);
    const late = await post(server.url, chatTask());
    expect([late.status, late.json.error?.reason]).toEqual([503, 'leaving']);
    model.release();
    expect((await running).status).toBe(200);
    await until('nobody to be sent to it', () => list.nodes().every(({ available }) => !available));
    await expectNothingLeft(server, 1);
  });
});

describe('a client of the network', () => {
  it('finds, seals, calls and opens, knowing only the directory', async () => {
    const list = await directory();
    const model = await modelServer();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    const consumer = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
    const answer = await consumer.call({
      intent: CHAT,
      payload: { messages: [{ role: 'user', content: 'good morning' }], max_tokens: 9 },
    });
    expect(answer.result).toMatchObject({ choices: [{ message: { content: expect.any(String) } }] });
    const { work, earnings } = await server.state();
    expect(work.recent[0]).toMatchObject({ inference: { sealed: true }, state: 'done' });
    expect(earnings.total[0]?.entries).toBe(1);
  });

  it('that changes one byte of what it sealed is told no more than that it can’t be opened', async () => {
    const model = await modelServer();
    const list = await directory();
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    const { registration } = list.nodes()[0]!;
    const task = chatTask();
    const { envelope } = sealRequest({
      recipient: registration.cx_public_key as { key: string; key_id: string },
      taskId: String(task.task_id),
      intent: CHAT,
      payload: JSON.stringify(task.payload),
      ephemeralKey: systemRandom.bytes(32),
      nonce: systemRandom.bytes(12),
    });
    const body = Buffer.from(envelope.encrypted_body, 'base64url');
    body[3]! ^= 1;
    const tampered = {
      ...task,
      payload: undefined,
      iicp_conf: { ...envelope, encrypted_body: body.toString('base64url') },
    };
    const other = { ...tampered, task_id: 'another', iicp_conf: envelope };
    expect([
      (await post(server.url, tampered)).json.error?.code,
      (await post(server.url, other)).json.error?.code,
    ]).toEqual(['IICP-CX-02', 'IICP-CX-02']);
    const honest = { ...tampered, iicp_conf: envelope };
    expect((await post(server.url, honest)).json.status).toBe('completed');
    const replayed = await post(server.url, { ...honest, nonce: 'another' });
    expect([replayed.status, replayed.json.error?.code]).toEqual([409, 'IICP-E011']);
    await expectNothingLeft(server, 1);
  });
});
