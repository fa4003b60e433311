import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { readOffers } from '../../../src-main/practice/iicp/consumer/offers.ts';
import { type Consumer, createConsumer } from '../../../src-main/practice/iicp/consumer.ts';
import { type Directory, startDirectory } from '../../../src-main/practice/iicp/directory.ts';
import { startTraffic } from '../../../src-main/practice/iicp/traffic.ts';
import { CHAT, registration } from './directory-help.ts';
import { call } from './help.ts';
import { type MiniNode, miniNode } from './node-help.ts';

const EMBED = 'urn:iicp:intent:llm:embedding:v1';
const payload = { messages: [{ role: 'user', content: 'good evening' }] };

const waits: number[] = [];
/** Waiting between tries takes no time, but is written down. */
const hurried: Clock = {
  ...systemClock,
  sleep: (ms, signal) => {
    waits.push(ms);
    return systemClock.sleep(0, signal);
  },
};

let directory: Directory;
let node: MiniNode;
let consumer: Consumer;
const others: { close: () => unknown }[] = [];

const join = async (one: MiniNode, more: Record<string, unknown> = {}) => {
  const body = registration(one.url, {
    cx_public_key: one.cxKey,
    capabilities: [
      { intent: CHAT, models: ['m1'] },
      { intent: EMBED, models: ['e1'] },
    ],
    ...more,
  });
  expect((await call(`${directory.url}/v1/register`, 'POST', body)).status).toBe(201);
};

beforeEach(async () => {
  waits.length = 0;
  directory = await startDirectory({ clock: systemClock, random: systemRandom }, { allowPrivateEndpoints: true });
  node = await miniNode();
  consumer = createConsumer(
    { clock: hurried, random: systemRandom },
    { directoryUrl: `${directory.url}/api/`, allowPrivate: true, consumerId: 'guest' },
  );
});

afterEach(async () => {
  consumer.close();
  await Promise.all([directory.stop(), node.close(), ...others.splice(0).map((other) => other.close())]);
});

const second = async () => {
  const other = await miniNode();
  others.push(other);
  return other;
};

const ask = (more: Partial<Parameters<Consumer['call']>[0]> = {}) => consumer.call({ intent: CHAT, payload, ...more });
const failure = async (more?: Parameters<typeof ask>[0]) => {
  const error = await ask(more).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { code, category, details } = error as { code: string; category: string; details: Record<string, unknown> };
  return { code, category, details };
};

