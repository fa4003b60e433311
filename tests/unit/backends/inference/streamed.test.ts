// Answers that come as server-sent events, and how they are put together: the pieces as servers really cut them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamedAnswer } from '../../../../src-main/backends/inference/streamed.ts';

type Event = Readonly<Record<string, unknown>>;
const HEAD = { id: 'c-1', object: 'chat.completion.chunk', created: 7, model: 'm1' };
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const chunk = (delta: Event, more: Event = {}): Event => ({ ...HEAD, choices: [{ index: 0, delta, ...more }] });
const lines = (...events: readonly (Event | string)[]) =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');

function read(text: string | Buffer, chat = true, cuts: readonly number[] = []) {
  const told: string[] = [];
  const answer = new StreamedAnswer(chat, (piece) => told.push(piece));
  let rest = Buffer.from(text);
  for (const cut of cuts) {
    answer.feed(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  answer.feed(rest);
  return { told, answer: answer.answer() };
}

const CHAT = lines(
  chunk({ role: 'assistant', content: '' }, { finish_reason: null }),
  chunk({ content: 'Grüß ' }, { logprobs: { content: [{ token: 'Grüß ' }] } }),
  chunk({ content: '🦊!' }, { logprobs: { content: [{ token: '🦊!' }] } }),
  chunk({}, { finish_reason: 'stop' }),
  { ...HEAD, choices: [], usage: USAGE },
  '[DONE]',
);
const WHOLE = {
  id: 'c-1',
  object: 'chat.completion',
  created: 7,
  model: 'm1',
  usage: USAGE,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Grüß 🦊!' },
      finish_reason: 'stop',
      logprobs: { content: [{ token: 'Grüß ' }, { token: '🦊!' }] },
    },
  ],
};

describe('an answer in pieces', () => {
  it('is told as it comes, and is the same as one that came whole, however it is cut', () => {
    expect(read(CHAT)).toEqual({ told: ['Grüß ', '🦊!'], answer: WHOLE });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (cuts) => {
        expect(read(CHAT, true, cuts)).toEqual({ told: ['Grüß ', '🦊!'], answer: WHOLE });
      }),
    );
  });

  it('has comments, other fields, lines that end otherwise, and no blank after the colon', () => {
    const text = `: hello\nevent: x\nid: 4\r\ndata:${JSON.stringify(chunk({ content: 'hi' }))}\r\n\r\ndata: [DONE]\r\n\r\n`;
    expect(read(text)).toMatchObject({ told: ['hi'], answer: { choices: [{ message: { content: 'hi' } }] } });
  });

  it('of a completion is its text', () => {
    const piece = (text: string, finish_reason: string | null) => ({
      id: 'x',
      object: 'text_completion',
      choices: [{ index: 0, text, finish_reason, logprobs: { tokens: [text], token_logprobs: [-1] } }],
    });
    expect(read(lines(piece('once', null), piece(' upon', 'length')), false)).toEqual({
      told: ['once', ' upon'],
      answer: {
        id: 'x',
        object: 'text_completion',
        choices: [
          {
            index: 0,
            text: 'once upon',
            finish_reason: 'length',
            logprobs: { tokens: ['once', ' upon'], token_logprobs: [-1, -1] },
          },
        ],
      },
    });
  });

  it('has calls of tools, each put together by its number, and thoughts beside what it says', () => {
    const called = (index: number, members: Event) => chunk({ tool_calls: [{ index, ...members }] });
    const { told, answer } = read(
      lines(
        chunk({ role: 'assistant', reasoning_content: 'hm' }),
        chunk({ reasoning_content: 'm' }),
        called(0, { id: 'a', type: 'function', function: { name: 'look', arguments: '' } }),
        called(0, { function: { name: null, arguments: '{"at":' } }),
        called(1, { id: 'b', type: 'function', function: { name: 'wait', arguments: '{}' } }),
        called(0, { id: 'a', function: { name: 'look', arguments: '1}' } }),
        chunk({}, { finish_reason: 'tool_calls' }),
      ),
    );
    expect(told).toEqual([]);
    expect(answer?.choices).toEqual([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          reasoning_content: 'hmm',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
            { id: 'b', type: 'function', function: { name: 'wait', arguments: '{}' } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ]);
  });

  it('that ends in an error is that error', () => {
    expect(read(lines(chunk({ content: 'hi' }), { error: { message: 'out of memory' } })).answer).toMatchObject({
      error: { message: 'out of memory' },
    });
  });

  it.each([
    ['comes to no end', lines(chunk({ content: 'hi' }))],
    ['is nothing', ''],
    ['is no JSON in between', lines('{', chunk({}, { finish_reason: 'stop' }))],
    ['has a line without end', `data: ${'x'.repeat(2 ** 20)}`],
    ['calls a tool out of turn', lines(chunk({ tool_calls: [{ index: 5 }] }), '[DONE]')],
    ['calls a tool with no number', lines(chunk({ tool_calls: [{ index: -1 }] }), '[DONE]')],
  ])('is none where it %s', (_what, text) => {
    expect(read(text).answer).toBeUndefined();
  });

  it('keeps few members of many, and none that would be another object’s', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`m${at}`, 'x']));
    const evil = '{"choices":[{"delta":{"__proto__":{"tool_calls":1},"content":"hi"}}],"__proto__":{"error":1}}';
    const { answer } = read(lines(chunk(many), evil, '[DONE]'));
    const [choice] = answer!.choices as { message: object }[];
    expect(Object.keys(choice!.message).length).toBeLessThan(70);
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype);
  });
});
