import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Storage } from '../../../src-main/engine/storage-view.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const MEBIBYTE = 1024 * 1024;

async function setUp() {
  const folder = temporaryFolder();
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: workMigrations },
  );
  onTestFinished(() => database.close());
  const write = (name: string, bytes: number) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), Buffer.alloc(bytes));
  };
  write('logs/hearth.log', 2 * MEBIBYTE);
  write('logs/hearth.log.1', MEBIBYTE);
  write('keys/data.key', 100);
  write('backups/hearth-1-before.db', 5000);
  write('before-2026/hearth.db', 300);
  write('run.json', 7);
  const clock = new HandClock();
  let megabytes: number | null = null;
  const pruning = { keepDays: 365, last: null, failure: null };
  const storage = new Storage(
    {
      clock,
      read: database.read,
      tasks: async () => 12,
      entries: () => 5,
      pruning: () => pruning,
      budgetMegabytes: () => megabytes,
    },
    folder,
  );
  const bound = (to: number | null) => {
    megabytes = to;
  };
  return { folder, clock, storage, write, bound };
}

describe('what the data folder takes up', () => {
  it('is told by its parts, down to the last file', async () => {
    const { folder, storage } = await setUp();
    const view = await storage.view();
    const part = (name: string) => view.parts.find((each) => each.part === name);
    const database = ['hearth.db', 'hearth.db-wal', 'hearth.db-shm'].map((name) => statSync(join(folder, name)).size);
    expect(part('logs')).toEqual({ part: 'logs', bytes: 3 * MEBIBYTE, files: 2 });
    expect(part('keys')).toEqual({ part: 'keys', bytes: 100, files: 1 });
    expect(part('backups')).toEqual({ part: 'backups', bytes: 5300, files: 2 });
    expect(part('other')).toEqual({ part: 'other', bytes: 7, files: 1 });
    expect(part('database')).toEqual({ part: 'database', bytes: database.reduce((a, b) => a + b, 0), files: 3 });
    expect(view.totalBytes).toBe(view.parts.reduce((sum, { bytes }) => sum + bytes, 0));
    expect([view.folder, view.rows, view.budget]).toEqual([folder, { tasks: 12, entries: 5 }, null]);
    expect(view.freeBytes).toBeGreaterThan(0);
    expect(view.databaseUsedBytes).toBeGreaterThan(4096);
    expect(view.databaseUsedBytes).toBeLessThanOrEqual(statSync(join(folder, 'hearth.db')).size + MEBIBYTE);
  });

  it('is over its budget where database and logs are larger together', async () => {
    const { clock, storage, write, bound } = await setUp();
    // A megabyte as pages write it: what is set as 4 is shown as 4.
    bound(4);
    expect((await storage.view()).budget).toMatchObject({ bytes: 4_000_000, over: false });
    expect(await storage.overBudget()).toBe(false);
    write('logs/hearth.log.2', 2 * MEBIBYTE);
    await clock.turn(5000);
    expect(await storage.overBudget()).toBe(true);
    bound(null);
    expect(await storage.overBudget()).toBe(false);
  });

  it('is looked at anew after some seconds, and not before', async () => {
    const { clock, storage, write } = await setUp();
    const other = async () => (await storage.view()).parts.find(({ part }) => part === 'other')?.files;
    expect(await other()).toBe(1);
    write('more', 1);
    expect(await other()).toBe(1);
    await clock.turn(5000);
    expect(await other()).toBe(2);
  });
});
