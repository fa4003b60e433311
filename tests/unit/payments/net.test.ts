import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { BookedShares } from '../../../src-main/payments/by-model.ts';
import { netOf } from '../../../src-main/payments/net.ts';
import { type PowerSettings, powerOf, type QuarterUse } from '../../../src-main/payments/power.ts';
import { LedgerRows } from '../../../src-main/payments/rows.ts';
import { TaskFactsStore } from '../../../src-main/work/detail.ts';
import { WorkQuarters } from '../../../src-main/work/quarters.ts';
import { WorkShares } from '../../../src-main/work/shares.ts';
import { type EarningSum, earningsRequests, type NetRow } from '../../../src-preload/contract/earnings.ts';
import { book, type Entry, emptyDatabase, START, sorted, sumsOf } from './support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUARTER = 900_000;
const CHAT = 'urn:iicp:intent:llm:chat:v1';
const EMBED = 'urn:iicp:intent:llm:embedding:v1';

function nodeWith(entries: readonly Entry[], uses: readonly QuarterUse[], power: PowerSettings) {
  const db = emptyDatabase();
  book(db, entries);
  const rows = new LedgerRows({ clock: systemClock, read: db, tasks: new TaskFactsStore(db) });
  const deps = {
    booked: new BookedShares({ clock: systemClock, read: db }),
    shares: new WorkShares({ clock: systemClock, read: db }),
    work: new WorkQuarters(db),
    uptime: {
      between: (first: number, end: number) => uses.filter(({ quarter }) => quarter >= first && quarter < end),
      firstQuarter: () => uses[0]?.quarter ?? null,
    },
    data: { between: () => ({ in: 7, out: 8 }) },
    power: () => power,
    newest: () => rows.newest(),
  };
  return { db, rows, net: (from: number, to: number) => netOf(deps, from, to) };
}

const plain = (sums: readonly EarningSum[]) =>
  sorted(sums.map(({ network, unit, netMicro: amountMicro, entries }) => ({ network, unit, amountMicro, entries })));

/** A task every so often on one of three models, of one of two kinds; some entries are corrections, some are for no task. */
function entriesOf(count: number, everyMs: number): Entry[] {
  return Array.from({ length: count }, (_, n) => ({
    at: START + n * everyMs,
    network: n % 11 === 0 ? 'other' : 'iicp',
    unit: n % 11 === 0 ? 'sat' : 'credit',
    kind: n % 9 === 4 ? ('correction' as const) : ('earned' as const),
    amountMicro: n % 9 === 4 ? -(n % 1013) : (n * 31) % 5003,
    task: n % 13 === 5 ? null : n + 1,
    model: ['small', 'large', 'strange'][n % 3]!,
    intent: n % 5 === 0 ? EMBED : CHAT,
    // Some reach back over several quarters.
    tookMs: (n * 7919) % (n % 17 === 0 ? 40 * 60_000 : 20_000),
  }));
}

const use = (n: number, busyMs: number): QuarterUse => ({
  quarter: Math.floor(START / QUARTER) + n,
  onMs: QUARTER,
  openMs: QUARTER,
  busyMs,
});

const draw = { idle: 61.5, working: 247, source: 'measured' as const, alwaysOn: false };
const byHour = Array.from({ length: 24 }, (_, hour) => (hour - 3) / 33);

