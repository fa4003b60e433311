// Prints the borders of periods as this process's time zone has them: `periods-child.ts day|week|month FROM TO`.
import { move, type Period, startOf } from '../../../src-main/payments/periods.ts';

const [period, from, to] = process.argv.slice(2) as [Period, string, string];
const borders: number[] = [];
for (let start = startOf(period, Number(from), 1); start <= Number(to); start = move(period, start, 1))
  borders.push(start);
// From within a period, its own start must be found again.
const found = borders.slice(0, -1).map((start, n) => startOf(period, borders[n + 1]! - 1, 1) === start);
const back = borders.slice(1).map((start, n) => move(period, start, -1) === borders[n]);
process.stdout.write(JSON.stringify({ borders, sound: [...found, ...back].every(Boolean) }));
