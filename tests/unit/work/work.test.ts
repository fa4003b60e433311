import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Metrics, metricsMigrations } from '../../../src-main/networks/iicp/directory/metrics.ts';
import { Earnings } from '../../../src-main/payments/earnings.ts';
import { Ledger, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { Refusals } from '../../../src-main/work/refusals.ts';
import { ONE_SLOT } from '../../../src-main/work/resources.ts';
import { type EndState, WorkStore, workMigrations } from '../../../src-main/work/store.ts';
import { type Ending, Work } from '../../../src-main/work/work.ts';
import { slotsOnly } from '../../support/capacity.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { taskRows } from '../../support/jobs.ts';
import { seededRandom } from '../../support/random.ts';
import { emptyDatabase } from '../payments/support.ts';

const facts = { network: 'iicp', ref: 'r', what: 'chat', inference: { model: 'm', backend: 'b', sealed: false } };
const done = (micro: number): Ending => ({
  state: 'done',
  tokensIn: 1,
  tokensOut: 2,
  earned: { network: 'iicp', unit: 'credit', amountMicro: micro },
});

async function setUp(folder = temporaryFolder()) {
  const clock = new HandClock();
  const migrations = [...workMigrations, ...ledgerMigrations, ...metricsMigrations];
  // The disk keeps its own time: a busy writer waits for company.
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations },
  );
  onTestFinished(() => database.close());
  const { read, committer } = database;
  const ledger = new Ledger(read);
  const store = new WorkStore(read);
  const refusals = new Refusals({ clock, logger: silentLogger, committer, read });
  const slots = slotsOnly(clock, () => 100);
  const work = new Work({
    clock,
    logger: silentLogger,
    committer,
    store,
    ledger,
    refusals,
    capacity: slots,
    handBack: () => false,
  });
  await work.recover();
  const begin = (stop = () => {}) => work.begin(facts, slots.tryClaim(ONE_SLOT, facts)!, stop);
  const metrics = new Metrics({ random: seededRandom(), committer, read, outcomes: store });
  return {
    clock,
    folder,
    database,
    read,
    ledger,
    store,
    work,
    slots,
    begin,
    metrics,
    sums: new LedgerSums(read),
    earnings: new Earnings({ clock, sums: new LedgerSums(read) }),
  };
}

describe('Work', () => {
  it('gives a task one outcome and its earning together, and the slot back', async () => {
    const { begin, work, slots, earnings } = await setUp();
    const task = begin();
    expect([work.running, slots.active]).toEqual([1, 1]);
    await task.end(done(3000));
    expect([work.running, slots.active]).toEqual([0, 0]);
    expect(work.view().recent).toMatchObject([{ id: task.id, state: 'done', earnedMicro: 3000, unit: 'credit' }]);
    expect(earnings.view().total).toEqual([{ network: 'iicp', unit: 'credit', amountMicro: 3000, entries: 1 }]);
  });

  it('refuses a second outcome, and books nothing with it', async () => {
    const { begin, earnings } = await setUp();
    const task = begin();
    await task.end({ state: 'failed', code: 'x' });
    await expect(task.end(done(5))).rejects.toMatchObject({ code: 'storage.conflict' });
    expect(earnings.view().total).toEqual([]);
  });

  it.each<EndState>(['failed', 'timeout', 'cancelled', 'interrupted'])(
    'books nothing for a task that is %s',
    async (state) => {
      const { begin, earnings } = await setUp();
      await begin().end({ ...done(5), state });
      expect(earnings.view().total).toEqual([]);
    },
  );

  it('settles at the next start what was left open, once', async () => {
    const first = await setUp();
    const kept = first.begin();
    const lost = first.begin();
    await kept.end(done(1));
    await first.clock.turn(50);
    await first.database.close();
    const second = await setUp(first.folder);
    const states = second.store.page(Number.MAX_SAFE_INTEGER, 10).map(({ id, state }) => [id, state]);
    expect(states).toEqual([
      [lost.id, 'interrupted'],
      [kept.id, 'done'],
    ]);
    await second.work.recover();
    const next = second.begin();
    expect(next.id).toBe(lost.id + 1);
  });

  it('counts the day that is, and begins the next one at nought', async () => {
    const { clock, begin, work, earnings } = await setUp();
    await begin().end(done(1000));
    await begin().end({ state: 'timeout' });
    work.refuse('full');
    const today = [work.view().today, earnings.view().today];
    await clock.turn(24 * 3600 * 1000);
    await begin().end({ state: 'cancelled' });
    expect(today).toEqual([
      { done: 1, failed: 1, cancelled: 0, refused: 1 },
      [{ network: 'iicp', unit: 'credit', amountMicro: 1000, entries: 1 }],
    ]);
    expect([work.view().today, earnings.view().today]).toEqual([{ done: 0, failed: 0, cancelled: 1, refused: 0 }, []]);
  });

  it('waits for running tasks, then tells them to end', async () => {
    const { clock, begin, work } = await setUp();
    const quick = begin();
    let told = 0;
    const slow = begin(() => {
      told += 1;
      void slow.end({ state: 'interrupted' });
    });
    const drained = work.conclude('quit', 1000, 500);
    await quick.end(done(1));
    const early = told;
    await clock.turn(1000);
    await drained;
    expect([early, told, work.running]).toEqual([0, 1, 0]);
  });

  it('pages through history without gap or double', async () => {
    const { begin, store } = await setUp();
    for (let count = 0; count < 7; count += 1) await begin().end(done(1));
    const seen: number[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    for (let page = store.page(before, 3); page.length > 0; page = store.page(before, 3)) {
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)!.id;
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });
});

describe('sums', () => {
  it('of the ledger equal the sum of what was booked, however often they are looked at', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(1_000_000), fc.boolean()), { maxLength: 30 }), async (bookings) => {
        const { begin, earnings, sums } = await setUp();
        let sum = 0;
        for (const [micro, look] of bookings) {
          await begin().end(done(micro));
          sum += micro;
          if (look) earnings.view();
        }
        const entries = bookings.filter(([micro]) => micro > 0).length;
        const expected = entries === 0 ? [] : [{ network: 'iicp', unit: 'credit', amountMicro: sum, entries }];
        expect(earnings.view()).toMatchObject({ today: expected, total: expected });
        expect(sums.all()).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });
});

