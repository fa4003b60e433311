import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Piece } from '../../../../src-main/backends/containers/frames.ts';
import { unframed } from '../../../../src-main/backends/containers/frames.ts';
import { Lines } from '../../../../src-main/backends/containers/lines.ts';
import { RUNNER } from '../../../../src-main/backends/runners/bounds.ts';
import { messageIn } from '../../../../src-main/backends/runners/messages.ts';
import { Pace } from '../../../../src-main/backends/runners/pace.ts';
import { RunLog } from '../../../../src-main/backends/runners/run-log.ts';
import type { Json } from '../../../../src-main/backends/runners/runner.ts';
import { Talk } from '../../../../src-main/backends/runners/talk.ts';
import { HandClock } from '../../../support/clock.ts';

describe('lines', () => {
  it('are the same however their bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 })), fc.array(fc.nat(40)), (words, cuts) => {
        const texts = words.map((word) => word.replaceAll('\n', ' '));
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const lines = new Lines(100);
        const found: string[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          for (const line of lines.take(bytes.subarray(at, at + cut))) found.push(line.bytes.toString());
          at += cut;
        }
        expect(found).toEqual(texts);
        expect(lines.rest()).toBeUndefined();
      }),
    );
  });

  it('keep the beginning of one that is too long, and drop the rest as it comes', () => {
    const lines = new Lines(4);
    const taken = Array.from('abcdefg').flatMap((letter) => [...lines.take(Buffer.from(letter))]);
    expect(taken).toEqual([]);
    const [line, ...more] = lines.take(Buffer.from('\nxy\nabcde'));
    expect([line!.bytes.toString(), line!.cut]).toEqual(['abcd', true]);
    expect(more.map(({ bytes, cut }) => [bytes.toString(), cut])).toEqual([['xy', false]]);
    expect(lines.rest()).toEqual({ bytes: Buffer.from('abcd'), cut: true });
  });
});

