// A copy of a database that is in use: one moment of it, whole, made a little at a time so that nobody waits.
import Database from 'better-sqlite3';
import { syncFile } from './files.ts';

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Called with the part done, from 0 to 1. */
  readonly progress: (done: number) => void;
}

/**
 * Writes `to`, which must not be there yet and gets the mode that the folder's owner alone can read where the folder is 0700.
 * `look` sees the very state that is copied. Rejects with the signal's reason, or with SQLite's own errors.
 */
export async function copyDatabase<T>(
  from: string,
  to: string,
  look: (read: Database.Database) => T,
  { signal, progress }: CopyOptions,
): Promise<T> {
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    // An open transaction holds on to one state. Without it each write of another connection would start the copy anew.
    source.exec('BEGIN');
    const seen = look(source);
    await source.backup(to, {
      progress({ totalPages, remainingPages }) {
        signal.throwIfAborted();
        progress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages);
        return 256;
      },
    });
    syncFile(to);
    return seen;
  } finally {
    source.close();
  }
}
