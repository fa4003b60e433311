// What amounts are worth in the user's currency: by unit, and from the day on that the user has set. Amounts of different units
// meet here alone, as money, and only where each of them is said to be worth some.

import type { UnitWorth } from '../../src-preload/contract/settings/power.ts';

export interface WorthSettings {
  /** In the order they were set, which means nothing. */
  readonly worth: readonly UnitWorth[];
  /** Of the tariff. An amount in it is worth what it is. */
  readonly currency: string | null;
}

interface Dated {
  readonly unit: string;
  readonly from: number;
  readonly perUnit: number;
}

export class Worth {
  readonly #newestFirst: readonly Dated[];
  readonly #currency: string | null;

  constructor({ worth, currency }: WorthSettings) {
    const dated = worth.map(({ unit, from, worth: perUnit }) => ({ unit, from: midnightOf(from), perUnit }));
    this.#newestFirst = dated.sort((a, b) => b.from - a.from);
    this.#currency = currency;
  }

  /** Of one unit at a moment; null where it is not known. */
  at(unit: string, moment: number): number | null {
    if (unit.toUpperCase() === this.#currency) return 1;
    return this.#newestFirst.find((each) => each.unit === unit && each.from <= moment)?.perUnit ?? null;
  }

  /** A time in parts within which no worth changes, oldest first. */
  *parts(from: number, to: number): Generator<readonly [from: number, to: number]> {
    let start = from;
    for (const { from: change } of this.#newestFirst.toReversed()) {
      if (change <= start || change >= to) continue;
      yield [start, change];
      start = change;
    }
    yield [start, to];
  }

  /** In millionths of the currency; null where it is not known. */
  of({ unit, netMicro }: { readonly unit: string; readonly netMicro: number }, moment: number): number | null {
    const perUnit = this.at(unit, moment);
    return perUnit === null ? null : Math.round(netMicro * perUnit);
  }
}

/** Adds amounts up, each at what it was worth at its time, and rounds once for each network, unit and worth. */
export class Valued {
  readonly #worth: Worth;
  readonly #micro = new Map<string, { micro: number; readonly perUnit: number | null }>();

  constructor(worth: Worth) {
    this.#worth = worth;
  }

  add(sum: { readonly network: string; readonly unit: string; readonly netMicro: number }, moment: number): void {
    const perUnit = this.#worth.at(sum.unit, moment);
    this.#put(JSON.stringify([sum.network, sum.unit, perUnit]), sum.netMicro, perUnit);
  }

  addAll(other: Valued): void {
    for (const [key, { micro, perUnit }] of other.#micro) this.#put(key, micro, perUnit);
  }

  /** Millionths of the currency; null where one of the amounts is no money and not said to be worth any. */
  get micro(): number | null {
    let all = 0;
    for (const { micro, perUnit } of this.#micro.values()) {
      if (perUnit === null) return null;
      all += Math.round(micro * perUnit);
    }
    return all;
  }

  #put(key: string, micro: number, perUnit: number | null): void {
    const held = this.#micro.get(key);
    if (held) held.micro += micro;
    else this.#micro.set(key, { micro, perUnit });
  }
}

/** The first moment of a local day; of none, the first of all. */
function midnightOf(day: string | null): number {
  if (day === null) return Number.NEGATIVE_INFINITY;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}