describe('a line', () => {
  const of = (text: string, cut = false) => messageIn({ bytes: Buffer.from(text), cut });
  const deep = (levels: number) => `${'{"progress":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it.each([
    ['{"progress":{"a":[1]}}', { kind: 'progress', value: { a: [1] } }],
    ['{"progress":null}', { kind: 'progress', value: null }],
    ['{"event":"x"}', { kind: 'event', value: 'x' }],
    ['{"progress":1,"event":2}', { kind: 'progress', value: 1 }],
    ['{"log":"said\\u001b[2J"}', { kind: 'log', text: 'said\u{fffd}[2J' }],
    ['{"log":5}', { kind: 'log', text: '{"log":5}' }],
    ['{"toString":1}', { kind: 'log', text: '{"toString":1}' }],
    ['plain words\r', { kind: 'log', text: 'plain words' }],
    ['[1]', { kind: 'log', text: '[1]' }],
    ['{"progress":1', { kind: 'log', text: '{"progress":1' }],
    ['', { kind: 'none' }],
  ])('%s means what it says', (text, message) => {
    expect(of(text)).toEqual(message);
  });

  it('is log when it was cut, however it begins', () => {
    expect(of('{"progress":1}', true)).toEqual({ kind: 'log', text: '{"progress":1}…' });
  });

  it('is log when it nests too deep or holds too much', () => {
    expect(of(deep(RUNNER.jsonDepth)).kind).toBe('progress');
    expect(of(deep(RUNNER.jsonDepth + 1)).kind).toBe('log');
    const many = (count: number) => `{"progress":[${Array.from({ length: count }, () => 0).join()}]}`;
    expect(of(many(RUNNER.jsonValues - 2)).kind).toBe('progress');
    expect(of(many(RUNNER.jsonValues - 1)).kind).toBe('log');
  });

  it('of log is cut to its length', () => {
    const message = of('x'.repeat(RUNNER.logLineBytes + 1));
    expect(message).toEqual({ kind: 'log', text: `${'x'.repeat(RUNNER.logLineBytes)}…` });
  });
});

describe('the pace', () => {
  it('lets a burst pass, then no more than the rate', async () => {
    const clock = new HandClock();
    const pace = new Pace(clock);
    expect(pace.took(0, 4 * RUNNER.lines)).toBe(0);
    expect(pace.took(0, RUNNER.lines)).toBe(1000);
    await clock.turn(1000);
    expect(pace.took(RUNNER.talkBytes, 0)).toBe(1000);
    await clock.turn(60_000);
    expect(pace.took(4 * RUNNER.talkBytes, 0)).toBe(0);
    expect(pace.took(2 * RUNNER.talkBytes, 1)).toBe(2000);
  });
});

describe('the log of a run', () => {
  it('keeps the end, and says how much was before it', () => {
    const log = new RunLog();
    for (let at = 0; at < 100_000; at += 1) log.add(`line ${at}`);
    const lines = log.lines();
    expect(lines.at(-1)).toBe('line 99999');
    expect(lines[0]).toBe(`(${100_000 - (lines.length - 1)} lines before these were dropped)`);
    const kept = lines.slice(1).reduce((sum, line) => sum + line.length + 1, 0);
    expect(kept).toBeLessThanOrEqual(RUNNER.logBytes);
    expect(kept).toBeGreaterThan(RUNNER.logBytes - 20);
  });
});

describe('a talk', () => {
  async function* pieces(texts: readonly (readonly [Piece['from'], string])[]): AsyncIterable<Piece> {
    for (const [from, text] of texts) yield { from, bytes: Buffer.from(text) };
  }
  function talk(refuse = false) {
    const said: Json[] = [];
    const say = (value: Json) => {
      if (refuse) throw new Error('too large');
      said.push(value);
    };
    const clock = new HandClock();
    return { said, clock, talk: new Talk({ clock, control: { progress: say, logEvent: say } }) };
  }
  const hurried = AbortSignal.abort();

  it('passes no more messages on than there may be', async () => {
    const { said, talk: one } = talk();
    const line = '{"event":1}\n'.repeat(10_000);
    await one.hear(pieces(Array.from({ length: 11 }, () => ['stdout', line] as const)), hurried);
    one.end();
    expect(said).toHaveLength(RUNNER.messages);
    expect(one.ignored).toBe(10_000);
    expect(one.log.lines()).toEqual(['(10000 messages were too many or too large, and ignored)']);
  });

  it('goes on when the job does not take a message', async () => {
    const { talk: one } = talk(true);
    await one.hear(pieces([['stdout', '{"progress":1}\nplain\n']]), hurried);
    one.end();
    expect(one.ignored).toBe(1);
    expect(one.log.lines()[0]).toBe('plain');
  });

  it('takes nothing more of one who says too much until its time has come', async () => {
    const { said, clock, talk: one } = talk();
    const flood = '{"event":1}\n'.repeat(5 * RUNNER.lines);
    const heard = one.hear(
      pieces([
        ['stdout', flood],
        ['stdout', flood],
      ]),
      new AbortController().signal,
    );
    await clock.turn(999);
    expect(said).toHaveLength(5 * RUNNER.lines);
    await clock.turn(1);
    expect(said).toHaveLength(10 * RUNNER.lines);
    await clock.turn(5000);
    await heard;
    expect(clock.timers).toBe(0);
  });

  it('never takes a standard error for messages', async () => {
    const { said, talk: one } = talk();
    await one.hear(pieces([['stderr', '{"progress":1}\n']]), hurried);
    expect(said).toEqual([]);
    expect(one.log.lines()).toEqual(['{"progress":1}']);
  });
});

describe('the frames of an engine', () => {
  it('are taken apart however they are cut', async () => {
    const frame = (stream: number, text: string) => {
      const head = Buffer.alloc(8);
      head[0] = stream;
      head.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([head, Buffer.from(text)]);
    };
    const all = Buffer.concat([frame(1, 'out'), frame(2, ''), frame(2, 'wrong'), frame(1, 'more')]);
    for (const size of [1, 3, 8, 11, 100]) {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
        all.subarray(at * size, (at + 1) * size),
      );
      const heard = { stdout: '', stderr: '' };
      for await (const { from, bytes } of unframed(ofChunks(chunks))) heard[from] += Buffer.from(bytes).toString();
      expect(heard).toEqual({ stdout: 'outmore', stderr: 'wrong' });
    }
  });
});

async function* ofChunks(chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}
