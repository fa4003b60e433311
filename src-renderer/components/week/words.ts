// What the typed week is made of in the language of the page. English is understood in every language: it is what the command
// line and many notes on cheap hours are written in.
import type { Level } from '../../../src-preload/contract/settings/availability.ts';
import type { Format } from '../../format/format.ts';
import type { Key, Translate } from '../../i18n/keys.ts';
import { DAYS, type Shared } from './cells.ts';
import type { Painted, Problem, WeekWords } from './typed.ts';

const ENGLISH_DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const ENGLISH = {
  daily: ['daily', 'every day'],
  weekdays: ['weekdays'],
  weekend: ['weekend', 'weekends'],
  allDay: ['all day'],
  to: ['to'],
  and: ['and'],
};
const LEVELS: Readonly<Record<Painted, 'off' | 'low' | 'normal' | 'full'>> = {
  o: 'off',
  l: 'low',
  n: 'normal',
  f: 'full',
};

/** The words of the page's language with the English ones behind them. */
export function weekWords(t: Translate, f: Pick<Format, 'weekday' | 'time'>): WeekWords {
  const small = (text: string) => text.toLowerCase();
  const both = (key: Key, english: readonly string[]) => [
    ...t(key)
      .split(',')
      .map((word) => small(word.trim())),
    ...english,
  ];
  const levels = Object.entries(LEVELS).map(([cell, level]) => [cell, both(`week.typed.level.${level}`, [level])]);
  return {
    days: Array.from({ length: DAYS }, (_, day) => [
      f.weekday(day, 'short'),
      small(f.weekday(day, 'short')),
      small(f.weekday(day, 'long')),
      ENGLISH_DAYS[day]!,
    ]),
    time: (half) => f.time(half * 30),
    levels: Object.fromEntries(levels) as WeekWords['levels'],
    daily: both('week.typed.daily', ENGLISH.daily),
    weekdays: both('week.typed.weekdays', ENGLISH.weekdays),
    weekend: both('week.typed.weekend', ENGLISH.weekend),
    allDay: both('week.typed.allDay', ENGLISH.allDay),
    to: both('week.typed.to', ENGLISH.to),
    and: both('week.typed.and', ENGLISH.and),
  };
}

/** What can't be understood, and how it is written. */
export function problemText({ line, code, part }: Problem, t: Translate, quote: (text: string) => string): string {
  return t(`week.typed.problem.${code}`, { line, part: quote(part) });
}

export function levelWord(level: Level | undefined, t: Translate): string {
  return t(level === undefined ? 'week.level.open' : `week.level.${level}`);
}

/** "Shares 62 of 168 hours, 10 hours of them with less than everything." */
export function sharedText({ hours, reduced }: Shared, all: number, t: Translate): string {
  const shares =
    hours === all ? t('week.sharesAll') : hours === 0 ? t('week.sharesNone') : t('week.shares', { hours, all });
  return reduced === 0
    ? t('week.only', { shares })
    : t('week.both', { shares, reduced: t('week.reduced', { count: reduced }) });
}
