import { chmodSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { DiskFull, MigrationFailed, StorageDamaged, StorageTooNew } from '../../../src-main/storage/errors.ts';
import type { Migration } from '../../../src-main/storage/write.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { migrations, opened, parent } from '../../unit/storage/help.ts';

const second: Migration = { area: 'test', number: 2, name: 'ages', sql: 'ALTER TABLE parents ADD COLUMN age INTEGER' };
const deps = () => ({ clock: new HandClock(), logger: silentLogger });

async function closed(folder: string, steps: readonly Migration[] = migrations): Promise<string> {
  const file = join(folder, 'hearth.db');
  const database = await openDatabase(deps(), { file, migrations: steps });
  await database.close();
  return file;
}

const modeOf = (file: string) => statSync(file).mode & 0o777;
const copies = (folder: string) => (existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')) : []);

describe('opening a database', () => {
  it('sets up both connections for durable writes and for reading alone', async () => {
    const { read, committer, check, file } = await opened();
    await committer.commit([parent(1)]);
    const pragma = (name: string) => read.pragma(name, { simple: true });
    expect([pragma('journal_mode'), pragma('foreign_keys'), pragma('query_only')]).toEqual(['wal', 1, 1]);
    expect(() => read.exec('DELETE FROM parents')).toThrow(/readonly/);
    expect(check()).toEqual([]);
    expect(['', '-wal', '-shm'].map((side) => modeOf(file + side))).toEqual([0o600, 0o600, 0o600]);
  });

  it('tightens files that an older time left open to others', async () => {
    const folder = temporaryFolder();
    const file = await closed(folder);
    chmodSync(file, 0o644);
    const { committer } = await opened({}, folder);
    await committer.commit([parent(1)]);
    expect([modeOf(file), modeOf(`${file}-wal`)]).toEqual([0o600, 0o600]);
  });

  it('leaves one file behind when it is closed', async () => {
    const folder = temporaryFolder();
    await closed(folder);
    expect(readdirSync(folder)).toEqual(['hearth.db']);
  });

  it('refuses a file that is no database, and one that was cut after an unclean end', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'hearth.db');
    writeFileSync(file, 'this is somebody else’s file '.repeat(1000));
    await expect(openDatabase(deps(), { file, migrations })).rejects.toThrow(StorageDamaged);

    const other = temporaryFolder();
    const cut = await closed(other);
    const db = new Database(cut);
    db.exec(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO parents SELECT i, hex(randomblob(200)), NULL FROM n',
    );
    db.close();
    truncateSync(cut, statSync(cut).size - 8 * 4096);
    writeFileSync(`${cut}-wal`, 'left over');
    await expect(openDatabase(deps(), { file: cut, migrations })).rejects.toThrow(StorageDamaged);
  });
});

