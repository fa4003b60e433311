// Data used in a day or a month as readings, with where the pace so far leads.

import type { Clock } from '../base/clock.ts';
import { endOfDay, startOfDay } from '../base/day.ts';
import type { Moved } from './data-use.ts';
import { reads, type Sensor } from './sensors/sensor.ts';

export interface Usage {
  /** Bytes, in and out together. */
  readonly used: number;
  /** Bytes by the end of the period at the pace so far; null while it is too early to tell. */
  readonly forecast: number | null;
  readonly endsAt: number;
}

interface Period {
  readonly start: number;
  readonly end: number;
}

/** Before this part of a period is over, one large task would look like a flood. */
const TELLING = 0.05;
const EVERY_MS = 10_000;

/** The local day. */
export function dayAt(now: number): Period {
  return { start: startOfDay(now), end: endOfDay(now) };
}

/** The month of a data plan, which starts on this day of the calendar month, 1 to 28. */
export function monthAt(now: number, startsOn: number): Period {
  const date = new Date(now);
  const back = date.getDate() < startsOn ? 1 : 0;
  const first = (month: number) => new Date(date.getFullYear(), month, startsOn).getTime();
  return { start: first(date.getMonth() - back), end: first(date.getMonth() - back + 1) };
}

export function usageOf(moved: Moved, { start, end }: Period, now: number): Usage {
  const used = moved.in + moved.out;
  const elapsed = (now - start) / (end - start);
  return { used, forecast: elapsed < TELLING ? null : Math.round(used / Math.min(1, elapsed)), endsAt: end };
}

/** Costs one look at the database. */
export function usageSensor(
  deps: { readonly clock: Clock; readonly use: { since(at: number): Moved } },
  period: (now: number) => Period,
): Sensor<Usage> {
  return {
    everyMs: EVERY_MS,
    read: async () => {
      const now = deps.clock.now();
      const present = period(now);
      return reads(usageOf(deps.use.since(present.start), present, now));
    },
  };
}
