// What a day's tokens are good for: never passed, however many ask at once, and new with each local midnight.
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Budget, mostTokens, Spending } from '../../../src-main/backends/budget.ts';
import { filterPayload } from '../../../src-main/backends/inference/filter.ts';
import { HandClock } from '../../support/clock.ts';

const HOUR = 3_600_000;

function budget(tokens: number, { now = Date.UTC(2026, 5, 15, 12), before = 0 } = {}) {
  const clock = new HandClock(now);
  const asked: number[] = [];
  const spentSince = (start: number) => {
    asked.push(start);
    return asked.length === 1 ? before : 0;
  };
  const spending = new Spending({ clock, spentSince });
  return { clock, asked, spending, budget: new Budget(spending, tokens) };
}

/** Local time as it is there, for one test. */
function inZone(zone: string) {
  const before = process.env.TZ;
  process.env.TZ = zone;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
}

describe('a budget', () => {
  it.each<[string, number, readonly number[], number, boolean]>([
    ['all of it', 100, [], 100, true],
    ['more than all', 100, [], 101, false],
    ['what is left', 100, [60], 40, true],
    ['more than what is left', 100, [60], 41, false],
    ['nothing of nothing', 100, [100], 0, true],
    ['one of nothing', 100, [100], 1, false],
    ['one after too much', 100, [130], 1, false],
  ])('grants %s or not', (_, tokens, used, most, granted) => {
    const { budget: own } = budget(tokens);
    for (const each of used) own.reserve(0)!(each);
    expect(own.reserve(most) !== undefined).toBe(granted);
  });

  it('counts what runs with the most it can use, and afterwards with what it used', () => {
    const { budget: own } = budget(100);
    const [one, two] = [own.reserve(50)!, own.reserve(50)!];
    expect([own.spent, own.reserve(1)]).toEqual([0, undefined]);
    one(10);
    expect(own.spent).toBe(10);
    expect(own.reserve(41)).toBeUndefined();
    const three = own.reserve(40)!;
    two(50);
    three(40);
    expect([own.spent, own.exhausted]).toEqual([100, true]);
  });

  it('tells those who only wait for others from those who wait for tomorrow', () => {
    const { budget: own, spending } = budget(100);
    const running = own.reserve(80)!;
    expect([own.reserve(30), own.retryAfterMs(30)]).toEqual([undefined, undefined]);
    running(75);
    expect([own.reserve(30), own.retryAfterMs(30)]).toEqual([undefined, spending.untilNext]);
  });

  it('is never passed, however many run at once and however their ends are ordered', () => {
    const step = fc.record({ most: fc.nat(400), part: fc.double({ min: 0, max: 1, noNaN: true }), ends: fc.nat(50) });
    const days = fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.nat(2000), fc.array(step, { maxLength: 100 }));
    fc.assert(
      fc.property(days, ([tokens, before, steps]) => {
        const { budget: own } = budget(tokens, { before });
        const running: { most: number; took: number; release: (used: number) => void }[] = [];
        let used = before;
        const check = () => {
          const reserved = running.reduce((sum, { most }) => sum + most, 0);
          expect(own.spent).toBe(used);
          expect(used + reserved).toBeLessThanOrEqual(Math.max(tokens, before));
          return tokens - used - reserved;
        };
        for (const { most, part, ends } of steps) {
          const free = check();
          const release = own.reserve(most);
          expect(release !== undefined).toBe(most <= free);
          if (release) running.push({ most, took: Math.round(most * part), release });
          for (const ended of running.splice(ends % (running.length + 1), 1)) {
            ended.release(ended.took);
            used += ended.took;
          }
        }
        for (const ended of running.splice(0)) {
          ended.release(ended.took);
          used += ended.took;
        }
        check();
      }),
    );
  });

  it('knows what was spent before the start, and asks once a day', () => {
    const { budget: own, asked } = budget(100, { before: 70 });
    expect([own.spent, own.exhausted, own.reserve(31)]).toEqual([70, false, undefined]);
    own.reserve(30)!(30);
    expect([own.spent, own.exhausted]).toEqual([100, true]);
    expect(asked).toHaveLength(1);
  });

  it('makes no room when it is changed', () => {
    const { budget: own, spending } = budget(100);
    const running = own.reserve(60)!;
    own.reserve(20)!(20);
    const raised = new Budget(spending, 110);
    expect([raised.spent, raised.reserve(31)]).toEqual([20, undefined]);
    running(60);
    expect([raised.spent, new Budget(spending, 50).exhausted]).toEqual([80, true]);
  });
});