describe('Metrics', () => {
  it('reports each outcome in exactly one batch, whatever order tasks begin and end in', async () => {
    const { begin, metrics } = await setUp();
    expect(await metrics.next()).toBeUndefined();
    const early = begin();
    await begin().end(done(1));
    await begin().end({ state: 'cancelled' });
    const first = await metrics.next();
    await early.end({ state: 'failed' });
    const again = await metrics.next();
    await metrics.accepted(first!);
    const second = await metrics.next();
    await metrics.accepted(second!);
    expect([first, again, second, await metrics.next()]).toEqual([
      expect.objectContaining({ success: 1, failed: 0 }),
      first,
      expect.objectContaining({ success: 0, failed: 1 }),
      undefined,
    ]);
  });

  it.each([
    ['failed', 'bad-request'],
    ['failed', 'too-large'],
    ['failed', 'rate-limited'],
    ['timeout', 'deadline-too-short'],
  ] as const)('does not report as a failure what its sender brought about: %s, %s', async (state, code) => {
    const { begin, metrics, clock } = await setUp();
    const late = begin();
    await clock.turn(5000);
    await late.end({ state, code });
    expect(await metrics.next()).toBeUndefined();
    await begin().end({ state: 'failed', code: 'server-error' });
    await begin().end({ state: 'timeout', code: 'task_timeout' });
    expect(await metrics.next()).toMatchObject({ success: 0, failed: 2, totalMs: 0 });
  });

  it('goes past any number of outcomes that count for nothing, a bounded number of them at a time', async () => {
    const db = emptyDatabase();
    const { begin, end } = taskRows(db);
    db.transaction(() => {
      for (let id = 1; id <= 25_000; id += 1) {
        begin({ id });
        end({ id, state: id === 25_000 ? 'done' : 'cancelled', tookMs: 7 });
      }
    })();
    const store = new WorkStore(db);
    expect(store.countsAfter('iicp', 0, 1000)).toEqual({
      success: 0,
      failed: 0,
      totalMs: 0,
      through: 10_000,
      more: true,
    });
    db.exec(metricsMigrations.map(({ sql }) => sql).join(';'));
    const commit = async (writes: readonly Write[]) => {
      for (const { sql, params } of writes) db.prepare(sql).run(...params);
    };
    const metrics = new Metrics({ random: seededRandom(), committer: { commit }, read: db, outcomes: store });
    expect(await metrics.next()).toMatchObject({ success: 1, failed: 0, totalMs: 7, full: false });
  });

  it('passes over no outcome that is committed while they are counted', () => {
    const db = emptyDatabase();
    const { begin, end } = taskRows(db);
    let tasks = 0;
    const commit = () => {
      tasks += 1;
      begin({ id: tasks });
      end({ id: tasks, tookMs: 7 });
    };
    commit();
    // The disk's writer is another thread: it commits between any two reads.
    const read = new Proxy(db, {
      get: (target, name) => {
        if (name !== 'prepare') return Reflect.get(target, name);
        return (sql: string) => {
          const statement = target.prepare(sql);
          const get = (...given: unknown[]) => {
            const row = statement.get(...given);
            if (sql.includes('outcomes WHERE network')) commit();
            return row;
          };
          return { get, all: statement.all.bind(statement), iterate: statement.iterate.bind(statement) };
        };
      },
    });
    const store = new WorkStore(read);
    let through = 0;
    let counted = 0;
    for (let round = 0; round < 5; round += 1) {
      const counts = store.countsAfter('iicp', through, 1000);
      counted += counts.success;
      through = counts.through;
      expect(counted).toBe(through);
    }
    expect(counted).toBeGreaterThanOrEqual(5);
  });

  it('keeps a batch over a restart under the same id', async () => {
    const first = await setUp();
    await first.begin().end(done(1));
    const batch = await first.metrics.next();
    await first.database.close();
    const second = await setUp(first.folder);
    expect(await second.metrics.next()).toEqual(batch);
  });

  it('puts at most a thousand into one, and leaves the rest for the next', async () => {
    const { begin, metrics } = await setUp();
    for (let round = 0; round < 11; round += 1) {
      const tasks = Array.from({ length: 93 }, () => begin());
      await Promise.all(tasks.map((task) => task.end(done(1))));
    }
    const first = await metrics.next();
    await metrics.accepted(first!);
    expect([first!.success, (await metrics.next())!.success]).toEqual([1000, 23]);
  });
});
