// Days, weeks and months as the user's calendar has them: they begin at a local midnight, and where the clock changes a day has
// 23 or 25 hours.

export type Period = 'day' | 'week' | 'month';

/** When the period began that `at` lies in. `weekStartsOn` 0 is Sunday. */
export function startOf(period: Period, at: number, weekStartsOn: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  switch (period) {
    case 'day':
      return midnight(year, month, day);
    case 'week':
      return midnight(year, month, day - ((date.getDay() - weekStartsOn + 7) % 7));
    case 'month':
      return midnight(year, month, 1);
  }
}

/** When the one begins that comes `count` after that which begins at `start`; before it with a negative count. */
export function move(period: Period, start: number, count: number): number {
  const date = new Date(start);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  switch (period) {
    case 'day': {
      const found = midnight(year, month, day + count);
      // A date that a zone left out, when it moved over the date line, begins with the one after it.
      return count < 0 && found >= start ? midnight(year, month, day + count - 1) : found;
    }
    case 'week':
      return midnight(year, month, day + 7 * count);
    case 'month':
      return midnight(year, month + count, 1);
  }
}

/** The first moment of a local year. */
export function startOfYear(year: number): number {
  return midnight(year, 0, 1);
}

/** Where the clock is put forward at midnight, the first moment after it; where it is put back, the first of the two. */
function midnight(year: number, month: number, day: number): number {
  return new Date(year, month, day).getTime();
}
