import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { BLOCK } from '../../../src-main/payments/ledger-schema.ts';
import type { QuarterUse } from '../../../src-main/payments/power.ts';
import { LedgerRows } from '../../../src-main/payments/rows.ts';
import { Series } from '../../../src-main/payments/series.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import { TaskFactsStore } from '../../../src-main/work/detail.ts';
import { WorkQuarters } from '../../../src-main/work/quarters.ts';
import { type EarningsSeries, earningsRequests } from '../../../src-preload/contract/earnings.ts';
import type { PowerDraw, Tariff, UnitWorth } from '../../../src-preload/contract/settings/power.ts';
import { HandClock } from '../../support/clock.ts';
import { book, type Entry, emptyDatabase, entriesOf, START, sorted, sumsOf } from './support.ts';

const DAY = 86_400_000;
const QUARTER = 900_000;

interface Setting {
  readonly entries: readonly Entry[];
  readonly uses?: readonly QuarterUse[];
  readonly draw?: PowerDraw | null;
  readonly tariff?: Tariff | null;
  readonly worth?: readonly UnitWorth[];
  readonly now?: number;
}

function seriesOf({ entries, uses = [], draw = null, tariff = null, worth = [], now }: Setting) {
  const db = emptyDatabase();
  book(db, entries);
  const work = new WorkQuarters(db);
  const rows = new LedgerRows({ clock: systemClock, read: db, tasks: new TaskFactsStore(db) });
  const series = new Series({
    clock: now === undefined ? systemClock : new HandClock(now),
    sums: new LedgerSums(db),
    work: { snapshot: () => work.snapshot(), running: () => 2 },
    uptime: {
      between: (first, end) => uses.filter(({ quarter }) => quarter >= first && quarter < end),
      firstQuarter: () => uses[0]?.quarter ?? null,
    },
    power: () => ({ draw, tariff, worth }),
  });
  return { db, series, rows };
}

const net = (sums: EarningsSeries['total']['sums']) =>
  sorted(sums.map(({ network, unit, netMicro: amountMicro, entries }) => ({ network, unit, amountMicro, entries })));

const use = (quarter: number, busyMs: number): QuarterUse => ({ quarter, onMs: QUARTER, openMs: QUARTER / 2, busyMs });
const draw: PowerDraw = { idle: 61.5, working: 247, source: 'measured', alwaysOn: false };

