// When sharing could begin later: where the painted week opens next, or at a time of the day. Pure.
import { CELLS, type Cell, type Grid } from '../../../src-preload/contract/settings/availability.ts';
import { readTime } from '../../format/typed.ts';

const HALF_HOUR = 30;
const HALVES_A_WEEK = 7 * 48;
/** Where no week says when: the evening. */
const EVENING = 22 * 60;

/** Epoch milliseconds. `typed`: "22:00" or "10 pm"; undefined where nothing was, or what is no time. */
export function startAt(grid: Grid | null, typed: string | undefined, now: number): number {
  const minutes = readTime(typed ?? '');
  return (minutes === undefined ? nextOpening(grid, now) : nextAt(minutes, now)) ?? nextAt(EVENING, now);
}

/** The next moment at which the week goes from closed to open; undefined where it never does. */
export function nextOpening(grid: Grid | null, now: number): number | undefined {
  if (grid === null) return undefined;
  const half = Math.floor(minutesOf(new Date(now)) / HALF_HOUR);
  let before = closedAt(grid, halfHour(now, half));
  for (let ahead = 1; ahead <= HALVES_A_WEEK; ahead += 1) {
    const at = halfHour(now, half + ahead);
    const closed = closedAt(grid, at);
    if (before && !closed && at.getTime() > now) return at.getTime();
    before = closed;
  }
  return undefined;
}

/** The next time that the clock shows so many minutes after midnight. */
function nextAt(minutes: number, now: number): number {
  const on = (days: number) => {
    const { year, month, day } = dateOf(now);
    return new Date(year, month, day + days, 0, minutes).getTime();
  };
  return on(0) > now ? on(0) : on(1);
}

/** By the calendar, so that it is right also where the clock is turned on or back. */
function halfHour(now: number, half: number): Date {
  const { year, month, day } = dateOf(now);
  return new Date(year, month, day, 0, half * HALF_HOUR);
}

function dateOf(now: number) {
  const date = new Date(now);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

function minutesOf(date: Date): number {
  return date.getHours() * 60 + date.getMinutes();
}

function closedAt(grid: Grid, at: Date): boolean {
  const cell = CELLS[grid.days[(at.getDay() + 6) % 7]![Math.floor(minutesOf(at) / HALF_HOUR)] as Cell];
  return (cell === 'outside' ? grid.outside : cell) === 'off';
}
