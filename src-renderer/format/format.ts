// Figures as one language writes them, put together once for each.

import { type Hours, localeFor } from '../../src-i18n/format/locale.ts';
import {
  formatBytes,
  formatCount,
  formatMemory,
  formatMicro,
  formatNumber,
  formatPercent,
  formatUnit,
} from '../../src-i18n/format/money.ts';
import {
  ago,
  ahead,
  clockTime,
  type DateForm,
  dateAs,
  dateTime,
  dayName,
  hourText,
  span,
  timeText,
  untilTime,
  weekday,
} from '../../src-i18n/format/time.ts';
import { amountParts, unitWord } from '../../src-i18n/unit.ts';
import { systemLocales } from './locale.ts';

export interface Format {
  /** "1 904.25" of 1904250000 millionths. */
  readonly micro: (amountMicro: number) => string;
  /** "37.57" and "credits"; exact: "37.5713". The unit may be a stranger's text. */
  readonly amount: (amountMicro: number, unit: string, exact?: boolean) => readonly [figure: string, unit: string];
  /** "credits", after this amount. */
  readonly unit: (unit: string, amountMicro: number) => string;
  /** "12 345" */
  readonly count: (count: number) => string;
  /** With at most so many decimals. */
  readonly number: (value: number, decimals: number) => string;
  /** "50 %" of 0.5. */
  readonly percent: (share: number) => string;
  /** "4.2 GB", "310 kB", decimal. */
  readonly bytes: (bytes: number) => string;
  /** "16 GB" of the computer's or a card's memory, by 1024. */
  readonly memory: (bytes: number) => string;
  /** "4.2 GB", decimal, as data plans and drives count. */
  readonly gigabytes: (bytes: number) => string;
  /** "12 sec. ago"; "now" for less than a second. */
  readonly ago: (then: number, now: number) => string;
  /** "in 18 sec."; "now" once it is due. */
  readonly ahead: (then: number, now: number) => string;
  /** "5 min": the largest unit that fits. */
  readonly span: (ms: number) => string;
  /** "14:02" today, "20 Nov, 14:02" on another day; as all times "2:02 PM" where the system's hours are twelve. */
  readonly clock: (at: number, now: number) => string;
  /** "14:02", and "Mon 14:02" where that is more than a day away. */
  readonly until: (at: number, now: number) => string;
  /** "22:30" of 1350 minutes since midnight; "24:00", or "12:00 AM", of the end of the day. */
  readonly time: (minutes: number) => string;
  /** "22", or "10", for a scale. */
  readonly hour: (hour: number) => string;
  /** "20 Nov 2026, 14:02:09" */
  readonly dateTime: (at: number) => string;
  /** "20 Nov 2026", "20 Nov", "November 2026" or "Nov" */
  readonly date: (at: number, form: DateForm) => string;
  /** "Friday 20 November" */
  readonly day: (at: number) => string;
  /** "Mon" or "Monday" of 0. */
  readonly weekday: (day: number, width: 'short' | 'long') => string;
  /** "a, b and c" */
  readonly list: (words: readonly string[]) => string;
}

/**
 * `system` is what the user's computer prefers, most wanted first; `hours` how it writes the time, where that is known better than by
 * them.
 */
export function createFormat(language: string, system = systemLocales(), hours?: Hours): Format {
  const locale = localeFor(language, system, hours);
  return {
    micro: (amountMicro) => formatMicro(amountMicro, locale),
    amount: (amountMicro, unit, exact) => amountParts(amountMicro, unit, locale, exact),
    unit: (unit, amountMicro) => unitWord(unit, amountMicro, locale),
    count: (count) => formatCount(count, locale),
    number: (value, decimals) => formatNumber(value, decimals, locale),
    percent: (share) => formatPercent(share, locale),
    bytes: (bytes) => formatBytes(bytes, locale),
    memory: (bytes) => formatMemory(bytes, locale),
    gigabytes: (bytes) => formatUnit(bytes / 1e9, 'gigabyte', locale),
    ago: (then, now) => ago(then, now, locale),
    ahead: (then, now) => ahead(then, now, locale),
    span: (ms) => span(ms, locale),
    clock: (at, now) => clockTime(at, now, locale),
    until: (at, now) => untilTime(at, now, locale),
    time: (minutes) => timeText(minutes, locale),
    hour: (hour) => hourText(hour, locale),
    dateTime: (at) => dateTime(at, locale),
    date: (at, form) => dateAs(form, at, locale),
    day: (at) => dayName(at, locale),
    weekday: (day, width) => weekday(day, width, locale),
    list: (words) => new Intl.ListFormat(locale).format(words),
  };
}
