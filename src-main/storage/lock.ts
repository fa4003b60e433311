// One process per data folder. The lock is the operating system's own and vanishes with the process however it ends, so there
// is no stale lock to clean up. SQLite brings exactly that for every system (fcntl, LockFileEx): an exclusive transaction on a
// file of its own, held open and never written to.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { FolderUnusable, folderError, StorageLocked, sqliteCode } from './errors.ts';
import { ensurePrivateFile, ensurePrivateFolder } from './files.ts';

export interface DataFolderLock {
  /** May be called twice. */
  release(): void;
}

/**
 * Takes the folder for this process, creating it (0700) where there is none. Call before anything in it is opened.
 * Nothing else may open the file `lock`: closing another descriptor of it would drop the lock.
 * Throws StorageLocked at once when another process, or another owner in this one, holds it; FolderUnusable or DiskFull where
 * the system does not let it be used.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  const file = join(folder, 'lock');
  const database = opened(folder, file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const code = sqliteCode(error) ?? '';
    if (code.startsWith('SQLITE_BUSY')) throw new StorageLocked(folder, error);
    if (code === 'SQLITE_NOTADB') throw new FolderUnusable(folder, 'its file "lock" is not empty', error);
    throw folderError(folder, error);
  }
  return { release: () => void database.close() };
}

function opened(folder: string, file: string): Database.Database {
  try {
    ensurePrivateFolder(folder);
    ensurePrivateFile(file);
    return new Database(file, { timeout: 0 });
  } catch (error) {
    throw folderError(folder, error);
  }
}
