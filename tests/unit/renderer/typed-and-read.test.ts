// What is typed into forms and what the engine tells, as the pages read both: numbers, a model server's form, rules' readings, the
// forecast of data, and the engine's sentences in German.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnswerView, RuleView } from '../../../src-preload/contract/availability.ts';
import { createFormat } from '../../../src-renderer/format/format.ts';
import { readNumber, readTime } from '../../../src-renderer/format/typed.ts';
import { presentOf } from '../../../src-renderer/pages/availability/present.ts';
import { readingOf } from '../../../src-renderer/pages/availability/reading.ts';
import { changeOf, type Entry, emptyEntry, problemsOf, urlFor } from '../../../src-renderer/parts/entry.ts';
import { speak } from './speech.ts';

describe('a time as it is typed', () => {
  it.each([
    ['22:00', 1320],
    ['22.30', 1350],
    [' 7 ', 420],
    ['7:05 am', 425],
    ['12:00\u202FAM', 0],
    ['12 p.m.', 720],
    ['10:00 PM', 1320],
    ['22 Uhr', 1320],
    ['0:00', 0],
    ['24:00', undefined],
    ['13 pm', undefined],
    ['0 am', undefined],
    ['10:60', undefined],
    ['', undefined],
    ['soon', undefined],
  ])('%j is %s minutes after midnight', (text, minutes) => {
    expect(readTime(text)).toBe(minutes);
  });

  it('is read as it is written, by either clock', () => {
    for (const f of [createFormat('en', ['en-US']), createFormat('de', ['de-DE'])]) {
      for (let minutes = 0; minutes < 1440; minutes += 1) expect(readTime(f.time(minutes))).toBe(minutes);
    }
  });
});

describe('a number as it is typed', () => {
  it.each([
    ['', true, undefined],
    ['  ', false, undefined],
    ['0,32', true, 0.32],
    ['0.32', true, 0.32],
    ['1 234', false, 1234],
    ['1\u202F234', false, 1234],
    ['1’234', false, 1234],
    ['10.000', false, 10_000],
    ['10,000', false, 10_000],
    ['1.000.000', false, 1_000_000],
    ['\u22125', false, -5],
    ['1e3', true, Number.NaN],
    ['0x10', false, Number.NaN],
    ['1,2,3', true, Number.NaN],
    ['Infinity', true, Number.NaN],
    ['2.5', false, 2.5],
  ])('%j with fractions %j', (text, fractions, number) => {
    expect(readNumber(text, fractions)).toBe(number);
  });

  it('is what was written, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (number) => {
        expect(readNumber(String(number), false)).toBe(number);
        expect(readNumber(number.toLocaleString('en'), false)).toBe(number);
        expect(readNumber(number.toLocaleString('de'), false)).toBe(number);
      }),
    );
  });
});

