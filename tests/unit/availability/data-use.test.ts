import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { daySensor, monthSensor } from '../../../src-main/availability/data-rule.ts';
import { DataUse, dataUseMigrations } from '../../../src-main/availability/data-use.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { type Logger, silentLogger } from '../../../src-main/base/logger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { dayAt, forecastOf, monthAt, monthForecast } from '../../../src-preload/contract/data-plan.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wait.ts';
import { inZone } from '../../support/zone.ts';

const NOON = new Date(2026, 5, 3, 12).getTime();
const DAY = 86_400_000;

async function opened(now = NOON) {
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(temporaryFolder(), 'hearth.db'), migrations: dataUseMigrations },
  );
  onTestFinished(() => database.close());
  const clock = new HandClock(now);
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
  let trouble = false;
  const committer = {
    commit: async (...args: Parameters<typeof database.committer.commit>) => {
      if (trouble) throw new Error('disk full');
      await database.committer.commit(...args);
    },
  };
  const made = () => new DataUse({ clock, logger, committer, read: database.read });
  return {
    clock,
    made,
    use: made(),
    warnings,
    rows: () => database.read.prepare('SELECT day, bytes_in, bytes_out FROM data_use').raw().all(),
    fail(on: boolean) {
      trouble = on;
    },
  };
}

/** A connection with numbers that a test sets. */
function connection() {
  let close = () => {};
  return {
    bytesRead: 0,
    bytesWritten: 0,
    once(_event: 'close', listener: () => void) {
      close = listener;
    },
    close: () => close(),
  };
}