describe('a call', () => {
  it('finds a node, sends it a sealed task and opens the sealed reply', async () => {
    await join(node);
    const result = await ask({ model: 'm1', maxTokens: 8, timeoutMs: 5000, qos: 'interactive' });
    expect(result).toEqual({
      taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      nodeId: 'node-1',
      status: 'completed',
      result: { choices: [{ message: { role: 'assistant', content: 'come in' }, finish_reason: 'stop' }] },
      metrics: undefined,
      latencyMs: expect.any(Number),
    });
    expect(node.payloads).toEqual([payload]);
    const [task] = node.tasks;
    expect(task).toMatchObject({
      task_id: result.taskId,
      intent: CHAT,
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
      constraints: { qos: 'interactive', timeout_ms: 5000, max_tokens: 8, model: 'm1' },
      cx_response_encryption: 'required',
      source_node_id: 'guest',
    });
    expect(task).not.toHaveProperty('payload');
    expect(JSON.stringify(task)).not.toContain('good evening');
  });

  it('takes embeddings, and a plain reply from a node that does not advertise sealed ones', async () => {
    await join(node, { cx_public_key: { ...node.cxKey, features: undefined } });
    const { result } = await ask({ intent: EMBED, payload: { input: 'wood' } });
    expect(result).toEqual({ data: [{ embedding: [0.6, 0.8] }] });
    expect(node.tasks[0]).not.toHaveProperty('cx_response_encryption');
  });

  it('can be plain when told so', async () => {
    await join(node);
    await ask({ sealed: false });
    expect(node.tasks[0]).toMatchObject({ payload });
    expect(node.tasks[0]).not.toHaveProperty('iicp_conf');
  });

  it('uses fresh keys and nonces for each try, under the same task id', async () => {
    await join(node);
    node.detours.push((_, res) => res.writeHead(429, { 'retry-after': '2' }).end('{}'));
    await ask();
    const [first, again] = node.tasks;
    expect(again!.task_id).toBe(first!.task_id);
    expect(again!.nonce).not.toBe(first!.nonce);
    expect(again!.iicp_conf!.kem_ciphertext).not.toBe(first!.iicp_conf!.kem_ciphertext);
    expect(waits).toEqual([2000]);
  });

  it('waits as a busy node asks, three tries at most and never long, then goes on to the next', async () => {
    const other = await second();
    await join(node, { limits: { max_concurrent: 16, tokens_per_min: 1 } });
    await join(other, { node_id: 'node-2' });
    for (const after of ['1', '3600', '1']) {
      node.detours.push((_, res) => res.writeHead(503, { 'retry-after': after }).end('{}'));
    }
    expect((await ask()).nodeId).toBe('node-2');
    expect([node.tasks.length, waits]).toEqual([3, [1000, 5000]]);
  });

  it.each([500, 502, 504])('goes on to the next node after %i', async (status) => {
    const other = await second();
    await join(node, { limits: { max_concurrent: 16, tokens_per_min: 1 } });
    await join(other, { node_id: 'node-2' });
    node.detours.push((_, res) => res.writeHead(status).end('{}'));
    expect((await ask()).nodeId).toBe('node-2');
    expect(node.tasks).toHaveLength(1);
  });

  it('goes on after a connection that breaks, and says so when there is nobody left', async () => {
    await join(node);
    node.detours.push((_, res) => res.destroy());
    expect(await failure()).toEqual({
      code: 'practice.node-failed',
      category: 'unavailable',
      details: { nodeId: 'node-1', reason: 'unreachable' },
    });
  });

  it('gives up at once on a refusal, and names its code', async () => {
    await join(node);
    const body = JSON.stringify({ error: { code: 'IICP-E029', message: 'no such model' } });
    node.detours.push((_, res) => res.writeHead(404).end(body));
    expect(await failure()).toEqual({
      code: 'practice.node-refused',
      category: 'rejected',
      details: { nodeId: 'node-1', status: 404, code: 'IICP-E029' },
    });
  });

  it('follows a redirect on the same origin with the same body, and no other', async () => {
    const other = await second();
    await join(node);
    node.detours.push((_, res) => res.writeHead(307, { location: '/elsewhere' }).end());
    await ask();
    expect(node.tasks[1]).toEqual(node.tasks[0]);
    node.detours.push((_, res) => res.writeHead(307, { location: `${other.url}/v1/task` }).end());
    expect(await failure()).toMatchObject({ code: 'practice.node-refused', details: { status: 307 } });
    expect(other.tasks).toEqual([]);
  });

  it.each<[string, (n: MiniNode) => void, string]>([
    ['another task id', (n) => (n.twistWire = (reply) => ({ ...reply, task_id: 'other' })), 'another task id'],
    [
      'another task id inside the seal',
      (n) => (n.twist = (reply) => ({ ...reply, task_id: 'other' })),
      'another task id inside the seal',
    ],
    [
      'a plain reply where a sealed one is due',
      (n) => (n.twistWire = ({ task_id }) => ({ task_id, status: 'completed', result: {} })),
      'not sealed although it had to be',
    ],
    [
      'no sealed part',
      (n) => (n.twistWire = ({ task_id }) => ({ task_id, status: 'encrypted' })),
      'the seal does not open',
    ],
    ['an error status', (n) => (n.twist = (reply) => ({ ...reply, status: 'error' })), 'not completed'],
    ['no result', (n) => (n.twist = (reply) => ({ ...reply, result: null })), 'no result'],
    [
      'a choice without text',
      (n) => (n.twist = (reply) => ({ ...reply, result: { choices: [{ message: { content: null } }] } })),
      'a choice without text',
    ],
    ['no choices', (n) => (n.twist = (reply) => ({ ...reply, result: { choices: [] } })), 'no choices'],
    ['metrics that are a number', (n) => (n.twist = (reply) => ({ ...reply, metrics: 1 })), 'metrics are no object'],
  ])('does not accept %s', async (_, spoil, reason) => {
    await join(node);
    spoil(node);
    expect(await failure()).toEqual({
      code: 'practice.bad-reply',
      category: 'rejected',
      details: { nodeId: 'node-1', reason },
    });
  });

  it('accepts "success" as well as "completed", and passes metrics on', async () => {
    await join(node);
    node.twist = (reply) => ({ ...reply, status: 'success', metrics: { latency_ms: 3 } });
    expect(await ask()).toMatchObject({ status: 'success', metrics: { latency_ms: 3 } });
  });

  it('says that nobody offers it, and that those who do may not be called', async () => {
    expect(await failure()).toMatchObject({ code: 'practice.no-node' });
    await join(node, { cx_public_key: undefined });
    expect(await failure()).toMatchObject({ code: 'practice.no-usable-node', details: { reason: 'no-cx-key' } });
    const careful = createConsumer({ clock: systemClock, random: systemRandom }, { directoryUrl: directory.url });
    others.push(careful);
    const refused = careful.call({ intent: CHAT, payload, sealed: false });
    await expect(refused).rejects.toMatchObject({
      code: 'practice.no-usable-node',
      details: { reason: 'private-endpoint' },
    });
    expect(node.tasks).toEqual([]);
  });

  it('says what is wrong with the directory', async () => {
    directory.fault('garbage');
    expect(await failure()).toMatchObject({
      code: 'practice.directory-failed',
      details: { reason: 'not a list of nodes' },
    });
    directory.fault({ status: 500 });
    expect(await failure()).toMatchObject({ code: 'practice.directory-failed', details: { reason: 'status 500' } });
    await directory.stop();
    expect(await failure()).toMatchObject({ code: 'practice.directory-failed', details: { reason: 'unreachable' } });
  });

  it('ends at once when it is cancelled', async () => {
    await join(node);
    const stop = new AbortController();
    node.detours.push(() => stop.abort());
    expect(await failure({ signal: stop.signal })).toMatchObject({ code: 'practice.cancelled', category: 'cancelled' });
  });
});

