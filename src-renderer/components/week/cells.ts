// The painted week as values: what a cell says, what painting makes of it, how much of the week is shared. Pure.
import {
  CELLS,
  CELLS_A_DAY,
  type Cell,
  type Grid,
  LEVEL_SHARE,
  type Level,
} from '../../../src-preload/contract/settings/availability.ts';

export const DAYS = 7;
export const HALVES = CELLS_A_DAY;
/** Half hours of a week. */
export const WEEK = DAYS * HALVES;

/** The letters with which a day can be painted; the first takes paint away. */
export const letters = Object.keys(CELLS) as Cell[];

/** Seven texts of 48 letters, Monday first. */
export type Days = Grid['days'];

/** A grid that is being painted: what holds outside may not be chosen yet. */
export interface Week {
  readonly days: Days;
  readonly outside: Grid['outside'] | undefined;
}

/** A half hour of the week: day from 0, Monday; half from 0, midnight. */
export interface Spot {
  readonly day: number;
  readonly half: number;
}

/** Everything between two corners, both included, whichever comes first. */
export interface Area {
  readonly from: Spot;
  readonly to: Spot;
}

export const WHOLE_WEEK: Area = { from: { day: 0, half: 0 }, to: { day: DAYS - 1, half: HALVES - 1 } };

/** A week of one letter. */
export function daysOf(cell: Cell): Days {
  return Array.from({ length: DAYS }, () => cell.repeat(HALVES));
}

/** No grid means that all is open always. */
export function weekOf(grid: Grid | null): Week {
  return grid ?? { days: daysOf('f'), outside: undefined };
}

export function cellAt(days: Days, { day, half }: Spot): Cell {
  return (days[day]?.[half] ?? '-') as Cell;
}

/** What is shared then; undefined where it follows what holds outside and that is not chosen yet. */
export function levelAt({ days, outside }: Week, spot: Spot): Level | undefined {
  const cell = CELLS[cellAt(days, spot)];
  return cell === 'outside' ? outside : cell;
}

export function isIn({ from, to }: Area, { day, half }: Spot): boolean {
  return isBetween(day, from.day, to.day) && isBetween(half, from.half, to.half);
}

function isBetween(value: number, one: number, other: number): boolean {
  return value >= Math.min(one, other) && value <= Math.max(one, other);
}

/** The same days, with one letter all over the area. */
export function paint(days: Days, { from, to }: Area, cell: Cell): Days {
  const [start, end] = [Math.min(from.half, to.half), Math.max(from.half, to.half) + 1];
  return days.map((text, day) =>
    isBetween(day, from.day, to.day) ? text.slice(0, start) + cell.repeat(end - start) + text.slice(end) : text,
  );
}

export function isSameDays(one: Days, other: Days): boolean {
  return one.join() === other.join();
}

/** Whether anything of the week follows what holds outside. */
export function hasOutside(days: Days): boolean {
  return days.some((text) => text.includes('-'));
}

export interface Shared {
  /** Hours in which anything is shared. */
  readonly hours: number;
  /** Those of them in which it is less than everything. */
  readonly reduced: number;
}

export function sharedIn(week: Week): Shared {
  const levels = week.days.flatMap((_, day) =>
    Array.from({ length: HALVES }, (_none, half) => levelAt(week, { day, half })),
  );
  const shares = levels.map((level) => (level === undefined ? 0 : LEVEL_SHARE[level])).filter((share) => share > 0);
  return { hours: shares.length / 2, reduced: shares.filter((share) => share < 1).length / 2 };
}

/** What is to be kept of a week: nothing where all is open always. Undefined while it is to be said what holds outside. */
export function gridOf({ days, outside }: Week): Grid | null | undefined {
  if (days.every((text) => /^f+$/.test(text))) return null;
  if (outside !== undefined) return { days, outside };
  return hasOutside(days) ? undefined : { days, outside: 'off' };
}

/** Where a moment of the local wall clock lies. */
export function spotOf(now: Date): Spot {
  return { day: (now.getDay() + 6) % DAYS, half: now.getHours() * 2 + (now.getMinutes() < 30 ? 0 : 1) };
}
