// The grid against a slow reference: for every quarter of an hour of a year, in zones that change their clocks in every way
// there is, Intl says what the wall shows, and the reference looks that cell up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelAt, nextChange, runsOf } from '../../../src-main/availability/grid.ts';
import { CELLS, type Cell, Grid } from '../../../src-preload/contract/settings/availability.ts';
import { inZone } from '../../support/zone.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  // Half hours and three quarters off.
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  // Changes by half an hour.
  'Australia/Lord_Howe',
  // Changes at midnight: the day begins at one, or has two evenings.
  'Africa/Cairo',
  'America/Santiago',
  'Asia/Beirut',
  // Winter time in Ramadan.
  'Africa/Casablanca',
];
const QUARTER = 15 * 60_000;
const YEAR = Date.UTC(2026, 0, 1);
const QUARTERS = 365 * 96;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** For each quarter of the year and the week after it, which of the 336 cells the wall clock points at. */
function cellsOf(zone: string): Int16Array {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return Int16Array.from({ length: QUARTERS + 8 * 96 }, (_, index) => {
    const [, day = '', hour, minute] = /^(\w{3}),? (\d\d):(\d\d)$/.exec(format.format(YEAR + index * QUARTER)) ?? [];
    return DAYS.indexOf(day) * 48 + Number(hour) * 2 + (Number(minute) >= 30 ? 1 : 0);
  });
}

const cell = fc.constantFrom<Cell>('-', 'o', 'l', 'n', 'f');
/** Long runs as people paint them, and noise. */
const day = fc.oneof(
  fc.array(fc.tuple(fc.integer({ min: 1, max: 48 }), cell), { minLength: 1, maxLength: 6 }).map((runs) =>
    runs
      .map(([length, letter]) => letter.repeat(length))
      .join('')
      .padEnd(48, '-')
      .slice(0, 48),
  ),
  fc.array(cell, { minLength: 48, maxLength: 48 }).map((cells) => cells.join('')),
);
const grid: fc.Arbitrary<Grid> = fc.record({
  days: fc.array(day, { minLength: 7, maxLength: 7 }),
  outside: fc.constantFrom('off', 'reduced'),
});

function referenceLevel({ days, outside }: Grid, index: number) {
  const level = CELLS[days[Math.floor(index / 48)]![index % 48] as Cell];
  return level === 'outside' ? outside : level;
}

describe.each(ZONES)('the grid in %s', (zone) => {
  it('shows the level of the cell that the wall clock points at, all year', () => {
    inZone(zone);
    const cells = cellsOf(zone);
    fc.assert(
      fc.property(grid, fc.nat(QUARTER - 1), (painted, past) => {
        for (let index = 0; index < QUARTERS; index += 1) {
          const expected = referenceLevel(painted, cells[index]!);
          if (levelAt(painted, YEAR + index * QUARTER + past) === expected) continue;
          expect([index, levelAt(painted, YEAR + index * QUARTER + past)]).toEqual([index, expected]);
        }
      }),
      { numRuns: 6 },
    );
  });

  it('knows the next change, across each change of the clock', () => {
    inZone(zone);
    const cells = cellsOf(zone);
    const changes = turns(zone);
    fc.assert(
      fc.property(
        grid,
        fc.array(fc.nat(QUARTERS - 1), { maxLength: 40 }),
        fc.nat(QUARTER - 1),
        (painted, some, past) => {
          for (const index of [...some, ...changes]) {
            const present = referenceLevel(painted, cells[index]!);
            let next = index + 1;
            const end = Math.min(cells.length - 1, index + 7 * 96 + 4);
            while (next < end && referenceLevel(painted, cells[next]!) === present) next += 1;
            const level = referenceLevel(painted, cells[next]!);
            const expected = level === present ? null : { at: YEAR + next * QUARTER, level };
            expect(nextChange(painted, YEAR + index * QUARTER + past)).toEqual(expected);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Quarters shortly before and after each change of the clock. */
function turns(zone: string): number[] {
  const offset = (index: number) => new Date(YEAR + index * QUARTER).getTimezoneOffset();
  const found: number[] = [];
  for (let index = 1; index < QUARTERS; index += 1) {
    if (offset(index) !== offset(index - 1)) found.push(index - 5, index - 1, index, index + 3);
  }
  // A zone that is here for its changes must have some.
  if (zone !== 'UTC' && zone !== 'Asia/Kathmandu') expect(found.length).toBeGreaterThanOrEqual(8);
  return found;
}

describe('the hours that clocks skip and repeat', () => {
  const hours = (letters: Record<number, Cell>): Grid => {
    const painted = Array.from({ length: 48 }, (_, half) => letters[Math.floor(half / 2)] ?? 'o').join('');
    return { days: Array.from({ length: 7 }, () => painted), outside: 'off' };
  };

  it('a skipped hour has cells that never come', () => {
    inZone('Europe/Berlin');
    const before = new Date(2026, 2, 29, 1, 59, 59).getTime();
    expect([levelAt(hours({ 2: 'f' }), before), levelAt(hours({ 2: 'f' }), before + 1000)]).toEqual(['off', 'off']);
    expect(nextChange(hours({ 2: 'f' }), before)?.at).toBe(new Date(2026, 2, 30, 2).getTime());
    expect(nextChange(hours({ 3: 'n' }), before)).toEqual({ at: before + 1000, level: 'normal' });
  });

  it('a repeated hour has its cells twice', () => {
    inZone('Europe/Berlin');
    const two = Date.UTC(2026, 9, 25, 0);
    const levels = [-1, 0, 60, 119, 120].map((minutes) => levelAt(hours({ 2: 'f' }), two + minutes * 60_000));
    expect(levels).toEqual(['off', 'full', 'full', 'full', 'off']);
    expect(nextChange(hours({ 2: 'f' }), two)?.at).toBe(two + 2 * 3_600_000);
  });
});

describe('runsOf', () => {
  it('cuts a day where the level changes, and nowhere else', () => {
    fc.assert(
      fc.property(grid, fc.nat(6), (painted, weekday) => {
        const runs = runsOf(painted, weekday);
        expect(runs[0]!.from).toBe(0);
        expect(runs.at(-1)!.to).toBe(48);
        for (const [index, run] of runs.entries()) {
          for (let half = run.from; half < run.to; half += 1) {
            expect(referenceLevel(painted, weekday * 48 + half)).toBe(run.level);
          }
          const next = runs[index + 1];
          if (next) expect([next.from, next.level === run.level]).toEqual([run.to, false]);
        }
      }),
    );
  });
});

describe('a grid', () => {
  it('that is all of one level never changes, and none at all is full', () => {
    const flat = { days: Array<string>(7).fill('l'.repeat(48)), outside: 'off' } as const;
    expect([levelAt(flat as unknown as Grid, YEAR), nextChange(flat as unknown as Grid, YEAR)]).toEqual(['low', null]);
    expect([levelAt(null, YEAR), nextChange(null, YEAR)]).toEqual(['full', null]);
  });

  it.each([
    ['six days', { days: Array<string>(6).fill('-'.repeat(48)), outside: 'off' }],
    ['a day of 47', { days: Array<string>(7).fill('-'.repeat(47)), outside: 'off' }],
    ['a letter of its own', { days: Array<string>(7).fill('x'.repeat(48)), outside: 'off' }],
    ['no word on what holds outside', { days: Array<string>(7).fill('-'.repeat(48)) }],
    ['another word on it', { days: Array<string>(7).fill('-'.repeat(48)), outside: 'full' }],
  ])('with %s is refused', (_name, value) => {
    expect(Grid.safeParse(value).success).toBe(false);
  });
});