describe('a series', () => {
  it('takes each amount at what its unit was worth on its day, within a point too, and in all of them', async () => {
    const at = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();
    const entry = (task: number, moment: number, unit: string, amountMicro: number): Entry => ({
      at: moment,
      network: 'iicp',
      unit,
      amountMicro,
      kind: 'earned',
      task,
    });
    const entries = [
      entry(1, at(9, 12), 'credit', 1_000_000),
      entry(2, at(10, 23), 'credit', 1_000_000),
      entry(3, at(11, 0), 'credit', 1_000_000),
      entry(4, at(11, 1), 'sat', 100_000_000),
    ];
    const worth = [
      { unit: 'credit', from: null, worth: 0.002 },
      { unit: 'credit', from: '2026-03-11', worth: 0.01 },
      { unit: 'sat', from: '2026-03-10', worth: 0.0005 },
    ];
    const uses = [{ quarter: Math.floor(at(1, 0) / QUARTER), onMs: 0, openMs: 0, busyMs: 0 }];
    const tariff = { currency: 'EUR', perKwh: 0.3 };
    const { series } = seriesOf({ entries, worth, uses, draw, tariff, now: at(12, 12) });
    const of = async (by: 'day' | 'week') => {
      const { points, total } = await series.take({ by, from: at(9, 0), to: at(12, 0), weekStartsOn: 1 });
      return { points: points.map(({ left }) => left?.micro ?? null), total: total.left };
    };
    expect(await of('day')).toEqual({ points: [2000, 2000, 60_000], total: { currency: 'EUR', micro: 64_000 } });
    expect(await of('week')).toEqual({ points: [64_000], total: { currency: 'EUR', micro: 64_000 } });
  });

  it('adds up: days, weeks and months have the same total, which its rows and its points make', async () => {
    const plans = fc.record({
      count: fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constantFrom(BLOCK - 1, BLOCK, BLOCK + 1)),
      setBack: fc.integer({ min: 1, max: 900 }),
      kinds: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(plans, async ({ count, setBack, kinds }) => {
        const entries = entriesOf(count, { setBack, kinds });
        const uses = Array.from({ length: 500 }, (_, n) =>
          use(Math.floor(START / QUARTER) + n * 7, (n * 7919) % QUARTER),
        );
        const byHour = Array.from({ length: 24 }, (_, hour) => 0.1 + hour / 33);
        const { series, rows } = seriesOf({ entries, uses, draw, tariff: { currency: 'EUR', byHour } });
        const range = { from: START - DAY, to: START + 365 * DAY, weekStartsOn: 1 };
        // The same time for all three, from the first of a month.
        const from = (await series.take({ ...range, by: 'month' })).points[0]!.start;
        for (const by of ['day', 'week', 'month'] as const) {
          const taken = await series.take({ ...range, from, by });
          expect(net(taken.total.sums)).toEqual(sumsOf(entries));
          for (const { start, end, sums } of taken.points) {
            expect(net(sums)).toEqual(sumsOf(entries.filter(({ at }) => at >= start && at < end)));
          }
          const total = (pick: (point: EarningsSeries['total']) => number) =>
            taken.points.reduce((sum, point) => sum + pick(point), 0);
          expect(total(({ power }) => power.busyMs)).toBe(uses.reduce((sum, { busyMs }) => sum + busyMs, 0));
          expect(taken.total.power.busyMs).toBe(total(({ power }) => power.busyMs));
          expect(taken.total.power.milliwattHours).toBe(total(({ power }) => power.milliwattHours ?? 0));
          expect(taken.total.power.cost?.micro ?? 0).toBe(total(({ power }) => power.cost?.micro ?? 0));
          const tasks = entries.filter(({ task }) => task !== null).length;
          expect(taken.total.work.reduce((sum, { done }) => sum + done, 0)).toBe(tasks);
          const check = await rows.check({}, { through: taken.through, shown: net(taken.total.sums) });
          expect(check.agrees).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('is of one moment: what is booked while it is made is not in it', async () => {
    const entries = entriesOf(2 * BLOCK, { everyMs: 60_000 });
    const { db, series, rows } = seriesOf({ entries: entries.slice(0, BLOCK + 10) });
    const taking = series.take({ by: 'day', from: START, to: START + 5 * DAY, weekStartsOn: 1 });
    book(db, entries.slice(BLOCK + 10));
    const taken = await taking;
    expect([taken.through, net(taken.total.sums)]).toEqual([BLOCK + 10, sumsOf(entries.slice(0, BLOCK + 10))]);
    // Nor in what stands beside it on a page.
    expect([taken.now.through, sorted(taken.now.total)]).toEqual([taken.through, net(taken.total.sums)]);
    expect((await rows.check({}, { through: taken.through, shown: net(taken.total.sums) })).agrees).toBe(true);
  });

  it('covers the last 30 days, 13 weeks or 12 months, with nothing where nothing was', async () => {
    const now = Date.UTC(2025, 5, 18, 12);
    const { series } = seriesOf({ entries: [], now });
    for (const [by, count] of [['day', 30] as const, ['week', 13] as const, ['month', 12] as const]) {
      const { points, total } = await series.take({ by, weekStartsOn: 1 });
      expect([points.length, points[0]!.sums, total.sums, total.work]).toEqual([count, [], [], []]);
      expect(points.at(-1)!.start).toBeLessThanOrEqual(now);
      expect(points.at(-1)!.end).toBeGreaterThan(now);
      for (const [n, { start }] of points.entries()) if (n > 0) expect(start).toBe(points[n - 1]!.end);
    }
  });

  it('refuses a time that would be too many points', async () => {
    const { series } = seriesOf({ entries: [] });
    const asked = series.take({ by: 'day', from: 0, to: 3000 * DAY, weekStartsOn: 1 });
    await expect(asked).rejects.toMatchObject({ code: 'earnings.too-long', category: 'invalid' });
  });

  it('has no points in a time that ends before it begins, and can look as far ahead as may be asked', async () => {
    const { series } = seriesOf({ entries: entriesOf(9) });
    const { points, total } = await series.take({ by: 'day', from: START + 9 * DAY, to: START, weekStartsOn: 1 });
    expect([points, total.sums, total.power.milliwattHours]).toEqual([[], [], null]);
    const end = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    for (const by of ['day', 'week', 'month'] as const) {
      const { output } = earningsRequests['earnings.series'];
      const taken = await series.take({ by, from: end, to: end, weekStartsOn: 1 });
      expect(output.parse(taken).points).toHaveLength(1);
    }
  });

  it('tells each state, and nothing of those that no network tells of', async () => {
    const { series } = seriesOf({ entries: entriesOf(5) });
    const { states, total } = await series.take({ by: 'month', from: START, to: START + 60 * DAY, weekStartsOn: 1 });
    expect(states).toEqual([
      { state: 'quoted', count: null, unbooked: 0, sums: [], takenBack: [] },
      { state: 'serving', count: 2, unbooked: 2, sums: [], takenBack: [] },
      { state: 'earned', count: 5, unbooked: 0, sums: total.sums, takenBack: [] },
      { state: 'received', count: null, unbooked: 0, sums: [], takenBack: [] },
      { state: 'failed', count: 0, unbooked: 0, sums: [], takenBack: [] },
    ]);
  });

  it('takes fees and refunds off what came in, has prepaid money in hand at once, and leaves out what was only moved', async () => {
    const prepaid = { ...entriesOf(1)[0]!, network: 'paygress', unit: 'sat', task: null, settledAt: START };
    const kinds = { earned: 900, fee: -30, refund: -200, deposit: 5000, withdrawal: -600 } as const;
    const entries = Object.entries(kinds).map(([kind, amountMicro]) => ({ ...prepaid, kind, amountMicro }) as Entry);
    const { series, rows } = seriesOf({ entries });
    const taken = await series.take({ by: 'day', from: START, to: START + DAY, weekStartsOn: 1 });
    const sum = { network: 'paygress', unit: 'sat', grossMicro: 700, feeMicro: 30, netMicro: 670, entries: 3 };
    expect(taken.total.sums).toEqual([{ ...sum, state: 'earned' }]);
    const states = taken.states.map(({ state, sums }) => [state, sums]);
    expect(states.slice(2)).toEqual([
      ['earned', []],
      ['received', [{ ...sum, state: 'received' }]],
      ['failed', []],
    ]);
    const shown = [{ network: 'paygress', unit: 'sat', amountMicro: 670, entries: 3 }];
    expect((await rows.check({}, { shown })).agrees).toBe(true);
    expect((await rows.check({ kinds: ['deposit', 'withdrawal'] })).sums[0]).toMatchObject({ amountMicro: 4400 });
  });

  it('tells earned from received by settled claims alone, and all of them make the total at any moment', async () => {
    const fates = fc.array(fc.constantFrom('none', 'waiting', 'unclear', 'paid', 'failed'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fates, fc.nat(70), async (list, settled) => {
        const entries = list.map((_, n) => ({ ...entriesOf(1)[0]!, task: n + 1 }));
        const { db, series, rows } = seriesOf({ entries });
        let count = 0;
        const insert = db.prepare(
          `INSERT INTO claims (task, network, place, state, claimed_micro, evidence) VALUES (?, 'iicp', 'd', ?, 1, 'e')`,
        );
        const settle = db.prepare('UPDATE claims SET state = ?, settled = ? WHERE task = ?');
        for (const [n, fate] of list.entries()) {
          if (fate === 'none') continue;
          const ended = fate === 'paid' || fate === 'failed';
          if (ended) count += 1;
          insert.run(n + 1, ended ? 'waiting' : fate);
          if (ended) settle.run(fate, count, n + 1);
          // Looking in between changes nothing of what is told in the end.
          if (n === Math.floor(list.length / 2))
            await series.take({ by: 'day', from: START, to: START + DAY, weekStartsOn: 1 });
        }
        const all = await rows.check({});
        let entriesSeen = 0;
        for (const state of ['earned', 'received', 'failed'] as const) {
          const { sums } = await rows.check({ state }, { settled });
          entriesSeen += sums.reduce((sum, one) => sum + one.entries, 0);
          expect((await rows.check({ state }, { settled, shown: sums })).agrees).toBe(true);
        }
        expect(entriesSeen).toBe(all.sums.reduce((sum, one) => sum + one.entries, 0));
        const taken = await series.take({ by: 'month', from: START, to: START + 60 * DAY, weekStartsOn: 1 });
        const told = (state: string) => taken.states.find((one) => one.state === state);
        expect(taken.settled).toBe(count);
        expect(told('received')?.count).toBe(
          list.every((fate) => fate === 'none') ? null : list.filter((fate) => fate === 'paid').length,
        );
        expect(told('earned')?.count).toBe(list.filter((fate) => fate !== 'paid' && fate !== 'failed').length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('power', () => {
  const first = Math.floor(START / QUARTER);
  const uses = [use(first, QUARTER), use(first + 1, 0)];
  const at = { by: 'day', from: START, to: START + DAY, weekStartsOn: 1 } as const;
  const euro = (amountMicro: number): Entry => ({
    at: START + 1,
    network: 'iicp',
    unit: 'EUR',
    amountMicro,
    kind: 'earned',
    task: 1,
  });
  const tariff: Tariff = { currency: 'EUR', perKwh: 0.4 };

  it.each([
    ['of the whole computer where it is on for this alone', false, 100, 500, 150_000],
    ['of what work adds where it is on anyway', true, 100, 500, 100_000],
    ['of no less than idle, whatever was typed', true, 500, 100, 0],
  ])('is that %s', async (_name, alwaysOn, idle, working, milliwattHours) => {
    const settings = { idle, working, source: 'estimated' as const, alwaysOn };
    const { series } = seriesOf({ entries: [], uses, draw: settings, tariff });
    const { power } = (await series.take(at)).total;
    expect(power).toEqual({
      onMs: 2 * QUARTER,
      openMs: QUARTER,
      busyMs: QUARTER,
      milliwattHours,
      cost: { currency: 'EUR', micro: milliwattHours * 0.4 },
    });
  });

  it('costs what the hour of the local clock has, a negative price included', async () => {
    const hour = new Date(first * QUARTER).getHours();
    const byHour = Array.from({ length: 24 }, (_, n) => (n === hour ? -0.02 : 9));
    const settings = { idle: 0, working: 1000, source: 'measured' as const, alwaysOn: true };
    const { series } = seriesOf({ entries: [], uses, draw: settings, tariff: { currency: 'EUR', byHour } });
    expect((await series.take(at)).total.power).toMatchObject({ milliwattHours: 250_000, cost: { micro: -5000 } });
  });

  it.each([
    ['what came in, in the same money, less its cost', [euro(1_000_000)], { currency: 'EUR', micro: 938_300 }],
    ['less than nothing, where it cost more', [euro(10)], { currency: 'EUR', micro: -61_690 }],
    ['not told for credits, which are no money', [{ ...euro(5), unit: 'credit' }], null],
    ['not told where nothing came in', [], null],
  ])('leaves %s', async (_name, entries, left) => {
    const { series } = seriesOf({ entries, uses, draw, tariff: { currency: 'EUR', perKwh: 0.8 } });
    const { total, points } = await series.take(at);
    expect([total.left, points[0]!.left]).toEqual([left, left]);
  });

  it('is not known without watts, costs nothing known without a tariff, and is not known before it was measured', async () => {
    const without = (await seriesOf({ entries: [], uses, tariff }).series.take(at)).total.power;
    expect([without.busyMs, without.milliwattHours, without.cost]).toEqual([QUARTER, null, null]);
    const free = (await seriesOf({ entries: [], uses, draw }).series.take(at)).total.power;
    expect([free.milliwattHours === null, free.cost]).toEqual([false, null]);
    const early = await seriesOf({ entries: [], uses, draw, tariff }).series.take({ ...at, from: START - 2 * DAY });
    expect(early.points.map(({ power }) => power.milliwattHours === null)).toContain(true);
    expect(early.points.at(-1)!.power.cost).not.toBe(null);
    expect(early.total.power.milliwattHours).toBe(free.milliwattHours);
  });
});