describe('what is left of everything', () => {
  it('adds up: rows and rest make the total, that is the ledger’s and the meter’s, and each row is what its entries sum to', async () => {
    const plans = fc.record({
      count: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(1024, 1025, 2500)),
      everyMs: fc.integer({ min: 30_000, max: 2 * HOUR }),
      first: fc.integer({ min: 0, max: 3 }),
      days: fc.integer({ min: 1, max: 20 }),
      alwaysOn: fc.boolean(),
      wear: fc.constantFrom(0, 0.037),
    });
    await fc.assert(
      fc.asyncProperty(plans, async ({ count, everyMs, first, days, alwaysOn, wear }) => {
        const entries = entriesOf(count, everyMs);
        const uses = Array.from({ length: 900 }, (_, n) => use(n, (n * 7919) % (QUARTER + 1)));
        const settings = { draw: { ...draw, alwaysOn }, tariff: { currency: 'EUR', byHour }, wear };
        const { net, rows } = nodeWith(entries, uses, settings);
        const time = { from: START + first * DAY, to: START + (first + days) * DAY };
        // The second time from what is kept.
        for (const told of [await net(time.from, time.to), await net(time.from, time.to)]) {
          expect(earningsRequests['earnings.net'].output.parse(told)).toEqual(told);
          const { rest, total, through } = told;
          const within = entries.filter(({ at }) => at >= time.from && at < time.to);
          expect(plain(total.sums)).toEqual(sumsOf(within));
          const inTime = uses.filter(({ quarter }) => quarter * QUARTER >= time.from && quarter * QUARTER < time.to);
          const power = powerOf(inTime, settings, true);
          expect([total.milliwattHours, total.cost]).toEqual([power.milliwattHours, power.cost]);
          const all = [...told.rows, rest];
          const added = (pick: (row: typeof rest) => number) => all.reduce((sum, row) => sum + pick(row), 0);
          expect(added((row) => row.milliwattHours!)).toBe(total.milliwattHours);
          expect(added((row) => row.cost!.micro)).toBe(total.cost!.micro);
          expect(added((row) => row.wear!.micro)).toBe(total.wear!.micro);
          expect(added(({ tasks }) => tasks)).toBe(within.filter(({ task }) => task !== null).length);
          expect(added(({ tokensIn, tokensOut }) => tokensIn + tokensOut)).toBe(total.tokensIn + total.tokensOut);
          for (const { intent, model, sums } of told.rows) {
            const held = await rows.check({ ...time, intent, model }, { through, shown: plain(sums) });
            expect([intent, model, held.agrees]).toEqual([intent, model, true]);
          }
          expect((await rows.check({ ...time, intent: '' }, { through, shown: plain(rest.sums) })).agrees).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });

  const rowOf = (rows: readonly NetRow[], model: string) => rows.find((row) => row.model === model)!;
  const task = (n: number, model: string, tookMs: number, unit = 'credit', amountMicro = 1_000_000): Entry => ({
    at: START + QUARTER - 1,
    network: 'iicp',
    unit,
    kind: 'earned',
    amountMicro,
    task: n,
    model,
    tookMs,
  });
  const kilowatt = { idle: 400, working: 1000, source: 'measured' as const, alwaysOn: false };
  const tariff = { currency: 'EUR', perKwh: 0.4 };

  it('shares out what was drawn at work by the time of each model, and leaves the waiting to nobody', async () => {
    const entries = [task(1, 'small', 60_000), task(2, 'large', 180_000)];
    const { net } = nodeWith(entries, [use(0, QUARTER / 3)], { draw: kilowatt, tariff, wear: 0.12 });
    const { rows, rest } = await net(START, START + DAY);
    // Five minutes at a kilowatt, by 1 to 3; ten minutes at 400 W.
    expect(rowOf(rows, 'small')).toMatchObject({
      milliwattHours: 20_833,
      cost: { micro: 8333 },
      wear: { micro: 2500 },
    });
    expect(rowOf(rows, 'large')).toMatchObject({
      milliwattHours: 62_500,
      cost: { micro: 25_000 },
      wear: { micro: 7500 },
    });
    expect(rest).toMatchObject({
      tasks: 0,
      sums: [],
      milliwattHours: 66_667,
      cost: { micro: 26_667 },
      wear: { micro: 0 },
    });
    expect([rows, rest].flat().map(({ left }) => left?.micro ?? null)).toEqual([null, null, -26_667]);
  });

  it('counts the time of a task in the quarters that it ran in, not in the one that it ended in', async () => {
    const { net } = nodeWith([{ ...task(1, 'long', 20 * 60_000), at: START + QUARTER + 60_000 }], [use(0, 0)], {
      draw: null,
      tariff: null,
    });
    const before = await net(START - DAY, START);
    const first = await net(START, START + QUARTER);
    const second = await net(START + QUARTER, START + DAY);
    expect([before, first, second].map(({ total }) => [total.workMs, total.tasks])).toEqual([
      [4 * 60_000, 0],
      [QUARTER, 0],
      [60_000, 1],
    ]);
  });

  it.each([
    ['is less than nothing where power costs more than it brings', 'EUR', 100, null, -33_233],
    ['counts credits by what the user says they are worth', 'credit', 1_000_000, 0.05, 16_667],
    ['is not known for credits of which the user has not said what they are worth', 'credit', 1_000_000, null, null],
    ['is not known where a part of it is not', 'sat', 1_000_000, 0.05, null],
  ])('%s', async (_name, unit, amountMicro, creditWorth, left) => {
    const entries = [task(1, 'm', 1000, unit, amountMicro)];
    const { net } = nodeWith(entries, [use(0, QUARTER / 3)], { draw: kilowatt, tariff, creditWorth });
    const [row] = (await net(START, START + DAY)).rows;
    expect(row!.left).toEqual(left === null ? null : { currency: 'EUR', micro: left });
  });

  it('lets others have their turns while it goes through the history for the first time', async () => {
    const db = emptyDatabase();
    book(db, entriesOf(5000, 60_000));
    let breaks = 0;
    let now = 0;
    const clock = {
      ...systemClock,
      // As if each block took longer than a turn.
      monotonic: () => (now += 5),
      sleep: async () => {
        breaks += 1;
      },
    };
    await new BookedShares({ clock, read: db }).between(START, START + 9 * DAY, 5000);
    expect(breaks).toBe(5);
    await new WorkShares({ clock, read: db }).between(START / QUARTER, (START + 9 * DAY) / QUARTER);
    expect(breaks).toBe(10);
  });

  it('tells tasks that were let go since among the rest', async () => {
    const entries = Array.from({ length: 128 }, (_, n) => task(n + 1, 'm', 10, 'credit', 5));
    const { db, net } = nodeWith(entries, [use(0, 100)], { draw: null, tariff: null });
    db.exec('DELETE FROM outcomes WHERE job <= 28');
    const { rows, rest, total } = await net(START, START + DAY);
    expect([rows[0]!.tasks, rest.tasks, total.tasks, total.milliwattHours]).toEqual([100, 28, 128, null]);
  });

  it('keeps to a hundred kinds and models, and tells the others together', async () => {
    const entries = Array.from({ length: 130 }, (_, n) => task(n + 1, `model ${n}`, 10));
    const { net } = nodeWith(entries, [use(0, 100)], { draw: null, tariff: null });
    const { rows, rest } = await net(START, START + DAY);
    expect([rows.length, rest.tasks, rest.sums[0]!.entries]).toEqual([100, 30, 30]);
  });
});
