// What is remembered of backups: when they were made, how much they hold, and when one was last proven. The files themselves
// may be anywhere.

import type { Database, Statement } from 'better-sqlite3';
import type { Migration, Write } from '../storage/write.ts';

export const backupMigrations: readonly Migration[] = [
  {
    area: 'backup',
    number: 1,
    name: 'backups and restores',
    sql: `
      CREATE TABLE backups (
        id TEXT PRIMARY KEY,
        made_at INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        proven_at INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE restores (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, made_at INTEGER NOT NULL, aside TEXT) STRICT;`,
  },
];

export interface KeptBackup {
  readonly id: string;
  /** Epoch milliseconds, as the others. */
  readonly madeAt: number;
  readonly bytes: number;
  /** Number of the newest ledger entry within. */
  readonly entries: number;
  readonly provenAt: number | null;
}

export interface Restored {
  readonly at: number;
  readonly madeAt: number;
  readonly aside: string | null;
}

export class BackupStore {
  readonly #last: Statement<[], KeptBackup>;
  readonly #restored: Statement<[], Restored>;

  constructor(read: Database) {
    this.#last = read.prepare(
      'SELECT id, made_at AS madeAt, bytes, entries, proven_at AS provenAt FROM backups ORDER BY made_at DESC, id LIMIT 1',
    );
    this.#restored = read.prepare('SELECT at, made_at AS madeAt, aside FROM restores ORDER BY id DESC LIMIT 1');
  }

  last(): KeptBackup | undefined {
    return this.#last.get();
  }

  lastRestore(): Restored | undefined {
    return this.#restored.get();
  }

  /** A backup that was made, or one that was proven and may not have been known before. */
  keep({ id, madeAt, bytes, entries, provenAt }: KeptBackup): Write {
    return {
      sql: `INSERT INTO backups (id, made_at, bytes, entries, proven_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET proven_at = coalesce(excluded.proven_at, proven_at)`,
      params: [id, madeAt, bytes, entries, provenAt],
    };
  }

  restored({ at, madeAt, aside }: Restored): Write {
    return { sql: 'INSERT INTO restores (at, made_at, aside) VALUES (?, ?, ?)', params: [at, madeAt, aside] };
  }
}
