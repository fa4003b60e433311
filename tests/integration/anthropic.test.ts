// A node that passes chats on to Anthropic: sealed and in OpenAI's words outside, in Anthropic's own inside, booked, and held to
// the budget of the day; and one where it is set, but off.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const KEY = 'sk-ant-integration-1';
const MODEL = 'claude-practice';
/** What a token earns where the user set no price. */
const MICRO_A_TOKEN = 1000;
const SECRET = 'raw words of the server that must stay there';

const anthropic = () => modelServer({ shape: 'anthropic', models: [MODEL], apiKey: KEY });
const switchedOn = (url: string, dailyTokens = 100_000) => [
  { kind: 'anthropic', url: `${url}/v1`, apiKey: KEY, enabled: true, dailyTokens },
];

describe('a node with Anthropic behind it', () => {
  it('answers a sealed chat in OpenAI’s words, books its tokens, and counts them against the budget', async () => {
    const [list, model] = [await directory(), await anthropic()];
    const server = await node({
      modelUrl: model.url,
      directoryUrl: list.url,
      settings: { 'backends.inference': switchedOn(model.url) },
    });
    const consumer = createConsumer(
      { clock: systemClock, random: systemRandom },
      { directoryUrl: list.url, allowPrivate: true },
    );
    onTestFinished(() => consumer.close());
    const payload = {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Is the fire still burning?' },
      ],
      max_tokens: 9,
      temperature: 1.5,
      stop: ['END'],
    };
    const { result } = await consumer.call({ intent: CHAT, payload, model: MODEL });
    expect(result).toEqual({
      id: expect.stringMatching(/^msg_/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: expect.stringMatching(/^\S+( \S+){8}$/) },
          finish_reason: 'length',
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 },
    });
    expect(model.requests().filter(({ method }) => method === 'POST')).toMatchObject([
      {
        path: '/v1/messages',
        body: {
          model: MODEL,
          max_tokens: 9,
          system: 'Be brief.',
          messages: [{ role: 'user', content: [{ type: 'text', text: 'Is the fire still burning?' }] }],
          stop_sequences: ['END'],
        },
      },
    ]);
    const { work, earnings, backends } = await server.state();
    expect(work.recent).toMatchObject([
      { state: 'done', inference: { sealed: true, model: MODEL, backend: model.url, tokensIn: 7, tokensOut: 9 } },
    ]);
    expect(earnings.total).toEqual([{ network: 'iicp', unit: 'credit', amountMicro: 16 * MICRO_A_TOKEN, entries: 1 }]);
    expect(backends).toMatchObject([
      {
        kind: 'anthropic',
        state: 'ready',
        models: [{ id: MODEL, tasks: ['llm:chat'] }],
        budget: { tokens: 100_000, spent: 16 },
      },
    ]);
    expect(JSON.stringify([backends, await server.engine.handle('settings.get', undefined)])).not.toContain(KEY);

    await server.stop();
    const again = await node({
      modelUrl: model.url,
      dataDir: server.dataDir,
      settings: { 'backends.inference': switchedOn(model.url) },
    });
    expect((await again.state()).backends).toMatchObject([{ budget: { tokens: 100_000, spent: 16 } }]);
  });

  it('takes no more than the budget holds, and offers nothing when it is spent', async () => {
    const model = await anthropic();
    const server = await node({ modelUrl: model.url, settings: { 'backends.inference': switchedOn(model.url, 500) } });
    const large = await post(server.url, chatTask({}, 'word '.repeat(100)));
    expect([large.status, large.json.error?.code]).toEqual([503, 'IICP-E024']);
    expect(Number(large.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(model.requests().filter(({ method }) => method === 'POST')).toEqual([]);
    // More than the node's own count of it: a bill is a bill.
    const usage = { input_tokens: 499, output_tokens: 1 };
    model.failNext({
      status: 200,
      body: { id: 'msg_1', type: 'message', content: [{ type: 'text', text: 'a' }], usage },
    });
    expect((await post(server.url, chatTask())).status).toBe(200);
    expect((await server.state()).backends).toMatchObject([
      { state: 'off', reason: { code: 'backends.budget-spent' }, models: [{ offered: false }], budget: { spent: 500 } },
    ]);
    const late = await post(server.url, chatTask());
    expect([late.status, late.json.error?.code]).toEqual([503, 'IICP-E024']);
    expect(model.requests().filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each([
    ['is overloaded', 529, SECRET, 503],
    ['limits its rate', 429, SECRET, 503],
    ['refuses the request', 400, SECRET, 422],
    ['knows no such model', 404, SECRET, 404],
    ['is in trouble', 500, SECRET, 502],
    ['has no money left', 400, `Your credit balance is too low. ${SECRET}`, 502],
    ['says so with 200', 200, SECRET, 502],
  ])('gives an error of its own where it %s, and earns nothing', async (_, status, message, answered) => {
    const model = await anthropic();
    const server = await node({ modelUrl: model.url, settings: { 'backends.inference': switchedOn(model.url) } });
    model.failNext({ status, body: { type: 'error', error: { type: 'x', message }, request_id: SECRET } });
    const reply = await post(server.url, chatTask());
    expect(reply.status).toBe(answered);
    expect(reply.text).not.toContain(SECRET);
    const { earnings, work } = await server.state();
    expect([earnings.total, work.today.failed]).toEqual([[], 1]);
  });

  it('turns down what it can’t put into Anthropic’s words, without asking it', async () => {
    const model = await anthropic();
    const server = await node({ modelUrl: model.url, settings: { 'backends.inference': switchedOn(model.url) } });
    const payload = { messages: [{ role: 'user', content: 'hi' }], response_format: { type: 'json_object' } };
    expect((await post(server.url, chatTask({ payload }))).status).toBe(422);
    expect(model.requests().filter(({ method }) => method === 'POST')).toEqual([]);
    expect((await server.state()).backends).toMatchObject([{ budget: { spent: 0 } }]);
  });
});

describe('a node where Anthropic is off', () => {
  it.each<[string, Record<string, unknown>]>([
    ['as it is from the start', { apiKey: KEY }],
    ['although it has a budget', { apiKey: KEY, dailyTokens: 1000 }],
    ['by hand', { apiKey: KEY, dailyTokens: 1000, enabled: false }],
    ['for want of a key', { dailyTokens: 1000, enabled: true }],
  ])('never sends it anything: %s', async (_, setting) => {
    const [model, own] = [await anthropic(), await modelServer({ models: ['mine:1b'] })];
    const list = [
      { kind: 'ollama', url: own.url },
      { kind: 'anthropic', url: model.url, ...setting },
    ];
    const server = await node({ modelUrl: own.url, settings: { 'backends.inference': list } });
    const { engine } = server;
    await engine.handle('backends.detect', undefined);
    const wanted = await post(server.url, chatTask({ constraints: { model: MODEL } }));
    expect([wanted.status, wanted.json.error?.code]).toEqual([404, 'IICP-E029']);
    expect((await post(server.url, chatTask())).status).toBe(200);
    await expect(engine.handle('backends.load', { backend: model.url, model: MODEL })).rejects.toThrow();
    await server.set('capacity.maxConcurrent', 3);
    await server.set('backends.models', [{ model: MODEL, on: true, keepWarm: true }]);
    await engine.handle('backends.detect', undefined);
    const off = (await server.state()).backends.find(({ kind }) => kind === 'anthropic');
    expect(off).toMatchObject({ state: 'off', models: [], checkedAt: null });
    expect(model.requests()).toEqual([]);
  });

  it('refuses to switch it on without a budget', async () => {
    const own = await modelServer({ models: ['mine:1b'] });
    const server = await node({ modelUrl: own.url });
    const set = server.set('backends.inference', [{ kind: 'anthropic', url: own.url, apiKey: KEY, enabled: true }]);
    await expect(set).rejects.toThrow(/dailyTokens/);
    await until('nothing to have changed', async () => (await server.state()).backends[0]?.kind === 'ollama');
  });
});
