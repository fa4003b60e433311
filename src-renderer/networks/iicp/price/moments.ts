// Moments as a setting holds them, and as they are typed, by the clock on the wall. Pure.
import { localDate } from '../../../../src-preload/contract/day.ts';

/** A date as 2026-12-01, and minutes after its midnight. */
export interface Local {
  readonly date: string;
  readonly minutes: number;
}

/** Undefined where there is none. */
export function localOf(moment: string | null): Local | undefined {
  const at = moment === null ? Number.NaN : Date.parse(moment);
  if (Number.isNaN(at)) return undefined;
  const wall = new Date(at);
  return { date: localDate(at), minutes: wall.getHours() * 60 + wall.getMinutes() };
}

/** With its zone; null for what is no date. */
export function momentOf({ date, minutes }: Local): string | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  return new Date(year, month - 1, day, 0, minutes).toISOString();
}
