import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import type { Committer, Write } from '../../../src-main/storage/write.ts';
import { Refusals } from '../../../src-main/work/refusals.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const NOON = new Date(2025, 5, 11, 12).getTime();
const DAY = 86_400_000;

async function open(file = join(temporaryFolder(), 'hearth.db')) {
  const clock = new HandClock(NOON);
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file, migrations: [...workMigrations, ...ledgerMigrations] },
  );
  onTestFinished(() => database.close());
  const commits: number[] = [];
  let broken = false;
  const committer: Committer = {
    commit: (writes: readonly Write[]) => {
      if (broken) return Promise.reject(new Error('the disk is full'));
      commits.push(writes.length);
      return database.committer.commit(writes);
    },
  };
  const refusals = new Refusals({ clock, logger: silentLogger, committer, read: database.read });
  await refusals.start();
  return {
    clock,
    refusals,
    commits,
    file,
    again: () => new Refusals({ clock, logger: silentLogger, committer, read: database.read }),
    breakDisk: (is: boolean) => {
      broken = is;
    },
  };
}

describe('refused tasks', () => {
  it('are counted by reason, the most frequent first', async () => {
    const { refusals } = await open();
    expect(refusals.today()).toEqual([]);
    for (const reason of ['full', 'repeated', 'full'] as const) refusals.count(reason);
    expect(refusals.today()).toEqual([
      { reason: 'full', count: 2 },
      { reason: 'repeated', count: 1 },
    ]);
  });

  it('are written once a minute, a row a reason, however many come', async () => {
    const { refusals, commits, clock, again } = await open();
    expect(clock.timers).toBe(0);
    for (let n = 0; n < 10_000; n += 1) refusals.count(n % 2 ? 'full' : 'unreadable');
    expect([clock.timers, commits]).toEqual([1, []]);
    await clock.turn(60_000);
    await refusals.stop();
    expect(commits).toEqual([2]);
    expect(clock.timers).toBe(0);
    refusals.count('full');
    expect(refusals.today()[0]).toEqual({ reason: 'full', count: 5001 });
    await refusals.stop();
    expect(again().today()).toEqual([
      { reason: 'full', count: 5001 },
      { reason: 'unreadable', count: 5000 },
    ]);
  });

  it('begin anew at midnight, and those of the day before stay where they belong', async () => {
    const { refusals, clock, again } = await open();
    refusals.count('full');
    clock.skip(DAY);
    refusals.count('repeated');
    expect(refusals.today()).toEqual([{ reason: 'repeated', count: 1 }]);
    await refusals.stop();
    expect(again().today()).toEqual([{ reason: 'repeated', count: 1 }]);
  });

  it('are kept for later where the disk takes nothing', async () => {
    const { refusals, breakDisk, again } = await open();
    breakDisk(true);
    refusals.count('full');
    await refusals.stop();
    refusals.count('full');
    breakDisk(false);
    await refusals.stop();
    expect(again().today()).toEqual([{ reason: 'full', count: 2 }]);
  });
});
