// Data used in a day or a month as readings, with where the pace so far leads.

import { dayAt, forecastOf, monthAt, monthForecast } from '../../src-preload/contract/data-plan.ts';
import type { Clock } from '../base/clock.ts';
import type { Moved } from './data-use.ts';
import { reads, type Sensor } from './sensors/sensor.ts';

export interface Usage {
  /** Bytes, in and out together. */
  readonly used: number;
  /** Bytes by the end of the period at the pace so far; null while it is too early to tell. */
  readonly forecast: number | null;
  readonly endsAt: number;
}

interface UsageDeps {
  readonly clock: Clock;
  readonly use: { since(at: number): Moved };
}

const EVERY_MS = 10_000;

const bytesOf = (moved: Moved) => moved.in + moved.out;

/** Costs one look at the database. */
export function daySensor({ clock, use }: UsageDeps): Sensor<Usage> {
  return sensor(() => {
    const now = clock.now();
    const day = dayAt(now);
    const used = bytesOf(use.since(day.start));
    return { used, forecast: forecastOf(used, day, now), endsAt: day.end };
  });
}

/** Of the month that begins on this day of the calendar month. Costs two looks. */
export function monthSensor({ clock, use }: UsageDeps, startsOn: () => number): Sensor<Usage> {
  return sensor(() => {
    const now = clock.now();
    const month = monthAt(now, startsOn());
    const [used, today] = [month, dayAt(now)].map(({ start }) => bytesOf(use.since(start))) as [number, number];
    return { used, forecast: monthForecast(used, today, month, now), endsAt: month.end };
  });
}

function sensor(usage: () => Usage): Sensor<Usage> {
  return { everyMs: EVERY_MS, read: async () => reads(usage()) };
}
