// Real tokens through the whole path: a client finds a node in a directory, seals a task for it, and what llama.cpp draws from
// a tiny model comes back sealed, counted and booked.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { filterPayload } from '../../src-main/backends/inference/filter.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { type CallOptions, createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { promptOf, tokensOf, WORDS } from '../real-inference/tiny-model.ts';
import { CHAT, directory, node, post } from '../support/network.ts';
import { findLlama, type RealModelServer, startLlama } from '../support/real-inference.ts';
import { anySchema } from '../support/schemas.ts';
import { until } from '../support/wait.ts';

const COMPLETION = 'urn:iicp:intent:llm:completion:v1';
const EMBEDDING = 'urn:iicp:intent:llm:embedding:v1';
/** What a token earns where the user set no price. */
const MICRO_A_TOKEN = 1000;

const found = await findLlama();
if (found.reason !== undefined) console.warn(`SKIPPED: no real inference was tried: ${found.reason}`);

interface Said {
  readonly text: string;
  readonly finish: string;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
  readonly metrics: unknown;
}

describe.skipIf(found.reason !== undefined)('a node with llama.cpp behind it', () => {
  let llama: RealModelServer;

  beforeAll(async () => {
    llama = await startLlama();
  });

  afterAll(async () => {
    await llama.stop();
    const sum = (pick: 'promptTokens' | 'tokens') => llama.ended.reduce((total, each) => total + each[pick], 0);
    const { bytes, parameters } = llama.model;
    console.info(
      `real inference: ${found.binding}, a llama of ${parameters} random weights (${Math.round(bytes / 1024)} KiB); ` +
        `${llama.ended.length} generations, ${sum('promptTokens')} tokens read, ${sum('tokens')} generated`,
    );
  });

  async function network(settings: Record<string, unknown> = {}) {
    const list = await directory();
    const server = await node({
      modelUrl: llama.url,
      directoryUrl: list.url,
      settings: {
        'backends.inference': [{ kind: 'openai', url: llama.url }],
        'backends.models': [{ model: llama.model.name, tasks: ['llm:chat', 'llm:completion', 'llm:embedding'] }],
        'capacity.maxConcurrent': 8,
        ...settings,
      },
    });
    const consumer = createConsumer(
      { clock: systemClock, random: systemRandom },
      { directoryUrl: list.url, allowPrivate: true },
    );
    onTestFinished(() => consumer.close());
    const ask = async (payload: Record<string, unknown>, options: Partial<CallOptions> = {}): Promise<Said> => {
      const { result, metrics } = await consumer.call({ intent: CHAT, payload, ...options });
      const { choices, usage } = result as unknown as {
        choices: readonly [{ message: { content: string }; finish_reason: string }];
        usage: Said['usage'];
      };
      return { text: choices[0].message.content, finish: choices[0].finish_reason, usage, metrics };
    };
    return { server, consumer, ask };
  }

  const chat = (content: string) => [{ role: 'user', content }];
  const wordsOf = (text: string) => text.trim().split(' ');

  it('sends the words it generated under seal, with their true count, and books that', async () => {
    const { server, ask } = await network();
    const messages = [{ role: 'system', content: 'Be brief.' }, ...chat('Is the fire still burning?')];
    const before = llama.ended.length;
    const said = await ask({ messages, max_tokens: 24, seed: 1 });
    // Each word is a token, and each byte of the prompt: counted here without asking llama.cpp.
    const usage = { prompt_tokens: tokensOf(promptOf(messages)), completion_tokens: 24 };
    const total = usage.prompt_tokens + usage.completion_tokens;
    const words = wordsOf(said.text);
    expect(words.filter((word) => !WORDS.includes(word))).toEqual([]);
    expect(words).toHaveLength(24);
    expect(said).toMatchObject({ finish: 'length', usage, metrics: { tokens_used: total } });
    expect(llama.ended.slice(before)).toEqual([
      { kind: 'ended', ending: 'limit', promptTokens: usage.prompt_tokens, tokens: 24 },
    ]);
    const { work, earnings } = await server.state();
    const earnedMicro = total * MICRO_A_TOKEN;
    expect(work.recent[0]).toMatchObject({ inference: { sealed: true }, state: 'done', earnedMicro });
    expect(earnings.total).toEqual([{ network: 'iicp', unit: 'credit', amountMicro: earnedMicro, entries: 1 }]);
  });

  it('says the same for the same seed, and something else for another seed or another prompt', async () => {
    const { ask } = await network();
    const hello = { messages: chat('hello'), max_tokens: 24 };
    const texts = [];
    for (const payload of [
      { ...hello, seed: 1 },
      { ...hello, seed: 1 },
      { ...hello, seed: 2 },
      { ...hello, temperature: 0 },
      { ...hello, temperature: 0, messages: chat('good bye') },
    ]) {
      texts.push((await ask(payload)).text);
    }
    const [first, again, other, greedy, elsewhere] = texts;
    expect(again).toBe(first);
    expect(new Set([first, other, greedy, elsewhere]).size).toBe(4);
  });

  it('stops at a word that the client named, and books only what was generated', async () => {
    const { server, ask } = await network();
    const payload = { messages: chat('hello'), max_tokens: 24, seed: 1 };
    const words = wordsOf((await ask(payload)).text);
    const word = words.findLast((each, index) => index < 12 && words.indexOf(each) === index)!;
    const stopped = await ask({ ...payload, stop: [` ${word}`] });
    const place = words.indexOf(word);
    expect(stopped).toMatchObject({ finish: 'stop', usage: { completion_tokens: place + 1 } });
    expect(wordsOf(stopped.text)).toEqual(words.slice(0, place));
    const { work } = await server.state();
    expect(work.recent[0]).toMatchObject({ earnedMicro: stopped.usage.total_tokens * MICRO_A_TOKEN });
  });

  it('goes on with a bare text by the tokens of that text', async () => {
    const { server, consumer } = await network();
    const prompt = 'Once upon a time';
    const answer = await consumer.call({ intent: COMPLETION, payload: { prompt, max_tokens: 10 } });
    const usage = { prompt_tokens: tokensOf(prompt), completion_tokens: 10, total_tokens: tokensOf(prompt) + 10 };
    const choices = [{ text: expect.stringMatching(/^( [a-z]+){10}$/), finish_reason: 'length' }];
    expect(answer.result).toMatchObject({ choices, usage });
    const { earnings } = await server.state();
    expect(earnings.total[0]).toMatchObject({ amountMicro: usage.total_tokens * MICRO_A_TOKEN });
  });

  it('does several tasks at once and books each by its own count', async () => {
    const { server, ask } = await network();
    const lengths = [5, 40, 12, 60, 33];
    const answers = await Promise.all(lengths.map((max_tokens) => ask({ messages: chat('hello'), max_tokens })));
    expect(answers.map(({ text }) => wordsOf(text).length)).toEqual(lengths);
    expect(answers.map(({ usage }) => usage.completion_tokens)).toEqual(lengths);
    const amountMicro = answers.reduce((sum, { usage }) => sum + usage.total_tokens, 0) * MICRO_A_TOKEN;
    const { earnings } = await server.state();
    expect(earnings.total).toEqual([{ network: 'iicp', unit: 'credit', amountMicro, entries: lengths.length }]);
  });

  it('generates no further when the client has left, earns nothing by it and serves the next', async () => {
    const { server, ask } = await network({ 'capacity.maxTokens': 1_000_000 });
    const [began, before] = [llama.began(), llama.ended.length];
    const client = new AbortController();
    const call = ask({ messages: chat('tell me everything'), max_tokens: 1_000_000 }, { signal: client.signal });
    const outcome = call.catch((error: { code?: string }) => error.code);
    await until('the first token', () => llama.began() > began);
    client.abort();
    expect(await outcome).toBe('practice.cancelled');
    const [left] = await until('the generation to end', () => llama.ended.length > before && llama.ended.slice(before));
    expect(left).toMatchObject({ ending: 'cancelled' });
    expect(left!.tokens).toBeGreaterThan(0);
    await until('the slot to be free', async () => (await server.state()).node.working === 0);
    const { work, earnings } = await server.state();
    expect(work.recent[0]).toMatchObject({ state: 'cancelled', code: 'caller-gone' });
    expect(earnings.total).toEqual([]);
    expect(wordsOf((await ask({ messages: chat('hello'), max_tokens: 3 })).text)).toHaveLength(3);
  });

  it('sends embeddings that tell texts apart, by the tokens they were made of', async () => {
    const { server, consumer } = await network();
    const texts = ['a stove', 'a stove', 'the sea'];
    const answer = await consumer.call({ intent: EMBEDDING, payload: { input: texts } });
    const { data, usage } = answer.result as unknown as {
      data: readonly { embedding: readonly number[] }[];
      usage: { prompt_tokens: number };
    };
    const [one, same, other] = data.map(({ embedding }) => embedding);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect(Math.hypot(...one!)).toBeCloseTo(1, 4);
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    expect(usage.prompt_tokens).toBe(tokens);
    const { earnings } = await server.state();
    expect(earnings.total[0]).toMatchObject({ amountMicro: tokens * MICRO_A_TOKEN });
  });

  /** What a schema has the model say. */
  const schemaFor = (schema: unknown) => ({ type: 'json_schema', json_schema: { name: 's', strict: true, schema } });
  const honest = {
    $defs: { kind: { type: 'string', enum: ['fire', 'stove'] } },
    type: 'object',
    properties: {
      kind: { $ref: '#/$defs/kind' },
      count: { type: 'integer', minimum: 3, maximum: 9 },
      code: { type: 'string', pattern: '^[a-z]{3}-[0-9]{2}$' },
    },
    required: ['kind', 'count', 'code'],
    additionalProperties: false,
  };
  const said = { kind: expect.stringMatching(/^(fire|stove)$/), code: expect.stringMatching(/^[a-z]{3}-[0-9]{2}$/) };

  it('answers in the form that a schema asks for, and calls a function as its parameters say', async () => {
    const { ask, consumer } = await network();
    const payload = { messages: chat('hello'), max_tokens: 400, seed: 1 };
    const { text } = await ask({ ...payload, response_format: schemaFor(honest) });
    expect(JSON.parse(text)).toMatchObject(said);
    const tools = [{ type: 'function', function: { name: 'light', parameters: honest } }];
    const call = await consumer.call({ intent: CHAT, payload: { ...payload, tools, tool_choice: 'required' } });
    const { choices } = call.result as unknown as {
      choices: readonly [{ message: { tool_calls: readonly [{ function: { name: string; arguments: string } }] } }];
    };
    const [{ function: called }] = choices[0].message.tool_calls;
    expect([called.name, JSON.parse(called.arguments)]).toEqual(['light', expect.objectContaining(said)]);
  });

  it.each([
    ['a quantifier after a look-behind', { type: 'string', pattern: '^(?<=x)+$' }],
    ['a quantifier with nothing before it', { type: 'string', pattern: '^*$' }],
    ['60,000 groups', { type: 'string', pattern: `^${'('.repeat(60_000)}a${')'.repeat(60_000)}$` }],
    ['a thousand million items', { type: 'array', items: { type: 'string' }, minItems: 1e9 }],
    ['2000 signs', { type: 'string', maxLength: 2000 }],
    ['a bound of 16 digits', { type: 'integer', minimum: 9_007_199_254_740_971 }],
  ])('refuses a schema that would end it, and goes on answering: %s', async (_, schema) => {
    const { server, ask } = await network();
    const began = llama.began();
    const nested = { type: 'object', properties: { inside: schema } };
    const tools = [{ type: 'function', function: { name: 'f', parameters: nested } }];
    for (const more of [{ response_format: schemaFor(schema) }, { tools, tool_choice: 'required' }]) {
      const task = { task_id: 't', intent: CHAT, payload: { messages: chat('hello'), max_tokens: 4, ...more } };
      const { status, json } = await post(server.url, task);
      expect([status, json.error]).toMatchObject([
        422,
        { code: 'IICP-E000', message: expect.stringMatching(/\.(schema|parameters)\./) },
      ]);
    }
    expect([llama.began(), llama.alive()]).toEqual([began, true]);
    expect(wordsOf((await ask({ messages: chat('hello'), max_tokens: 3 })).text)).toHaveLength(3);
  });

  it('survives whatever passes the filter', async () => {
    let passed = 0;
    for (const schema of fc.sample(anySchema, { numRuns: 200, seed: 1 })) {
      const asked = { messages: chat('hello'), max_tokens: 4, response_format: schemaFor(schema) };
      const filtered = filterPayload('llm:chat', asked, { model: llama.model.name, maxTokens: 4 });
      if (!filtered.ok) continue;
      passed += 1;
      const { status } = await fetch(`${llama.url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(filtered.payload),
      });
      expect([status, llama.alive()], JSON.stringify(schema)).toEqual([200, true]);
    }
    expect(passed).toBeGreaterThan(100);
  });

  it('is seen to have gone when it is killed in the middle of a task, which fails unpaid', async () => {
    const [doomed, next] = [await startLlama(), await startLlama()];
    onTestFinished(async () => void (await Promise.all([doomed.stop(), next.stop()])));
    const list = await directory();
    const server = await node({
      modelUrl: doomed.url,
      directoryUrl: list.url,
      settings: {
        'backends.inference': [doomed, next].map(({ url }) => ({ kind: 'openai', url })),
        'capacity.maxTokens': 1_000_000,
      },
    });
    await until('both servers', async () => (await server.state()).backends.every(({ state }) => state === 'ready'));
    const payload = { messages: chat('tell me everything'), max_tokens: 1_000_000 };
    const ended = post(server.url, { task_id: 't-1', intent: CHAT, payload });
    const victim = await until('the first token', () => [doomed, next].find((each) => each.began() === 1));
    const other = victim === doomed ? next : doomed;
    await victim.stop();
    expect(await ended).toMatchObject({ status: 502, json: { status: 'error', error: { code: 'backend_error' } } });
    const state = (url: string) => async () => (await server.state()).backends.find((each) => each.url === url)?.state;
    expect(await state(victim.url)()).toBe('not-found');
    const again = await post(server.url, { task_id: 't-2', intent: CHAT, payload });
    expect([again.status, other.began()]).toEqual([502, 0]);
    const hello = { messages: chat('hello'), max_tokens: 3 };
    expect((await post(server.url, { task_id: 't-3', intent: CHAT, payload: hello })).status).toBe(200);
    const { work, earnings } = await server.state();
    expect(work.recent.find((each) => each.state === 'failed')).toMatchObject({ code: 'lost', earnedMicro: null });
    expect(earnings.total).toMatchObject([{ entries: 1 }]);
  });
});
