// Earnings, work and power by day, week or month: one look at the ledger, added up for each period. What is not known is said
// to be so: credits are no money, and nothing is left after power where no money came in.

import type { EarningSum, EarningsPoint, EarningsSeries, WorkSum } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';
import { Earnings } from './earnings.ts';
import { SeriesTooLong } from './errors.ts';
import { move, type Period, startOf } from './periods.ts';
import { addPower, type PowerSettings, powerOf, type QuarterUse, worthIn } from './power.ts';
import { type Cut, earningSums, isIncome, type LedgerSums, type Marks, sumsOf } from './sums.ts';
import { Valued, type Worth } from './worth.ts';

export interface SeriesDeps {
  readonly clock: Clock;
  readonly sums: Pick<LedgerSums, 'look' | 'between' | 'tellsOfPayments'>;
  /** Finished tasks by quarters of an hour, as they are at one moment. */
  readonly work: { snapshot(): { between(first: number, end: number): WorkSum[] }; running(): number };
  readonly uptime: { between(first: number, end: number): QuarterUse[]; firstQuarter(): number | null };
  readonly power: () => PowerSettings;
}

export interface SeriesRequest {
  readonly by: Period;
  /** Any moment of the first period, and the first one that is in none any more. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** 0 is Sunday. */
  readonly weekStartsOn: number;
}

const USUAL_POINTS = { day: 30, week: 13, month: 12 } as const satisfies Record<Period, number>;
/** More than a year of days. */
const MOST_POINTS = 400;

export class Series {
  readonly #deps: SeriesDeps;
  readonly #earnings: Earnings;

  constructor(deps: SeriesDeps) {
    this.#deps = deps;
    this.#earnings = new Earnings(deps);
  }

  /** Rejects with SeriesTooLong. */
  async take(request: SeriesRequest): Promise<EarningsSeries> {
    const { clock, work, uptime } = this.#deps;
    const borders = bordersOf(request, clock.now());
    const yielder = new Yielder(clock);
    // All points are of this moment, whatever is booked while they are read.
    const now = this.#earnings.view();
    const marks = { through: now.through, settled: now.settled };
    const done = work.snapshot();
    const firstMeasured = uptime.firstQuarter() ?? Number.POSITIVE_INFINITY;
    const settings = this.#deps.power();
    const worth = worthIn(settings);
    const points: EarningsPoint[] = [];
    const all: Cut[] = [];
    const valued = new Valued(worth);
    for (const [n, start] of borders.slice(0, -1).entries()) {
      const end = borders[n + 1]!;
      const quarters = [quarterOf(start), quarterOf(end)] as const;
      const booked = this.#booked(start, end, marks, worth);
      const sums = earningSums(booked.cuts);
      all.push(...booked.cuts);
      valued.addAll(booked.valued);
      const power = powerOf(uptime.between(...quarters), settings, quarters[1] > firstMeasured);
      const left = leftOf(sums, power, booked.valued);
      points.push({ start, end, sums, work: done.between(...quarters), power, left });
      await yielder.step();
    }
    const summed = points.map(withoutTime).reduce(addPoints, nothing(settings));
    const total = { ...summed, left: leftOf(summed.sums, summed.power, valued) };
    return {
      by: request.by,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      points,
      total,
      states: this.#states(total, all.filter(isIncome)),
      now,
      ...marks,
    };
  }

  /** What was booked in a period, with what it was worth in each part of it. */
  #booked(start: number, end: number, marks: Marks, worth: Worth): { readonly cuts: Cut[]; readonly valued: Valued } {
    const valued = new Valued(worth);
    const cuts = [...worth.parts(start, end)].flatMap(([from, to]) => {
      const part = this.#deps.sums.between(quarterOf(from), quarterOf(to), marks);
      for (const sum of earningSums(part)) valued.add(sum, from);
      return part;
    });
    return { cuts, valued };
  }

  /** No network that there is tells of prices it was asked for, and some of no payments: then nothing is settled. */
  #states(total: EarningsSeries['total'], income: readonly Cut[]): EarningsSeries['states'] {
    const of = (wanted: Cut['state']) =>
      earningSums(
        income.filter(({ state }) => state === wanted),
        wanted,
      );
    const [earned, received, failed] = [of('earned'), of('received'), of('failed')];
    const takenBack = sumsOf(income.filter(({ state, kind }) => state === 'failed' && kind === 'correction'));
    const count = (sums: readonly { readonly entries: number }[]) =>
      sums.reduce((all, { entries }) => all + entries, 0);
    const running = this.#deps.work.running();
    const broken = total.work.reduce((all, { failed: each }) => all + each, 0);
    const nothing = { count: null, unbooked: 0, sums: [], takenBack: [] };
    return [
      { ...nothing, state: 'quoted' },
      { ...nothing, state: 'serving', count: running, unbooked: running },
      { ...nothing, state: 'earned', count: count(earned), sums: earned },
      {
        ...nothing,
        state: 'received',
        count: this.#deps.sums.tellsOfPayments ? count(received) : null,
        sums: received,
      },
      {
        state: 'failed',
        count: count(failed),
        unbooked: broken,
        sums: failed,
        takenBack,
      },
    ];
  }
}

type InTime = Omit<EarningsPoint, 'start' | 'end' | 'left'>;

/** The beginnings of all periods, and the end of the last. */
function bordersOf({ by, from, to, weekStartsOn }: SeriesRequest, now: number): number[] {
  const last = startOf(by, to === undefined ? now : Math.max(0, to - 1), weekStartsOn);
  const first = from === undefined ? move(by, last, 1 - USUAL_POINTS[by]) : startOf(by, from, weekStartsOn);
  const borders = [first];
  for (let start = first; start <= last; ) {
    start = move(by, start, 1);
    borders.push(start);
    if (borders.length > MOST_POINTS + 1) throw new SeriesTooLong(MOST_POINTS);
  }
  return borders;
}

/** Nothing where nothing came in, or what came in can't be held against a bill. */
function leftOf(
  sums: readonly EarningSum[],
  { cost }: EarningsPoint['power'],
  { micro: worth }: Valued,
): EarningsPoint['left'] {
  if (!cost || sums.length === 0) return null;
  return worth === null ? null : { currency: cost.currency, micro: worth - cost.micro };
}

function nothing(settings: PowerSettings): InTime {
  return { sums: [], work: [], power: powerOf([], settings, false) };
}

function withoutTime({ sums, work, power }: EarningsPoint): InTime {
  return { sums, work, power };
}

function addPoints(left: InTime, right: InTime): InTime {
  const sums = added(
    left.sums,
    right.sums,
    ({ network, unit, state }) => JSON.stringify([network, unit, state]),
    AMOUNTS,
  );
  const work = added(left.work, right.work, ({ network }) => network, COUNTS);
  return { sums, work, power: addPower(left.power, right.power) };
}

const AMOUNTS = ['grossMicro', 'feeMicro', 'netMicro', 'entries'] as const;
const COUNTS = ['done', 'failed', 'cancelled', 'tokensIn', 'tokensOut'] as const;

/** Adds the named members of those that are the same by their key; others stay apart. */
function added<M extends string, T extends Record<M, number>>(
  left: readonly T[],
  right: readonly T[],
  key: (one: T) => string,
  members: readonly M[],
): T[] {
  const all = new Map(left.map((one) => [key(one), one]));
  for (const one of right) {
    const same = all.get(key(one));
    const sums = same && Object.fromEntries(members.map((member) => [member, same[member] + one[member]]));
    all.set(key(one), { ...one, ...sums });
  }
  return [...all.values()];
}
