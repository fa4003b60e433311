// The painted week against the clock on the wall. Everything here is local time as the system has it: an hour that the clock
// skips in spring has cells that never come, and the hour that it repeats in autumn has its cells twice.

import {
  CELLS,
  CELLS_A_DAY,
  type Cell,
  type Grid,
  type Level,
} from '../../src-preload/contract/settings/availability.ts';

const MINUTE = 60_000;
const HALF_HOUR = 30;
/** Every offset of every zone is a multiple of this, so levels change at multiples of it only. */
const QUARTER = 15 * MINUTE;
/** A week, and an hour for the one in which the clock is turned back. */
const LONGEST_WAIT = (7 * 24 + 1) * 60 * MINUTE;

/** The level at a moment, epoch milliseconds. No grid is always full. */
export function levelAt(grid: Grid | null, now: number): Level {
  if (!grid) return 'full';
  const date = new Date(now);
  const day = (date.getDay() + 6) % 7;
  return levelOf(grid, day, Math.floor((date.getHours() * 60 + date.getMinutes()) / HALF_HOUR));
}

/** When the level becomes another one, and which; null where it never does. */
export function nextChange(grid: Grid | null, now: number): { readonly at: number; readonly level: Level } | null {
  if (!grid) return null;
  const present = levelAt(grid, now);
  for (let at = quarterAfter(now); at <= now + LONGEST_WAIT; at += QUARTER) {
    const level = levelAt(grid, at);
    if (level !== present) return { at, level };
  }
  return null;
}

/** The first moment from `now` on when nothing is open; null where there is none. */
export function nextOff(grid: Grid | null, now: number): number | null {
  if (!grid) return null;
  if (levelAt(grid, now) === 'off') return now;
  for (let at = quarterAfter(now); at <= now + LONGEST_WAIT; at += QUARTER) if (levelAt(grid, at) === 'off') return at;
  return null;
}

function quarterAfter(now: number): number {
  return (Math.floor(now / QUARTER) + 1) * QUARTER;
}

/** `day` from 0, Monday; `half` from 0, midnight. */
function levelOf(grid: Grid, day: number, half: number): Level {
  const cell = CELLS[grid.days[day]![half] as Cell];
  return cell === 'outside' ? grid.outside : cell;
}

export interface Run {
  /** Half hours from the midnight of the day. */
  readonly from: number;
  /** The first half hour that is not in it any more. */
  readonly to: number;
  readonly level: Level;
}

/** One weekday as runs of equal level, without gaps. */
export function runsOf(grid: Grid, day: number): readonly Run[] {
  const runs: Run[] = [];
  for (let half = 0; half < CELLS_A_DAY; half += 1) {
    const level = levelOf(grid, day, half);
    const last = runs.at(-1);
    if (last?.level === level) runs[runs.length - 1] = { ...last, to: half + 1 };
    else runs.push({ from: half, to: half + 1, level });
  }
  return runs;
}
