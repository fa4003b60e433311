// What was used at a model server since a moment: the books that a budget is read from after a restart.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Ledger, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { Refusals } from '../../../src-main/work/refusals.ts';
import { ONE_SLOT } from '../../../src-main/work/resources.ts';
import { WorkStore, workMigrations } from '../../../src-main/work/store.ts';
import { type Ending, Work } from '../../../src-main/work/work.ts';
import { slotsOnly } from '../../support/capacity.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const HERE = 'https://models.example';
const THERE = 'http://127.0.0.1:11434';

async function open(folder = temporaryFolder(), clock = new HandClock()) {
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: [...workMigrations, ...ledgerMigrations] },
  );
  onTestFinished(() => database.close());
  const { read, committer } = database;
  const store = new WorkStore(read);
  const slots = slotsOnly(clock, () => 100);
  const work = new Work({
    clock,
    logger: silentLogger,
    committer,
    store,
    ledger: new Ledger(read),
    refusals: new Refusals({ clock, logger: silentLogger, committer, read }),
    capacity: slots,
    handBack: () => false,
  });
  await work.recover();
  const task = (backend: string | null) => {
    const facts = { network: 'iicp', ref: 'r', what: 'chat', inference: { model: 'm', backend, sealed: false } };
    return work.begin(facts, slots.tryClaim(ONE_SLOT, facts)!, () => {});
  };
  const used = (tokensIn: number, tokensOut: number, more: Partial<Ending> = {}): Ending => {
    return { state: 'done', tokensIn, tokensOut, ...more };
  };
  return { folder, clock, database, store, task, used };
}

describe('the tokens used at a model server', () => {
  it('are those in and out of tasks that ended there since then, however they ended', async () => {
    const { clock, store, task, used } = await open();
    expect(store.tokensAt(HERE, 0)).toBe(0);
    await task(HERE).end(used(1, 2));
    await clock.turn(1000);
    const moment = clock.now();
    expect(store.tokensAt(HERE, moment)).toBe(0);
    await task(HERE).end(used(10, 20));
    await task(THERE).end(used(100, 200));
    await task(null).end(used(1000, 2000));
    await task(HERE).end(used(300, 0, { state: 'failed', code: 'x' }));
    expect([HERE, THERE, 'nowhere'].map((backend) => store.tokensAt(backend, moment))).toEqual([330, 300, 0]);
    expect([moment - 1, moment - 1000].map((each) => store.tokensAt(HERE, each))).toEqual([330, 333]);
  });

  it('count for the day on which a task ended, not on which it began', async () => {
    const { clock, store, task, used } = await open();
    const long = task(HERE);
    await clock.turn(60_000);
    const moment = clock.now();
    await long.end(used(5, 5));
    expect([store.tokensAt(HERE, moment), store.tokensAt(HERE, moment + 1)]).toEqual([10, 0]);
  });

  it('are known after a restart', async () => {
    const first = await open();
    await first.task(HERE).end(first.used(3, 4));
    first.task(HERE);
    await first.clock.turn(50);
    await first.database.close();
    const second = await open(first.folder, first.clock);
    expect(second.store.tokensAt(HERE, 0)).toBe(7);
    await second.task(HERE).end(second.used(10, 0));
    expect(second.store.tokensAt(HERE, 0)).toBe(17);
  });
});
