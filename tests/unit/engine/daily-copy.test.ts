import { existsSync, mkdirSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idleHistoryMigrations } from '../../../src-main/availability/idle-history.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { putBack } from '../../../src-main/engine/before-update.ts';
import { DailyCopy } from '../../../src-main/engine/daily-copy.ts';
import { ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { secretsMigrations } from '../../../src-main/secrets/secrets.ts';
import { copiesIn } from '../../../src-main/storage/copies.ts';
import { walletMigrations } from '../../../src-main/wallet/schema.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const DAY = 86_400_000;
const NOW = Date.now();

function made() {
  const dataDir = temporaryFolder();
  const file = join(dataDir, 'hearth.db');
  const database = new Database(file);
  onTestFinished(() => void database.close());
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE words (text TEXT) STRICT; INSERT INTO words VALUES (hex(randomblob(40000)));');
  for (const { sql } of [
    ...idleHistoryMigrations,
    ...secretsMigrations,
    ...workMigrations,
    ...ledgerMigrations,
    ...walletMigrations,
  ])
    database.exec(sql);
  database.exec('INSERT INTO idle_history VALUES (1, 1, 1, 1)');
  const clock = new HandClock(NOW);
  let quiet = true;
  const copies = new DailyCopy({ clock, logger: silentLogger, quiet: () => quiet }, { dataDir, file });
  const names = () => copiesIn(dataDir).map(({ name }) => name);
  /** As if that copy had been made so long ago. */
  const age = (name: string, ms: number) => {
    const at = new Date(clock.now() - ms);
    utimesSync(join(dataDir, 'backups', name), at, at);
  };
  return {
    dataDir,
    database,
    clock,
    copies,
    names,
    age,
    busy(on: boolean) {
      quiet = !on;
    },
  };
}

describe('the daily copy', () => {
  it('is made once a day, is whole and private, and knows nothing of when somebody was away', async () => {
    const { dataDir, database, copies, names, age } = made();
    const name = (await copies.look())!;
    expect([names(), name]).toEqual([[name], expect.stringMatching(/^hearth-\d{8}T\d{9}Z-daily\.db$/)]);
    const file = join(dataDir, 'backups', name);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readdirSync(join(dataDir, 'backups'))).toEqual([name]);
    const copy = new Database(file, { readonly: true });
    const rows = (of: Database.Database, table: string) => of.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect([rows(copy, 'words'), rows(copy, 'idle_history'), rows(database, 'idle_history')]).toEqual([1, 0, 1]);
    copy.close();
    expect(await copies.look()).toBeUndefined();
    age(name, DAY);
    expect(await copies.look()).toBeDefined();
  });

  it('waits for a moment in which nothing runs', async () => {
    const { copies, names, busy, clock } = made();
    busy(true);
    await copies.start();
    await clock.turn(DAY);
    expect(names()).toEqual([]);
    busy(false);
    expect(await copies.look()).toBeDefined();
    await copies.stop();
    expect(clock.timers).toBe(0);
  });

  it('leaves the last three, and other copies alone', async () => {
    const { dataDir, copies, names, age, clock } = made();
    mkdirSync(join(dataDir, 'backups'));
    writeFileSync(join(dataDir, 'backups', 'hearth-20260101T000000000Z-before.db'), 'x');
    for (let day = 0; day < 5; day += 1) {
      for (const name of names()) age(name, statSync(join(dataDir, 'backups', name)).mtimeMs < NOW ? 9 * DAY : DAY * 2);
      clock.skip(1000);
      expect(await copies.look()).toBeDefined();
    }
    expect(names().filter((name) => name.endsWith('-daily.db'))).toHaveLength(3);
    expect(names()).toContain('hearth-20260101T000000000Z-before.db');
  });

  it('does not take the place of a good one where the database is damaged, and a good one is put back', async () => {
    const { dataDir, database, copies, names, age } = made();
    const good = (await copies.look())!;
    age(good, 2 * DAY);
    database.close();
    const file = join(dataDir, 'hearth.db');
    truncateSync(file, statSync(file).size - 8192);
    expect(await copies.look()).toBeUndefined();
    expect(names()).toEqual([good]);
    expect(() => putBack({ clock: new HandClock(NOW) }, dataDir, 'hearth-1-daily.db')).toThrow(
      expect.objectContaining({ code: 'storage.copy-unsound' }),
    );
    const aside = putBack({ clock: new HandClock(NOW) }, dataDir, good);
    const back = new Database(file, { readonly: true });
    expect(back.prepare('SELECT length(text) FROM words').pluck().get()).toBe(80_000);
    back.close();
    expect(existsSync(join(dataDir, 'backups', aside))).toBe(true);
  });
});
