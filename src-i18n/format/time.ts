// Moments and spans as people say them. Times are epoch milliseconds.
import { formatUnit } from './money.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = 'second' | 'minute' | 'hour' | 'day';

/** The largest unit that fits, rounded down: 119 s are one minute. */
function largest(ms: number): [count: number, unit: Unit] {
  if (ms < MINUTE) return [Math.floor(ms / SECOND), 'second'];
  if (ms < HOUR) return [Math.floor(ms / MINUTE), 'minute'];
  if (ms < DAY) return [Math.floor(ms / HOUR), 'hour'];
  return [Math.floor(ms / DAY), 'day'];
}

function relative(count: number, unit: Unit, locale: string): string {
  // "now" is the only word for a number that is wanted; "yesterday" would say another thing than "1 day ago".
  const numeric = count === 0 ? 'auto' : 'always';
  return new Intl.RelativeTimeFormat(locale, { style: 'short', numeric }).format(count, unit);
}

/** "12 sec. ago". A moment that this computer's clock puts in the future reads "now": two clocks differ a little. */
export function ago(then: number, now: number, locale: string): string {
  const [count, unit] = largest(Math.max(0, now - then));
  return relative(-count || 0, unit, locale);
}

/** "in 18 sec."; "now" once it is due. */
export function ahead(then: number, now: number, locale: string): string {
  const [count, unit] = largest(Math.max(0, then - now));
  return relative(count, unit, locale);
}

/** "5 min" */
export function span(ms: number, locale: string): string {
  const [count, unit] = largest(ms);
  return formatUnit(count, unit, locale);
}

/** A running clock: "0:07", "12:40", "1:02:33". */
export function elapsed(since: number, now: number): string {
  const total = Math.max(0, Math.floor((now - since) / SECOND));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The local date as a field for dates has it: "2026-12-01". */
export function localDate(at: number): string {
  const date = new Date(at);
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The local time as a field for times has it: "07:30". */
export function localTime(at: number): string {
  const date = new Date(at);
  return timeOfDay(date.getHours() * 60 + date.getMinutes());
}

/** "07:30" of 450 minutes since midnight. */
export function timeOfDay(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const two = (value: number) => String(value).padStart(2, '0');

const made = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a hundred times. */
function written(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  const held = made.get(key) ?? new Intl.DateTimeFormat(locale, options);
  made.set(key, held);
  return held.format(at);
}

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const CLOCK_DAY = { ...CLOCK, day: 'numeric', month: 'short' } as const;
const CLOCK_DATE = { ...CLOCK_DAY, year: 'numeric', second: '2-digit' } as const;

/** "14:02" today, "20 Nov, 14:02" on another day; local time. */
export function clockTime(at: number, now: number, locale: string): string {
  const then = new Date(at);
  const sameDay = then.toDateString() === new Date(now).toDateString();
  return written(at, locale, sameDay ? CLOCK : CLOCK_DAY);
}

/** "14:02", and "Mon 14:02" where that is more than a day away; local time. */
export function untilTime(at: number, now: number, locale: string): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString(locale, CLOCK);
  return at - now < DAY ? time : `${then.toLocaleDateString(locale, { weekday: 'short' })} ${time}`;
}

/** "20 Nov 2026, 14:02:09"; local time. */
export function dateTime(at: number, locale: string): string {
  return written(at, locale, CLOCK_DATE);
}

/** "Friday 20 November"; local time. */
export function dayName(at: number, locale: string): string {
  return new Date(at).toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** "Mon" or "Monday" of 0. */
export function weekday(day: number, width: 'short' | 'long', locale: string): string {
  // The first of January 2024 was a Monday.
  return new Date(2024, 0, 1 + day).toLocaleDateString(locale, { weekday: width }).replace(/\.$/, '');
}

const DATES = {
  /** "20 Nov 2026" */
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  /** "20 Nov" */
  dayMonth: { day: 'numeric', month: 'short' },
  /** "November 2026" */
  month: { month: 'long', year: 'numeric' },
  /** "Nov" */
  monthShort: { month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type DateForm = keyof typeof DATES;

/** A date without its time, local. */
export function dateAs(form: DateForm, at: number, locale: string): string {
  return written(at, locale, DATES[form]);
}
