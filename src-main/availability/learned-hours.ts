// From how often the computer is unattended to hours that could be shared. Pure: its test is a table.

import { CELLS_A_DAY, type Grid } from '../../src-preload/contract/settings/availability.ts';

export const HALVES_A_WEEK = 7 * CELLS_A_DAY;

/** A half hour of the week: how many of them were watched, and in how many of those the computer was unattended. Older ones count less. */
export interface HalfSeen {
  readonly seen: number;
  readonly away: number;
}

/** Between one and two weeks are chance: in the third it becomes a habit. */
const ENOUGH = 2;
/** One time in seven the user may be there all the same. */
const MOSTLY_AWAY = 0.85;
/** Shorter absences are lunch. */
const SHORTEST = 4;

/** How many half hours of the week have been watched long enough. */
export function known(week: readonly HalfSeen[]): number {
  return week.filter(({ seen }) => seen >= ENOUGH).length;
}

/**
 * The unattended hours, painted full; null where too little is known, or the user is always there or never.
 * `week` from Monday, midnight: 336 half hours.
 */
export function suggestHours(week: readonly HalfSeen[]): Grid['days'] | null {
  const away = week.map(({ seen, away: gone }) => seen >= ENOUGH && gone >= seen * MOSTLY_AWAY);
  const start = away.indexOf(false);
  if (start < 0) return null;
  const cells = Array<string>(HALVES_A_WEEK).fill('-');
  // From an attended half hour on, so that a night over the end of the week is one.
  for (let at = 0; at < HALVES_A_WEEK; ) {
    let length = 0;
    while (at + length < HALVES_A_WEEK && away[(start + at + length) % HALVES_A_WEEK]) length += 1;
    if (length >= SHORTEST) {
      for (let half = 0; half < length; half += 1) cells[(start + at + half) % HALVES_A_WEEK] = 'f';
    }
    at += length + 1;
  }
  if (!cells.includes('f')) return null;
  return Array.from({ length: 7 }, (_, day) => cells.slice(day * CELLS_A_DAY, (day + 1) * CELLS_A_DAY).join(''));
}

/** Whether a grid has all of it already. */
export function hasAll(grid: Grid | null, days: Grid['days']): boolean {
  return days.every((text, day) =>
    Array.from(text).every((cell, half) => cell !== 'f' || grid?.days[day]?.[half] === 'f'),
  );
}
