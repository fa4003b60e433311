// Sums of a time put together as the page shows them. Whole millionths all the way.
import type { EarningSum, EarningsPoint, EarningsSeries, Sum } from '../../../src-preload/contract/earnings.ts';

export interface Total {
  readonly network: string;
  readonly unit: string;
  readonly grossMicro: number;
  readonly feeMicro: number;
  readonly netMicro: number;
  readonly entries: number;
}

/** One for each network and unit, whatever the state. */
export function byNetwork(sums: readonly EarningSum[]): readonly Total[] {
  return grouped(sums, ({ network }) => network);
}

/** One for each unit; `network` is empty. */
export function byUnit(sums: readonly EarningSum[]): readonly Total[] {
  return grouped(sums, () => '');
}

function grouped(sums: readonly EarningSum[], networkOf: (sum: EarningSum) => string): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const sum of sums) {
    const network = networkOf(sum);
    const key = JSON.stringify([network, sum.unit]);
    const held = totals.get(key);
    totals.set(key, {
      network,
      unit: sum.unit,
      grossMicro: (held?.grossMicro ?? 0) + sum.grossMicro,
      feeMicro: (held?.feeMicro ?? 0) + sum.feeMicro,
      netMicro: (held?.netMicro ?? 0) + sum.netMicro,
      entries: (held?.entries ?? 0) + sum.entries,
    });
  }
  return [...totals.values()];
}

/** As `earnings.check` takes what is shown: net, by network and unit. */
export function shownOf(sums: readonly EarningSum[]): Sum[] {
  return byNetwork(sums).map(({ network, unit, netMicro, entries }) => ({
    network,
    unit,
    amountMicro: netMicro,
    entries,
  }));
}

/** What can be spent anywhere: bitcoin and the currencies of states (ISO 4217). */
const isMoney = (unit: string) => unit === 'sat' || unit === 'msat' || /^[A-Z]{3}$/.test(unit);

/** The units that occur: money before what networks count, then the one with the most entries first. */
export function unitsOf(series: EarningsSeries): readonly string[] {
  return [...byUnit(series.total.sums)]
    .sort((a, b) => Number(isMoney(b.unit)) - Number(isMoney(a.unit)) || b.entries - a.entries)
    .map(({ unit }) => unit);
}

/** What a point brought in one unit. */
export function ofUnit(point: Pick<EarningsPoint, 'sums'>, unit: string): Total {
  const found = byUnit(point.sums).find((total) => total.unit === unit);
  return found ?? { network: '', unit, grossMicro: 0, feeMicro: 0, netMicro: 0, entries: 0 };
}

export interface Range {
  readonly lowMicro: number;
  readonly highMicro: number;
}

const WEEK_DAYS = 7;
const WEEKS = 4;

/**
 * What seven days brought at least and at most in the last four weeks, of whole days alone: the present one, which is the
 * last of the points, is not over. Undefined while there are fewer than two weeks since the first entry.
 */
export function weekRange(days: readonly EarningsPoint[], unit: string): Range | undefined {
  const amounts = days.slice(0, -1).map((day) => ofUnit(day, unit));
  const first = amounts.findIndex(({ entries }) => entries > 0);
  const whole = first < 0 ? 0 : Math.min(WEEKS, Math.floor((amounts.length - first) / WEEK_DAYS));
  if (whole < 2) return undefined;
  const weeks = Array.from({ length: whole }, (_, week) => {
    const end = amounts.length - week * WEEK_DAYS;
    return amounts.slice(end - WEEK_DAYS, end).reduce((sum, { netMicro }) => sum + netMicro, 0);
  });
  return { lowMicro: Math.min(...weeks), highMicro: Math.max(...weeks) };
}
