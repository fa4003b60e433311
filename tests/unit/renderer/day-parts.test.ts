import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doorOf, partsOf, spentOf } from '../../../src-renderer/pages/home/day-parts.ts';
import { fromDetail, toFilter } from '../../../src-renderer/pages/work/filter.ts';
import { whereIs } from '../../../src-renderer/places.ts';

const QUARTER = 900_000;
type Times = Partial<Record<'onMs' | 'joinedMs' | 'openMs' | 'readyMs' | 'busyMs', number>>;

/** The quarter of an hour number n of the day: ready all the time, or as it is said. */
const quarter = (n: number, times: Times = {}) => ({
  at: n * QUARTER,
  onMs: QUARTER,
  joinedMs: QUARTER,
  openMs: QUARTER,
  readyMs: QUARTER,
  busyMs: 0,
  ...times,
});
const work = { busyMs: 5000 };
const held = { readyMs: 0 };
const paused = { openMs: 0, readyMs: 0 };
const alone = { joinedMs: 0, readyMs: 0 };
const shown = (...args: Parameters<typeof partsOf>) =>
  partsOf(...args).map(({ kind, from, to }) => [kind, from / QUARTER, to / QUARTER]);

describe('the parts of a day', () => {
  it('are neighbours of a kind as one, in the order in which they were', () => {
    const quarters = [quarter(0, paused), quarter(1, paused), quarter(2), quarter(3, work), quarter(4, held)];
    expect(shown(quarters, 9 * QUARTER)).toEqual([
      ['paused', 0, 2],
      ['ready', 2, 3],
      ['working', 3, 4],
      ['held', 4, 5],
    ]);
  });

  it('leave out when the node was off, and when it had joined no network', () => {
    expect(shown([quarter(0), quarter(1, alone), quarter(2), quarter(7)], 9 * QUARTER)).toEqual([
      ['ready', 0, 1],
      ['ready', 2, 3],
      ['ready', 7, 8],
    ]);
  });

  it('end now', () => {
    expect(shown([quarter(4)], 4.5 * QUARTER)).toEqual([['ready', 4, 4.5]]);
  });

  it('are what a quarter was for the most part, where nothing ran in it', () => {
    const third = QUARTER / 3;
    expect(shown([quarter(0, { openMs: third, readyMs: third })], QUARTER)[0]![0]).toBe('paused');
    expect(shown([quarter(0, { readyMs: third })], QUARTER)[0]![0]).toBe('held');
    expect(shown([quarter(0, { readyMs: third, busyMs: 1 })], QUARTER)[0]![0]).toBe('working');
  });
});

describe('a part that is pressed', () => {
  const led = (part: Parameters<typeof doorOf>[0]) => whereIs(doorOf(part).slice(1));

  it('leads to the tasks that ended in it, and to no others of that day', () => {
    const [part] = partsOf([quarter(5, work), quarter(6, work)], 6.5 * QUARTER);
    const where = led(part!);
    expect(where?.place).toBe('work');
    expect(toFilter(fromDetail(where?.detail), 9 * QUARTER)).toEqual({ from: 5 * QUARTER, to: 7 * QUARTER });
  });

  it('leads to what stood in their way where there were none', () => {
    const places = [quarter(0), quarter(0, held), quarter(0, paused)].map((one) => led(partsOf([one], QUARTER)[0]!));
    expect(places).toEqual([{ place: 'home', detail: 'idle' }, { place: 'network' }, { place: 'availability' }]);
  });
});

describe('what a day was spent on', () => {
  it('adds up to the time in networks, whatever was measured', () => {
    const ms = fc.nat(QUARTER);
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms, ms, ms), { maxLength: 96 }), (measured) => {
        const quarters = measured.map((times, n) => {
          // Busy within ready within open within joined.
          const [joinedMs = 0, openMs = 0, readyMs = 0, busyMs = 0] = times.toSorted((a, b) => b - a);
          return quarter(n, { joinedMs, openMs, readyMs, busyMs });
        });
        const { working, ready, held: unreached, paused: shut } = spentOf(quarters);
        const joined = quarters.reduce((sum, { joinedMs }) => sum + joinedMs, 0);
        expect(working + ready + unreached + shut).toBe(joined);
      }),
    );
  });
});