describe('the day of a budget', () => {
  // [zone, a moment (UTC), the midnights around it (UTC)]
  it.each<[string, string, string, string]>([
    ['UTC', '2026-06-15T12:00Z', '2026-06-15T00:00Z', '2026-06-16T00:00Z'],
    ['Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['America/New_York', '2026-03-08T20:00Z', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
    ['Australia/Lord_Howe', '2026-04-05T03:00Z', '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
    // The clocks go forward at midnight: the day begins at one.
    ['America/Santiago', '2026-09-06T12:00Z', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
    ['Pacific/Kiritimati', '2026-06-15T12:00Z', '2026-06-15T10:00Z', '2026-06-16T10:00Z'],
  ])('in %s at %s is from %s to %s', async (zone, moment, start, end) => {
    inZone(zone);
    const now = Date.parse(moment);
    const { clock, asked, budget: own } = budget(100, { now });
    own.reserve(100)!(100);
    expect(asked).toEqual([Date.parse(start)]);
    expect(now + own.untilNext).toBe(Date.parse(end));
    await clock.turn(own.untilNext - 1);
    expect([own.exhausted, own.untilNext]).toEqual([true, 1]);
    await clock.turn(1);
    expect([own.exhausted, own.spent]).toEqual([false, 0]);
    expect(asked).toEqual([start, end].map((each) => Date.parse(each)));
    expect(own.untilNext).toBeGreaterThan(22 * HOUR);
  });

  it('is the one in which a call ends', async () => {
    const { clock, budget: own } = budget(100);
    const running = own.reserve(90)!;
    await clock.turn(own.untilNext);
    expect([own.spent, own.reserve(11)]).toEqual([0, undefined]);
    running(80);
    expect([own.spent, own.reserve(20) !== undefined]).toEqual([80, true]);
  });
});

describe('the most that a payload can use', () => {
  const chat = (content: unknown, more: object = {}) => ({
    model: 'm',
    messages: [{ role: 'user', content }],
    max_tokens: 100,
    stream: false,
    ...more,
  });
  const least = mostTokens(chat(''));
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };

  it('is the answer it asks for and every byte of its text', () => {
    expect(least).toBeGreaterThan(100);
    expect(least).toBeLessThan(200);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(mostTokens(chat(text))).toBe(least + Buffer.byteLength(text));
        expect(mostTokens(chat([{ type: 'text', text }]))).toBeGreaterThan(least + Buffer.byteLength(text));
      }),
    );
  });

  it.each<[string, unknown, number]>([
    ['a picture', [picture], 8000],
    ['two pictures and a word', [picture, picture, { type: 'text', text: 'word' }], 16_004],
    [
      'a large picture',
      [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(4_000_000)}` } }],
      8000,
    ],
    ['sound', [{ type: 'input_audio', input_audio: { data: 'A'.repeat(3200), format: 'mp3' } }], 100],
    ['text that says it is a picture', `data:image/png;base64,${'A'.repeat(4_000_000)}`, 4_000_000],
    ['a part that says so', [{ type: 'text', text: `data:${'A'.repeat(100_000)}` }], 100_000],
  ])('counts %s', (_, content, tokens) => {
    const most = mostTokens(chat(content)) - least;
    expect(most).toBeGreaterThanOrEqual(tokens);
    expect(most).toBeLessThan(tokens + 100);
  });

  it('counts tools, schemas and what comes with them', () => {
    const described = 'x'.repeat(10_000);
    const schema = { type: 'object', properties: { image_url: { type: 'image_url', description: described } } };
    const tools = [{ type: 'function', function: { name: 'f', parameters: schema } }];
    const format = { type: 'json_schema', json_schema: { name: 'n', schema } };
    const calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: JSON.stringify(schema) } }];
    expect(mostTokens(chat('', { tools }))).toBeGreaterThan(least + 11_000);
    expect(mostTokens(chat('', { response_format: format }))).toBeGreaterThan(least + 11_000);
    expect(mostTokens({ ...chat(''), messages: [{ role: 'assistant', tool_calls: calls }] })).toBeGreaterThan(10_000);
  });

  it.each<[string, Parameters<typeof filterPayload>[0], object, number]>([
    ['a completion', 'llm:completion', { prompt: 'x'.repeat(50) }, 1050],
    ['completions', 'llm:completion', { prompt: ['x', 'y'], max_tokens: 300 }, 602],
    ['an embedding', 'llm:embedding', { input: ['x'.repeat(20), 'y'.repeat(30)] }, 50],
    ['a moderation', 'safety:moderate', { input: [{ type: 'text', text: 'x' }, picture] }, 8001],
    ['a speech', 'audio:speech', { input: 'x'.repeat(200) }, 200],
  ])('counts %s, as it comes out of the filter', (_, task, payload, tokens) => {
    const filtered = filterPayload(task, payload, { model: 'm', maxTokens: 1000 });
    const most = mostTokens(filtered.ok ? filtered.payload : {});
    expect(most).toBeGreaterThanOrEqual(tokens);
    expect(most).toBeLessThan(tokens + 100);
  });
});