describe('a list of offers', () => {
  it('keeps the well-formed ones, best first', () => {
    const good = { node_id: 'a', endpoint: 'https://a.example.com/', score: 0.4 };
    const offers = readOffers({
      nodes: [
        null,
        7,
        { node_id: 'x' },
        good,
        {
          ...good,
          node_id: 'b',
          score: 0.9,
          cx_public_key: { algorithm: 'X25519', encoding: 'base64url', key: 'short', key_id: 'k' },
        },
      ],
    });
    expect(offers?.map(({ nodeId, endpoint, cxKey }) => [nodeId, endpoint, cxKey])).toEqual([
      ['b', 'https://a.example.com', undefined],
      ['a', 'https://a.example.com', undefined],
    ]);
  });
});

describe('traffic', () => {
  it('starts when a node appears, keeps within its width, survives failures and stops', async () => {
    let most = 0;
    let now = 0;
    const counting: Consumer = {
      ...consumer,
      async call(options) {
        most = Math.max(most, ++now);
        try {
          return await consumer.call(options);
        } finally {
          now--;
        }
      },
    };
    const outcomes: boolean[] = [];
    const traffic = startTraffic(
      { clock: systemClock, random: systemRandom, consumer: counting },
      { everyMs: [0, 1], concurrency: 2, onResult: ({ ok }) => void outcomes.push(ok) },
    );
    await vi.waitFor(() => expect(directory.asked('GET /v1/discover')).toBeGreaterThan(2), { interval: 2 });
    expect(traffic.sent()).toBe(0);
    node.detours.push((_, res) => res.destroy());
    await join(node);
    await vi.waitFor(() => expect(traffic.succeeded()).toBeGreaterThan(8), { interval: 2 });
    await traffic.stop();
    const sent = node.tasks.length;
    expect([traffic.failed(), outcomes.filter((ok) => !ok).length]).toEqual([1, 1]);
    expect(most).toBeLessThanOrEqual(2);
    expect(node.tasks.some(({ intent }) => intent === EMBED)).toBe(true);
    await traffic.stop();
    expect(node.tasks.length).toBe(sent);
  });
});
