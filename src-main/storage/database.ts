// Opens the one database of a data folder: brought up to date, sound, with a connection for reading and the durable writer.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { copiesIn } from './copies.ts';
import { DiskFull, StorageDamaged, sqliteCode, WriteFailed } from './errors.ts';
import { ensurePrivateFile, ensurePrivateFolder, syncFolder, tighten } from './files.ts';
import { migrate, missingSteps } from './migrate.ts';
import { setReaderPragmas, setWriterPragmas } from './pragmas.ts';
import type { Migration } from './write.ts';
import { DurableWriter, type WriterOptions } from './writer.ts';

export interface OpenDatabaseOptions {
  /** Its folder is locked by the caller, see lock.ts. */
  readonly file: string;
  /** Of all folders together, in the order they are to be taken. */
  readonly migrations: readonly Migration[];
  readonly writer?: Partial<WriterOptions>;
}

export interface HearthDatabase {
  /** Refuses to write. Sees a unit as soon as its commit has resolved. Keep no iterator open over an await. */
  readonly read: Database.Database;
  readonly committer: DurableWriter;
  /** Looks through the whole file: findings, or none. Holds the caller up for about a second per gigabyte. */
  readonly check: () => string[];
  /** Settles what waits, then closes everything. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Throws StorageTooNew (untouched), StorageDamaged, MigrationFailed, or WriteFailed where the disk says no.
 * After an unclean end (a log that was left) the file is checked before it is relied on.
 */
export async function openDatabase(
  deps: { readonly clock: Clock; readonly logger: Logger },
  options: OpenDatabaseOptions,
): Promise<HearthDatabase> {
  const { file, migrations } = options;
  // The thread takes a while to come up; meanwhile this one migrates.
  const committer = new DurableWriter(deps, options.writer);
  let read: Database.Database | undefined;
  try {
    const first = !existsSync(file);
    ensurePrivateFolder(dirname(file));
    const unclean = hasLog(file);
    ensurePrivateFile(file);
    if (first) syncFolder(dirname(file));
    prepare(deps, file, migrations, unclean);
    await committer.open(file);
    read = new Database(file, { readonly: true, fileMustExist: true });
    setReaderPragmas(read);
    return handles(read, committer);
  } catch (error) {
    read?.close();
    await committer.close();
    throw known(file, error);
  }
}

function handles(read: Database.Database, committer: DurableWriter): HearthDatabase {
  return {
    read,
    committer,
    check: () => findings(read),
    async close() {
      await committer.drain();
      // The last to close tidies up the log, and a reader cannot.
      read.close();
      await committer.close();
    },
  };
}

function prepare(
  deps: { readonly clock: Clock; readonly logger: Logger },
  file: string,
  migrations: readonly Migration[],
  unclean: boolean,
): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    missingSteps(db, migrations);
    setWriterPragmas(db);
    if (unclean) {
      deps.logger.info('the last run did not end cleanly, checking the database');
      const [problem] = findings(db);
      if (problem !== undefined) throw damaged(file, problem);
    }
    migrate(deps, db, migrations);
    // Inherited from the database's mode when they are made, but not where an older file was lax.
    for (const side of [`${file}-wal`, `${file}-shm`]) if (existsSync(side)) tighten(side);
  } finally {
    db.close();
  }
}

function findings(db: Database.Database): string[] {
  const rows = db.pragma('quick_check(20)') as { quick_check: string }[];
  return rows.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function known(file: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return damaged(file, code, error);
  return code === 'SQLITE_FULL' ? new DiskFull(error) : new WriteFailed(code, error);
}

function damaged(file: string, problem: string, cause?: unknown): StorageDamaged {
  return new StorageDamaged(problem, copiesIn(dirname(file))[0]?.name ?? null, cause);
}
