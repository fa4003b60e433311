import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { daysOf } from '../../../../src-renderer/components/week/cells.ts';
import { daysWith, spansOf } from '../../../../src-renderer/components/week/spans.ts';
import { type Problem, readWeek, type WeekWords, writeWeek } from '../../../../src-renderer/components/week/typed.ts';
import { problemText, sharedText, weekWords } from '../../../../src-renderer/components/week/words.ts';
import { createFormat } from '../../../../src-renderer/format/format.ts';
import { languages } from '../../../../src-renderer/i18n/index.ts';
import { speak } from '../speech.ts';
import { arbitraryDays } from './arbitrary.ts';

async function wordsIn(code: (typeof languages)[number]): Promise<WeekWords> {
  const { t, f } = await speak(code);
  return weekWords(t, f);
}

const DAILY = [0, 1, 2, 3, 4, 5, 6];
const WORKING = [0, 1, 2, 3, 4];

describe.each(languages)('the week as text in %s', (code) => {
  let words: WeekWords;
  beforeAll(async () => {
    words = await wordsIn(code);
  });

  it('reads back as it was written, whatever is painted', () => {
    fc.assert(
      fc.property(arbitraryDays, (days) => {
        expect(readWeek(writeWeek(days, words), words)).toEqual({ days });
      }),
      { numRuns: 300 },
    );
  });

  it('reads back as it was written by a clock of twelve hours', () => {
    const format = createFormat(code, ['en-US']);
    const twelve = { ...words, time: (half: number) => format.time(half * 30) };
    expect(writeWeek(daysWith([{ days: DAILY, from: 0, to: 48, cell: 'f' }]), twelve)).toMatch(/12:00.AM-12:00.AM/);
    fc.assert(
      fc.property(arbitraryDays, (days) => {
        expect(readWeek(writeWeek(days, twelve), words)).toEqual({ days });
      }),
    );
  });

  it('is put together of spans and back', () => {
    fc.assert(
      fc.property(arbitraryDays, (days) => {
        expect(daysWith(spansOf(days))).toEqual(days);
      }),
    );
  });

  it('is either read or told what is wrong, whatever is typed', () => {
    const part = fc.constantFrom(
      'Mon',
      'Fr',
      '-',
      '–',
      ',',
      ' ',
      ' ',
      '22',
      ':00',
      ':15',
      '7',
      'am',
      'full',
      'voll',
      'bis',
      'to',
      'und',
      'daily',
      '24:00',
      '99',
      '\n',
      '\u202E',
      '<b>',
      '👾',
      'x'.repeat(300),
    );
    const text = fc.oneof(
      fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const read = readWeek(typed, words);
        if ('days' in read) expect(read.days.map((day) => day.length)).toEqual(Array(7).fill(48));
        else expect(read.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('is understood in English', () => {
    expect(readWeek('Mon-Fri 22:00 to 07:00 full\nweekend all day low\nWed 10 am-1:30 pm off', words)).toEqual({
      days: daysWith([
        { days: WORKING, from: 44, to: 62, cell: 'f' },
        { days: [5, 6], from: 0, to: 48, cell: 'l' },
        { days: [2], from: 20, to: 27, cell: 'o' },
      ]),
    });
  });

  it('names every problem with its line and its part', async () => {
    const { t } = await speak(code);
    const codes: Problem['code'][] = [
      'no-day',
      'no-level',
      'no-time',
      'no-end',
      'no-hour',
      'not-half',
      'empty',
      'too-long',
    ];
    const said = codes.map((problem) => problemText({ line: 3, code: problem, part: 'abc' }, t, (part) => `“${part}”`));
    expect(new Set(said).size).toBe(codes.length);
    expect(said.filter((text) => !text.includes('3'))).toEqual([]);
    expect(said.filter((text) => text.includes('“abc”'))).toHaveLength(codes.length - 1);
  });
});

describe('a typed line', () => {
  let en: WeekWords;
  let de: WeekWords;
  beforeAll(async () => {
    en = await wordsIn('en');
    de = await wordsIn('de');
  });
  const span = (days: number[], from: number, to: number, cell: 'f' | 'n' | 'l' | 'o' = 'f') =>
    ({ days: daysWith([{ days, from, to, cell }]) }) as const;

  it.each([
    ['Mon-Fri 22:00-07:00 full', span(WORKING, 44, 62)],
    ['mon–fri  22:00 – 07:00', span(WORKING, 44, 62)],
    ['Mon, Wed and Fri 9-17 low', span([0, 2, 4], 18, 34, 'l')],
    ['Mon Wed Fri 9-17 low', span([0, 2, 4], 18, 34, 'l')],
    ['Sat-Mon 10:30-12:00 normal', span([0, 5, 6], 21, 24, 'n')],
    ['daily 00:00-24:00 off', span(DAILY, 0, 48, 'o')],
    ['every day 0:00-0:00', span(DAILY, 0, 48)],
    ['22:00-07:00', span(DAILY, 44, 62)],
    ['Sun 22:00-07:00', span([6], 44, 62)],
    ['weekdays 10 pm to 7 am', span(WORKING, 44, 62)],
    ['Tuesday 12 am-12 pm', span([1], 0, 24)],
    ['Tues 12 pm - 12 am', span([1], 24, 48)],
    ['Saturday, Sunday', span([5, 6], 0, 48)],
    ['Sat all day low', span([5], 0, 48, 'l')],
    ['Mo. 8.30-9.00', span([0], 17, 18)],
  ])('%s', (line, expected) => {
    expect(readWeek(line, en)).toEqual(expected);
  });

  it.each([
    ['Mo-Fr 22:00-07:00 voll', span(WORKING, 44, 62)],
    ['Di und Do 9 Uhr bis 17 Uhr wenig', span([1, 3], 18, 34, 'l')],
    ['Mittwoch 9.30 bis 12 aus', span([2], 19, 24, 'o')],
    ['täglich 1-2', span(DAILY, 2, 4)],
    ['Wochenende ganztags normal', span([5, 6], 0, 48, 'n')],
    ['werktags 9-17', span(WORKING, 18, 34)],
    ['So 8-12', span([6], 16, 24)],
  ])('%s', (line, expected) => {
    expect(readWeek(line, de)).toEqual(expected);
  });

  it('takes several times, and gives way to a later line', () => {
    expect(readWeek('Mon 8:00-12:00, 13:00-17:00 full\n\nMon 10:00-11:00 off\r\n', en)).toEqual({
      days: daysWith([
        { days: [0], from: 16, to: 24, cell: 'f' },
        { days: [0], from: 26, to: 34, cell: 'f' },
        { days: [0], from: 20, to: 22, cell: 'o' },
      ]),
    });
    expect(readWeek('  \n', en)).toEqual({ days: daysOf('-') });
  });

  it.each([
    ['Moon 22:00-07:00', 'no-day', 'moon'],
    ['M 22:00-07:00', 'no-day', 'm'],
    ['T-Fri 22:00-07:00', 'no-day', 't'],
    ['Mon-Wed-Fri 22:00-07:00', 'no-day', 'mon-wed-fri'],
    ['Mon 22:00-07:00 half', 'no-level', 'half'],
    ['Mon 22:00', 'no-end', '22:00'],
    ['Mon 22:00-', 'no-level', '-'],
    ['Mon 22:5-23:00', 'no-time', '22:5'],
    ['Mon 9-5 pm', 'no-time', '9-5 pm'],
    ['Mon 25:00-26:00', 'no-hour', '25:00'],
    ['Mon 24:00-02:00', 'no-hour', '24:00'],
    ['Mon 13 pm-2 pm', 'no-hour', '13 pm'],
    ['Mon 10:61-12:00', 'no-hour', '10:61'],
    ['Mon 22:15-07:00', 'not-half', '22:15'],
    ['Mon 08:00-08:00', 'empty', '08:00-08:00'],
    [`Mon ${' '.repeat(300)}`, 'too-long', ''],
  ])('%s is told apart', (line, code, part) => {
    expect(readWeek(`Tue 8-9\n${line}`, en)).toEqual({ problems: [{ line: 2, code, part }] });
  });

  it('tells a few problems at most, and reads no more lines than a week can need', () => {
    const many = readWeek('nonsense\n'.repeat(50), en);
    expect('problems' in many && many.problems).toHaveLength(5);
    expect(readWeek('Mon 1-2\n'.repeat(5000), en)).toEqual({ problems: [{ line: 401, code: 'too-long', part: '' }] });
  });

  it.each([
    [span(WORKING, 44, 62).days, 'Mon-Fri 22:00-07:00 full'],
    [span([0, 2, 5, 6], 18, 34, 'l').days, 'Mon, Wed, Sat-Sun 09:00-17:00 low'],
    [daysOf('n'), 'daily 00:00-24:00 normal'],
    [daysOf('-'), ''],
    [span([4], 36, 3 * 48 + 16, 'o').days, 'Fri 18:00-24:00 off\nSat-Sun 00:00-24:00 off\nMon 00:00-08:00 off'],
  ])('is written as one would say it: %#', (days, text) => {
    expect(writeWeek(days, en).split('\n').sort()).toEqual(text.split('\n').sort());
  });

  it('is written in German too', () => {
    expect(writeWeek(span(WORKING, 44, 62, 'l').days, de)).toBe('Mo-Fr 22:00-07:00 wenig');
  });
});

describe('the sum of a week', () => {
  it('is said in a sentence', async () => {
    const { t } = await speak('en');
    expect(sharedText({ hours: 62, reduced: 0 }, 168, t)).toBe('62 of 168 hours a week.');
    expect(sharedText({ hours: 62.5, reduced: 1 }, 168, t)).toBe('62.5 of 168 hours a week, 1 of them not at full.');
    expect(sharedText({ hours: 0, reduced: 0 }, 168, t)).toBe('Never.');
    expect(sharedText({ hours: 168, reduced: 168 }, 168, t)).toBe('All the time, 168 of them not at full.');
  });
});
