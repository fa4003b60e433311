// The day and the month of a data plan, and where the data used so far leads by their end. Pure, local, without zod: rules and pages
// reckon alike.

export interface Period {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;

/** Before this part of a period is over, one large task would look like a flood. */
const TELLING = 0.05;

/** The local day, 23 to 25 hours long. */
export function dayAt(now: number): Period {
  const date = new Date(now);
  const midnight = (days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
  return { start: midnight(0), end: midnight(1) };
}

/** The month of a data plan, which starts on this day of the calendar month, 1 to 28. */
export function monthAt(now: number, startsOn: number): Period {
  const date = new Date(now);
  const back = date.getDate() < startsOn ? 1 : 0;
  const first = (month: number) => new Date(date.getFullYear(), month, startsOn).getTime();
  return { start: first(date.getMonth() - back), end: first(date.getMonth() - back + 1) };
}

/** Bytes by the end of the period at the pace so far; null while it is too early to tell. */
export function forecastOf(used: number, { start, end }: Period, now: number): number | null {
  const elapsed = (now - start) / (end - start);
  return elapsed < TELLING ? null : Math.round(used / Math.min(1, elapsed));
}

/**
 * The same of a month, never less than where the present day leads: a node that began to share lately has a month of quiet days behind it,
 * which would make less of the month than of its day. Began it today, then the days that are left are like today.
 */
export function monthForecast(used: number, today: number, month: Period, now: number): number | null {
  const pace = forecastOf(used, month, now);
  if (pace === null) return null;
  const day = dayAt(now);
  const byTonight = forecastOf(today, day, now) ?? today;
  const before = used - today;
  const left = Math.max(0, month.end - day.end) / (month.end - month.start);
  const daysLeft = Math.round(Math.max(0, month.end - day.end) / DAY_MS);
  return Math.max(pace, Math.round(before + byTonight + (before === 0 ? daysLeft * byTonight : left * pace)));
}
