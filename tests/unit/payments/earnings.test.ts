import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startOfDay } from '../../../src-main/base/day.ts';
import { Earnings } from '../../../src-main/payments/earnings.ts';
import { Ledger } from '../../../src-main/payments/ledger.ts';
import { SettledQuarters } from '../../../src-main/payments/settled.ts';
import type { Sum } from '../../../src-preload/contract/earnings.ts';
import { HandClock } from '../../support/clock.ts';
import { until } from '../../support/wait.ts';
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
  const claim = db.prepare(`INSERT INTO claims (task, network, place, state, claimed_micro, evidence, settled)
    VALUES (?, 'iicp', 'https://d', ?, 1, '', ?)`);
  const changes: string[] = [];
  let settled = 0;
  const earnings = new Earnings({
    clock,
    ledger: new Ledger(db),
    states: new SettledQuarters({ clock, read: db }),
    changed: () => changes.push('changed'),
  });
  const settle = (task: number, state: 'paid' | 'failed' | 'waiting') => {
    if (state !== 'waiting') settled += 1;
    claim.run(task, state, state === 'waiting' ? null : settled);
  };
  return { db, clock, earnings, settle, changes };
}

const one = (entries: number, amountMicro: number) => [{ network: 'iicp', unit: 'credit', amountMicro, entries }];

describe('what became of what was booked', () => {
  it('says nothing of payments where nobody tells of them, and calls all of it on its way', () => {
    const { earnings } = open([entry(1), entry(2)]);
    expect(earnings.view().standing!.today).toEqual({ received: null, onItsWay: one(2, 2003), failed: [] });
  });

  it('tells what is in hand from what is on its way and what failed, today and in all', () => {
    const { earnings, settle, db } = open([entry(1), entry(2), entry(3), entry(4, { at: NOW - 48 * HOUR })]);
    settle(1, 'waiting');
    expect(earnings.view().standing!.today).toEqual({ received: [], onItsWay: one(3, 3006), failed: [] });
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
    expect(earnings.view().standing!.today.onItsWay).toEqual(one(2, 2006));
  });

  it('keeps the three parts at what was booked, whatever is settled when', async () => {
    const plan = fc.array(
      fc.record({
        hoursAgo: fc.integer({ min: 0, max: 60 }),
        unit: fc.constantFrom('credit', 'sat'),
        state: fc.constantFrom('paid' as const, 'failed' as const, 'waiting' as const),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(40), async (tasks, early) => {
        const entries = tasks.map(({ hoursAgo, unit }, n) => entry(n + 1, { at: NOW - hoursAgo * HOUR, unit }));
        const { earnings, settle } = open(entries);
        for (const [n, { state }] of tasks.entries()) {
          if (n === early) {
            earnings.view();
            await new Promise(setImmediate);
          }
          settle(n + 1, state);
        }
        const { standing, today, total } = earnings.view();
        const added = (parts: NonNullable<typeof standing>['today']) =>
          sorted([...(parts.received ?? []), ...parts.onItsWay, ...parts.failed].reduce(merge, []));
        expect(added(standing!.today)).toEqual(sorted(today));
        expect(added(standing!.total)).toEqual(sorted(total));
        const paid = entries.filter((_, n) => tasks[n]!.state === 'paid');
        expect(sorted(standing!.total.received ?? [])).toEqual(sumsOf(paid));
        const paidToday = paid.filter(({ at }) => at >= startOfDay(NOW));
        expect(sorted(standing!.today.received ?? [])).toEqual(sumsOf(paidToday));
      }),
    );
  });

  it('begins again at midnight', () => {
    const { earnings, settle, clock } = open([entry(1)]);
    settle(1, 'paid');
    expect(earnings.view().standing!.today.received).toEqual(one(1, 1001));
    clock.skip(24 * HOUR);
    const { standing } = earnings.view();
    expect([standing!.today.received, standing!.total.received]).toEqual([[], one(1, 1001)]);
  });

  it('says nothing until a long history is read, and then tells that it has', async () => {
    const tasks = Array.from({ length: 2000 }, (_, n) => entry(n + 1));
    const { earnings, settle, changes } = open(tasks);
    for (const { task } of tasks) settle(task!, 'paid');
    expect(earnings.view().standing).toBeNull();
    await until('it to be read', () => changes.length > 0);
    expect(earnings.view().standing!.today.received![0]!.entries).toBe(2000);
    expect(changes).toHaveLength(1);
  });
});

function merge(sums: Sum[], sum: Sum): Sum[] {
  const same = sums.find(({ network, unit }) => network === sum.network && unit === sum.unit);
  if (!same) return [...sums, { ...sum }];
  same.amountMicro += sum.amountMicro;
  same.entries += sum.entries;
  return sums;
}
