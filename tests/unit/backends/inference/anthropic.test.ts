import { describe, expect, it, onTestFinished } from 'vitest';
import type { InferenceOutcome } from '../../../../src-main/backends/backend.ts';
import { createAnthropic } from '../../../../src-main/backends/inference/anthropic.ts';
import { filterPayload } from '../../../../src-main/backends/inference/filter.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { type ModelServerOptions, startModelServer } from '../../../../src-main/practice/model-server.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { CHAT, SECRET } from '../../../suites/inference-kit.ts';
import { json, type Script, scriptedServer } from '../../../suites/scripted-server.ts';

type Json = Record<string, unknown>;

const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
const REPLY = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Grüße' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 4 },
};
const error = (type: string, message = SECRET) => ({ type: 'error', error: { type, message }, request_id: SECRET });

function anthropic(url: string, apiKey?: string) {
  const backend = createAnthropic({ clock: systemClock }, { url, apiKey });
  onTestFinished(() => backend.close());
  const ask = (over: Json = {}, model = 'm') => {
    const payload = { model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 9, stream: false, ...over };
    return backend.infer({ task: 'llm:chat', model, payload, signal: new AbortController().signal });
  };
  return { ...backend, ask };
}

async function practice(options: Partial<ModelServerOptions> = {}) {
  const server = await startModelServer({ clock: systemClock }, { shape: 'anthropic', models: ['m'], ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function outcomeOf(script: Script): Promise<InferenceOutcome> {
  return anthropic((await scriptedServer(script)).url).ask();
}

describe('Anthropic', () => {
  inferenceBackendSuite({
    kind: 'anthropic',
    create: createAnthropic,
    looksAt: '/v1/models?limit=1000',
    key: ['x-api-key', 'sk-1'],
    lists: (names) => ({
      '/v1/models?limit=1000': { data: names.map((id) => ({ type: 'model', id })), has_more: false },
    }),
    chat: {
      path: '/v1/messages',
      posts: {
        model: CHAT.model,
        max_tokens: 64,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      },
      answer: REPLY,
      gives: {
        object: 'chat.completion',
        model: CHAT.model,
        choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      },
      odd: [
        ['an error of its own', error('api_error'), 'server-error'],
        ['an error beside content', { ...REPLY, error: SECRET }, 'server-error'],
        ['a completion', { object: 'chat.completion', choices: [{ message: { content: SECRET } }] }, 'malformed'],
        ['content that is text', { ...REPLY, content: SECRET }, 'malformed'],
        [
          'a call too deep to be written',
          { ...REPLY, content: [{ type: 'tool_use', id: SECRET, name: 'f', input: deep(500) }] },
          'malformed',
        ],
        ['a call without a name', { ...REPLY, content: [{ type: 'tool_use', id: SECRET, input: {} }] }, 'malformed'],
      ],
    },
  });

  it('is asked in its own dialect, with its key in the header for it, and answers in ours', async () => {
    const server = await scriptedServer(json(REPLY));
    const outcome = await anthropic(`${server.url}/v1`, 'sk-ant-1\n').ask();
    expect(server.calls).toMatchObject([{ method: 'POST', path: '/v1/messages' }]);
    const { headers, body } = server.calls[0]!;
    expect(headers).toMatchObject({ 'x-api-key': 'sk-ant-1', 'anthropic-version': '2023-06-01' });
    expect(headers.authorization).toBeUndefined();
    expect(JSON.parse(body)).toEqual({
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    });
    expect(outcome).toMatchObject({ kind: 'done', usage: { tokensIn: 3, tokensOut: 4 } });
    if (outcome.kind !== 'done') return;
    expect(JSON.parse(outcome.text)).toEqual(outcome.json);
    expect(outcome.json).toMatchObject({
      object: 'chat.completion',
      model: 'm',
      choices: [{ message: { role: 'assistant', content: 'Grüße' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
    expect(Math.abs(Number(outcome.json.created) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('takes a whole filtered conversation, pictures and tools included', async () => {
    const server = await practice();
    const chat = {
      messages: [
        { role: 'system', content: 'be kind' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
            { type: 'text', text: 'a' },
          ],
        },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'f:0', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'f:0', content: '' },
        { role: 'user', content: 'b' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { properties: {} } } }],
      tool_choice: 'required',
      temperature: 2,
      top_p: 0.5,
      stop: 'END',
      seed: 1,
    };
    const filtered = filterPayload('llm:chat', chat, { model: 'm', maxTokens: 100 });
    const outcome = await anthropic(server.url).ask(filtered.ok ? { ...filtered.payload } : { messages: [] });
    expect(outcome).toMatchObject({
      kind: 'done',
      json: { choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [{ function: { name: 'f' } }] } }] },
    });
  });

  it('is not bothered with what it can’t be asked', async () => {
    const server = await practice();
    const outcome = await anthropic(server.url).ask({ logprobs: true });
    expect(outcome).toEqual({ kind: 'refused', code: 'bad-request' });
    expect(server.requests()).toEqual([]);
  });

  it.each<[number, string, InferenceOutcome]>([
    [400, 'invalid_request_error', { kind: 'refused', code: 'bad-request' }],
    [401, 'authentication_error', { kind: 'failed', code: 'denied' }],
    [402, 'billing_error', { kind: 'failed', code: 'denied' }],
    [403, 'permission_error', { kind: 'failed', code: 'denied' }],
    [404, 'not_found_error', { kind: 'refused', code: 'unknown-model' }],
    [413, 'request_too_large', { kind: 'refused', code: 'bad-request' }],
    [429, 'rate_limit_error', { kind: 'refused', code: 'rate-limited', retryAfterMs: 7000 }],
    [500, 'api_error', { kind: 'failed', code: 'server-error' }],
    [504, 'timeout_error', { kind: 'failed', code: 'server-error' }],
    [529, 'overloaded_error', { kind: 'refused', code: 'rate-limited', retryAfterMs: 7000 }],
    [200, 'api_error', { kind: 'failed', code: 'server-error' }],
  ])('keeps its words to itself when it says %i %s', async (status, type, outcome) => {
    expect(await outcomeOf(json(error(type), status, { 'retry-after': '7' }))).toEqual(outcome);
  });

  it.each(['Your credit balance is too low to access it.', 'You have reached your specified API usage limits.'])(
    'without money is no fault of the task: %s',
    async (message) => {
      const outcome = await outcomeOf(json(error('invalid_request_error', message), 400));
      expect(outcome).toEqual({ kind: 'failed', code: 'denied' });
    },
  );

  it('is asked again without a temperature by a model that takes none, and never again with one', async () => {
    const server = await practice({ models: ['m', 'm-untuned'] });
    const { ask } = anthropic(server.url);
    const asked = () => server.requests().map(({ body }) => (body as Json).temperature ?? (body as Json).top_p);
    expect((await ask({ temperature: 0.5 }, 'm-untuned')).kind).toBe('done');
    expect(asked()).toEqual([0.5, undefined]);
    expect((await ask({ top_p: 0.25 }, 'm-untuned')).kind).toBe('done');
    expect((await ask({ temperature: 0.75 }, 'm')).kind).toBe('done');
    expect(asked()).toEqual([0.5, undefined, undefined, 0.75]);
  });

  it('is not asked twice for what is wrong in another way, nor believed where the second time is no better', async () => {
    const messages = [
      error('invalid_request_error', 'messages: no'),
      error('invalid_request_error', 'temperature: no'),
    ];
    for (const [at, body] of messages.entries()) {
      const server = await scriptedServer(json(body, 400));
      const { ask } = anthropic(server.url);
      expect(await ask({ temperature: 0.5 })).toEqual({ kind: 'refused', code: 'bad-request' });
      expect(server.calls).toHaveLength(at + 1);
      await ask({ temperature: 0.5 });
      expect(JSON.parse(server.calls[at + 1]!.body)).toMatchObject({ temperature: 0.5 });
    }
  });

  it('offers what its key may use, for chats, and says no more of it', async () => {
    const server = await practice({ models: ['new', 'old'], apiKey: 'sk-1' });
    const backend = anthropic(server.url, 'sk-1');
    expect(await backend.check()).toMatchObject({
      state: 'ready',
      reason: null,
      models: [
        { id: 'new', state: 'unknown' },
        { id: 'old', state: 'unknown' },
      ],
    });
    expect(backend).toMatchObject({ kind: 'anthropic', tasks: ['llm:chat'] });
    expect(backend).not.toHaveProperty('load');
    expect(await anthropic(server.url, 'sk-2').check()).toMatchObject({
      state: 'failing',
      reason: { code: 'backends.denied' },
    });
  });

  it.each<[string, unknown]>([
    ['another catalogue', { object: 'list', data: [{ id: 'm', object: 'model' }] }],
    ['no list', { data: {} }],
    ['an error', error('api_error')],
  ])('is not what answers with %s', async (_, body) => {
    const status = await anthropic((await scriptedServer(json(body))).url).check();
    expect(status).toMatchObject({ state: 'failing', reason: { code: 'backends.wrong-answer' }, models: [] });
    expect(JSON.stringify(status)).not.toContain(SECRET);
  });

  it('without a model says so', async () => {
    expect(await anthropic((await practice({ models: [] })).url).check()).toMatchObject({ state: 'no-model' });
  });
});
