// The week as iCalendar (RFC 5545) and back: a block is a weekly event in floating time, which is local time wherever the
// calendar is read. What comes from outside may be any calendar, so what can't be understood is left out and counted.

import ICAL from 'ical.js';
import { CELLS, CELLS_A_DAY, type Cell, type Grid } from '../../src-preload/contract/settings/availability.ts';
import { CALENDAR } from './bounds.ts';
import { CalendarInvalid, OutsideMissing } from './errors.ts';

const LEVEL = 'x-hearth-level';
const OUTSIDE = 'x-hearth-outside';
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const HALF_HOUR = 30;
const DAY = 24 * 60;
const WEEK = 7 * DAY;
const WEEK_CELLS = 7 * CELLS_A_DAY;
const LETTERS = Object.fromEntries(Object.entries(CELLS).map(([letter, level]) => [level, letter as Cell]));
/** Where events overlap, the one that allows less. */
const STRICTER = 'olnf';

interface Block {
  /** Minutes from Monday midnight, below a week. */
  readonly start: number;
  readonly minutes: number;
  readonly cell: Cell;
}

/** The grid as a calendar; without one, the whole week as full. `now` dates it, and the week that its events begin in. */
export function toCalendar(grid: Grid | null, now: number): string {
  const whole = grid ?? { days: Array<string>(7).fill('f'.repeat(CELLS_A_DAY)), outside: 'off' as const };
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Hearth//Availability//EN');
  calendar.addPropertyWithValue(OUTSIDE, whole.outside);
  for (const [index, blocks] of alike(blocksOf(whole)).entries()) {
    calendar.addSubcomponent(eventOf(blocks, index, now));
  }
  return `${calendar.toString()}\r\n`;
}

/** Painted blocks, over midnights and over the end of the week. */
function blocksOf(grid: Grid): readonly Block[] {
  const cells = grid.days.join('');
  const at = (index: number) => cells[index % WEEK_CELLS] as Cell;
  const first = Array.from(cells).findIndex((cell, index) => cell !== at(index + WEEK_CELLS - 1));
  if (first < 0) return at(0) === '-' ? [] : [{ start: 0, minutes: WEEK, cell: at(0) }];
  const blocks: Block[] = [];
  for (let from = first; from < first + WEEK_CELLS; ) {
    let to = from + 1;
    while (to < first + WEEK_CELLS && at(to) === at(from)) to += 1;
    const start = (from % WEEK_CELLS) * HALF_HOUR;
    if (at(from) !== '-') blocks.push({ start, minutes: (to - from) * HALF_HOUR, cell: at(from) });
    from = to;
  }
  return blocks;
}

/** Those of different days that are alike become one event. */
function alike(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const groups = new Map<string, Block[]>();
  for (const block of blocks.toSorted((a, b) => a.start - b.start)) {
    const key = `${block.start % DAY}+${block.minutes} ${block.cell}`;
    groups.set(key, [...(groups.get(key) ?? []), block]);
  }
  return [...groups.values()];
}

function eventOf(blocks: readonly Block[], index: number, now: number): ICAL.Component {
  const [{ start, minutes, cell }] = blocks as [Block];
  const level = CELLS[cell];
  const monday = new Date(now);
  monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7) + Math.floor(start / DAY));
  const event = new ICAL.Component('vevent');
  event.addPropertyWithValue('uid', `hearth-${index}-${start}-${minutes}-${level}@hearth.invalid`);
  event.addPropertyWithValue('dtstamp', ICAL.Time.fromJSDate(new Date(now), true));
  event.addPropertyWithValue('summary', `Hearth: ${level}`);
  event.addPropertyWithValue(
    'dtstart',
    new ICAL.Time(
      {
        year: monday.getFullYear(),
        month: monday.getMonth() + 1,
        day: monday.getDate(),
        hour: Math.floor((start % DAY) / 60),
        minute: start % 60,
        second: 0,
        isDate: false,
      },
      ICAL.Timezone.localTimezone,
    ),
  );
  event.addPropertyWithValue('duration', ICAL.Duration.fromSeconds(minutes * 60));
  const byDay = blocks.map((block) => DAYS[Math.floor(block.start / DAY)]!);
  event.addPropertyWithValue('rrule', new ICAL.Recur({ freq: 'WEEKLY', byday: byDay }));
  event.addPropertyWithValue(LEVEL, level);
  return event;
}

export interface Imported {
  readonly grid: Grid;
  /** Events that are in the grid, and those that are not. */
  readonly taken: number;
  readonly leftOut: number;
}

/**
 * The grid in a calendar. Half hours that an event covers in part belong to it only if it closes. `outside` where the calendar
 * does not say. Throws CalendarInvalid or OutsideMissing.
 */
export function fromCalendar(text: string, outside: Grid['outside'] | undefined): Imported {
  const calendars = parse(text);
  const events = calendars.flatMap((calendar) => calendar.getAllSubcomponents('vevent'));
  if (events.length > CALENDAR.events) {
    throw new CalendarInvalid('too-many-events', `A calendar of at most ${CALENDAR.events} events can be taken.`);
  }
  const said = calendars
    .map((calendar) => wordOf(calendar, OUTSIDE))
    .find((word) => word === 'off' || word === 'reduced');
  const cells = Array<Cell>(WEEK_CELLS).fill('-');
  let taken = 0;
  for (const event of events) {
    const blocks = blocksIn(event);
    if (blocks.length > 0) taken += 1;
    for (const block of blocks) paint(cells, block);
  }
  if (taken === 0 && !said) {
    throw new CalendarInvalid('nothing-weekly', 'There is no event in this calendar that repeats each week.');
  }
  const holds = said ?? outside;
  if (!holds) throw new OutsideMissing();
  const days = DAYS.map((_, day) => cells.slice(day * CELLS_A_DAY, (day + 1) * CELLS_A_DAY).join(''));
  return { grid: { days, outside: holds as Grid['outside'] }, taken, leftOut: events.length - taken };
}

