// A million tasks without the network: the same slots, states, ledger and durable writer that every task goes through, each
// task begun and ended with an outcome and an entry, while the page and the earnings are read all the time. Then the
// questions that the window, the heartbeat and the next start ask, over all of it.
//   node --expose-gc tests/bench/million.ts [--tasks N] [--days N] [--data FOLDER] [--json FILE]
// Ends with 1 where an aim is missed or a sum is wrong.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { startOfDay } from '../../src-main/base/day.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { QUARTER_MS } from '../../src-main/base/quarter.ts';
import { BookedShares } from '../../src-main/payments/by-model.ts';
import { Earnings } from '../../src-main/payments/earnings.ts';
import { Ledger, ledgerMigrations } from '../../src-main/payments/ledger.ts';
import { netOf } from '../../src-main/payments/net.ts';
import { SettledQuarters } from '../../src-main/payments/settled.ts';
import { type HearthDatabase, openDatabase } from '../../src-main/storage/database.ts';
import { WorkQuarters } from '../../src-main/work/quarters.ts';
import { Refusals } from '../../src-main/work/refusals.ts';
import { ONE_SLOT } from '../../src-main/work/resources.ts';
import { WorkShares } from '../../src-main/work/shares.ts';
import { WorkStore, workMigrations } from '../../src-main/work/store.ts';
import { type Ending, Work } from '../../src-main/work/work.ts';
import { slotsOnly } from '../support/capacity.ts';
import { median } from './processes.ts';

const { values: flags } = parseArgs({
  options: {
    tasks: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '30' },
    data: { type: 'string', default: tmpdir() },
    json: { type: 'string' },
    // Shared with the other measurements; this one has no short form but fewer tasks.
    short: { type: 'boolean', default: false },
  },
});
const TASKS = flags.short ? 50_000 : Number(flags.tasks);
const DAYS = Number(flags.days);
const DAY_MS = 86_400_000;
const TOGETHER = 64;
/** Looks at page and earnings, as a window does. */
const LOOK_EVERY = 500;
/** Before the first look at the heap, so that code is compiled and caches have their size. */
const WARM = Math.min(50_000, TASKS / 4);
const HEAP_LOOKS = 10;
const TIMES = 200;
const PAGE = 50;
const HERE = 'http://127.0.0.1:11434';

const NETWORKS = [
  { network: 'iicp', unit: 'credit' },
  { network: 'posemesh', unit: 'credit' },
  { network: 'paygress', unit: 'sat' },
];

/** Task number n, the same in every run: one in fifty fails, one in a hundred is cancelled, the others earn. */
function endingOf(n: number): Ending {
  if (n % 50 === 7) return { state: 'failed', code: 'backend-error', tokensIn: 40 };
  if (n % 100 === 11) return { state: 'cancelled', code: 'caller-gone', tokensIn: 40 };
  const { network, unit } = networkOf(n);
  return {
    state: 'done',
    tokensIn: 40 + (n % 500),
    tokensOut: n % 900,
    earned: { network, unit, amountMicro: 1000 + (n % 7919) },
  };
}

const networkOf = (n: number) => NETWORKS[n % 10 < 8 ? 0 : 1 + (n % 2)]!;

/** Time that runs so that the tasks fill the days; what waits, waits in real time. */
class FastClock implements Clock {
  readonly #began = Date.now();
  #now = this.#began;
  monotonic = systemClock.monotonic;
  sleep = systemClock.sleep;
  after = systemClock.after;
  now = () => this.#now;

  at(task: number): void {
    this.#now = this.#began + Math.floor((task / TASKS) * DAYS * DAY_MS);
  }
}

interface Open {
  readonly clock: FastClock;
  readonly database: HearthDatabase;
  readonly store: WorkStore;
  readonly ledger: Ledger;
  readonly work: Work;
  readonly earnings: Earnings;
}

async function open(file: string, clock: FastClock): Promise<Open> {
  const migrations = [...workMigrations, ...ledgerMigrations];
  const database = await openDatabase({ clock, logger: silentLogger }, { file, migrations });
  const { read, committer } = database;
  const [store, ledger] = [new WorkStore(read), new Ledger(read)];
  const work = new Work({
    clock,
    logger: silentLogger,
    committer,
    store,
    ledger,
    refusals: new Refusals({ clock, logger: silentLogger, committer, read }),
    capacity: slotsOnly(clock, () => TOGETHER),
    handBack: () => false,
  });
  await work.recover();
  return {
    clock,
    database,
    store,
    ledger,
    work,
    earnings: new Earnings({
      clock,
      ledger,
      states: new SettledQuarters({ clock, read: database.read }),
      changed: () => {},
    }),
  };
}

