import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startOfDay } from '../../../src-main/base/day.ts';
import { Earnings } from '../../../src-main/payments/earnings.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import type { Sum } from '../../../src-preload/contract/earnings.ts';
import { HandClock } from '../../support/clock.ts';
import { book, type Entry, emptyDatabase, sorted, sumsOf } from './support.ts';

const NOW = Date.UTC(2025, 5, 11, 12);
const HOUR = 3_600_000;

const entry = (task: number, changes: Partial<Entry> = {}): Entry => ({
  at: NOW - HOUR,
  network: 'iicp',
  unit: 'credit',
  amountMicro: 1000 + task,
  kind: 'earned',
  task,
  ...changes,
});

function open(entries: readonly Entry[] = []) {
  const db = emptyDatabase();
  book(db, entries);
  const clock = new HandClock(NOW);
  const claim = db.prepare(`INSERT INTO claims (task, network, place, state, claimed_micro, evidence)
    VALUES (?, 'iicp', 'https://d', 'waiting', 1, '')`);
  const end = db.prepare('UPDATE claims SET state = ?, settled = ? WHERE task = ?');
  let settled = 0;
  const earnings = new Earnings({ clock, sums: new LedgerSums(db) });
  const settle = (task: number, state: 'paid' | 'failed' | 'waiting') => {
    claim.run(task);
    if (state === 'waiting') return;
    settled += 1;
    end.run(state, settled, task);
  };
  return { db, clock, earnings, settle };
}

const one = (entries: number, amountMicro: number) => [{ network: 'iicp', unit: 'credit', amountMicro, entries }];

describe('what became of what was booked', () => {
  it('says nothing of payments where nobody tells of them, and calls all of it on its way', () => {
    const { earnings } = open([entry(1), entry(2)]);
    expect(earnings.view().standing.today).toEqual({ received: null, onItsWay: one(2, 2003), failed: [] });
  });

  it('tells what is in hand from what is on its way and what failed, today and in all', () => {
    const { earnings, settle, db } = open([entry(1), entry(2), entry(3), entry(4, { at: NOW - 48 * HOUR })]);
    settle(1, 'waiting');
    expect(earnings.view().standing.today).toEqual({ received: [], onItsWay: one(3, 3006), failed: [] });
    settle(2, 'paid');
    settle(3, 'failed');
    settle(4, 'paid');
    const { standing, settled } = earnings.view();
    expect(standing).toEqual({
      today: { received: one(1, 1002), onItsWay: one(1, 1001), failed: one(1, 1003) },
      total: { received: one(2, 2006), onItsWay: one(1, 1001), failed: one(1, 1003) },
    });
    expect(settled).toBe(3);
    book(db, [entry(5)]);
    expect(earnings.view().standing.today.onItsWay).toEqual(one(2, 2006));
  });

  it('keeps the three parts at what was booked, whatever is settled when', () => {
    const plan = fc.array(
      fc.record({
        hoursAgo: fc.integer({ min: 0, max: 60 }),
        unit: fc.constantFrom('credit', 'sat'),
        state: fc.constantFrom('paid' as const, 'failed' as const, 'waiting' as const),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(plan, fc.nat(40), (tasks, early) => {
        const entries = tasks.map(({ hoursAgo, unit }, n) => entry(n + 1, { at: NOW - hoursAgo * HOUR, unit }));
        const { earnings, settle } = open(entries);
        for (const [n, { state }] of tasks.entries()) {
          if (n === early) earnings.view();
          settle(n + 1, state);
        }
        const { standing, today, total } = earnings.view();
        const added = (parts: typeof standing.today) =>
          sorted([...(parts.received ?? []), ...parts.onItsWay, ...parts.failed].reduce(merge, []));
        expect(added(standing.today)).toEqual(sorted(today));
        expect(added(standing.total)).toEqual(sorted(total));
        const paid = entries.filter((_, n) => tasks[n]!.state === 'paid');
        expect(sorted(standing.total.received ?? [])).toEqual(sumsOf(paid));
        const paidToday = paid.filter(({ at }) => at >= startOfDay(NOW));
        expect(sorted(standing.today.received ?? [])).toEqual(sumsOf(paidToday));
      }),
    );
  });

  it('begins again at midnight', () => {
    const { earnings, settle, clock } = open([entry(1)]);
    settle(1, 'paid');
    expect(earnings.view().standing.today.received).toEqual(one(1, 1001));
    clock.skip(24 * HOUR);
    const { standing } = earnings.view();
    expect([standing.today.received, standing.total.received]).toEqual([[], one(1, 1001)]);
  });

  it('has what was prepaid in hand at once, and nothing of it on its way', () => {
    const { earnings } = open([entry(1, { network: 'paygress', unit: 'sat', settledAt: NOW - HOUR }), entry(2)]);
    const { standing } = earnings.view();
    const sat = [{ network: 'paygress', unit: 'sat', amountMicro: 1001, entries: 1 }];
    expect(standing.total).toEqual({ received: sat, onItsWay: one(1, 1002), failed: [] });
  });
});

describe('a balance', () => {
  it('is what was received and deposited, less fees, refunds and what was withdrawn; units are never added', () => {
    const settled = { task: null, network: 'paygress', unit: 'sat', settledAt: NOW };
    const { earnings } = open([
      entry(1, { ...settled, amountMicro: 1000 }),
      entry(2, { ...settled, kind: 'fee', amountMicro: -30 }),
      entry(3, { ...settled, kind: 'refund', amountMicro: -200 }),
      entry(4, { ...settled, kind: 'deposit', amountMicro: 500 }),
      entry(5, { ...settled, kind: 'withdrawal', amountMicro: -400 }),
      entry(6, { ...settled, kind: 'fee', amountMicro: -5 }),
      entry(7, { amountMicro: 70 }),
    ]);
    const { today, total, balances } = earnings.view();
    expect(balances).toEqual([
      {
        network: 'iicp',
        unit: 'credit',
        grossMicro: 70,
        feeMicro: 0,
        netMicro: 70,
        refundedMicro: 0,
        receivedMicro: 0,
        onItsWayMicro: 70,
        depositedMicro: 0,
        withdrawnMicro: 0,
        inHandMicro: 0,
      },
      {
        network: 'paygress',
        unit: 'sat',
        grossMicro: 800,
        feeMicro: 35,
        netMicro: 765,
        refundedMicro: 200,
        receivedMicro: 765,
        onItsWayMicro: 0,
        depositedMicro: 500,
        withdrawnMicro: 400,
        inHandMicro: 865,
      },
    ]);
    // What was deposited and withdrawn was not earned.
    const sat = { network: 'paygress', unit: 'sat', amountMicro: 765, entries: 4 };
    expect([today, total]).toEqual([
      [...one(1, 70), sat],
      [...one(1, 70), sat],
    ]);
  });
});

function merge(sums: Sum[], sum: Sum): Sum[] {
  const same = sums.find(({ network, unit }) => network === sum.network && unit === sum.unit);
  if (!same) return [...sums, { ...sum }];
  same.amountMicro += sum.amountMicro;
  same.entries += sum.entries;
  return sums;
}
