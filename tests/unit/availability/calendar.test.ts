import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromCalendar, toCalendar } from '../../../src-main/availability/calendar.ts';
import type { Cell, Grid } from '../../../src-preload/contract/settings/availability.ts';
import { inZone } from '../../support/zone.ts';

const NOW = Date.UTC(2026, 5, 3, 12);
const cell = fc.constantFrom<Cell>('-', 'o', 'l', 'n', 'f');
const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), cell), { minLength: 1, maxLength: 40 });
const week = (cells: string): string[] => Array.from({ length: 7 }, (_, day) => cells.slice(day * 48, (day + 1) * 48));
const grid: fc.Arbitrary<Grid> = fc.record({
  days: runs.map((all) =>
    week(
      all
        .map(([length, letter]) => letter.repeat(length))
        .join('')
        .padEnd(336, '-'),
    ),
  ),
  outside: fc.constantFrom('off', 'reduced'),
});

/** A calendar with one event of these lines. */
function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:x', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}
/** Painted cells by weekday, as `Mo 8-9 f`. */
function painted({ days }: Grid): string[] {
  return days.flatMap((day, index) =>
    [...day.matchAll(/([olnf])\1*/g)].map((run) => {
      const [from, to] = [run.index / 2, (run.index + run[0].length) / 2];
      return `${['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'][index]} ${from}-${to} ${run[1]}`;
    }),
  );
}
const taken = (text: string) => painted(fromCalendar(text, 'off').grid);

describe('a week as a calendar', () => {
  it('comes back as it was, whatever was painted, in any zone and at any time of the year', () => {
    for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns']) {
      inZone(zone);
      fc.assert(
        fc.property(grid, fc.integer({ min: 0, max: 4_000_000_000_000 }), (before, now) => {
          const { grid: after, leftOut } = fromCalendar(toCalendar(before, now), undefined);
          expect([after, leftOut]).toEqual([before, 0]);
        }),
        { numRuns: 100 },
      );
    }
  });

  it('is one event for blocks that are alike, in floating time, over midnight too', () => {
    const night = `${'f'.repeat(12)}${'-'.repeat(32)}ffff`;
    const days = [...Array<string>(5).fill(night), `${'f'.repeat(12)}${'-'.repeat(36)}`, `${'-'.repeat(44)}ffff`];
    const text = toCalendar({ days, outside: 'reduced' }, NOW);
    const lines = text.split('\r\n');
    expect(lines).toContain('X-HEARTH-OUTSIDE:reduced');
    expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
    expect(lines).toEqual(
      expect.arrayContaining([
        'DTSTART:20260601T220000',
        'DURATION:PT8H',
        'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SU',
        'X-HEARTH-LEVEL:full',
        'DTSTAMP:20260603T120000Z',
        'SUMMARY:Hearth: full',
      ]),
    );
  });

  it('begins on the first of its days, in the week that it was written in', () => {
    inZone('UTC');
    const days = Array.from({ length: 7 }, (_, day) => (day === 3 ? 'o'.repeat(48) : '-'.repeat(48)));
    expect(toCalendar({ days, outside: 'off' }, NOW)).toContain('DTSTART:20260604T000000\r\n');
    expect(toCalendar({ days, outside: 'off' }, Date.UTC(2026, 5, 7, 23))).toContain('DTSTART:20260604T000000\r\n');
  });

  it('is the whole week where there is no grid', () => {
    expect(fromCalendar(toCalendar(null, NOW), undefined).grid.days.join('')).toBe('f'.repeat(336));
  });
});

