// How the two kinds of connection are set up. https://www.sqlite.org/pragma.html and https://www.sqlite.org/wal.html
import type { Database } from 'better-sqlite3';

/** For the thread's connection, and for the one that migrates. */
export function setWriterPragmas(db: Database): void {
  db.pragma('journal_mode = WAL');
  // better-sqlite3 is built with NORMAL for WAL, which syncs at checkpoints only: a reply could outlive its row.
  db.pragma('synchronous = FULL');
  // On macOS fsync stops at the drive's own cache; elsewhere these two mean nothing.
  db.pragma('fullfsync = ON');
  db.pragma('checkpoint_fullfsync = ON');
  db.pragma('foreign_keys = ON');
  // What savepoints note down stays out of temporary files.
  db.pragma('temp_store = MEMORY');
  // About 4 MiB of log between checkpoints; a log that grew under a long read shrinks back to 8 MiB.
  db.pragma('wal_autocheckpoint = 1000');
  db.pragma('journal_size_limit = 8388608');
}

export function setReaderPragmas(db: Database): void {
  db.pragma('query_only = ON');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -8000');
}
