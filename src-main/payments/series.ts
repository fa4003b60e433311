// Earnings, work and power by day, week or month: one look at the ledger, added up for each period. What is not known is said
// to be so: credits are no money, and nothing is left after power where no money came in.

import type { EarningSum, EarningsPoint, EarningsSeries, Sum, WorkSum } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';
import { SeriesTooLong } from './errors.ts';
import { move, type Period, startOf } from './periods.ts';
import { addPower, type PowerSettings, powerOf, type QuarterUse, worthOf } from './power.ts';
import type { LedgerQuarters } from './quarters.ts';
import type { SettledSums } from './settled.ts';

export interface SeriesDeps {
  readonly clock: Clock;
  readonly ledger: Pick<LedgerQuarters, 'snapshot'>;
  /** Finished tasks by quarters of an hour, as they are at one moment. */
  readonly work: { snapshot(): { between(first: number, end: number): WorkSum[] }; running(): number };
  readonly uptime: { between(first: number, end: number): QuarterUse[]; firstQuarter(): number | null };
  readonly power: () => PowerSettings;
  /** What became of entries, as far as was looked at. */
  readonly states: {
    readonly claimed: boolean;
    readonly settled: number;
    look(): Promise<void> | undefined;
    between(first: number, end: number): SettledSums;
  };
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

  constructor(deps: SeriesDeps) {
    this.#deps = deps;
  }

  /** Rejects with SeriesTooLong. */
  async take(request: SeriesRequest): Promise<EarningsSeries> {
    const { clock, ledger, work, uptime, states } = this.#deps;
    const borders = bordersOf(request, clock.now());
    const yielder = new Yielder(clock);
    const looking = states.look();
    if (looking) await looking;
    // At one moment, and the ledger last: it has all entries of what is settled.
    const { settled, claimed } = states;
    const ended = states.between(quarterOf(borders[0]!), quarterOf(borders.at(-1)!));
    const booked = ledger.snapshot();
    const done = work.snapshot();
    const firstMeasured = uptime.firstQuarter() ?? Number.POSITIVE_INFINITY;
    const settings = this.#deps.power();
    const points: EarningsPoint[] = [];
    for (const [n, start] of borders.slice(0, -1).entries()) {
      const end = borders[n + 1]!;
      const quarters = [quarterOf(start), quarterOf(end)] as const;
      const sums = booked.between(...quarters).map(toEarned);
      const power = powerOf(uptime.between(...quarters), settings, quarters[1] > firstMeasured);
      points.push({ start, end, sums, work: done.between(...quarters), power, left: leftOf(sums, power, settings) });
      await yielder.step();
    }
    const summed = points.map(withoutTime).reduce(addPoints, nothing(settings));
    const total = { ...summed, left: leftOf(summed.sums, summed.power, settings) };
    return {
      by: request.by,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      points,
      total,
      states: this.#states(total, claimed ? ended : undefined),
      through: booked.through,
      settled,
    };
  }

  /** No network that there is tells of prices it was asked for, and some of no payments: then nothing is settled. */
  #states(total: EarningsSeries['total'], settled: SettledSums | undefined): EarningsSeries['states'] {
    const { received, failed, takenBack } = settled ?? { received: [], failed: [], takenBack: [] };
    const earned = total.sums.map((sum) => less(sum, [...received, ...failed])).filter(({ entries }) => entries > 0);
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
        count: settled ? count(received) : null,
        sums: received.map(inState('received')),
      },
      {
        state: 'failed',
        count: count(failed),
        unbooked: broken,
        sums: failed.map(inState('failed')),
        takenBack: [...takenBack],
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

const inState =
  (state: EarningSum['state']) =>
  (sum: Sum): EarningSum => ({ ...toEarned(sum), state });

/** What is left of a sum without those of the same network and unit. */
function less(sum: EarningSum, others: readonly Sum[]): EarningSum {
  const same = others.filter(({ network, unit }) => network === sum.network && unit === sum.unit);
  const micro = same.reduce((all, { amountMicro }) => all + amountMicro, 0);
  return {
    ...sum,
    grossMicro: sum.grossMicro - micro,
    netMicro: sum.netMicro - micro,
    entries: sum.entries - same.reduce((all, { entries }) => all + entries, 0),
  };
}

function toEarned({ network, unit, amountMicro, entries }: Sum): EarningSum {
  // No network that there is keeps a part of what it books.
  return { network, unit, state: 'earned', grossMicro: amountMicro, feeMicro: 0, netMicro: amountMicro, entries };
}

/** Nothing where nothing came in, or what came in can't be held against a bill. */
function leftOf(
  sums: readonly EarningSum[],
  { cost }: EarningsPoint['power'],
  settings: PowerSettings,
): EarningsPoint['left'] {
  if (!cost || sums.length === 0) return null;
  const worth = worthOf(sums, settings);
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
