import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVEL_SHARE } from '../../../../src-preload/contract/settings/availability.ts';
import {
  type Area,
  cellAt,
  DAYS,
  daysOf,
  gridOf,
  HALVES,
  hasOutside,
  isIn,
  letters,
  levelAt,
  paint,
  sharedIn,
  spotOf,
  type Week,
  WHOLE_WEEK,
  weekOf,
} from '../../../../src-renderer/components/week/cells.ts';
import { arbitraryArea, arbitraryCell, arbitraryDays } from './arbitrary.ts';

const spots = Array.from({ length: DAYS * HALVES }, (_, index) => ({
  day: Math.floor(index / HALVES),
  half: index % HALVES,
}));
const area = (fromDay: number, fromHalf: number, toDay: number, toHalf: number): Area => ({
  from: { day: fromDay, half: fromHalf },
  to: { day: toDay, half: toHalf },
});

describe('painting', () => {
  it.each([
    ['one half hour', area(2, 10, 2, 10), 1],
    ['a night', area(0, 44, 0, 47), 4],
    ['the same hours on some days', area(0, 0, 4, 3), 20],
    ['from the last corner to the first', area(4, 3, 0, 0), 20],
    ['everything', WHOLE_WEEK, DAYS * HALVES],
  ])('fills %s', (_what, where, cells) => {
    const days = paint(daysOf('-'), where, 'f');
    expect(days.join('').replaceAll('-', '')).toHaveLength(cells);
  });

  it('changes what is in the area to the brush, and nothing else', () => {
    fc.assert(
      fc.property(arbitraryDays, arbitraryArea, arbitraryCell, (days, where, brush) => {
        const painted = paint(days, where, brush);
        expect(painted.map((day) => day.length)).toEqual(days.map(() => HALVES));
        for (const spot of spots) {
          expect(cellAt(painted, spot)).toBe(isIn(where, spot) ? brush : cellAt(days, spot));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('twice is as painting once', () => {
    fc.assert(
      fc.property(arbitraryDays, arbitraryArea, arbitraryCell, (days, where, brush) => {
        const once = paint(days, where, brush);
        expect(paint(once, where, brush)).toEqual(once);
      }),
    );
  });
});

describe('what a week shares', () => {
  it.each([
    ['nothing painted, off outside', { days: daysOf('-'), outside: 'off' }, { hours: 0, reduced: 0 }],
    ['nothing painted, reduced outside', { days: daysOf('-'), outside: 'reduced' }, { hours: 168, reduced: 168 }],
    ['nothing painted, not chosen yet', { days: daysOf('-'), outside: undefined }, { hours: 0, reduced: 0 }],
    ['all of it', { days: daysOf('f'), outside: undefined }, { hours: 168, reduced: 0 }],
    [
      'nights',
      { days: paint(paint(daysOf('-'), area(0, 44, 6, 47), 'f'), area(0, 0, 6, 13), 'f'), outside: 'off' },
      { hours: 63, reduced: 0 },
    ],
    [
      'a half hour less than everything',
      { days: paint(daysOf('f'), area(3, 7, 3, 7), 'l'), outside: 'off' },
      { hours: 168, reduced: 0.5 },
    ],
  ] as const)('%s', (_what, week, shared) => {
    expect(sharedIn(week)).toEqual(shared);
  });

  it('is the sum of its half hours', () => {
    fc.assert(
      fc.property(arbitraryDays, fc.constantFrom('off', 'reduced'), (days, outside) => {
        const week: Week = { days, outside };
        const shares = spots.map((spot) => LEVEL_SHARE[levelAt(week, spot)!]);
        expect(sharedIn(week).hours).toBe(shares.filter((share) => share > 0).length / 2);
        expect(sharedIn(week).reduced).toBe(shares.filter((share) => share > 0 && share < 1).length / 2);
      }),
    );
  });
});

describe('what is kept of a week', () => {
  it('is nothing where all is open always, and asks for what holds outside only where there is an outside', () => {
    const days = paint(daysOf('f'), area(0, 0, 0, 0), 'o');
    expect(gridOf({ days: daysOf('f'), outside: undefined })).toBeNull();
    expect(gridOf({ days, outside: undefined })).toEqual({ days, outside: 'off' });
    expect(gridOf({ days: daysOf('-'), outside: undefined })).toBeUndefined();
    expect(gridOf({ days: daysOf('-'), outside: 'reduced' })).toEqual({ days: daysOf('-'), outside: 'reduced' });
  });

  it('shows the same week again', () => {
    fc.assert(
      fc.property(arbitraryDays, fc.constantFrom('off', 'reduced', undefined), (days, outside) => {
        const grid = gridOf({ days, outside });
        if (grid === undefined) expect(hasOutside(days) && outside === undefined).toBe(true);
        else expect(sharedIn(weekOf(grid))).toEqual(sharedIn({ days, outside }));
      }),
    );
  });
});

describe('now', () => {
  it.each([
    ['2026-11-16T00:00', { day: 0, half: 0 }],
    ['2026-11-16T00:29', { day: 0, half: 0 }],
    ['2026-11-20T18:30', { day: 4, half: 37 }],
    ['2026-11-22T23:59', { day: 6, half: 47 }],
  ])('%s lies there', (local, spot) => {
    expect(spotOf(new Date(local))).toEqual(spot);
  });

  it('has every letter for a cell', () => {
    expect(letters).toEqual(['-', 'o', 'l', 'n', 'f']);
  });
});
