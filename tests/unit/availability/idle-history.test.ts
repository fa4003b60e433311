// Hours that are learned: what is kept of when nobody is there, and what is made of it.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataUseMigrations } from '../../../src-main/availability/data-use.ts';
import { IdleHistory, idleHistoryMigrations } from '../../../src-main/availability/idle-history.ts';
import {
  HALVES_A_WEEK,
  type HalfSeen,
  hasAll,
  known,
  suggestHours,
} from '../../../src-main/availability/learned-hours.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { memorySettings, NOT_HERE, reads, setSensor } from './support.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const MONDAY = new Date(2026, 5, 1).getTime();
const HALF_PAST_NINE = 19;

async function opened(on = true) {
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(temporaryFolder(), 'hearth.db'), migrations: [...dataUseMigrations, ...idleHistoryMigrations] },
  );
  onTestFinished(() => database.close());
  const clock = new HandClock(MONDAY + 9 * HOUR);
  const settings = memorySettings({ 'availability.learn': on });
  const sensor = setSensor(10_000, { seconds: 0 });
  let told = 0;
  const written: Promise<void>[] = [];
  const made = () =>
    new IdleHistory({
      clock,
      logger: silentLogger,
      settings,
      sensor,
      // The clock is turned by hand and does not wait for the disk: `minutes` does.
      committer: {
        commit: async (writes) => {
          written.push(database.committer.commit(writes));
        },
      },
      read: database.read,
      changed: () => {
        told += 1;
      },
    });
  const rows = async () => {
    await Promise.all(written);
    return database.read.prepare('SELECT half, round(seen, 3), round(away, 3) FROM idle_history').raw().all();
  };
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) await clock.turn(MINUTE);
    await Promise.all(written);
  };
  return { clock, settings, sensor, made, rows, minutes, told: () => told };
}

describe('what is kept', () => {
  it('is how much of a half hour nobody was there, once it is over, and goes on from there', async () => {
    const { sensor, made, rows, minutes, clock } = await opened();
    const history = made();
    await history.start();
    await minutes(29);
    expect(await rows()).toEqual([]);
    sensor.now = reads({ seconds: 600 });
    await minutes(30);
    await history.stop();
    expect(await rows()).toEqual([
      [18, 0.967, 0],
      [HALF_PAST_NINE, 1, 1],
    ]);
    // Four weeks later it counts half.
    clock.skip(4 * 7 * DAY - 29 * MINUTE);
    const later = made();
    await later.start();
    await minutes(30);
    await later.stop();
    const [, second] = (await rows()) as [unknown, [number, number, number]];
    expect(second[0]).toBe(HALF_PAST_NINE);
    expect(second[1]).toBeGreaterThan(1.4);
    expect(second[1]).toBeLessThan(1.6);
  });

  it('is nothing while nobody wants it, or where idle can’t be read', async () => {
    const { settings, sensor, made, rows, minutes } = await opened(false);
    const history = made();
    await history.start();
    await minutes(40);
    expect([sensor.count, history.view()]).toEqual([
      0,
      { on: false, unreadable: false, known: 0, empty: true, suggestion: null },
    ]);
    sensor.now = NOT_HERE;
    await settings.set('availability.learn', true);
    await minutes(40);
    expect(history.view()).toMatchObject({ on: true, unreadable: true, empty: true });
    await history.stop();
    expect(await rows()).toEqual([]);
  });

  it('is gone when it is to be forgotten', async () => {
    const { made, rows, minutes, told } = await opened();
    const history = made();
    await history.start();
    await minutes(45);
    expect(history.view().empty).toBe(false);
    const before = told();
    await history.forget();
    expect([await rows(), history.view().empty, told() > before]).toEqual([[], true, true]);
    await history.stop();
    expect(made().view().empty).toBe(true);
  });
});

const week = (given: (day: number, half: number) => Partial<HalfSeen>): HalfSeen[] =>
  Array.from({ length: HALVES_A_WEEK }, (_, at) => ({
    seen: 3,
    away: 0,
    ...given(Math.floor(at / 48), at % 48),
  }));
