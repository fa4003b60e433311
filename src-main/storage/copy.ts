// A copy of a database that is in use: one moment of it, whole, made a little at a time so that nothing waits.
import Database from 'better-sqlite3';
import { syncFile } from './files.ts';

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Called with the part done, from 0 to 1. */
  readonly progress: (done: number) => void;
  /** Statements that take out of the copy what must not leave this computer; nothing of it stays in the file. */
  readonly leaveOut?: readonly string[];
}

/**
 * Writes `to`, which must not be there yet and gets the mode that the folder's owner alone can read where the folder is 0700.
 * `look` sees the very state that is copied. Rejects with the signal's reason, or with SQLite's own errors.
 */
export async function copyDatabase<T>(
  from: string,
  to: string,
  look: (read: Database.Database) => T,
  { signal, progress, leaveOut = [] }: CopyOptions,
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
    if (leaveOut.length > 0) takeOut(to, leaveOut);
    syncFile(to);
    return seen;
  } finally {
    source.close();
  }
}

function takeOut(file: string, statements: readonly string[]): void {
  const copy = new Database(file);
  try {
    // Overwrites what it deletes; without a log beside it, since the file alone is what goes on.
    copy.pragma('journal_mode = MEMORY');
    copy.pragma('secure_delete = ON');
    for (const sql of statements) copy.exec(sql);
  } finally {
    copy.close();
  }
}