function heapMiB(): number {
  const { gc } = globalThis;
  if (!gc) throw new Error('start it with --expose-gc');
  // Twice: what the first frees may have held something that only the second finds.
  gc();
  gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Runs the tasks; the heap after forced collections, from the first after the warming up. */
async function run({ clock, work, earnings }: Open): Promise<{ seconds: number; heaps: number[] }> {
  const slots = slotsOnly(clock, () => TOGETHER);
  const never = new AbortController().signal;
  const heaps: number[] = [];
  let next = 0;
  let stopAt = 0;
  let spent = 0;
  const loop = async () => {
    while (next < stopAt) {
      const n = next++;
      clock.at(n);
      const { network } = networkOf(n);
      const slot = await slots.claim(ONE_SLOT, { network, rank: 1, waitMs: 60_000, signal: never });
      if (!slot) throw new Error('no slot within a minute');
      const facts = { network, ref: `task-${n}`, what: 'urn:iicp:intent:llm:chat:v1' };
      const task = work.begin(
        { ...facts, inference: { model: 'bench-1b', backend: HERE, sealed: n % 2 === 0 } },
        slot,
        () => {},
      );
      await task.end(endingOf(n));
      if (n % LOOK_EVERY === 0) {
        work.view();
        earnings.view();
      }
    }
  };
  const upTo = async (count: number) => {
    stopAt = count;
    const began = performance.now();
    await Promise.all(Array.from({ length: TOGETHER }, loop));
    spent += performance.now() - began;
  };
  await upTo(WARM);
  heaps.push(heapMiB());
  for (let look = 1; look <= HEAP_LOOKS; look += 1) {
    await upTo(Math.round(WARM + ((TASKS - WARM) * look) / HEAP_LOOKS));
    heaps.push(heapMiB());
  }
  return { seconds: spent / 1000, heaps };
}

interface Times {
  readonly medianMs: number;
  readonly worstMs: number;
}

function timed(ask: (n: number) => unknown, times = TIMES): Times {
  const took = Array.from({ length: times }, (_, n) => {
    const began = performance.now();
    ask(n);
    return performance.now() - began;
  });
  return { medianMs: median(took), worstMs: Math.max(...took) };
}

/** Aims in milliseconds, for the median: the worst of many is the machine's as often as the query's. */
const AIMS: Readonly<Record<string, number>> = {
  'sum of the whole ledger': 20,
  'sum since midnight': 20,
  'sum of all as if it were one day': 20,
  'earnings, first look': 20,
  'earnings, next looks': 20,
  'page, newest': 5,
  'page, anywhere': 5,
  'work, next looks': 5,
  'net by model, next looks': 20,
};

function ask({ clock, store, ledger, work, earnings }: Open): Record<string, Times> {
  const midnight = startOfDay(clock.now());
  return {
    'earnings, first look': timed(() => earnings.view(), 1),
    'work, first look': timed(() => work.view(), 1),
    'sum of the whole ledger': timed(() => ledger.sumsAfter(0)),
    'sum since midnight': timed(() => ledger.sumsSince(midnight)),
    'sum of all as if it were one day': timed(() => ledger.sumsSince(0), 20),
    'earnings, next looks': timed(() => earnings.view()),
    'page, newest': timed(() => store.page(Number.MAX_SAFE_INTEGER, PAGE)),
    'page, anywhere': timed((n) => store.page(Math.ceil(((n + 1) / TIMES) * TASKS), PAGE)),
    'work, next looks': timed(() => work.view()),
    'counts of all as if it were one day': timed(() => store.countSince(0, TASKS), 5),
    'a heartbeat’s counts': timed((n) => store.countsAfter('iicp', Math.floor((n / TIMES) * TASKS), 1000)),
    'tokens of one model server since midnight': timed(() => store.tokensAt('http://127.0.0.1:11434', midnight), 20),
  };
}

/** All of it by model: the first look goes through everything, and lets others have their turns. */
async function askNet({ clock, database: { read }, ledger }: Open): Promise<Record<string, Times>> {
  const [from, to] = [startOfDay(clock.now()) - (DAYS + 1) * DAY_MS, startOfDay(clock.now()) + DAY_MS];
  const uses = Array.from({ length: (to - from) / QUARTER_MS }, (_, n) => ({
    quarter: from / QUARTER_MS + n,
    onMs: QUARTER_MS,
    openMs: QUARTER_MS,
    busyMs: QUARTER_MS / 2,
  }));
  const deps = {
    booked: new BookedShares({ clock, read }),
    shares: new WorkShares({ clock, read }),
    work: new WorkQuarters(read),
    uptime: { between: () => uses, firstQuarter: () => 0 },
    data: { between: () => ({ in: 0, out: 0 }) },
    power: () => ({
      draw: { idle: 60, working: 250, source: 'measured' as const, alwaysOn: false },
      tariff: { currency: 'EUR', perKwh: 0.3 },
    }),
    newest: () => ledger.newest(),
  };
  const look = async () => {
    const began = performance.now();
    const { total } = await netOf(deps, from, to);
    const entries = total.sums.reduce((sum, one) => sum + one.entries, 0);
    if (entries !== deps.newest()) throw new Error(`by model there are ${entries} entries`);
    return performance.now() - began;
  };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const first = await look();
  delay.disable();
  const next: number[] = [];
  for (let n = 0; n < 20; n += 1) next.push(await look());
  const once = (ms: number) => ({ medianMs: ms, worstMs: ms });
  return {
    'net by model, first look': once(first),
    'net by model, the longest that others waited meanwhile': once(delay.max / 1e6),
    'net by model, next looks': { medianMs: median(next), worstMs: Math.max(...next) },
  };
}

/** What the ledger must hold, added up here from the same tasks. */
function expectedSums(): string[] {
  const sums = new Map<string, { amount: number; entries: number }>();
  for (let n = 0; n < TASKS; n += 1) {
    const { earned } = endingOf(n);
    if (!earned) continue;
    const key = `${earned.network} ${earned.unit}`;
    const sum = sums.get(key) ?? { amount: 0, entries: 0 };
    sums.set(key, { amount: sum.amount + earned.amountMicro, entries: sum.entries + 1 });
  }
  return [...sums].map(([key, { amount, entries }]) => `${key} ${amount} ${entries}`).sort();
}

async function main() {
  const folder = mkdtempSync(join(flags.data, 'hearth-million-'));
  const file = join(folder, 'hearth.db');
  try {
    const clock = new FastClock();
    const first = await open(file, clock);
    const { seconds, heaps } = await run(first);
    await first.database.close();
    const bytes = statSync(file).size / TASKS;
    const began = performance.now();
    const again = await open(file, clock);
    const reopenMs = performance.now() - began;
    const asked = { ...ask(again), ...(await askNet(again)) };
    const sums = again.ledger.sumsAfter(0).sums;
    const found = sums.map((sum) => `${sum.network} ${sum.unit} ${sum.amountMicro} ${sum.entries}`).sort();
    await again.database.close();
    report({ seconds, heaps, bytes, reopenMs, asked, right: found.join() === expectedSums().join() });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Result {
  readonly seconds: number;
  readonly heaps: readonly number[];
  readonly bytes: number;
  readonly reopenMs: number;
  readonly asked: Readonly<Record<string, Times>>;
  readonly right: boolean;
}

const HEAP_AIM = 0.05;

function report(result: Result): void {
  const { seconds, heaps, bytes, reopenMs, asked, right } = result;
  const [before = Number.NaN, ...later] = heaps;
  const growth = Math.max(...later) / before - 1;
  const missed = [
    ...Object.entries(asked)
      .filter(([name, { medianMs }]) => medianMs > (AIMS[name] ?? Number.POSITIVE_INFINITY))
      .map(([name]) => name),
    ...(growth > HEAP_AIM ? ['heap'] : []),
    ...(right ? [] : ['the sums are wrong']),
  ];
  const lines = [
    `| ${TASKS} tasks over ${DAYS} days, ${TOGETHER} at once | measured | aim |`,
    '|---|---|---|',
    `| time | ${seconds.toFixed(0)} s, ${(TASKS / seconds).toFixed(0)} tasks/s | |`,
    `| heap after a forced collection | ${before.toFixed(1)} MiB after ${WARM}, then at most ${Math.max(...later).toFixed(1)} (${(growth * 100).toFixed(1)} %) | ${HEAP_AIM * 100} % |`,
    `| database | ${bytes.toFixed(0)} bytes a task | |`,
    `| open again and settle | ${reopenMs.toFixed(0)} ms | |`,
    ...Object.entries(asked).map(([name, { medianMs, worstMs }]) => {
      const aim = AIMS[name];
      return `| ${name} | ${medianMs.toFixed(2)} ms, worst ${worstMs.toFixed(2)} | ${aim ? `${aim} ms` : ''} |`;
    }),
    '',
    missed.length > 0 ? `missed: ${missed.join(', ')}` : 'all aims met, all sums right',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (flags.json)
    writeFileSync(flags.json, `${JSON.stringify({ tasks: TASKS, ...result, growth, missed }, null, 2)}\n`);
  if (missed.length > 0) process.exitCode = 1;
}

await main();
