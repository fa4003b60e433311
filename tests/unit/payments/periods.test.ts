// In a process for each, for a process has one time zone. What they print is held against the calendar of Intl.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const HOUR = 3_600_000;

interface Borders {
  readonly borders: readonly number[];
  readonly sound: boolean;
}

type Told = Record<'day' | 'week' | 'month', Borders>;

async function bordersIn(zone: string, from: number, to: number) {
  const script = join(import.meta.dirname, 'periods-child.ts');
  const { stdout } = await run(process.execPath, [script, String(from), String(to)], {
    env: { ...process.env, TZ: zone },
  });
  return JSON.parse(stdout) as Told;
}

/** The local date, and the day of the week with Monday as 0. */
function calendarOf(zone: string) {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  return (at: number) => {
    const date = format.format(at);
    return { date, month: date.slice(0, 7), weekday: (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7 };
  };
}

/** Zone, a year of it, and the hours that its days have. */
const ZONES: readonly (readonly [zone: string, year: number, hours: readonly number[]])[] = [
  ['UTC', 2025, [24]],
  ['Europe/Berlin', 2025, [23, 24, 25]],
  ['America/New_York', 2025, [23, 24, 25]],
  // Half an hour, south of the equator.
  ['Australia/Lord_Howe', 2025, [23.5, 24, 24.5]],
  // The clock changes at midnight: one day begins at one, another has midnight twice.
  ['America/Havana', 2025, [23, 24, 25]],
  ['Africa/Cairo', 2025, [23, 24, 25]],
  ['America/Sao_Paulo', 2018, [23, 24, 25]],
  ['Asia/Kathmandu', 2025, [24]],
  // A whole day was left out at the end of the year.
  ['Pacific/Apia', 2011, [23, 24, 25]],
];

describe.each(ZONES)('the calendar of %s in %i', (zone, year, hours) => {
  const [from, to] = [Date.UTC(year, 0, 2, 12), Date.UTC(year + 1, 0, 3)];
  const of = calendarOf(zone);
  let told: Told;
  beforeAll(async () => {
    told = await bordersIn(zone, from, to);
  });

  it('has days that begin with the first moment of a date and leave nothing out', () => {
    const { borders, sound } = told.day;
    expect(sound).toBe(true);
    for (const start of borders) expect(of(start).date).not.toBe(of(start - 1).date);
    const dates = borders.map((start) => of(start).date);
    expect(new Set(dates).size).toBe(dates.length);
    // Every moment has the date of the day that it lies in: no border was passed over.
    for (const [n, start] of borders.slice(0, -1).entries()) expect(of(borders[n + 1]! - 1).date).toBe(of(start).date);
    const lengths = borders.slice(1).map((end, n) => (end - borders[n]!) / HOUR);
    expect([...new Set(lengths)].sort((a, b) => a - b)).toEqual(hours);
    for (const start of borders) expect(start % 900_000).toBe(0);
  });

  it('has weeks that begin with a Monday and months that begin with the first', () => {
    const { week: weeks, month: months } = told;
    expect([weeks.sound, months.sound, months.borders.length]).toEqual([true, true, 13]);
    for (const start of weeks.borders)
      expect([of(start).weekday, of(start - 1).date < of(start).date]).toEqual([0, true]);
    for (const start of months.borders) {
      expect([of(start).date.slice(-2), of(start - 1).month < of(start).month]).toEqual(['01', true]);
    }
  });
});
