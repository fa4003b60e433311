// The week as text and back: "Mon-Fri 22:00-07:00 full", a span a line, the later over the earlier. A user who can't or won't paint
// can type all that can be painted; what can't be understood is named by line and word. Pure.

import type { Cell } from '../../../src-preload/contract/settings/availability.ts';
import { DAYS, type Days, HALVES } from './cells.ts';
import { daysWith, type Span, spansOf } from './spans.ts';

/** The levels that have a word, by their letter. */
export type Painted = Exclude<Cell, '-'>;

/** In each list any of the words is understood, in small letters; the first is written. */
export interface WeekWords {
  /** Monday first. Their beginnings are understood too, from two letters on. */
  readonly days: readonly (readonly string[])[];
  readonly levels: Readonly<Record<Painted, readonly string[]>>;
  /** "22:30" or "10:30 PM" of 45; "24:00" or "12:00 AM" of 48. */
  readonly time: (half: number) => string;
  readonly daily: readonly string[];
  readonly weekdays: readonly string[];
  readonly weekend: readonly string[];
  readonly allDay: readonly string[];
  /** Between the ends of a range, besides the hyphen. */
  readonly to: readonly string[];
  /** Between the members of a list, besides the comma. */
  readonly and: readonly string[];
}

/**
 * no-day, no-level, no-time: `part` is not one. no-end: a time alone. no-hour: beyond 24:00. not-half: neither on the hour nor
 * half past. empty: begins when it ends. too-long: more lines, or a longer one, than a week can need.
 */
export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly code: 'no-day' | 'no-level' | 'no-time' | 'no-end' | 'no-hour' | 'not-half' | 'empty' | 'too-long';
  readonly part: string;
}

export type Read = { readonly days: Days } | { readonly problems: readonly Problem[] };

/** A week whose every half hour differs from the next has as many lines. */
const MOST_LINES = 400;
const LONGEST_LINE = 200;
const MOST_PROBLEMS = 5;

export function writeWeek(days: Days, words: WeekWords): string {
  return spansOf(days)
    .map((span) => `${daysText(span.days, words)} ${timesText(span, words)} ${words.levels[span.cell as Painted][0]}`)
    .join('\n');
}

function daysText(days: readonly number[], words: WeekWords): string {
  if (days.length === DAYS) return words.daily[0]!;
  const name = (day: number) => words.days[day]![0]!;
  const runs: number[][] = [];
  for (const day of days) {
    if (runs.at(-1)?.at(-1) === day - 1) runs.at(-1)!.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 1 ? `${name(run[0]!)}-${name(run.at(-1)!)}` : name(run[0]!))).join(', ');
}

/** "22:00-07:00"; the end of a day is 24:00. */
function timesText({ from, to }: Pick<Span, 'from' | 'to'>, { time }: WeekWords): string {
  return `${time(from)}-${time(to > HALVES ? to - HALVES : to)}`;
}

/** The week that a text says, or what in it can't be understood. */
export function readWeek(text: string, words: WeekWords): Read {
  const lines = text.split(/\r?\n/);
  const problems: Problem[] = [];
  const spans: Span[] = [];
  if (lines.length > MOST_LINES) return { problems: [{ line: MOST_LINES + 1, code: 'too-long', part: '' }] };
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      if (line.length > LONGEST_LINE) throw new Misread('too-long', '');
      spans.push(...readLine(plain(line), words));
    } catch (thrown) {
      if (!(thrown instanceof Misread)) throw thrown;
      problems.push({ line: index + 1, code: thrown.code, part: thrown.part });
    }
  }
  return problems.length > 0 ? { problems: problems.slice(0, MOST_PROBLEMS) } : { days: daysWith(spans) };
}

/** Ends the reading of a line. */
class Misread extends Error {
  readonly code: Problem['code'];
  readonly part: string;

  constructor(code: Problem['code'], part: string) {
    super(code);
    this.code = code;
    this.part = part;
  }
}

/** Dashes of all lengths are hyphens, and letters small. */
function plain(line: string): string {
  return line
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .toLowerCase()
    .trim();
}

const UP_TO_LAST_TIME = /^.*\d(?:\s*(?:am|pm|h|uhr)(?!\p{L}))?/su;
const TIME = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h|uhr)?$/;

