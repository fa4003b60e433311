// The official Python SDK of IICP, written by others, against this node and against the practice servers: what it sends and
// expects is the protocol as it is spoken.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { createConsumer } from '../../../src-main/practice/iicp/consumer.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { CHAT, directory, freePort, modelServer, node, type TestNode } from '../../support/network.ts';
import { until } from '../../support/wait.ts';
import { counterpart, ended, python, SDK } from './packages.ts';

const EMBEDDING = 'urn:iicp:intent:llm:embedding:v1';
const DRIVER = join(import.meta.dirname, 'iicp_client_driver.py');

interface Reply {
  readonly ok?: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly status?: number | null; readonly retryable?: boolean };
}
type Order = (order: Record<string, unknown>) => Promise<Reply>;

/** The SDK in a process of its own, once it is ready for orders. */
async function sdk(): Promise<Order> {
  const home = temporaryFolder();
  const env = { ...process.env, HOME: home, IICP_HOME: home, IICP_AUTO_UPDATE: '0', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(python, [DRIVER], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => ended(child));
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-4000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the driver ended: ${complaint}`);
    return JSON.parse(value as string) as Reply;
  };
  expect(await next()).toEqual({ ok: { version: SDK } });
  return (order) => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    return next();
  };
}

async function listedNode(settings: Record<string, unknown> = {}, delayMs = 0) {
  const list = await directory();
  const model = await modelServer({ models: ['llama3', 'nomic-embed-text'], delayMs });
  const server = await node({ modelUrl: model.url, directoryUrl: list.url, settings });
  const ask = await sdk();
  return { list, model, server, ask: (order: Record<string, unknown>) => ask({ directory: list.url, ...order }) };
}

const say = (words: string) => ({ messages: [{ role: 'user', content: words }], max_tokens: 8 });

async function books(server: TestNode) {
  await until('the slots to be free', async () => (await server.state()).node.working === 0);
  const { work, earnings } = await server.state();
  return { done: work.today.done, entries: earnings.total[0]?.entries ?? 0, sealed: work.recent[0]?.inference?.sealed };
}

counterpart('the official Python client', () => {
  it('finds this node with all that it needs to call it', async () => {
    const { ask, server } = await listedNode({ 'node.region': 'eu-central' });
    const { ok } = await ask({ do: 'discover', intent: CHAT });
    expect(ok).toMatchObject({
      nodes: [
        {
          node_id: (await server.state()).network.nodeId,
          endpoint: server.url,
          available: true,
          region: 'eu-central',
          models: ['llama3'],
          cx_public_key: { algorithm: 'X25519', features: ['response_encryption_v1'] },
        },
      ],
    });
  });

  it('chats, sealed both ways, and the work is paid', async () => {
    const { ask, list, server, model } = await listedNode();
    const { ok } = await ask({ do: 'chat', say: ['good morning'], maxTokens: 8, temperature: 0.2 });
    expect(ok).toMatchObject({
      choices: [{ message: { role: 'assistant', content: expect.stringMatching(/\w/) } }],
      usage: { completion_tokens: 8 },
      model: 'llama3',
      iicp_node_id: (await server.state()).network.nodeId,
    });
    expect(await books(server)).toEqual({ done: 1, entries: 1, sealed: true });
    const [asked] = model.requests().filter(({ path }) => path === '/v1/chat/completions');
    expect(asked?.body).toMatchObject({ max_tokens: 8, temperature: 0.2 });
    // It came by a signed ticket of the directory's, not by the list that older clients ask for.
    expect([list.asked('POST /v1/dispatch/ticket') > 0, list.asked('GET /v1/discover')]).toEqual([true, 0]);
  });

  it('gets embeddings from the same node', async () => {
    const { ask, server } = await listedNode();
    const { ok } = await ask({ do: 'submit', intent: EMBEDDING, payload: { input: ['one', 'two'] } });
    expect(ok).toMatchObject({
      status: 'completed',
      result: { data: [{ embedding: expect.any(Array) }, { embedding: expect.any(Array) }] },
    });
    expect(await books(server)).toEqual({ done: 1, entries: 1, sealed: true });
  });

  it('comes again after 429 and is served', async () => {
    const { ask, server, model } = await listedNode({ 'capacity.maxConcurrent': 1 });
    model.hold();
    const other = await sdk();
    const order = { do: 'submit', directory: (await server.state()).network.detail.directoryUrl, intent: CHAT };
    const first = other({ ...order, payload: say('first') });
    await until('the first to run', async () => (await server.state()).node.working === 1);
    const second = ask({ do: 'submit', intent: CHAT, payload: say('second') });
    await until('the second to be refused', async () => (await server.state()).work.today.refused >= 1);
    model.release();
    expect([(await first).ok?.status, (await second).ok?.status]).toEqual(['completed', 'completed']);
    expect(await books(server)).toEqual({ done: 2, entries: 2, sealed: true });
  });

  it('has its urgent tasks wait for a slot instead of being refused', async () => {
    const { ask, server } = await listedNode({ 'capacity.maxConcurrent': 1 }, 300);
    const { ok } = await ask({ do: 'submit', intent: CHAT, payload: say('hello'), qos: 'interactive', times: 3 });
    expect(ok).toMatchObject({ all: [{ status: 'completed' }, { status: 'completed' }, { status: 'completed' }] });
    expect((await server.state()).work.today).toMatchObject({ done: 3, refused: 0 });
  });

  it('comes again after 503 and is served', async () => {
    const { ask, server } = await listedNode();
    // Listed as available still, for the directory only learns of the pause with the next beat.
    await server.engine.handle('node.pause', undefined);
    const call = ask({ do: 'submit', intent: CHAT, payload: say('hello') });
    await until('it to be refused', async () => (await server.state()).work.today.refused >= 1);
    await server.engine.handle('node.resume', undefined);
    expect((await call).ok?.status).toBe('completed');
  });

  it.each([
    ['a model we lack', { model: 'gpt-9', ...say('x') }, 404],
    ['no messages', { messages: [] }, 422],
    [
      'an image to be fetched from the home network',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://192.168.1.1/' } }] }] },
      422,
    ],
  ])('that asks with %s is told so and does not come again', async (_what, payload, status) => {
    const { ask, server, model } = await listedNode();
    expect((await ask({ do: 'submit', intent: CHAT, payload })).error).toEqual({
      code: `IICP-E${status}`,
      status,
      retryable: false,
    });
    expect((await server.state()).work.today.refused).toBe(1);
    expect(model.requests().filter(({ path }) => path.startsWith('/v1/'))).toEqual([]);
    expect(await books(server)).toMatchObject({ done: 0, entries: 0 });
  });

  it('hears of a model server in trouble with 502, of one too slow with 504', async () => {
    const { ask, server, model } = await listedNode();
    model.failNext({ status: 500, body: { error: 'secret' } });
    const failed = await ask({ do: 'submit', intent: CHAT, payload: say('x') });
    model.hold();
    const slow = await ask({ do: 'submit', intent: CHAT, payload: say('x'), timeoutMs: 150 });
    expect([failed.error?.status, slow.error?.status]).toEqual([502, 504]);
    expect(await books(server)).toMatchObject({ done: 0, entries: 0 });
  });

  it('finds this node healthy, reachable and listed by its own self-check', async () => {
    const { ask, list, server } = await listedNode();
    const { nodeId } = (await server.state()).network;
    const port = Number(new URL(server.url).port);
    // The check takes 127.0.0.1 for unreachable by its text, so the same address is spelled differently.
    const { ok } = await ask({
      do: 'check',
      directory: `${list.url}/api`,
      nodeId,
      port,
      endpoint: `http://127.1:${port}`,
    });
    const tests = (ok as { tests: { test_id: string; passed: boolean; message: string }[] }).tests;
    expect(tests.map(({ test_id, passed }) => [test_id, passed])).toEqual([
      ['CONF-REG-01', true],
      ['CONF-HEALTH-01', true],
      ['CONF-REACH-01', true],
      ['CONF-DISC-01', true],
    ]);
  });
});

