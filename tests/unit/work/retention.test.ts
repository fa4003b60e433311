import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { startOfDay } from '../../../src-main/base/day.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { BLOCK } from '../../../src-main/work/blocks.ts';
import { History } from '../../../src-main/work/history.ts';
import { WorkQuarters } from '../../../src-main/work/quarters.ts';
import { Retention } from '../../../src-main/work/retention.ts';
import { WorkStore, workMigrations } from '../../../src-main/work/store.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wait.ts';

const DAY = 86_400_000;
const NOW = 1_760_000_000_000;
const never = new AbortController().signal;
const EVER = Number.MAX_SAFE_INTEGER;

/** Tasks an hour apart, the newest just now; every third fails, the others earn; numbered from 1. */
async function setUp(
  count: number,
  options: { keepDays?: number | null; over?: boolean; at?: (n: number) => number } = {},
) {
  const { keepDays = 10, over = false, at = (n: number) => NOW - (count - n) * 3_600_000 } = options;
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(temporaryFolder(), 'hearth.db'), migrations: [...workMigrations, ...ledgerMigrations] },
  );
  onTestFinished(() => database.close());
  const { read, committer } = database;
  const store = new WorkStore(read);
  const write = async (from: number, to: number) => {
    const units = Array.from({ length: to - from + 1 }, (_, each): Write[] => {
      const n = from + each;
      const state = n % 3 === 0 ? 'failed' : 'done';
      const task = { id: n, network: 'iicp', kind: 'task', ref: `r${n}`, what: 'chat' } as const;
      const end = {
        state,
        code: null,
        tookMs: 3,
        finishedAt: at(n),
      } as const;
      const used = { tokensIn: 1, tokensOut: 2, waitedMs: 0, serverMs: 1, firstMs: null };
      const earned: Write = {
        sql: "INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (?, 'iicp', 'credit', 5, 'earned', ?)",
        params: [at(n), n],
      };
      return [
        store.started({ ...task, startedAt: at(n) - 5 }),
        store.endedInference(n, { model: 'm', backend: 'b', sealed: false }, used),
        store.ended(task, end),
        ...(state === 'done' ? [earned] : []),
      ];
    });
    await Promise.all(units.map((unit) => committer.commit(unit)));
  };
  await write(1, count);
  const clock = { ...systemClock, now: () => NOW };
  const deps = { clock, logger: silentLogger, committer, read, keepDays: () => keepDays, overBudget: async () => over };
  const retention = new Retention(deps);
  const history = new History({ clock: systemClock, read });
  const left = async (states: ('done' | 'failed')[]) =>
    (await history.page({ states }, EVER, 200)).items.map(({ id }) => id);
  return { read, committer, store, write, deps, retention, history, left };
}