function readLine(line: string, words: WeekWords): Span[] {
  const digit = line.search(/\d/);
  const head = digit < 0 ? line : line.slice(0, digit);
  const times = digit < 0 ? '' : UP_TO_LAST_TIME.exec(line.slice(digit))![0];
  const tail = digit < 0 ? '' : line.slice(digit + times.length).trim();
  if (times !== '') {
    const [days, cell] = [readDays(head, words), readLevel(tail, words)];
    return readTimes(times, words).map((range) => ({ ...range, days, cell }));
  }
  // Without any time it is whole days, and the level is the last word.
  const [, before = '', last = ''] = /^(.*?)(\S+)$/s.exec(head)!;
  const cell = levelOf(last, words);
  const rest = without(cell === undefined ? head : before, words.allDay);
  return [{ days: readDays(rest, words), from: 0, to: HALVES, cell: cell ?? 'f' }];
}

function readLevel(text: string, words: WeekWords): Cell {
  const cell = text === '' ? 'f' : levelOf(text, words);
  if (cell === undefined) throw new Misread('no-level', text);
  return cell;
}

function levelOf(text: string, { levels }: WeekWords): Cell | undefined {
  return (Object.keys(levels) as Painted[]).find((cell) => levels[cell].includes(text));
}

function readDays(text: string, words: WeekWords): number[] {
  const ranges = new RegExp(`\\s*-\\s*|\\s+(?:${words.to.join('|')})\\s+`, 'gu');
  // Days may stand side by side too.
  const list = split(without(text, words.daily).replace(ranges, '-'), words.and).flatMap((part) => part.split(/\s+/));
  if (list.length === 0) return range(0, DAYS - 1);
  return [...new Set(list.flatMap((part) => daysIn(part, words)))].sort((a, b) => a - b);
}

function daysIn(part: string, words: WeekWords): number[] {
  if (words.weekdays.includes(part)) return range(0, 4);
  if (words.weekend.includes(part)) return range(5, 6);
  const [first = '', last = first, more] = part.split('-');
  if (more !== undefined) throw new Misread('no-day', part);
  const [from, to] = [dayOf(first, words), dayOf(last, words)];
  return range(from, to < from ? to + DAYS : to).map((day) => day % DAYS);
}

function dayOf(text: string, { days }: WeekWords): number {
  const name = text.replace(/\.$/, '');
  const found = days.flatMap((names, day) => (names.some((one) => one.startsWith(name)) ? [day] : []));
  if (name.length < 2 || found.length !== 1) throw new Misread('no-day', text);
  return found[0]!;
}

function readTimes(text: string, words: WeekWords): Pick<Span, 'from' | 'to'>[] {
  const between = new RegExp(`\\s*-\\s*|\\s+(?:${words.to.join('|')})\\s+`, 'u');
  return split(text, words.and).map((part) => {
    const [first = '', last, more] = part.split(between);
    if (more !== undefined) throw new Misread('no-time', part);
    const from = halfOf(first);
    if (last === undefined) throw new Misread('no-end', part);
    // "9-5 pm" may begin in the morning or in the afternoon.
    if (/[ap]m$/.test(first) !== /[ap]m$/.test(last)) throw new Misread('no-time', part);
    // A day may end at 00:00 as well as at 24:00, and begin at 00:00 only.
    const to = halfOf(last) || HALVES;
    if (from === HALVES) throw new Misread('no-hour', first);
    if (from === to) throw new Misread('empty', part);
    return { from, to: to < from ? to + HALVES : to };
  });
}

function halfOf(text: string): number {
  const [, hours, minutes = '0', noon = ''] = TIME.exec(text) ?? [];
  if (hours === undefined) throw new Misread('no-time', text);
  const [written, minute, of12] = [Number(hours), Number(minutes), /^[ap]m$/.test(noon)];
  const hour = of12 ? (written % 12) + (noon === 'pm' ? 12 : 0) : written;
  const beyond = of12 ? written < 1 || written > 12 : hour * 60 + minute > 24 * 60;
  if (beyond || minute > 59) throw new Misread('no-hour', text);
  if (minute % 30 !== 0) throw new Misread('not-half', text);
  return hour * 2 + minute / 30;
}

/** The members of a list: between commas and the words for "and". */
function split(text: string, and: readonly string[]): string[] {
  return text
    .replace(new RegExp(`(?<![\\p{L}\\d])(?:${and.join('|')})(?![\\p{L}\\d])`, 'gu'), ',')
    .split(/[,;&+]/)
    .map((part) => part.replace(/^[\s:.]+|[\s:.]+$/g, ''))
    .filter((part) => part !== '');
}

function without(text: string, phrases: readonly string[]): string {
  const phrase = phrases.find((one) => text.includes(one));
  return phrase === undefined ? text : text.replace(phrase, ' ').trim();
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
