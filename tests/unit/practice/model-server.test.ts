import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  PRACTICE_CHAT_MODEL,
  PRACTICE_EMBED_MODEL,
  startModelServer,
} from '../../../src-main/practice/model-server.ts';
import { call, turnableClock } from './help.ts';

const chat = { model: PRACTICE_CHAT_MODEL, messages: [{ role: 'user', content: 'good evening hearth' }] };
const open: ModelServer[] = [];

async function start(options: ModelServerOptions, clock = systemClock): Promise<ModelServer> {
  const server = await startModelServer({ clock }, options);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
});

const contentOf = (body: Record<string, unknown>) =>
  (body as { choices: { message: { content: string } }[] }).choices[0]!.message.content;
const events = (text: string) =>
  text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map(
      (line) =>
        JSON.parse(line.slice(6)) as {
          choices: { delta: { content?: string }; finish_reason: string | null }[];
          usage?: unknown;
        },
    );

describe('the practice model server as Ollama', () => {
  it('says what it is on its root, version and tag list', async () => {
    const { url } = await start({ shape: 'ollama' });
    expect((await call(`${url}/`, 'GET')).text).toBe('Ollama is running');
    expect((await call(`${url}/api/version`, 'GET')).body).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    const { models } = (await call(`${url}/api/tags`, 'GET')).body as { models: { name: string }[] };
    expect(models.map(({ name }) => name)).toEqual([PRACTICE_CHAT_MODEL, PRACTICE_EMBED_MODEL]);
  });

  it('loads a model by asking it and unloads it with keep_alive 0 or after five minutes', async () => {
    const clock = turnableClock();
    const { url } = await start({ shape: 'ollama' }, clock);
    const loaded = async () =>
      ((await call(`${url}/api/ps`, 'GET')).body as { models: { name: string }[] }).models.map(({ name }) => name);
    expect(await loaded()).toEqual([]);
    await call(`${url}/v1/chat/completions`, 'POST', chat);
    expect(await loaded()).toEqual([PRACTICE_CHAT_MODEL]);
    const unload = await call(`${url}/api/generate`, 'POST', { model: PRACTICE_CHAT_MODEL, keep_alive: 0 });
    expect(unload.body).toMatchObject({ done: true, done_reason: 'unload', response: '' });
    expect(await loaded()).toEqual([]);
    await call(`${url}/api/chat`, 'POST', { ...chat, stream: false });
    clock.turn(5 * 60_000);
    expect(await loaded()).toEqual([]);
  });

  it('streams NDJSON by default and says the same without streaming', async () => {
    const { url } = await start({ shape: 'ollama' });
    const streamed = (await call(`${url}/api/chat`, 'POST', chat)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: { content: string }; done: boolean });
    const whole = (await call(`${url}/api/chat`, 'POST', { ...chat, stream: false })).body;
    expect(streamed.map(({ message }) => message.content).join('')).toBe(
      (whole.message as { content: string }).content,
    );
    expect(streamed.filter(({ done }) => done)).toHaveLength(1);
    expect(whole).toMatchObject({ done_reason: 'stop', prompt_eval_count: 4, eval_count: streamed.length - 1 });
  });

  it.each([
    ['/api/chat', { error: "model 'nobody' not found" }],
    [
      '/v1/chat/completions',
      { error: { message: "model 'nobody' not found", type: 'not_found_error', param: null, code: null } },
    ],
  ])('refuses an unknown model on %s in the shape of that route', async (path, error) => {
    const { url } = await start({ shape: 'ollama' });
    const reply = await call(`${url}${path}`, 'POST', { ...chat, model: 'nobody' });
    expect([reply.status, reply.body]).toEqual([404, error]);
  });
});

