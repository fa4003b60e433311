import { describe, expect, it } from 'vitest';
import { NOT_HERE, noSensors, reads } from '../../../src-main/availability/sensors/sensor.ts';
import { endOfDay, startOfDay } from '../../../src-main/base/day.ts';
import { quarterOf } from '../../../src-main/base/quarter.ts';
import { Figures, type FiguresDeps } from '../../../src-main/engine/figures.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { HandClock } from '../../support/clock.ts';

const MIDNIGHT = startOfDay(Date.UTC(2025, 5, 11, 12));
const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

const cost = { currency: 'EUR', micro: 120_000 };
const inTime = { sums: [], work: [], left: null, power: { onMs: 0, openMs: 0, busyMs: 0, milliwattHours: 1, cost } };

function open(changes: Partial<FiguresDeps> & { readonly now?: number } = {}) {
  const { now = MIDNIGHT + 10 * HOUR, ...deps } = changes;
  const clock = new HandClock(now);
  const asked: string[] = [];
  const figures = new Figures({
    clock,
    slots: { waiting: 2 },
    speed: { since: () => ({ answers: null, first: null }), tokensSince: () => null, tokensByMinute: () => [] },
    uptime: { between: () => [], firstJoined: () => null },
    series: {
      take: async (request) => {
        asked.push(`series from ${(MIDNIGHT - request.from!) / 24 / HOUR} days ago`);
        const points = [
          { start: 0, end: 1, ...inTime },
          { start: 1, end: 2, ...inTime, left: { ...cost, micro: 5 } },
        ];
        return { by: 'day', zone: 'UTC', points, total: inTime, states: [], through: 0, settled: 0 };
      },
    },
    grid: () => null,
    sensors: {
      ...noSensors,
      cpuHeat: {
        everyMs: 10_000,
        read: async () => {
          asked.push('cpuHeat');
          return reads({ celsius: 51, sensor: 'coretemp' });
        },
      },
    },
    ...deps,
  });
  return { clock, figures, asked };
}

describe('figures', () => {
  it('leave unknown what nobody told or measured', async () => {
    const { figures } = open({ sensors: noSensors });
    expect(await figures.view()).toMatchObject({
      waiting: 2,
      tokensPerSecond: null,
      speed: null,
      first: null,
      hours: { plannedMs: 0, servedMs: 0 },
      cpuHeat: null,
      gpuHeat: null,
      vram: null,
      gpuWatts: null,
    });
  });

  it('tell what is left of today and of seven days, and the speed of the last minute', async () => {
    const { figures, asked } = open({
      speed: {
        since: () => ({ answers: { count: 1, tokensPerSecond: 3 }, first: null }),
        tokensSince: (moment) => (moment === MIDNIGHT + 10 * HOUR - 60_000 ? 90 : null),
        tokensByMinute: (moment, minutes) => (moment === MIDNIGHT + 9.5 * HOUR && minutes === 30 ? [0, 90] : []),
      },
    });
    const view = await figures.view();
    expect(view.power).toEqual({ today: { left: { ...cost, micro: 5 }, cost }, week: { left: null, cost } });
    expect(view).toMatchObject({
      tokensPerSecond: 1.5,
      tokensLately: [0, 1.5],
      speed: { count: 1, tokensPerSecond: 3 },
    });
    expect(asked).toContain('series from 6 days ago');
  });

  it('read a sensor no more often than it can afford, and only when asked', async () => {
    const { figures, asked, clock } = open();
    const reads = () => asked.filter((one) => one === 'cpuHeat').length;
    expect((await figures.view()).cpuHeat).toEqual({ celsius: 51, sensor: 'coretemp' });
    await clock.turn(9000);
    await figures.view();
    expect(reads()).toBe(1);
    await clock.turn(HOUR);
    expect(reads()).toBe(1);
    await figures.view();
    expect(reads()).toBe(2);
    expect(clock.timers).toBe(0);
  });

  it('do not wait long for a sensor that hangs', async () => {
    const hangs = {
      everyMs: 1000,
      read: (signal: AbortSignal) =>
        new Promise<typeof NOT_HERE>((resolve) => {
          signal.addEventListener('abort', () => resolve(NOT_HERE));
        }),
    };
    const { figures, clock } = open({ sensors: { ...noSensors, vram: hangs } });
    const view = figures.view();
    await clock.turn(2000);
    expect((await view).vram).toBeNull();
  });

  /** The nights and mornings until nine are off. */
  const grid: Grid = {
    outside: 'off',
    days: Array.from({ length: 7 }, () => `${'o'.repeat(18)}${'f'.repeat(30)}`) as Grid['days'],
  };
  const first = quarterOf(MIDNIGHT);
  const use = (quarter: number, readyMs: number) => ({
    quarter,
    onMs: QUARTER,
    joinedMs: QUARTER,
    openMs: QUARTER,
    readyMs,
    busyMs: 0,
  });

  it.each([
    ['none of them has come yet', 8 * HOUR, [], { plannedMs: 0, servedMs: 0 }],
    [
      'half of them was served',
      10 * HOUR + QUARTER / 3,
      [use(first + 36, QUARTER), use(first + 37, QUARTER), use(first + 38, 0), use(first + 40, QUARTER / 6)],
      { plannedMs: HOUR + QUARTER / 3, servedMs: HOUR / 2 + QUARTER / 6 },
    ],
    [
      'more was served than planned',
      9 * HOUR + QUARTER,
      [use(first + 2, HOUR)],
      { plannedMs: QUARTER, servedMs: QUARTER },
    ],
  ])('hold the hours served against those of the week: %s', async (_how, at, uses, hours) => {
    const { figures } = open({
      now: MIDNIGHT + at,
      grid: () => grid,
      uptime: { between: () => uses, firstJoined: () => first - 100 },
    });
    expect((await figures.view()).hours).toEqual(hours);
  });

  it('begin when a network is joined: time of setting up is none of them, nor time that no network could send tasks in', async () => {
    const { figures } = open({
      now: MIDNIGHT + 10 * HOUR + 2 * QUARTER,
      uptime: {
        between: (from) => [
          { ...use(from, QUARTER / 5), joinedMs: QUARTER / 5 },
          use(from + 1, QUARTER / 2),
          // Open for tasks, and reached by no one.
          use(from + 2, 0),
        ],
        firstJoined: () => first + 39,
      },
    });
    const plannedMs = QUARTER / 5 + 2 * QUARTER;
    expect((await figures.view()).hours).toEqual({ plannedMs, servedMs: QUARTER / 5 + QUARTER / 2 });
  });

  it('leave out time in which it ran for no network', async () => {
    const { figures } = open({
      now: MIDNIGHT + 10 * HOUR,
      uptime: {
        between: () => [{ ...use(first + 36, 0), joinedMs: 0 }, ...[37, 38, 39].map((at) => use(first + at, QUARTER))],
        firstJoined: () => first - 100,
      },
      grid: () => grid,
    });
    expect((await figures.view()).hours).toEqual({ plannedMs: 3 * QUARTER, servedMs: 3 * QUARTER });
  });

  it('have the day by its quarters of an hour, as far as it was measured', async () => {
    const { figures } = open({
      uptime: { between: (from, end) => [use(from + 3, 5), use(end - 1, 7)], firstJoined: () => null },
    });
    const { day } = await figures.view();
    expect(day).toMatchObject({ start: MIDNIGHT, end: endOfDay(MIDNIGHT) });
    expect(day.quarters.map(({ at, readyMs }) => [at - MIDNIGHT, readyMs])).toEqual([
      [3 * QUARTER, 5],
      [10 * HOUR, 7],
    ]);
  });
});