describe('a calendar from elsewhere', () => {
  it('may say how long or until when, by date or by time, and no level at all', () => {
    const weekly = 'RRULE:FREQ=WEEKLY;BYDAY=TU';
    expect(taken(calendar('DTSTART:20260602T080000', 'DURATION:PT90M', weekly))).toEqual(['Tu 8-9.5 f']);
    expect(taken(calendar('DTSTART:20260602T080000', 'DTEND:20260602T100000', weekly))).toEqual(['Tu 8-10 f']);
    expect(taken(calendar('DTSTART;VALUE=DATE:20260602', weekly))).toEqual(['Tu 0-24 f']);
    expect(taken(calendar('DTSTART;VALUE=DATE:20260602', 'DTEND;VALUE=DATE:20260604', weekly))).toEqual([
      'Tu 0-24 f',
      'We 0-24 f',
    ]);
    expect(taken(calendar('DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY'))).toEqual(['Tu 8-9 f']);
    expect(taken(calendar('DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY')).length).toBe(7);
    expect(taken(calendar('DTSTART:20260602T230000', 'DURATION:PT2H', weekly))).toEqual(['Tu 23-24 f', 'We 0-1 f']);
    expect(taken(calendar('DTSTART:20260607T230000', 'DURATION:PT2H', 'RRULE:FREQ=WEEKLY;BYDAY=SU'))).toEqual([
      'Mo 0-1 f',
      'Su 23-24 f',
    ]);
  });

  it('in UTC is brought to the wall here, weekday and all; in a zone it is taken as it is written', () => {
    inZone('Asia/Tokyo');
    expect(taken(calendar('DTSTART:20260602T200000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=TU'))).toEqual([
      'We 5-6 f',
    ]);
    const there = ['DTSTART;TZID=Europe/Berlin:20260602T200000', 'DTEND;TZID=Europe/Berlin:20260602T210000'];
    expect(taken(calendar(...there, 'RRULE:FREQ=WEEKLY;BYDAY=TU'))).toEqual(['Tu 20-21 f']);
  });

  it('opens no half hour that it does not cover, and closes every one that it touches', () => {
    const part = ['DTSTART:20260602T081000', 'DTEND:20260602T095000', 'RRULE:FREQ=WEEKLY;BYDAY=TU'];
    expect(taken(calendar(...part, 'X-HEARTH-LEVEL:normal'))).toEqual(['Tu 8.5-9.5 n']);
    expect(taken(calendar(...part, 'X-HEARTH-LEVEL:off'))).toEqual(['Tu 8-10 o']);
  });

  it('with events over one another gives the one that allows less, in either order', () => {
    const event = (level: string, hours: string) =>
      `BEGIN:VEVENT\r\nDTSTART:20260602T080000\r\nDURATION:${hours}\r\nRRULE:FREQ=WEEKLY\r\nX-HEARTH-LEVEL:${level}\r\nEND:VEVENT\r\n`;
    const both = [event('full', 'PT3H'), event('low', 'PT1H')];
    for (const events of [both, both.toReversed()]) {
      expect(taken(`BEGIN:VCALENDAR\r\n${events.join('')}END:VCALENDAR\r\n`)).toEqual(['Tu 8-9 l', 'Tu 9-11 f']);
    }
  });

  it.each([
    ['once only', ['DTSTART:20260602T080000', 'DURATION:PT1H']],
    ['some times', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=3']],
    ['until some day', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z']],
    ['every other week', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;INTERVAL=2']],
    ['each month', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=MONTHLY']],
    ['in June', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYMONTH=6']],
    ['each second Monday', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=2MO']],
    ['for no time', ['DTSTART:20260602T080000', 'RRULE:FREQ=WEEKLY']],
    ['backwards', ['DTSTART:20260602T080000', 'DTEND:20260602T070000', 'RRULE:FREQ=WEEKLY']],
    ['for more than a week', ['DTSTART:20260602T080000', 'DURATION:P8D', 'RRULE:FREQ=WEEKLY']],
    ['for ever', ['DTSTART:20260602T080000', 'DURATION:P999999999999999999W', 'RRULE:FREQ=WEEKLY']],
    [
      'never, for it was called off',
      ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY', 'STATUS:CANCELLED'],
    ],
    [
      'at a level nobody knows',
      ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY', 'X-HEARTH-LEVEL:eleven'],
    ],
    ['outside', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY', 'X-HEARTH-LEVEL:outside']],
    ['without a beginning', ['DURATION:PT1H', 'RRULE:FREQ=WEEKLY']],
    ['by two rules', ['DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY', 'RRULE:FREQ=DAILY']],
  ])('leaves out what happens %s', (_name, lines) => {
    const good = 'BEGIN:VEVENT\r\nDTSTART:20260601T080000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n';
    const text = calendar(...lines).replace('END:VCALENDAR', `${good}END:VCALENDAR`);
    const imported = fromCalendar(text, 'off');
    expect([painted(imported.grid), imported.taken, imported.leftOut]).toEqual([['Mo 8-9 f'], 1, 1]);
  });

  it('must have something weekly in it, and somebody must say what holds outside', () => {
    const once = calendar('DTSTART:20260602T080000', 'DURATION:PT1H');
    expect(() => fromCalendar(once, 'off')).toThrow(expect.objectContaining({ code: 'availability.nothing-weekly' }));
    const weekly = calendar('DTSTART:20260602T080000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY');
    expect(() => fromCalendar(weekly, undefined)).toThrow(
      expect.objectContaining({ code: 'availability.outside-missing', category: 'invalid' }),
    );
    expect(fromCalendar(weekly, 'reduced').grid.outside).toBe('reduced');
    const said = weekly.replace('VERSION:2.0', 'VERSION:2.0\r\nX-HEARTH-OUTSIDE:off');
    expect(fromCalendar(said, 'reduced').grid.outside).toBe('off');
    const nonsense = weekly.replace('VERSION:2.0', 'VERSION:2.0\r\nX-HEARTH-OUTSIDE:full');
    expect(fromCalendar(nonsense, 'reduced').grid.outside).toBe('reduced');
  });

  it.each([
    ['nothing', ''],
    ['words', 'dear diary'],
    ['a card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nEND:VCARD\r\n'],
    ['newlines', '\n'.repeat(100_000)],
    ['half a calendar', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n'],
    ['a frequency nobody knows', calendar('DTSTART:20260602T080000', 'RRULE:FREQ=NEVER')],
    ['a weekday nobody knows', calendar('DTSTART:20260602T080000', 'RRULE:FREQ=WEEKLY;BYDAY=XX')],
    ['a deep hole', `BEGIN:VCALENDAR\r\n${'BEGIN:A\r\n'.repeat(25_000)}`],
  ])('that is %s is refused in a sentence', (_name, text) => {
    expect(() => fromCalendar(text, 'off')).toThrow(
      expect.objectContaining({ code: 'availability.not-a-calendar', message: expect.stringMatching(/^This is not/) }),
    );
  });

  it.each<[string, (size: number) => string]>([
    ['a long line', (size) => calendar(`SUMMARY:${'a'.repeat(size)}`)],
    ['a line folded at each letter', (size) => calendar(`SUMMARY:${'a\r\n '.repeat(size / 4)}`)],
    ['parameters without end', (size) => calendar(`SUMMARY${';a=b'.repeat(size / 4)}:x`)],
    ['quotes without end', (size) => calendar(`SUMMARY;a=${'"'.repeat(size)}:x`)],
    ['commas without end', (size) => calendar(`CATEGORIES:${','.repeat(size)}`)],
    [
      'days without end',
      (size) => calendar('DTSTART:20260602T080000', `RRULE:FREQ=WEEKLY;BYDAY=${'MO,'.repeat(size / 3)}MO`),
    ],
    [
      'deep nesting',
      (size) => calendar(`${'BEGIN:A\r\n'.repeat(size / 18)}${'END:A\r\n'.repeat(size / 18)}`.trimEnd()),
    ],
    [
      'names of prototypes',
      () => calendar('__PROTO__:x', 'CONSTRUCTOR;__proto__=1:2', 'BEGIN:__PROTO__', 'END:__PROTO__'),
    ],
  ])('with %s is refused and does no harm', (_name, of) => {
    const text = of(250_000);
    expect(() => fromCalendar(text, 'off')).toThrow(expect.objectContaining({ category: 'invalid' }));
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('of more than a thousand events is refused', () => {
    const event = 'BEGIN:VEVENT\r\nEND:VEVENT\r\n';
    expect(() => fromCalendar(`BEGIN:VCALENDAR\r\n${event.repeat(1001)}END:VCALENDAR\r\n`, 'off')).toThrow(
      expect.objectContaining({ code: 'availability.too-many-events' }),
    );
  });

  it('of noise is refused or taken, and never breaks anything', () => {
    const pieces = [
      ['BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VCALENDAR', 'END:VCALENDAR', 'DTSTART:', 'DURATION:', 'RRULE:FREQ=', ':'],
      ['WEEKLY', ';BYDAY=MO', 'PT1H', '20260602T080000', 'Z', '\r\n', ';VALUE=DATE', 'X-HEARTH-LEVEL:', 'low', ' '],
    ].flat();
    const token = fc.constantFrom(...pieces);
    fc.assert(
      fc.property(fc.array(fc.oneof(token, fc.string({ maxLength: 5 })), { maxLength: 60 }), (tokens) => {
        const text = `BEGIN:VCALENDAR\r\n${tokens.join('')}\r\nEND:VCALENDAR\r\n`;
        try {
          expect(fromCalendar(text, 'off').grid.days.join('')).toMatch(/^[-olnf]{336}$/);
        } catch (error) {
          expect(error).toMatchObject({ category: 'invalid' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
