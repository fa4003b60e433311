// What the computer drew for sharing, and what that costs: from the time it was on and at work, the watts and the tariff that
// the user has set. Whole numbers for each quarter of an hour, so that days add up to months exactly.

import type { PowerSum } from '../../src-preload/contract/earnings.ts';
import type { PowerDraw, Tariff, UnitWorth } from '../../src-preload/contract/settings/power.ts';
import { QUARTER_MS } from '../base/quarter.ts';
import { Worth } from './worth.ts';

/** Time in a quarter of an hour that the node ran, was open for tasks, and had one running. Milliseconds. */
export interface QuarterUse {
  readonly quarter: number;
  readonly onMs: number;
  readonly openMs: number;
  readonly busyMs: number;
}

export interface PowerSettings {
  readonly draw: PowerDraw | null;
  readonly tariff: Tariff | null;
  /** Put aside for each hour at work, and what units are worth to the user: both in the tariff's currency. */
  readonly wear?: number;
  readonly worth?: readonly UnitWorth[];
}

/** What a quarter took while something ran, and in all: milliwatt hours, and millionths of the tariff's currency. */
export interface QuarterCost {
  readonly atWork: { readonly milliwattHours: number; readonly micro: number };
  readonly all: { readonly milliwattHours: number; readonly micro: number };
}

export function costOf(use: QuarterUse, draw: PowerDraw, tariff: Tariff | null): QuarterCost {
  const price = tariff ? priceAt(use.quarter, tariff) : 0;
  const of = (onMs: number) => {
    const milliwattHours = Math.round(wattMs({ ...use, onMs }, draw) / 3600);
    // A price for a kilowatt hour is the same number of millionths for a milliwatt hour.
    return { milliwattHours, micro: Math.round(milliwattHours * price) };
  };
  return { atWork: of(Math.min(use.busyMs, use.onMs)), all: of(use.onMs) };
}

/** What units are worth in the tariff's currency. */
export function worthIn({ tariff, worth = [] }: PowerSettings): Worth {
  return new Worth({ worth, currency: tariff?.currency ?? null });
}

/** `measured` false: the time was before any of it was measured, so that nothing is known of it. */
export function powerOf(quarters: readonly QuarterUse[], settings: PowerSettings, measured: boolean): PowerSum {
  const { draw, tariff } = settings;
  const sum = { onMs: 0, openMs: 0, busyMs: 0 };
  let milliwattHours = 0;
  let micro = 0;
  for (const use of quarters) {
    sum.onMs += use.onMs;
    sum.openMs += use.openMs;
    sum.busyMs += use.busyMs;
    if (!draw) continue;
    const { all } = costOf(use, draw, tariff);
    milliwattHours += all.milliwattHours;
    micro += all.micro;
  }
  return {
    ...sum,
    milliwattHours: draw && measured ? milliwattHours : null,
    cost: draw && tariff && measured ? { currency: tariff.currency, micro } : null,
  };
}

/** One that is not known leaves the others as they are; none known is nothing known. */
export function addPower(left: PowerSum, right: PowerSum): PowerSum {
  const { milliwattHours, cost } = left;
  return {
    onMs: left.onMs + right.onMs,
    openMs: left.openMs + right.openMs,
    busyMs: left.busyMs + right.busyMs,
    milliwattHours:
      milliwattHours === null || right.milliwattHours === null
        ? (milliwattHours ?? right.milliwattHours)
        : milliwattHours + right.milliwattHours,
    cost: cost && right.cost ? { ...cost, micro: cost.micro + right.cost.micro } : (cost ?? right.cost),
  };
}

function wattMs({ onMs, busyMs }: QuarterUse, { idle, working, alwaysOn }: PowerDraw): number {
  return (alwaysOn ? 0 : idle * onMs) + Math.max(0, working - idle) * busyMs;
}

function priceAt(quarter: number, tariff: Tariff): number {
  if ('perKwh' in tariff) return tariff.perKwh;
  return tariff.byHour[new Date(quarter * QUARTER_MS).getHours()] ?? 0;
}
