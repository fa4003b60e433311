// Prints the borders of days, weeks and months as this process's time zone has them: `periods-child.ts FROM TO`.
import { move, type Period, startOf } from '../../../src-main/payments/periods.ts';

const [from, to] = process.argv.slice(2).map(Number) as [number, number];

function bordersOf(period: Period) {
  const borders: number[] = [];
  for (let start = startOf(period, from, 1); start <= to; start = move(period, start, 1)) borders.push(start);
  // From within a period, its own start must be found again.
  const found = borders.slice(0, -1).map((start, n) => startOf(period, borders[n + 1]! - 1, 1) === start);
  const back = borders.slice(1).map((start, n) => move(period, start, -1) === borders[n]);
  return { borders, sound: [...found, ...back].every(Boolean) };
}

process.stdout.write(JSON.stringify({ day: bordersOf('day'), week: bordersOf('week'), month: bordersOf('month') }));
