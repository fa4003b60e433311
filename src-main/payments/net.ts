// What is left of everything, by kind of task and model: what was booked for it, less the power of the time it had the computer
// for, less what is put aside for wear. What was drawn while tasks ran is shared out by their time in each quarter of an hour,
// to the last milliwatt hour; what was drawn in waiting for tasks belongs to none and stands apart.

import type { EarningSum, EarningsNet, NetRow } from '../../src-preload/contract/earnings.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import type { BookedShare } from './by-model.ts';
import { costOf, type PowerSettings, type QuarterUse, worthIn } from './power.ts';
import { Valued, type Worth } from './worth.ts';

/** Tasks of one kind and model in one quarter; there may be several of the same. */
interface WorkShare {
  readonly quarter: number;
  readonly intent: string;
  readonly model: string;
  readonly done: number;
  readonly failed: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly workMs: number;
}

export interface NetDeps {
  readonly booked: { between(from: number, to: number, through: number): Promise<BookedShare[]> };
  readonly shares: { between(first: number, end: number): Promise<WorkShare[]> };
  /** All that was done, whether its tasks are kept or not. */
  readonly work: { snapshot(): { between(first: number, end: number): readonly Counts[] } };
  readonly uptime: { between(first: number, end: number): QuarterUse[]; firstQuarter(): number | null };
  readonly data: { between(from: number, to: number): EarningsNet['data'] };
  readonly power: () => PowerSettings;
  readonly newest: () => number;
}

type Counts = Record<'done' | 'failed' | 'tokensIn' | 'tokensOut', number>;

const MOST_ROWS = 100;

interface Account {
  intent: string;
  model: string;
  tasks: number;
  failed: number;
  tokensIn: number;
  tokensOut: number;
  workMs: number;
  sums: EarningSum[];
  readonly valued: Valued;
  milliwattHours: number;
  costMicro: number;
  wearMicro: number;
}

export async function netOf(deps: NetDeps, from: number, to: number): Promise<EarningsNet> {
  const [first, end] = [quarterOf(from), quarterOf(to)];
  const settings = deps.power();
  const through = deps.newest();
  const worth = worthIn(settings);
  const accounts = new Accounts(worth);
  for (const [start, stop] of worth.parts(from, to)) {
    for (const share of await deps.booked.between(start, stop, through)) {
      book(share.intent === '' ? accounts.rest : accounts.of(share.intent, share.model), share, start);
    }
  }
  const shares = await deps.shares.between(first, end);
  for (const share of shares) {
    const account = accounts.of(share.intent, share.model);
    count(account, share);
    account.workMs += share.workMs;
  }
  countLetGo(accounts, deps.work.snapshot().between(first, end));
  const byQuarter = Map.groupBy(shares, ({ quarter }) => quarter);
  for (const use of deps.uptime.between(first, end)) spend(use, byQuarter.get(use.quarter) ?? [], accounts, settings);
  const measured = end > (deps.uptime.firstQuarter() ?? Number.POSITIVE_INFINITY);
  const shown = (account: Account) => tell(account, settings, measured);
  const rows = accounts.rows().map((account) => ({ ...shown(account), intent: account.intent, model: account.model }));
  return {
    rows: rows.sort(byAmount),
    rest: shown(accounts.rest),
    total: shown(accounts.total()),
    data: deps.data.between(from, to),
    through,
  };
}

class Accounts {
  readonly rest: Account;
  readonly #worth: Worth;
  /** By kind, and then by model: asked tens of thousands of times a look. */
  readonly #all = new Map<string, Map<string, Account>>();
  readonly #rows: Account[] = [];

  constructor(worth: Worth) {
    this.#worth = worth;
    this.rest = empty('', '', worth);
  }

  of(intent: string, model: string): Account {
    const ofKind = this.#all.get(intent) ?? new Map<string, Account>();
    const held = ofKind.get(model);
    if (held) return held;
    // A stranger may name many: what is beyond these is put together.
    const made = this.#rows.length < MOST_ROWS ? empty(intent, model, this.#worth) : this.rest;
    if (made !== this.rest) this.#rows.push(made);
    this.#all.set(intent, ofKind.set(model, made));
    return made;
  }

  rows(): readonly Account[] {
    return this.#rows;
  }

