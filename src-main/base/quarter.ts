/**
 * A quarter of an hour, the smallest time that is kept count of: the days of every time zone there is begin at one, so any day
 * anywhere is a number of whole ones. Quarters are counted from the epoch.
 */
export const QUARTER_MS = 900_000;

/** The quarter that a moment lies in. */
export function quarterOf(at: number): number {
  return Math.floor(at / QUARTER_MS);
}
