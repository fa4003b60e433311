// A message of Anthropic's in pieces, whatever the pieces are: put together it is what would have come at once.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InferenceOutcome } from '../../../../src-main/backends/backend.ts';
import { createAnthropic } from '../../../../src-main/backends/inference/anthropic.ts';
import { StreamedMessage } from '../../../../src-main/backends/inference/anthropic-streamed.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { startModelServer } from '../../../../src-main/practice/model-server.ts';
import { scriptedServer } from '../../../suites/scripted-server.ts';

type Json = Record<string, unknown>;

const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm' };
const start = {
  type: 'message_start',
  message: { ...head, content: [], usage: { input_tokens: 3, output_tokens: 1 } },
};
const begin = (index: number, content_block: Json) => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, fields: Json) => ({ type: 'content_block_delta', index, delta: fields });
const text = (said: string, index = 0) => delta(index, { type: 'text_delta', text: said });
const end = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const events = (...all: readonly Json[]) =>
  all.map((each) => `event: ${String(each.type)}\ndata: ${JSON.stringify(each)}\n\n`).join('');
const TEXT = begin(0, { type: 'text', text: '' });

function put(bytes: string, size = bytes.length) {
  const told: string[] = [];
  const message = new StreamedMessage((piece) => told.push(piece));
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length; at += size) message.feed(all.subarray(at, at + size));
  return { told, answer: message.answer() };
}

describe('a message in pieces', () => {
  it.each([1, 7, 1000])('is the message, read %i bytes at a time, and its text is told as it comes', (size) => {
    const { told, answer } = put(events(start, { type: 'ping' }, TEXT, text('Grü'), text('ße'), ...end), size);
    expect(told).toEqual(['Grü', 'ße']);
    expect(answer).toEqual({
      ...head,
      content: [{ type: 'text', text: 'Grüße' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 9 },
    });
  });

  it('has calls of tools with what they are called with, and what it thought told to nobody', () => {
    const tool = { type: 'tool_use', id: 'c', name: 'f', input: {} };
    const json = (partial_json: string, index: number) => delta(index, { type: 'input_json_delta', partial_json });
    const { told, answer } = put(
      events(
        start,
        begin(0, { type: 'thinking', thinking: '' }),
        delta(0, { type: 'thinking_delta', thinking: 'hm' }),
        begin(1, tool),
        json('{"a":', 1),
        json('[1]}', 1),
        begin(2, tool),
        { type: 'later versions' },
        ...end,
      ),
    );
    expect([told, answer?.content]).toEqual([
      [],
      [{ type: 'thinking', thinking: '' }, { ...tool, input: { a: [1] } }, tool],
    ]);
  });

  it.each<[string, string]>([
    ['without its end', events(start, TEXT, text('a'))],
    ['without its beginning', events(TEXT, text('a'), ...end)],
    ['with a piece of nothing', events(start, text('a'), ...end)],
    ['with blocks out of their order', events(start, begin(1, { type: 'text', text: '' }), ...end)],
    ['with too many blocks', events(start, ...Array.from({ length: 257 }, (_, at) => begin(at, {})), ...end)],
    [
      'with half a call',
      events(start, begin(0, { type: 'tool_use' }), delta(0, { type: 'input_json_delta', partial_json: '{' }), ...end),
    ],
    ['that is no JSON', `${events(start, TEXT)}data: {\n\n${events(...end)}`],
    ['with a line without end', `${events(start, TEXT)}data: ${'x'.repeat(1024 * 1024)}`],
  ])('is none %s', (_what, bytes) => {
    expect(put(bytes).answer).toBeUndefined();
  });
});

async function infer(url: string, over: Json = {}, model = 'm') {
  const backend = createAnthropic({ clock: systemClock }, { url });
  onTestFinished(() => backend.close());
  const told: string[] = [];
  const payload = { model, messages: [{ role: 'user', content: 'hi there' }], max_tokens: 9, ...over };
  const { signal } = new AbortController();
  const base = { task: 'llm:chat' as const, model, payload, signal };
  return {
    told,
    whole: () => backend.infer(base),
    streamed: () => backend.infer({ ...base, partial: (piece) => told.push(piece) }),
  };
}

describe('Anthropic, asked for pieces', () => {
  const done = (outcome: InferenceOutcome) => {
    if (outcome.kind !== 'done') throw new Error(`it ended as ${outcome.kind}`);
    const { created: _, ...json } = outcome.json;
    return { json, usage: outcome.usage };
  };

  it.each([
    ['m', {}],
    ['untuned', { temperature: 0.5 }],
    [
      'm',
      {
        tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
        tool_choice: 'required',
      },
    ],
  ])('says the same as at once: %s, %o', async (model, over) => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'anthropic', models: [model] });
    onTestFinished(() => server.stop());
    const { told, whole, streamed } = await infer(server.url, over, model);
    const [first, second] = [await streamed(), await whole()];
    expect(done(first)).toEqual(done(second));
    const { choices } = done(first).json as { choices: [{ message: { content: string } }] };
    expect(told.join('')).toBe(choices[0].message.content);
    expect(told.length > 1 && first.kind === 'done' ? first.firstMs : 0).toBeGreaterThanOrEqual(0);
  });

  it.each<[string, string, InferenceOutcome['kind'], object]>([
    [
      'has too much to do on the way',
      events(start, TEXT, text('a'), { type: 'error', error: { type: 'overloaded_error', message: 'x' } }),
      'refused',
      { code: 'rate-limited' },
    ],
    [
      'fails on the way',
      events(start, { type: 'error', error: { type: 'api_error', message: 'x' } }),
      'failed',
      { code: 'server-error' },
    ],
    ['ends in the middle', events(start, TEXT, text('a')), 'failed', { code: 'malformed' }],
  ])('%s', async (_what, bytes, kind, more) => {
    const { url } = await scriptedServer((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end(bytes);
    });
    expect(await (await infer(url)).streamed()).toMatchObject({ kind, ...more });
  });
});
