import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { Claims } from '../../../src-main/payments/claims.ts';
import { Ledger } from '../../../src-main/payments/ledger.ts';
import { LedgerRows } from '../../../src-main/payments/rows.ts';
import { Series } from '../../../src-main/payments/series.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { TaskFactsStore } from '../../../src-main/work/detail.ts';
import { WorkQuarters } from '../../../src-main/work/quarters.ts';
import type { EarningRow, EarningsFilter, Sum } from '../../../src-preload/contract/earnings.ts';
import { book, emptyDatabase, START, sorted } from './support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A task that was booked, and what its claim came to: so many millionths given, or nothing at all; or it is still open. */
interface Booked {
  readonly at: number;
  readonly amountMicro: number;
  readonly network: string;
  readonly claim: 'none' | 'open' | 'failed' | { readonly givenMicro: number };
  /** How much later it was settled. */
  readonly afterMs: number;
}

const bookings = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 6 * DAY }).map((ms) => START + ms),
    amountMicro: fc.integer({ min: 1, max: 5_000_000 }),
    network: fc.constantFrom('iicp', 'other'),
    claim: fc.oneof(
      fc.constantFrom('none' as const, 'open' as const, 'failed' as const, 'failed' as const),
      fc.record({ givenMicro: fc.integer({ min: 0, max: 5_000_000 }) }),
    ),
    afterMs: fc.integer({ min: 0, max: 3 * DAY }),
  }),
  { maxLength: 50 },
);

function nodeWith(list: readonly Booked[]) {
  const db = emptyDatabase();
  book(
    db,
    list.map(({ at, amountMicro, network }, n) => ({
      at,
      network,
      unit: 'credit',
      amountMicro,
      kind: 'earned',
      task: n + 1,
    })),
  );
  const claims = new Claims({ read: db, ledger: new Ledger(db) });
  const write = (...writes: readonly Write[]) => {
    for (const { sql, params } of writes) db.prepare(sql).run(...params);
  };
  for (const [n, { at, amountMicro, network, claim, afterMs }] of list.entries()) {
    if (claim === 'none') continue;
    const made = { task: n + 1, network, place: 'd', claimedMicro: amountMicro, evidence: 'e', payer: null };
    write(claims.made(made));
    if (claim === 'open') continue;
    const [open] = claims.fresh(network, 'd', 0, 1000).filter(({ task }) => task === n + 1);
    const of = { network, unit: 'credit' };
    if (claim === 'failed') write(...claims.failed(open!, of, 'too-old', at + afterMs));
    else write(...claims.paidOut(open!, { ...of, amountMicro: claim.givenMicro }, null, at + afterMs));
  }
  const work = new WorkQuarters(db);
  const rows = new LedgerRows({ clock: systemClock, read: db, tasks: new TaskFactsStore(db) });
  const series = new Series({
    clock: systemClock,
    sums: new LedgerSums(db),
    work: { snapshot: () => work.snapshot(), running: () => 0 },
    uptime: { between: () => [], firstQuarter: () => null },
    power: () => ({ draw: null, tariff: null }),
  });
  const entries = async (filter: EarningsFilter) => {
    const found: EarningRow[] = [];
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const { items, next } = await rows.page(filter, before, 20);
      found.push(...items);
      if (next === null) return found;
      before = next;
    }
  };
  return { series, rows, entries };
}

/** By network, the empty ones left out. */
function added(sums: readonly { network: string; unit: string; netMicro: number; entries: number }[]): Sum[] {
  const networks = Map.groupBy(sums, ({ network }) => network);
  const all = [...networks].map(([network, group]) => ({
    network,
    unit: 'credit',
    amountMicro: group.reduce((sum, { netMicro }) => sum + netMicro, 0),
    entries: group.reduce((sum, { entries }) => sum + entries, 0),
  }));
  return sorted(all.filter(({ entries }) => entries > 0));
}

describe('the states of what was booked', () => {
  it('have each entry in one of them: they make the total, and each is what its rows sum to, whenever it was settled', async () => {
    await fc.assert(
      fc.asyncProperty(bookings, fc.nat(6), fc.integer({ min: 1, max: 9 }), async (list, first, days) => {
        const { series, rows, entries } = nodeWith(list);
        const time = { from: START + first * DAY, to: START + (first + days) * DAY };
        const { total, states, points, through, settled } = await series.take({ ...time, by: 'day', weekStartsOn: 1 });
        expect(added(states.flatMap(({ sums }) => sums))).toEqual(added(total.sums));
        const within = { from: points[0]!.start, to: points.at(-1)!.end };
        for (const { state, count, sums } of states) {
          const shown = added(sums);
          const held = await rows.check({ ...within, state }, { through, settled, shown });
          expect([state, held.agrees]).toEqual([state, true]);
          const opened = await entries({ ...within, state });
          expect(added(opened.map(({ netMicro, ...row }) => ({ ...row, netMicro, entries: 1 })))).toEqual(shown);
          if (state !== 'serving' && count !== null) expect(count).toBe(opened.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tell what was booked for claims that failed, and that it was taken back when they did', async () => {
    const failed = { at: START + HOUR, amountMicro: 700, network: 'iicp', claim: 'failed' as const, afterMs: DAY };
    const { series } = nodeWith([failed, { ...failed, amountMicro: 5, claim: { givenMicro: 3 } }]);
    const of = async (days: number) => {
      const time = { from: START, to: START + days * DAY };
      const { states } = await series.take({ ...time, by: 'day', weekStartsOn: 1 });
      return states.find(({ state }) => state === 'failed');
    };
    const sum = { network: 'iicp', unit: 'credit' };
    expect(await of(1)).toMatchObject({ count: 1, sums: [{ ...sum, netMicro: 700, entries: 1 }], takenBack: [] });
    expect(await of(3)).toEqual({
      state: 'failed',
      count: 2,
      unbooked: 0,
      sums: [{ ...sum, state: 'failed', grossMicro: 0, feeMicro: 0, netMicro: 0, entries: 2 }],
      takenBack: [{ ...sum, amountMicro: -700, entries: 1 }],
    });
  });
});