const office = week((day, half) => (day < 5 && half >= 18 && half < 34 ? { away: 3 } : {}));

describe('the suggestion', () => {
  it('is the hours in which nobody is there', () => {
    const day = `${'-'.repeat(18)}${'f'.repeat(16)}${'-'.repeat(14)}`;
    expect(suggestHours(office)).toEqual([...Array<string>(5).fill(day), '-'.repeat(48), '-'.repeat(48)]);
  });

  it.each<[string, HalfSeen[]]>([
    ['nothing is known', week(() => ({ seen: 0 }))],
    ['it was watched for less than two weeks', office.map(({ seen, away }) => ({ seen: seen / 2, away: away / 2 }))],
    ['somebody is there now and then', week((_, half) => ({ away: half % 3 === 0 ? 1 : 2.4 }))],
    ['nobody goes for as long as two hours', week((_, half) => ({ away: half % 4 === 0 ? 0 : 3 }))],
    ['nobody ever comes', week(() => ({ away: 3 }))],
  ])('is none where %s', (_name, seen) => {
    expect(suggestHours(seen)).toBeNull();
  });

  it('sees a night over the end of the week as one', () => {
    const days = suggestHours(
      week((day, half) => ((day === 6 && half >= 46) || (day === 0 && half < 2) ? { away: 3 } : {})),
    );
    expect([days?.[6]?.slice(44), days?.[0]?.slice(0, 4)]).toEqual(['--ff', 'ff--']);
  });

  it('never has an hour in which somebody was mostly there, nor a piece under two hours', () => {
    const half = fc.record({
      seen: fc.double({ min: 0, max: 8, noNaN: true }),
      part: fc.constantFrom(0, 0.5, 0.9, 1, 1),
    });
    fc.assert(
      fc.property(fc.array(half, { minLength: HALVES_A_WEEK, maxLength: HALVES_A_WEEK }), (given) => {
        const seen = given.map((each) => ({ seen: each.seen, away: each.seen * each.part }));
        const cells = suggestHours(seen)?.join('') ?? '';
        for (const [at, cell] of Array.from(cells).entries()) {
          if (cell === 'f') expect(seen[at]!.away / seen[at]!.seen).toBeGreaterThanOrEqual(0.85);
        }
        const from = cells.indexOf('-');
        const turned = cells.slice(from) + cells.slice(0, from);
        for (const piece of turned.match(/f+/g) ?? []) expect(piece.length).toBeGreaterThanOrEqual(4);
      }),
    );
  });

  it('is not made again while the week has it, or for four weeks after it was put aside', async () => {
    const days = suggestHours(office)!;
    expect(known(office)).toBe(HALVES_A_WEEK);
    expect(hasAll(null, days)).toBe(false);
    expect(hasAll({ days, outside: 'off' }, days)).toBe(true);
    const { clock, settings, sensor, made, minutes } = await opened();
    sensor.now = reads({ seconds: 4000 });
    const history = made();
    await history.start();
    // Three Mondays from nine to twelve, then somebody comes.
    for (let turn = 0; turn < 3; turn += 1) {
      await minutes(180);
      sensor.now = reads({ seconds: 0 });
      await minutes(60);
      sensor.now = reads({ seconds: 4000 });
      clock.skip(7 * DAY - 4 * HOUR);
    }
    const suggested = history.view().suggestion;
    // The very first minute of each was not watched; the last tells that it is over.
    expect(suggested?.[0]).toBe(`${'-'.repeat(18)}${'f'.repeat(6)}${'-'.repeat(24)}`);
    await settings.set('availability.learnDismissed', clock.now());
    expect(history.view().suggestion).toBeNull();
    await settings.set('availability.learnDismissed', clock.now() - 4 * 7 * DAY);
    expect(history.view().suggestion).not.toBeNull();
    await settings.set('availability.grid', { days: suggested!, outside: 'off' });
    expect(history.view().suggestion).toBeNull();
    await history.stop();
  });
});
