// Moments and spans as people say them. Times are epoch milliseconds.
import { two } from '../../src-preload/contract/day.ts';
import { type Hours, hoursOf } from './locale.ts';
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

const made = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a hundred times. */
function written(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  const held = made.get(key) ?? new Intl.DateTimeFormat(locale, options);
  made.set(key, held);
  // The half of the day stays beside its time.
  return held.format(at).replace(/\s(?=[AP]M\b)/, '\u00A0');
}

/** "14:02" or "2:02 PM", as the locale's hours are. */
const CLOCK = {
  h12: { hour: 'numeric', minute: '2-digit', hourCycle: 'h12' },
  h23: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const satisfies Record<Hours, Intl.DateTimeFormatOptions>;

const clocks = new Map<string, Hours>();

function clockOf(locale: string): Intl.DateTimeFormatOptions {
  const hours = clocks.get(locale) ?? hoursOf(locale);
  clocks.set(locale, hours);
  return CLOCK[hours];
}

/** "14:02" today, "20 Nov, 14:02" on another day; local time. */
export function clockTime(at: number, now: number, locale: string): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return written(at, locale, { ...clockOf(locale), ...(!sameDay && { day: 'numeric', month: 'short' }) });
}

/** "14:02", and "Mon 14:02" where that is more than a day away; local time. */
export function untilTime(at: number, now: number, locale: string): string {
  const time = written(at, locale, clockOf(locale));
  return at - now < DAY ? time : `${written(at, locale, { weekday: 'short' })} ${time}`;
}

/** "20 Nov 2026, 14:02:09"; local time. */
export function dateTime(at: number, locale: string): string {
  return written(at, locale, {
    ...clockOf(locale),
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    second: '2-digit',
  });
}

/** "22:30" of 1350 minutes since midnight, and "24:00" of the end of the day; where the hours are twelve, "10:30 PM" and "12:00 AM". */
export function timeText(minutes: number, locale: string): string {
  if (minutes === END_OF_DAY && clockOf(locale) === CLOCK.h23) return '24:00';
  return written(new Date(2024, 0, 1, 0, minutes).getTime(), locale, clockOf(locale));
}

const END_OF_DAY = 24 * 60;

/** "22" of an hour of the day; where the hours are twelve, "10", and "12 AM" and "12 PM" where a half of the day begins: for a scale. */
export function hourText(hour: number, locale: string): string {
  if (clockOf(locale) === CLOCK.h23) return String(hour);
  return hour % 12 === 0 ? `12\u00A0${hour === 0 ? 'AM' : 'PM'}` : String(hour % 12);
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