counterpart('the practice servers', () => {
  it('take a provider node of the official SDK, and its answer to a sealed task is opened', async () => {
    const list = await directory();
    const ask = await sdk();
    const nodeId = systemRandom.id();
    const reply = await ask({ do: 'provide', directory: list.url, nodeId, port: await freePort() });
    expect(reply).toEqual({ ok: { token: true } });
    expect(list.nodes()).toMatchObject([
      { nodeId, alive: true, registration: { sdk_language: 'python', sdk_version: SDK, region: 'eu-central' } },
    ]);

    const consumer = createConsumer(
      { clock: systemClock, random: systemRandom },
      { directoryUrl: list.url, allowPrivate: true },
    );
    onTestFinished(() => consumer.close());
    const answer = await consumer.call({ intent: CHAT, payload: say('good evening') });
    expect(answer).toMatchObject({
      nodeId,
      status: 'completed',
      result: { choices: [{ message: { content: 'you said: good evening' } }] },
    });

    for (let count = 0; count < 3; count += 1) expect(await ask({ do: 'beat' })).toEqual({ ok: {} });
    expect(list.livenessOf(nodeId)).toMatchObject({ verified: 2, wrong: 0 });
    expect(list.metricsOf(nodeId)).toEqual({ success: 1, failed: 0 });
    expect(await ask({ do: 'withdraw' })).toEqual({ ok: {} });
    expect(list.nodes().filter(({ alive }) => alive)).toEqual([]);
  });
});
