// What a kilowatt hour brings, and which model makes more of it than another.
import type { NetRow } from '../../../src-preload/contract/earnings.ts';
import { byUnit } from './sums.ts';

/** With fewer tasks, or less power, chance says more than the model does. */
const ENOUGH_TASKS = 20;
const ENOUGH_MILLIWATT_HOURS = 1000;
/** Less than this is no difference worth a sentence. */
const LEAST_RATIO = 1.2;
const MICRO_KWH = 1_000_000;

export interface PerKwh {
  readonly unit: string;
  readonly micro: number;
}

/** One for each unit, net; none where the power is not known or there was none. */
export function perKwh({ sums, milliwattHours }: Pick<NetRow, 'sums' | 'milliwattHours'>): readonly PerKwh[] {
  if (!milliwattHours) return [];
  return byUnit(sums).map(({ unit, netMicro }) => ({
    unit,
    micro: Math.round(netMicro / (milliwattHours / MICRO_KWH)),
  }));
}

export interface Comparison {
  readonly better: NetRow;
  readonly worse: NetRow;
  readonly ratio: number;
}

/** The one that makes most of a kilowatt hour beside the one that makes least, of those that did enough in the same unit. */
export function comparison(rows: readonly NetRow[]): Comparison | undefined {
  const enough = rows.flatMap((row) => {
    const [first, ...others] = perKwh(row);
    const counts = row.tasks >= ENOUGH_TASKS && (row.milliwattHours ?? 0) >= ENOUGH_MILLIWATT_HOURS;
    return counts && first && others.length === 0 && first.micro > 0 ? [{ row, ...first }] : [];
  });
  const same = enough.filter(({ unit }) => unit === enough[0]?.unit).sort((a, b) => b.micro - a.micro);
  const [best, last] = [same[0], same.at(-1)];
  if (!best || !last || best.micro / last.micro < LEAST_RATIO) return undefined;
  return { better: best.row, worse: last.row, ratio: best.micro / last.micro };
}
