import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toMessages } from '../../../../src-main/backends/inference/anthropic-map.ts';
import { toCompletion } from '../../../../src-main/backends/inference/anthropic-reply.ts';
import { filterPayload } from '../../../../src-main/backends/inference/filter.ts';

type Json = Record<string, unknown>;
interface Vectors {
  readonly requests: readonly { readonly name: string; readonly chat: Json; readonly body: Json }[];
  readonly replies: readonly { readonly name: string; readonly reply: Json; readonly completion: Json }[];
}

const file = new URL('../../../vectors/anthropic-messages.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const MODEL = 'claude-opus-4-6';
const hi = { role: 'user', content: 'hi' };
const said = (text: string) => ({ type: 'text', text });
const bodyOf = (chat: Json): Json | undefined => toMessages({ messages: [hi], max_tokens: 9, ...chat }, MODEL);
const turnsOf = (...messages: Json[]) => bodyOf({ messages })?.messages;
const tool = (name: string, more: Json = {}) => ({ type: 'function', function: { name, ...more } });
const calling = (...ids: (string | undefined)[]) => ({
  role: 'assistant',
  tool_calls: ids.map((id) => ({ ...(id !== undefined && { id }), function: { name: 'f', arguments: '{}' } })),
});
const result = (content: string, id?: string) => ({
  role: 'tool',
  content,
  ...(id !== undefined && { tool_call_id: id }),
});
const deepCall = {
  role: 'assistant',
  tool_calls: [{ id: 'a', function: { name: 'f', arguments: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` } }],
};
const image = (url: string) => ({ type: 'image_url', image_url: { url } });

describe('a chat for Anthropic', () => {
  it.each(vectors.requests.map(({ name, chat, body }) => [name, chat, body] as const))('says %s', (_, chat, body) => {
    expect(toMessages(chat, MODEL)).toEqual(body);
    // The same after the filter, which every payload has passed.
    const filtered = filterPayload('llm:chat', chat, { model: MODEL, maxTokens: 4096 });
    expect(filtered.ok && toMessages(filtered.payload, MODEL)).toEqual(body);
  });

  it('always names a bound', () => {
    const bounds = [undefined, 0, -1, 7].map((asked) => bodyOf({ max_tokens: asked })?.max_tokens);
    expect(bounds).toEqual([4096, 4096, 4096, 7]);
  });

  it('gathers what the system says, wherever it stands, with blank lines between', () => {
    const messages = [
      { role: 'system', content: 'one' },
      hi,
      { role: 'developer', content: [said('two'), said('three')] },
      { role: 'system', content: ' ' },
    ];
    expect(bodyOf({ messages })).toMatchObject({
      system: 'one\n\ntwo\n\nthree',
      messages: [{ role: 'user', content: [said('hi')] }],
    });
    expect(bodyOf({})).not.toHaveProperty('system');
  });

  it('makes one turn of neighbours, and none of messages that say nothing', () => {
    const none = { role: 'assistant', content: '' };
    expect(
      turnsOf(hi, none, { ...hi, content: [said(' \n'), said('again')] }, { role: 'assistant', content: 'yes' }),
    ).toEqual([
      { role: 'user', content: [said('hi'), said('again')] },
      { role: 'assistant', content: [said('yes')] },
    ]);
  });

  it('numbers calls anew, and finds the call of each result by its id or, without one, by its place', () => {
    const turns = turnsOf(
      hi,
      calling('functions.f:0', 'functions.f:1'),
      result('second', 'functions.f:1'),
      result('first', 'functions.f:0'),
      calling(undefined, undefined),
      result('third'),
      result(''),
      calling('functions.f:0'),
      result('fifth', 'functions.f:0'),
      { role: 'user', content: 'and?' },
    );
    const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
    const came = (id: string, text: string) => ({ type: 'tool_result', tool_use_id: id, content: [said(text)] });
    expect(turns).toEqual([
      { role: 'user', content: [said('hi')] },
      { role: 'assistant', content: [use('call_1'), use('call_2')] },
      { role: 'user', content: [came('call_2', 'second'), came('call_1', 'first')] },
      { role: 'assistant', content: [use('call_3'), use('call_4')] },
      { role: 'user', content: [came('call_3', 'third'), { type: 'tool_result', tool_use_id: 'call_4' }] },
      { role: 'assistant', content: [use('call_5')] },
      { role: 'user', content: [came('call_5', 'fifth'), said('and?')] },
    ]);
  });

  it('takes no arguments for none', () => {
    const called = { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '' } }] };
    expect(turnsOf(hi, called)).toMatchObject([{}, { content: [{ input: {} }] }]);
  });

  it.each<[string, unknown, unknown, unknown]>([
    ['is left open', undefined, undefined, undefined],
    ['is free', 'auto', undefined, { type: 'auto' }],
    ['is none', 'none', false, { type: 'none' }],
    ['is any', 'required', true, { type: 'any' }],
    ['is one by name', tool('f'), undefined, { type: 'tool', name: 'f' }],
    ['is one at a time', undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
    ['is any, one at a time', 'required', false, { type: 'any', disable_parallel_tool_use: true }],
  ])('offers tools of which the choice %s', (_, choice, parallel, wanted) => {
    const chat = { tools: [tool('f')], tool_choice: choice, parallel_tool_calls: parallel };
    expect(bodyOf(chat)?.tool_choice).toEqual(wanted);
  });

  it('describes tools, and gives those without parameters an empty object', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    const tools = [
      tool('f'),
      tool('g', { description: 'why', parameters: schema, strict: true }),
      tool('h', { strict: false }),
    ];
    expect(bodyOf({ tools })?.tools).toEqual([
      { name: 'f', input_schema: { type: 'object' } },
      { name: 'g', description: 'why', input_schema: schema, strict: true },
      { name: 'h', input_schema: { type: 'object' } },
    ]);
    expect(bodyOf({})).not.toHaveProperty('tools');
  });

  it.each<[Json, Json]>([
    [{ temperature: 0.3 }, { temperature: 0.3 }],
    [{ temperature: 0, top_p: 0.5 }, { temperature: 0 }],
    [{ temperature: 1.7, top_p: 0.5 }, { top_p: 0.5 }],
    [{ temperature: 1 }, {}],
    [{ temperature: -1 }, { temperature: 0 }],
    [{ top_p: 0.5 }, { top_p: 0.5 }],
    [{ top_p: 1 }, {}],
    [{ stop: 'END' }, { stop_sequences: ['END'] }],
    [{ stop: ['a', ' b\n'] }, { stop_sequences: ['a', ' b\n'] }],
    [{ stop: [] }, {}],
    [{ response_format: { type: 'text' } }, {}],
    [
      {
        response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: { type: 'object' } } },
      },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    ],
    [{ seed: 1, presence_penalty: 1, frequency_penalty: 1, logit_bias: { 1: 1 } }, {}],
    [{ logprobs: false, top_logprobs: 3, stream: false, metadata: {}, user: 'x', thinking: {} }, {}],
  ])('turns %j into %j', (chat, wanted) => {
    const { model, max_tokens, messages, ...rest } = bodyOf(chat)!;
    expect(rest).toEqual(wanted);
    expect({ model, max_tokens, messages }).toEqual(bodyOf({}));
  });

  it.each<[string, Json]>([
    ['log probabilities', { logprobs: true }],
    ['JSON without a schema', { response_format: { type: 'json_object' } }],
    ['a schema that is left out', { response_format: { type: 'json_schema', json_schema: { name: 'n' } } }],
    ['a stop of white space', { stop: ['END', '\n'] }],
    ['a stop of nothing', { stop: '' }],
    [
      'sound',
      {
        messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }] }],
      },
    ],
    ['an unknown part', { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }],
    ['an image at an address', { messages: [{ role: 'user', content: [image('https://example.com/a.png')] }] }],
    ['an image in a file', { messages: [{ role: 'user', content: [image('file:///etc/passwd')] }] }],
    ['an image of another type', { messages: [{ role: 'user', content: [image('data:image/svg+xml;base64,AAAA')] }] }],
    ['an image in the system', { messages: [hi, { role: 'system', content: [image('data:image/png;base64,AAAA')] }] }],
    ['a call with arguments too deep to be written', { messages: [hi, deepCall] }],
    ['an unknown role', { messages: [{ role: 'function', content: 'x' }] }],
    ['nothing but a system', { messages: [{ role: 'system', content: 'x' }] }],
    ['nothing', { messages: [{ role: 'user', content: '  ' }] }],
    ['no messages', { messages: [] }],
    ['no list of messages', { messages: undefined }],
    ['a result without a call', { messages: [hi, result('x', 'a')] }],
    ['a result of another call', { messages: [hi, calling('a'), result('x', 'b')] }],
    ['two results of one call', { messages: [hi, calling('a'), result('x', 'a'), result('y', 'a')] }],
    ['a result of an earlier turn', { messages: [hi, calling('a'), calling('b'), result('x', 'a')] }],
    [
      'arguments that are no object',
      { messages: [hi, { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '[1]' } }] }] },
    ],
  ])('can’t say %s', (_, chat) => {
    expect(bodyOf(chat)).toBeUndefined();
  });

  it('shares nothing with the payload that it could change there', () => {
    const chat = { messages: [hi, { ...hi, content: [said('again')] }], max_tokens: 9 };
    const before = JSON.stringify(chat);
    toMessages(chat, MODEL);
    expect(JSON.stringify(chat)).toBe(before);
  });
});

describe('an answer of Anthropic', () => {
  const at = { model: MODEL, created: 1_700_000_000 };
  const reply = (more: Json = {}): Json => ({ id: 'msg_1', type: 'message', content: [said('a')], usage: {}, ...more });
  const completion = (more: Json) =>
    toCompletion(reply(more), at) as { choices: [Json & { message: Json }]; usage: Json } & Json;

  it.each(vectors.replies.map(({ name, reply: from, completion: to }) => [name, from, to] as const))(
    'is a completion: %s',
    (_, from, to) => {
      expect(toCompletion(from, at)).toEqual(to);
    },
  );

  it.each<[unknown, string]>([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['pause_turn', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['something new', 'stop'],
    [null, 'stop'],
  ])('that ended with %s finishes as %s', (reason, finish) => {
    expect(completion({ stop_reason: reason }).choices[0].finish_reason).toBe(finish);
  });

  it('joins its texts and keeps thoughts and unknown blocks to itself', () => {
    const content = [
      { type: 'thinking', thinking: 'SECRET' },
      said('a'),
      { type: 'redacted_thinking', data: 'SECRET' },
      { type: 'something_new', secret: 'SECRET' },
      { ...said('b'), citations: ['SECRET'] },
    ];
    const more = {
      content,
      container: 'SECRET',
      stop_details: { explanation: 'SECRET' },
      model: 'SECRET',
      id: 'SECRET words',
    };
    const json = completion(more);
    expect(json.choices[0].message).toEqual({ role: 'assistant', content: 'ab' });
    expect(JSON.stringify(json)).not.toContain('SECRET');
  });

  it('has text even where it said nothing, for clients count on it', () => {
    expect(completion({ content: [] }).choices[0].message).toEqual({ role: 'assistant', content: '' });
    const calls = completion({ content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] });
    expect(calls.choices[0].message.content).toBe('');
  });

  it.each<[unknown, number, number]>([
    [undefined, 0, 0],
    ['many', 0, 0],
    [{ input_tokens: 3, output_tokens: 4 }, 3, 4],
    [{ input_tokens: -1, output_tokens: 1.5 }, 0, 0],
    [{ input_tokens: 1e300, output_tokens: '9' }, 0, 0],
    [{ input_tokens: 1, cache_creation_input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 1 }, 111, 1],
    [{ input_tokens: 1, cache_creation_input_tokens: null, output_tokens: 1 }, 1, 1],
  ])('with a usage of %j counts %i in and %i out', (usage, prompt, completed) => {
    expect(completion({ usage }).usage).toEqual({
      prompt_tokens: prompt,
      completion_tokens: completed,
      total_tokens: prompt + completed,
    });
  });

  it.each<[string, Json]>([
    ['an error', { type: 'error', error: { type: 'api_error', message: 'x' } }],
    ['a completion', { object: 'chat.completion', choices: [] }],
    ['one without content', reply({ content: undefined })],
    ['one with words for content', reply({ content: 'a' })],
    ['a block that is none', reply({ content: [null] })],
    ['a block without a type', reply({ content: [{ text: 'a' }] })],
    ['a text that is none', reply({ content: [{ type: 'text', text: 1 }] })],
    ['a call without a name', reply({ content: [{ type: 'tool_use', id: 'a', input: {} }] })],
    ['a call without an id', reply({ content: [{ type: 'tool_use', name: 'f', input: {} }] })],
    ['a call without input', reply({ content: [{ type: 'tool_use', id: 'a', name: 'f', input: '{}' }] })],
  ])('is not %s', (_, json) => {
    expect(toCompletion(json, at)).toBeUndefined();
  });
});