describe('data used', () => {
  it('is counted by connection while it is open, and once when it closes', async () => {
    const { use } = await opened();
    const one = connection();
    const other = connection();
    use.watch(one);
    use.watch(one);
    use.watch(other);
    Object.assign(one, { bytesRead: 100, bytesWritten: 1000 });
    expect(use.since(NOON)).toEqual({ in: 100, out: 1000 });
    Object.assign(one, { bytesRead: 150, bytesWritten: 1000 });
    Object.assign(other, { bytesRead: 1, bytesWritten: 2 });
    one.close();
    Object.assign(one, { bytesRead: 9999 });
    expect(use.since(NOON)).toEqual({ in: 151, out: 1002 });
  });

  it('is what really went over a socket', async () => {
    const { use } = await opened();
    const server = createServer((socket) => {
      use.watch(socket);
      socket.on('data', () => socket.end('y'.repeat(50_000)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write('x'.repeat(3000)));
    socket.resume();
    await until('the connection to close', () => socket.destroyed);
    await until('all to be counted', () => use.since(NOON).out === 50_000);
    expect(use.since(NOON)).toEqual({ in: 3000, out: 50_000 });
  });

  it('is written each minute and at the end, and is there after a restart', async () => {
    const { use, clock, made, rows } = await opened();
    await use.start();
    use.count({ in: 5, out: 6 });
    expect(rows()).toEqual([]);
    await clock.turn(60_000);
    await until('the row', () => rows().length === 1);
    expect(rows()).toEqual([['2026-06-03', 5, 6]]);
    use.count({ in: 1, out: 1 });
    expect(use.since(NOON)).toEqual({ in: 6, out: 7 });
    await use.stop();
    expect([rows(), clock.timers]).toEqual([[['2026-06-03', 6, 7]], 0]);
    expect(made().since(NOON)).toEqual({ in: 6, out: 7 });
  });

  it('is neither lost nor counted twice where a write fails', async () => {
    const { use, made, rows, warnings, fail } = await opened();
    use.count({ in: 5, out: 6 });
    fail(true);
    await use.flush();
    use.count({ in: 1, out: 0 });
    await use.flush();
    expect([rows(), warnings.length, use.since(NOON)]).toEqual([[], 2, { in: 6, out: 6 }]);
    fail(false);
    await Promise.all([use.flush(), use.flush()]);
    expect([rows(), made().since(NOON)]).toEqual([[['2026-06-03', 6, 6]], { in: 6, out: 6 }]);
  });

  it('belongs to the local day that it was used in', async () => {
    inZone('America/New_York');
    const evening = new Date(2026, 5, 3, 23, 59).getTime();
    const { use, clock } = await opened(evening);
    use.count({ in: 1, out: 0 });
    await clock.turn(60_000);
    use.count({ in: 2, out: 0 });
    expect(use.since(dayAt(clock.now()).start)).toEqual({ in: 2, out: 0 });
    expect(use.since(dayAt(evening).start)).toEqual({ in: 3, out: 0 });
    expect(use.since(evening + 2 * DAY)).toEqual({ in: 0, out: 0 });
  });
});

describe('periods', () => {
  it('of a month begin on the day that the plan says', () => {
    inZone('Europe/Berlin');
    const span = (now: number, startsOn: number) => {
      const { start, end } = monthAt(now, startsOn);
      return [start, end].map((at) => {
        const date = new Date(at);
        return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()} ${date.getHours()}h`;
      });
    };
    expect(span(NOON, 1)).toEqual(['2026-6-1 0h', '2026-7-1 0h']);
    expect(span(NOON, 3)).toEqual(['2026-6-3 0h', '2026-7-3 0h']);
    expect(span(NOON, 4)).toEqual(['2026-5-4 0h', '2026-6-4 0h']);
    expect(span(new Date(2026, 0, 5).getTime(), 28)).toEqual(['2025-12-28 0h', '2026-1-28 0h']);
    expect(span(new Date(2026, 2, 29, 12).getTime(), 15)).toEqual(['2026-3-15 0h', '2026-4-15 0h']);
  });

  it('of a day have 23 to 25 hours', () => {
    inZone('Europe/Berlin');
    const hours = (now: number) => (dayAt(now).end - dayAt(now).start) / 3_600_000;
    const days = [new Date(2026, 2, 29, 12), new Date(2026, 9, 25, 12), new Date(2026, 5, 3, 12)];
    expect(days.map((day) => hours(day.getTime()))).toEqual([23, 25, 24]);
  });
});

describe('the forecast', () => {
  const period = { start: 0, end: 1000 };

  it('is where the pace so far leads', () => {
    expect([forecastOf(50, period, 250), forecastOf(0, period, 250), forecastOf(5, period, 1000)]).toEqual([200, 0, 5]);
  });

  it('is not made while it is too early', () => {
    expect([forecastOf(50, period, 49), forecastOf(50, period, 50)]).toEqual([null, 1000]);
  });

  it('is never below what is used, also where the clock is off', () => {
    expect(forecastOf(5, period, 2000)).toBe(5);
  });

  it('of a month is not below that of the day: a node that is new has quiet days behind it', () => {
    const noon = new Date(2026, 10, 22, 12).getTime();
    const month = monthAt(noon, 1);
    // 2.5 MB by noon of its first day: 5 MB by the evening, but at the month's pace no more than 3.5 MB.
    expect(forecastOf(2_500_000, month, noon)).toBeLessThan(5_000_000);
    // Began today, so the eight days that are left are like it.
    expect(monthForecast(2_500_000, 2_500_000, month, noon)).toBe(9 * 5_000_000);
    // Began lately: at least as much as today leads to, and at the month's pace from then on.
    expect(monthForecast(4_500_000, 2_500_000, month, noon)).toBe(
      7_000_000 + Math.round((8 / 30) * forecastOf(4_500_000, month, noon)!),
    );
    // Where the days before were as busy, the pace holds.
    expect(monthForecast(150e6, 2_500_000, month, noon)).toBe(forecastOf(150e6, month, noon));
    expect(monthForecast(1, 1, month, month.start + 1)).toBeNull();
  });

  it('is what the rules read', async () => {
    const { use, clock } = await opened(new Date(2026, 10, 22, 12).getTime());
    use.count({ in: 2_000_000, out: 500_000 });
    const deps = { clock, use };
    const signal = new AbortController().signal;
    const [day, month] = [await daySensor(deps).read(signal), await monthSensor(deps, () => 1).read(signal)];
    expect(day).toMatchObject({ value: { used: 2_500_000, forecast: 5_000_000 } });
    expect(month).toMatchObject({ value: { used: 2_500_000, forecast: 45_000_000 } });
  });
});