function parse(text: string): readonly ICAL.Component[] {
  const message = 'This is not a calendar in the iCalendar format.';
  try {
    const parsed = ICAL.parse(text) as unknown[];
    const roots = (Array.isArray(parsed[0]) ? parsed : [parsed]) as unknown[][];
    const calendars = roots.filter(([name]) => name === 'vcalendar').map((root) => new ICAL.Component(root));
    if (calendars.length > 0) return calendars;
  } catch (error) {
    throw new CalendarInvalid('not-a-calendar', message, error);
  }
  throw new CalendarInvalid('not-a-calendar', message);
}

/** What an event opens or closes each week; nothing where it is no weekly block. */
function blocksIn(event: ICAL.Component): readonly Block[] {
  try {
    const cell = cellOf(event);
    const start = minuteOf(event, 'dtstart');
    if (!cell || !start || event.hasProperty('recurrence-id') || wordOf(event, 'status') === 'cancelled') return [];
    const minutes = lengthOf(event, start);
    if (!(minutes > 0) || minutes > WEEK) return [];
    return daysOf(event, start).map((day) => ({ start: day * DAY + modulo(start.local, DAY), minutes, cell }));
  } catch {
    // Values of kinds that don't belong there.
    return [];
  }
}

function cellOf(event: ICAL.Component): Cell | undefined {
  const word = wordOf(event, LEVEL) ?? 'full';
  return word === 'outside' ? undefined : LETTERS[word];
}

interface Minute {
  /** Minutes of the clock on the wall since some Monday long ago; times of a zone are taken as they are written. */
  readonly local: number;
  /** Days by which the weekday here differs from the one that was written, which matters for UTC. */
  readonly shift: number;
  readonly dateOnly: boolean;
}

function minuteOf(event: ICAL.Component, name: string): Minute | undefined {
  const time = event.getFirstPropertyValue(name);
  if (!(time instanceof ICAL.Time)) return undefined;
  const written = wallMinute(time.year, time.month - 1, time.day, time.hour, time.minute);
  if (time.zone?.tzid !== 'UTC') return { local: written, shift: 0, dateOnly: time.isDate };
  const here = new Date(Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute));
  const local = wallMinute(here.getFullYear(), here.getMonth(), here.getDate(), here.getHours(), here.getMinutes());
  return { local, shift: Math.floor(local / DAY) - Math.floor(written / DAY), dateOnly: false };
}

/** The first Monday of 1970 was the fifth of January. */
function wallMinute(year: number, month: number, day: number, hour: number, minute: number): number {
  return (Date.UTC(year, month, day, hour, minute) - Date.UTC(1970, 0, 5)) / 60_000;
}

function lengthOf(event: ICAL.Component, start: Minute): number {
  const duration = event.getFirstPropertyValue('duration');
  if (duration instanceof ICAL.Duration) return Math.floor(duration.toSeconds() / 60);
  const end = minuteOf(event, 'dtend');
  if (end) return end.local - start.local;
  return start.dateOnly ? DAY : 0;
}

/** Weekdays from 0, Monday; none where it does not repeat each week for ever. */
function daysOf(event: ICAL.Component, start: Minute): readonly number[] {
  const rules = event.getAllProperties('rrule');
  const rule = rules.length === 1 ? rules[0]!.getFirstValue() : undefined;
  if (!(rule instanceof ICAL.Recur) || rule.count || rule.until || rule.interval !== 1) return [];
  if (rule.freq !== 'WEEKLY' && rule.freq !== 'DAILY') return [];
  const { BYDAY: byDay, ...others } = rule.parts as Record<string, unknown>;
  if (Object.keys(others).length > 0) return [];
  if (byDay === undefined) return rule.freq === 'DAILY' ? DAYS.map((_, day) => day) : [weekday(start.local / DAY)];
  const days = [...new Set(byDay as unknown[])].map((day) => DAYS.indexOf(String(day)));
  return days.includes(-1) ? [] : days.map((day) => weekday(day + start.shift));
}

function weekday(day: number): number {
  return modulo(Math.floor(day), 7);
}

/** From 0 on also before 1970. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function paint(cells: Cell[], { start, minutes, cell }: Block): void {
  const [whole, part] = [Math.ceil, Math.floor];
  const closes = cell === 'o';
  const from = (closes ? part : whole)(start / HALF_HOUR);
  const to = (closes ? whole : part)((start + minutes) / HALF_HOUR);
  for (let index = from; index < Math.min(to, from + WEEK_CELLS); index += 1) {
    const at = index % WEEK_CELLS;
    const before = cells[at]!;
    if (before === '-' || STRICTER.indexOf(cell) < STRICTER.indexOf(before)) cells[at] = cell;
  }
}

function wordOf(component: ICAL.Component, name: string): string | undefined {
  const value = component.getFirstPropertyValue(name);
  return typeof value === 'string' ? value.trim().toLowerCase() : undefined;
}
