// Where the data used so far leads by the end of its day or month. The same reckoning as the rules', also while they are off.

export interface Period {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
}

/** Before this part of a period is over, one large task would look like a flood. */
const TELLING = 0.05;

/** The local day. */
export function dayAt(now: number): Period {
  const date = new Date(now);
  const midnight = (days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
  return { start: midnight(0), end: midnight(1) };
}

/** The month of a data plan that starts on this day of the calendar month, 1 to 28. */
export function monthAt(now: number, startsOn: number): Period {
  const date = new Date(now);
  const back = date.getDate() < startsOn ? 1 : 0;
  const first = (month: number) => new Date(date.getFullYear(), month, startsOn).getTime();
  return { start: first(date.getMonth() - back), end: first(date.getMonth() - back + 1) };
}

/** Bytes by the end of the period at the pace so far; undefined while it is too early to tell. */
export function forecastOf(used: number, { start, end }: Period, now: number): number | undefined {
  const elapsed = (now - start) / (end - start);
  return elapsed < TELLING ? undefined : Math.round(used / Math.min(1, elapsed));
}