describe('the form for a model server', () => {
  let words: Awaited<ReturnType<typeof speak>>;
  beforeAll(async () => {
    words = await speak('en');
  });
  const entry = (change: Partial<Entry>): Entry => ({ ...emptyEntry, ...change });
  const problems = (change: Partial<Entry>, taken: string[] = []) => problemsOf(entry(change), taken, words.t);

  it('takes addresses of servers, without names in them, and none twice', () => {
    expect(problems({})).toEqual({});
    for (const url of ['', 'localhost:11434', 'ftp://a', 'javascript:alert(1)', 'file:///etc/passwd']) {
      expect(problems({ url }).url).toMatch(/start with http/);
    }
    expect(problems({ url: 'http://me:word@127.0.0.1' }).url).toMatch(/No user name or password/);
    expect(problems({ url: 'http://127.0.0.1:1/' }, ['http://127.0.0.1:1']).url).toMatch(/already listed/);
  });

  it('asks for whole numbers, and for a budget where tokens are bought', () => {
    expect(problems({ atOnce: '0', dailyTokens: 'many' })).toEqual({
      atOnce: expect.stringContaining('256'),
      dailyTokens: expect.stringMatching(/whole number/),
    });
    const bought = { kind: 'anthropic', url: 'https://api.anthropic.com' } as const;
    expect(problems({ ...bought, enabled: true }).dailyTokens).toMatch(/need a budget/);
    expect(problems({ ...bought, enabled: false })).toEqual({});
    expect(problems({ ...bought, dailyTokens: '50 000' })).toEqual({});
  });

  it('changes a key only where one is typed, and takes one away only where that is ticked', () => {
    expect('apiKey' in changeOf(entry({}))).toBe(false);
    expect(changeOf(entry({ key: 'k' })).apiKey).toBe('k');
    expect(changeOf(entry({ removeKey: true })).apiKey).toBe('');
    expect(changeOf(entry({ dailyTokens: '50 000' })).dailyTokens).toBe(50_000);
  });

  it('moves on to another make’s usual address unless one was typed', () => {
    expect(urlFor('lmstudio', emptyEntry)).toBe('http://127.0.0.1:1234');
    expect(urlFor('lmstudio', { kind: 'ollama', url: 'http://10.0.0.2:1' })).toBe('http://10.0.0.2:1');
  });
});

describe('what a rule reads', () => {
  const rule = (part: object) => ({ state: 'allows', reading: null, ...part }) as unknown as RuleView;
  const all = [
    [rule({ id: 'idle', reading: { seconds: 20 } }), 'In use right now.'],
    [rule({ id: 'idle', reading: { seconds: 600 } }), /^Not used for 10 min/],
    [rule({ id: 'battery', reading: { onBattery: true, percent: 12 } }), 'On battery, 12 %.'],
    [rule({ id: 'battery', reading: { onBattery: false, percent: null } }), 'On mains power.'],
    [rule({ id: 'metered', reading: { metered: true } }), 'The connection is metered.'],
    [rule({ id: 'apps', limit: { names: [] } }), 'No app listed yet.'],
    [rule({ id: 'cpuHeat', reading: { celsius: 71, sensor: 'k10' } }), /^71 °C \(\u2068k10\u2069\)/],
    [
      rule({ id: 'metered', state: 'unreadable' }),
      /doesn’t say whether the connection is metered, so this rule isn’t working\.$/,
    ],
    [rule({ id: 'idle', state: 'off', reading: { seconds: 1 } }), undefined],
    [rule({ id: 'idle', state: 'waiting' }), undefined],
    [rule({ id: 'idle' }), undefined],
  ] as const;

  it('is told in a sentence, and nothing is told of what was not read', async () => {
    const words = await speak('en');
    for (const [view, told] of all) {
      if (told === undefined) expect(readingOf(view, words)).toBeUndefined();
      else expect(readingOf(view, words)).toMatch(told);
    }
  });

  it('holds names of programs in bounds and in their place', async () => {
    const app = `\u202Egnp.exe${'x'.repeat(1_000_000)}`;
    const told = readingOf(rule({ id: 'fullscreen', reading: { fullscreen: true, app } }), await speak('en'));
    expect(told!.length).toBeLessThan(120);
    expect(told).not.toContain('\u202E');
  });
});

describe('when that which limits now ends', () => {
  const answer: AnswerView = {
    accepting: true,
    level: 'full',
    slots: 1,
    most: 4,
    bound: null,
    why: null,
    also: [],
    until: null,
    next: null,
  };

  it.each([
    ['quiet', 'when you switch it off'],
    ['paused', 'when you resume'],
    ['battery', 'on its own'],
    ['no-capacity', undefined],
    [null, undefined],
  ] as const)('is said of %s as it is', async (bound, words) => {
    const speech = await speak('en');
    const why = bound === null ? null : { code: bound, args: {}, says: '' };
    expect(presentOf({ ...answer, bound, why }, 0, speech).ends).toBe(words);
  });
});