  total(): Account {
    const total = empty('', '', this.#worth);
    for (const account of [this.rest, ...this.rows()]) {
      for (const member of MEMBERS) total[member] += account[member];
      for (const sum of account.sums) addTo(total, sum);
      total.valued.addAll(account.valued);
    }
    return total;
  }
}

const MEMBERS = [
  'tasks',
  'failed',
  'tokensIn',
  'tokensOut',
  'workMs',
  'milliwattHours',
  'costMicro',
  'wearMicro',
] as const satisfies readonly (keyof Account)[];

function empty(intent: string, model: string, worth: Worth): Account {
  const figures = { tasks: 0, failed: 0, tokensIn: 0, tokensOut: 0, workMs: 0 };
  return {
    intent,
    model,
    ...figures,
    sums: [],
    valued: new Valued(worth),
    milliwattHours: 0,
    costMicro: 0,
    wearMicro: 0,
  };
}

function book(account: Account, share: BookedShare, at: number): void {
  const { network, unit, amountMicro: netMicro, feeMicro, entries } = share;
  const sum = { network, unit, state: 'earned', grossMicro: netMicro + feeMicro, feeMicro, netMicro, entries } as const;
  addTo(account, sum);
  account.valued.add(sum, at);
}

/** In place, for there are many of them. */
function addTo({ sums }: Account, sum: EarningSum): void {
  const same = sums.find(({ unit, network }) => unit === sum.unit && network === sum.network);
  if (!same) return void sums.push({ ...sum });
  same.grossMicro += sum.grossMicro;
  same.feeMicro += sum.feeMicro;
  same.netMicro += sum.netMicro;
  same.entries += sum.entries;
}

function count(account: Account, { done, failed, tokensIn, tokensOut }: Counts): void {
  account.tasks += done;
  account.failed += failed;
  account.tokensIn += tokensIn;
  account.tokensOut += tokensOut;
}

/** What was counted when it ended and is not there any more to say what it was. */
function countLetGo(accounts: Accounts, all: readonly Counts[]): void {
  const known = accounts.total();
  const sum = (member: keyof Counts) => all.reduce((total, counts) => total + counts[member], 0);
  count(accounts.rest, {
    done: Math.max(0, sum('done') - known.tasks),
    failed: Math.max(0, sum('failed') - known.failed),
    tokensIn: Math.max(0, sum('tokensIn') - known.tokensIn),
    tokensOut: Math.max(0, sum('tokensOut') - known.tokensOut),
  });
}

/** Shares out what a quarter cost: by time among the tasks in it, and the rest to none. */
function spend(use: QuarterUse, shares: readonly WorkShare[], accounts: Accounts, settings: PowerSettings): void {
  const { draw, tariff, wear: anHour = 0 } = settings;
  const cost = draw && costOf(use, draw, tariff);
  const atWork = cost?.atWork ?? { milliwattHours: 0, micro: 0 };
  const wearMicro = Math.round((anHour * 1_000_000 * use.busyMs) / HOUR_MS);
  if (cost) {
    accounts.rest.milliwattHours += cost.all.milliwattHours - atWork.milliwattHours;
    accounts.rest.costMicro += cost.all.micro - atWork.micro;
  }
  const workMs = shares.reduce((sum, share) => sum + share.workMs, 0);
  // By what has been given out up to here, so that nothing is lost in rounding.
  let given = { drawn: 0, cost: 0, wear: 0 };
  const give = (account: Account, part: number) => {
    const upTo = {
      drawn: Math.round(atWork.milliwattHours * part),
      cost: Math.round(atWork.micro * part),
      wear: Math.round(wearMicro * part),
    };
    account.milliwattHours += upTo.drawn - given.drawn;
    account.costMicro += upTo.cost - given.cost;
    account.wearMicro += upTo.wear - given.wear;
    given = upTo;
  };
  let passed = 0;
  for (const share of shares) {
    if (share.workMs === 0) continue;
    passed += share.workMs;
    give(accounts.of(share.intent, share.model), passed / workMs);
  }
  // Something ran, and nothing is known of it any more.
  if (workMs === 0) give(accounts.rest, 1);
}

const HOUR_MS = 4 * QUARTER_MS;

function tell(account: Account, settings: PowerSettings, measured: boolean): Omit<NetRow, 'intent' | 'model'> {
  const { tasks, failed, tokensIn, tokensOut, workMs, milliwattHours, costMicro, wearMicro } = account;
  const { draw, tariff } = settings;
  const sums = account.sums.filter(({ entries }) => entries > 0);
  const money = (micro: number) => (tariff ? { currency: tariff.currency, micro } : null);
  const known = draw !== null && measured;
  const cost = known ? money(costMicro) : null;
  const { micro: worth } = account.valued;
  return {
    tasks,
    failed,
    tokensIn,
    tokensOut,
    workMs,
    sums,
    milliwattHours: known ? milliwattHours : null,
    cost,
    wear: money(wearMicro),
    left: cost && worth !== null ? money(worth - costMicro - wearMicro) : null,
  };
}

function byAmount(left: NetRow, right: NetRow): number {
  const amount = ({ sums }: NetRow) => sums.reduce((sum, { netMicro }) => sum + netMicro, 0);
  return amount(right) - amount(left) || right.tasks - left.tasks || right.workMs - left.workMs;
}