describe('retention', () => {
  it('lets go of old tasks that earned nothing, and of nothing that the ledger refers to', async () => {
    const count = 5 * BLOCK + 20;
    const { read, retention, history, left } = await setUp(count);
    const ledger = read.prepare('SELECT * FROM ledger').all();
    const series = JSON.stringify(new WorkQuarters(read).snapshot().between(0, EVER));
    const removed = await retention.prune(never);
    // Ten days are 240 hours: the last block that has nothing newer ends before that.
    const through = Math.floor((count - 240 - 1) / BLOCK) * BLOCK;
    expect([through, removed]).toEqual([3 * BLOCK, Math.floor(through / 3)]);
    const failed = Array.from({ length: count }, (_, n) => n + 1).filter((n) => n % 3 === 0 && n > through);
    expect(await left(['failed'])).toEqual(failed.toReversed().slice(0, 200));
    expect(await history.count({ states: ['failed'] })).toEqual({ count: failed.length, exact: true });
    expect(await history.count({ states: ['done'] })).toEqual({ count: count - Math.floor(count / 3), exact: true });
    expect(read.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(count - removed);
    expect(read.prepare('SELECT * FROM ledger').all()).toEqual(ledger);
    // What was done in that time is told as before.
    expect(JSON.stringify(new WorkQuarters(read).snapshot().between(0, EVER))).toBe(series);
    expect(read.pragma('foreign_key_check')).toEqual([]);
  });

  it('has nothing to do the second time, and goes on where it was as time passes', async () => {
    const { deps, retention } = await setUp(4 * BLOCK, { keepDays: 10 });
    expect(await retention.prune(never)).toBe(Math.floor((2 * BLOCK) / 3));
    expect(await new Retention(deps).prune(never)).toBe(0);
    const later = new Retention({ ...deps, clock: { ...systemClock, now: () => NOW + 100 * DAY } });
    expect(await later.prune(never)).toBe(Math.floor((3 * BLOCK) / 3) - Math.floor((2 * BLOCK) / 3));
  });

  it('leaves the newest rows however old, so that no number is given twice', async () => {
    const { read, deps, store, write } = await setUp(2 * BLOCK, { at: (n) => NOW - 1000 * DAY + n });
    const before = store.newest();
    await new Retention(deps).prune(never);
    expect(store.newest()).toEqual(before);
    await write(2 * BLOCK + 1, 2 * BLOCK + 1);
    await new Retention(deps).prune(never);
    expect(store.newest()).toEqual({ id: before.id + 1, seq: before.seq + 1 });
    expect(read.prepare('SELECT count(*) FROM outcomes WHERE seq <= ?').pluck().get(BLOCK)).toBe(
      BLOCK - Math.floor(BLOCK / 3),
    );
  });

  it('does not touch the day’s counts', async () => {
    const { store, retention } = await setUp(5 * BLOCK);
    const { seq } = store.newest();
    const today = store.countSince(startOfDay(NOW), seq);
    await retention.prune(never);
    expect(store.countSince(startOfDay(NOW), seq)).toEqual(today);
    expect(today.done + today.failed).toBeGreaterThan(0);
  });

  it.each([
    ['keeps all for good where that is set', { keepDays: null }, 0],
    ['keeps a week where the disk’s budget is used up', { keepDays: null, over: true }, 2 * BLOCK],
    ['keeps no more than that week, whatever is set', { keepDays: 300, over: true }, 2 * BLOCK],
  ])('%s', async (_name, options, through) => {
    const { retention } = await setUp(2 * BLOCK + 7 * 24 + 9, options);
    expect(await retention.prune(never)).toBe(Math.floor(through / 3));
  });

  it('is not held up by a clock that was once in the future', async () => {
    const at = (n: number) => (n < 9 ? NOW + DAY : NOW - 400 * DAY + n);
    const { retention } = await setUp(3 * BLOCK + 9, { at });
    expect(await retention.prune(never)).toBe(Math.floor((3 * BLOCK) / 3) - Math.floor(BLOCK / 3));
  });

  it('leaves alone a task that is booked while it is looked at', async () => {
    const { read, committer, deps } = await setUp(3 * BLOCK, { at: (n) => NOW - 100 * DAY + n });
    const booking = {
      sql: "INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (?, 'iicp', 'credit', 5, 'correction', 3)",
      params: [NOW],
    };
    let first = [booking];
    const late = {
      commit: (writes: readonly Write[]) => {
        const booked = committer.commit([...first, ...writes]);
        first = [];
        return booked;
      },
    };
    await new Retention({ ...deps, committer: late }).prune(never);
    expect(
      read.prepare('SELECT o.state FROM outcomes o JOIN jobs j ON j.id = o.job WHERE j.id = 3').pluck().get(),
    ).toBe('failed');
  });

  it('runs by itself, says what it did, and says why where it could not', async () => {
    const { deps, committer } = await setUp(3 * BLOCK, { at: (n) => NOW - 100 * DAY + n });
    const clock = new HandClock(NOW);
    let broken = true;
    const commit = (writes: readonly Write[]) => (broken ? Promise.reject(new Error('no')) : committer.commit(writes));
    const retention = new Retention({ ...deps, clock, committer: { commit } });
    await retention.start();
    expect(retention.view()).toEqual({ keepDays: 10, last: null, failure: null });
    await clock.turn(60_000);
    expect(retention.view().failure).toMatchObject({ code: 'internal.unexpected' });
    broken = false;
    await until('a run that succeeds', async () => {
      await clock.turn(3_600_000);
      return retention.view().last;
    });
    expect(retention.view()).toMatchObject({ failure: null, last: { removed: Math.floor((2 * BLOCK) / 3) } });
    await retention.stop();
    expect(clock.timers).toBe(0);
  });
});
