// How long something can be sold from now: until the hours that the user's week leaves open are over.

import type { Grid } from '../../src-preload/contract/settings/availability.ts';
import { nextOff } from './grid.ts';

/**
 * Milliseconds from `now`; 0 where nothing is taken now, null where no end is known. It shrinks as the hours near their end.
 * The clock on the wall decides, so a night in which it is turned back is an hour longer.
 */
export function longestOffer(accepting: boolean, grid: Grid | null, now: number): number | null {
  if (!accepting) return 0;
  const end = nextOff(grid, now);
  return end === null ? null : end - now;
}
