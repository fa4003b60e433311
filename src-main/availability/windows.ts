// What IICP knows of a grid: daily windows in local time, both ends inclusive, the first match wins, and half of the capacity
// outside all of them. It has no weekdays, so today's windows are published, and others tomorrow.

import { z } from 'zod';
import { timeOfDay } from '../../src-preload/contract/day.ts';
import { CELLS_A_DAY, type Cell, type Grid, LEVEL_SHARE } from '../../src-preload/contract/settings/availability.ts';
import { runsOf } from './grid.ts';

/** `HH:MM`, both ends inclusive; an end before the start runs over midnight. */
export interface DailyWindow {
  readonly start: string;
  readonly end: string;
  /** 0 to 1. */
  readonly share: number;
}

/** Today's windows. They cover the whole day, so that no reader takes the time outside for half; none where all is open always. */
export function todaysWindows(grid: Grid | null, now: number): readonly DailyWindow[] {
  if (!grid) return [];
  const day = (new Date(now).getDay() + 6) % 7;
  return runsOf(grid, day).map(({ from, to, level }) => ({
    start: timeOfDay(from * 30),
    end: timeOfDay(to * 30 - 1),
    share: LEVEL_SHARE[level],
  }));
}

/** How many slots a share of `base` gives: none of none, otherwise at least one unless the share is nought (IICP 4). */
export function effectiveSlots(base: number, share: number): number {
  if (base <= 0 || share <= 0) return 0;
  return Math.max(1, Math.trunc(base * share));
}

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const Windows = z.array(z.object({ start: Time, end: Time, share: z.number().min(0).max(1).default(1) })).min(1);

/**
 * The grid for windows as they could be set before there was one, with the levels nearest to their shares; a half hour with a
 * closed minute in it is closed. Null where there are none, or something else.
 */
export function gridOfWindows(stored: unknown): Grid | null {
  const parsed = Windows.safeParse(stored);
  if (!parsed.success) return null;
  const windows = parsed.data;
  const day = Array.from({ length: CELLS_A_DAY }, (_, half) => {
    const shares = Array.from({ length: 30 }, (_, minute) => shareAt(windows, timeOfDay(half * 30 + minute)));
    return nearest(Math.min(...shares));
  }).join('');
  return { days: Array.from({ length: 7 }, () => day), outside: 'reduced' };
}

function shareAt(windows: readonly DailyWindow[], time: string): number {
  return windows.find((window) => covers(window, time))?.share ?? LEVEL_SHARE.reduced;
}

function covers({ start, end }: DailyWindow, time: string): boolean {
  return start <= end ? start <= time && time <= end : time >= start || time <= end;
}

function nearest(share: number): Cell {
  if (share <= 0) return 'o';
  if (share < 0.375) return 'l';
  if (share < 0.625) return '-';
  return share < 0.875 ? 'n' : 'f';
}