describe('the practice model server as an OpenAI-compatible server', () => {
  it('knows only /v1 and names an unknown model in OpenAI words', async () => {
    const { url } = await start({ shape: 'openai' });
    expect((await call(`${url}/api/tags`, 'GET')).status).toBe(404);
    const reply = await call(`${url}/v1/chat/completions`, 'POST', { ...chat, model: 'nobody' });
    expect(reply.status).toBe(404);
    expect(reply.body.error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found' });
  });

  it('asks for its key and never repeats the one it was given', async () => {
    const { url } = await start({ shape: 'openai', apiKey: 'right-key' });
    const wrong = await call(`${url}/v1/models`, 'GET', undefined, { authorization: 'Bearer wrong-key' });
    expect([wrong.status, (wrong.body.error as { code: string }).code]).toEqual([401, 'invalid_api_key']);
    expect(wrong.text).not.toContain('wrong-key');
    const right = await call(`${url}/v1/models`, 'GET', undefined, { authorization: 'Bearer right-key' });
    expect(right.status).toBe(200);
  });

  it('answers the same question the same way, cuts at max_tokens and counts words as tokens', async () => {
    const { url } = await start({ shape: 'openai' });
    const ask = (extra: object) => call(`${url}/v1/chat/completions`, 'POST', { ...chat, ...extra });
    const [first, second, cut] = [await ask({}), await ask({}), await ask({ max_tokens: 5 })];
    expect(contentOf(first.body)).toBe(contentOf(second.body));
    expect(contentOf(cut.body)).toBe(contentOf(first.body).split(' ').slice(0, 5).join(' '));
    expect(cut.body).toMatchObject({
      choices: [{ finish_reason: 'length' }],
      usage: { prompt_tokens: 4, completion_tokens: 5, total_tokens: 9 },
    });
  });

  it('streams events that end in usage and [DONE]', async () => {
    const { url } = await start({ shape: 'openai' });
    const whole = await call(`${url}/v1/chat/completions`, 'POST', chat);
    const reply = await call(`${url}/v1/chat/completions`, 'POST', {
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
    });
    const parts = events(reply.text);
    expect(parts.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(contentOf(whole.body));
    expect(parts.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(parts.at(-1)).toMatchObject({ choices: [], usage: whole.body.usage });
    expect(reply.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('embeds each input as its own unit vector, as numbers or packed', async () => {
    const { url } = await start({ shape: 'openai' });
    const ask = { model: PRACTICE_EMBED_MODEL, input: ['wood', 'bread', 'wood'] };
    const { body } = await call(`${url}/v1/embeddings`, 'POST', ask);
    const [a, b, c] = (body as { data: { embedding: number[] }[] }).data.map(({ embedding }) => embedding);
    expect(Math.hypot(...a!)).toBeCloseTo(1, 12);
    expect(a).toEqual(c);
    expect(a).not.toEqual(b);
    const packed = await call(`${url}/v1/embeddings`, 'POST', { ...ask, encoding_format: 'base64' });
    const bytes = Buffer.from((packed.body as { data: { embedding: string }[] }).data[0]!.embedding, 'base64');
    expect(bytes.readFloatLE(4)).toBeCloseTo(a![1]!, 6);
  });

  it('returns log probabilities and a tool call to those who ask', async () => {
    const { url } = await start({ shape: 'openai' });
    const logs = await call(`${url}/v1/chat/completions`, 'POST', { ...chat, max_tokens: 2, logprobs: true });
    expect(
      (logs.body as { choices: { logprobs: { content: unknown[] } }[] }).choices[0]!.logprobs.content,
    ).toHaveLength(2);
    const tools = [{ type: 'function', function: { name: 'weather' } }];
    const tool = await call(`${url}/v1/chat/completions`, 'POST', { ...chat, tools, tool_choice: 'required' });
    expect(tool.body).toMatchObject({
      choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [{ function: { name: 'weather' } }] } }],
    });
  });

  it.each([
    ['broken JSON', '{', 400],
    ['no messages', { ...chat, messages: [] }, 400],
    ['no model', { messages: chat.messages }, 400],
    ['max_tokens 0', { ...chat, max_tokens: 0 }, 400],
    ['chat with an embedding model', { ...chat, model: PRACTICE_EMBED_MODEL }, 400],
  ])('refuses %s', async (_, body, status) => {
    const { url } = await start({ shape: 'openai' });
    expect((await call(`${url}/v1/chat/completions`, 'POST', body)).status).toBe(status);
  });
});

describe('faults of the practice model server', () => {
  it('holds inference until released, and notices who left meanwhile', async () => {
    const server = await start({ shape: 'ollama' });
    server.hold();
    const leaving = new AbortController();
    const left = fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(chat),
      signal: leaving.signal,
    });
    const stayed = call(`${server.url}/v1/chat/completions`, 'POST', chat);
    await vi.waitFor(() => expect(server.held()).toBe(2), { interval: 5 });
    leaving.abort();
    await expect(left).rejects.toThrow();
    await vi.waitFor(() => expect(server.held()).toBe(1), { interval: 5 });
    server.release();
    expect((await stayed).status).toBe(200);
    expect(server.requests().filter(({ aborted }) => aborted)).toHaveLength(1);
  });

  it('fails the next request as told and then works again', async () => {
    const server = await start({ shape: 'openai' });
    const ask = () => call(`${server.url}/v1/chat/completions`, 'POST', chat);
    server.failNext({ status: 503 });
    server.failNext({ garbage: true });
    server.failNext({ cut: true });
    expect((await ask()).status).toBe(503);
    expect((await ask()).text).toContain('<html>');
    await expect(ask()).rejects.toThrow();
    expect((await ask()).status).toBe(200);
  });

  it('leaves probes alone unless a route is named', async () => {
    const server = await start({ shape: 'ollama' });
    server.failNext({ status: 500 });
    server.failNext({ status: 502, route: '/api/tags' });
    expect((await call(`${server.url}/api/version`, 'GET')).status).toBe(200);
    expect((await call(`${server.url}/api/tags`, 'GET')).status).toBe(502);
    expect((await call(`${server.url}/v1/chat/completions`, 'POST', chat)).status).toBe(500);
  });

  it('remembers what it was asked, newest last and no more than told', async () => {
    const server = await start({ shape: 'ollama', remember: 1 });
    await call(`${server.url}/api/version`, 'GET');
    await call(`${server.url}/v1/chat/completions`, 'POST', chat);
    expect(server.requests()).toMatchObject([
      { method: 'POST', path: '/v1/chat/completions', body: chat, aborted: false },
    ]);
  });
});