describe('migrations', () => {
  it('run once, in order, and are remembered with their time', async () => {
    const folder = temporaryFolder();
    await closed(folder);
    const file = await closed(folder, [...migrations, second]);
    await closed(folder, [...migrations, second]);
    const db = new Database(file, { readonly: true });
    const rows = db.prepare('SELECT area, number, name, at > 0 AS timed FROM migrations ORDER BY number').raw().all();
    db.close();
    expect(rows).toEqual([
      ['test', 1, 'parents and children', 1],
      ['test', 2, 'ages', 1],
    ]);
  });

  it('copy a database that has something in it first, and an empty one not', async () => {
    const folder = temporaryFolder();
    const file = await closed(folder);
    expect(copies(folder)).toEqual([]);
    const db = new Database(file);
    db.exec('INSERT INTO parents (id) VALUES (7)');
    db.close();
    await closed(folder, [...migrations, second]);
    const [name = ''] = copies(folder);
    expect(copies(folder)).toHaveLength(1);
    const copy = join(folder, 'backups', name);
    expect(modeOf(copy)).toBe(0o600);
    const before = new Database(copy, { readonly: true });
    expect(before.prepare('SELECT * FROM parents').all()).toEqual([{ id: 7, name: null, data: null }]);
    before.close();
  });

  it('keep the newest five copies', async () => {
    const folder = temporaryFolder();
    const steps = Array.from({ length: 8 }, (_, n): Migration => {
      return { area: 'test', number: n + 2, name: `step ${n}`, sql: `CREATE TABLE t${n} (id INTEGER) STRICT` };
    });
    await closed(folder);
    for (let n = 1; n <= steps.length; n++) await closed(folder, [...migrations, ...steps.slice(0, n)]);
    expect(copies(folder)).toHaveLength(5);
    const newest = copies(folder).map((name) => {
      const db = new Database(join(folder, 'backups', name), { readonly: true });
      const steps = db.prepare('SELECT count(*) FROM migrations').pluck().get() as number;
      db.close();
      return steps;
    });
    expect(newest.sort((a, b) => a - b)).toEqual([4, 5, 6, 7, 8]);
  });

  it('leave a database alone that knows a step we do not, or knows it by another name', async () => {
    const folder = temporaryFolder();
    const file = await closed(folder, [...migrations, second]);
    const before = readFileSync(file);
    const renamed = { ...second, name: 'something else' };
    const third: Migration = { area: 'other', number: 1, name: 'not to be run', sql: 'CREATE TABLE o (id) ' };
    for (const steps of [migrations, [...migrations, renamed], [...migrations, third]]) {
      await expect(openDatabase(deps(), { file, migrations: steps })).rejects.toThrow(StorageTooNew);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['hearth.db']);
  });

  it('undo a step that fails and keep those before it', async () => {
    const folder = temporaryFolder();
    const file = await closed(folder);
    const broken: Migration = {
      area: 'test',
      number: 3,
      name: 'broken',
      sql: 'CREATE TABLE half (id INTEGER); SELEKT',
    };
    await expect(openDatabase(deps(), { file, migrations: [...migrations, second, broken] })).rejects.toThrow(
      MigrationFailed,
    );
    const db = new Database(file, { readonly: true });
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    const steps = db.prepare('SELECT number FROM migrations').pluck().all();
    db.close();
    expect(names).toEqual(['children', 'migrations', 'parents']);
    expect(steps).toEqual([1, 2]);
  });

  it('that finds no room says that the disk is full, not that it went wrong', async () => {
    const folder = temporaryFolder();
    const file = await closed(folder);
    const full: Migration = {
      area: 'test',
      number: 2,
      name: 'full',
      sql: 'PRAGMA max_page_count = 1; CREATE TABLE more (data BLOB); INSERT INTO more VALUES (zeroblob(1000000))',
    };
    await expect(openDatabase(deps(), { file, migrations: [...migrations, full] })).rejects.toThrow(DiskFull);
    await expect(closed(folder)).resolves.toBe(file);
  });

  it('refuse a step that leaves rows pointing nowhere, and let one rebuild a table that others point to', async () => {
    const folder = temporaryFolder();
    const file = await closed(folder);
    const fill: Migration = {
      area: 'test',
      number: 2,
      name: 'fill',
      sql: 'INSERT INTO parents (id) VALUES (1); INSERT INTO children (id, parent) VALUES (1, 1)',
    };
    const drop: Migration = { area: 'test', number: 3, name: 'orphan', sql: 'DELETE FROM parents' };
    await expect(openDatabase(deps(), { file, migrations: [...migrations, fill, drop] })).rejects.toThrow(
      MigrationFailed,
    );
    const rebuild: Migration = {
      area: 'test',
      number: 3,
      name: 'rebuild',
      sql: `CREATE TABLE fresh (id INTEGER PRIMARY KEY, name TEXT, data BLOB) STRICT;
        INSERT INTO fresh SELECT * FROM parents; DROP TABLE parents; ALTER TABLE fresh RENAME TO parents`,
    };
    await closed(folder, [...migrations, fill, rebuild]);
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM children JOIN parents ON parents.id = parent').pluck().get()).toBe(1);
    db.close();
  });

  it('must count from one without gaps', async () => {
    const file = join(temporaryFolder(), 'hearth.db');
    await expect(openDatabase(deps(), { file, migrations: [second] })).rejects.toThrow(TypeError);
  });
});
