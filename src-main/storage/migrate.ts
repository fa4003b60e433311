// Brings a database to the schema this version knows: forward only, one transaction a step, a copy of the file before the
// first. A database that knows steps we don't is a newer version's and stays as it is.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { DiskFull, MigrationFailed, StorageTooNew, sqliteCode } from './errors.ts';
import { ensurePrivateFile, ensurePrivateFolder, syncFile, syncFolder } from './files.ts';
import type { Migration } from './write.ts';

/** Copies kept. Each is a whole database, and the newest few are all that a way back needs. */
const COPIES = 5;

export interface MigrateDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs what is missing, in the order given. `db` is writable, in no transaction. Returns how many steps were taken.
 * Throws StorageTooNew before anything is written, MigrationFailed with the failing step undone and those before it kept.
 */
export function migrate(deps: MigrateDeps, db: Database.Database, migrations: readonly Migration[]): number {
  assertGapless(migrations);
  const missing = missingSteps(db, migrations);
  if (missing.length === 0) return 0;
  if (!isEmpty(db)) copyDatabase(deps, db);

  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (area TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (area, number)) STRICT',
  );
  // A step may rebuild a table that others point to; what it leaves behind is checked instead (SQLite, "Making Other Kinds
  // Of Table Schema Changes"). The pragma means nothing inside a transaction, hence out here.
  db.pragma('foreign_keys = OFF');
  try {
    for (const step of missing) runStep(deps, db, step);
  } finally {
    db.pragma('foreign_keys = ON');
  }
  return missing.length;
}

/** Throws StorageTooNew where the database has a step that is not among `migrations`. Reads only. */
export function missingSteps(db: Database.Database, migrations: readonly Migration[]): Migration[] {
  const hasTable = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").get();
  if (hasTable === undefined) return [...migrations];
  const known = new Map(migrations.map((step) => [`${step.area}/${step.number}`, step]));
  const done = db
    .prepare<[], { area: string; number: number; name: string }>('SELECT area, number, name FROM migrations')
    .all();
  for (const row of done) {
    const key = `${row.area}/${row.number}`;
    if (known.get(key)?.name !== row.name) throw new StorageTooNew(row.area, row.number);
    known.delete(key);
  }
  return [...known.values()];
}

function runStep({ clock, logger }: MigrateDeps, db: Database.Database, step: Migration): void {
  try {
    db.exec('BEGIN IMMEDIATE');
    db.exec(step.sql);
    if (!db.inTransaction) throw new TypeError('a migration must not end its transaction');
    const dangling = db.pragma('foreign_key_check') as unknown[];
    if (dangling.length > 0) throw new TypeError(`${dangling.length} rows point nowhere`);
    db.prepare('INSERT INTO migrations (area, number, name, at) VALUES (?, ?, ?, ?)').run(
      step.area,
      step.number,
      step.name,
      clock.now(),
    );
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    if (sqliteCode(error) === 'SQLITE_FULL') throw new DiskFull(error);
    throw new MigrationFailed(step.area, step.number, step.name, error);
  }
  logger.info('took a step of the schema', { area: step.area, number: step.number, name: step.name });
}

/** Writes `backups/hearth-<time>-before.db` beside the database, synced, and prunes the oldest copies. */
function copyDatabase({ clock, logger }: MigrateDeps, db: Database.Database): void {
  const folder = join(dirname(db.name), 'backups');
  ensurePrivateFolder(folder);
  const taken = new Set(readdirSync(folder));
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '');
  let name = `hearth-${time}-before.db`;
  for (let n = 2; taken.has(name); n++) name = `hearth-${time}-${n}-before.db`;
  const file = join(folder, name);
  ensurePrivateFile(file);
  try {
    // Unlike a copy of the file, this includes what is still in the write-ahead log. It wants an empty file or none.
    db.prepare('VACUUM INTO ?').run(file);
    syncFile(file);
    syncFolder(folder);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  prune(folder, name);
  logger.info('copied the database before changing its schema', { copy: name });
}

/** By the files' own times: names can collide or go back with the clock. The one just made stays in any case. */
function prune(folder: string, made: string): void {
  const older = readdirSync(folder)
    .filter((name) => /^hearth-.*-before\.db$/.test(name) && name !== made)
    .map((name) => ({ file: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of older.slice(COPIES - 1)) rmSync(file, { force: true });
}

function isEmpty(db: Database.Database): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function assertGapless(migrations: readonly Migration[]): void {
  const last = new Map<string, number>();
  for (const { area, number } of migrations) {
    if (number !== (last.get(area) ?? 0) + 1) {
      throw new TypeError(`migrations of ${area} must count 1, 2, 3 in order; found ${number}`);
    }
    last.set(area, number);
  }
}
