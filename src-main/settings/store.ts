// What the user chose, a row a path. Only what differs from the beginning is kept.

import type { Database, Statement } from 'better-sqlite3';
import type { Migration, Write } from '../storage/write.ts';

export const settingsMigrations: readonly Migration[] = [
  {
    area: 'settings',
    number: 1,
    name: 'settings by path',
    sql: 'CREATE TABLE settings (path TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  },
];

export class SettingsStore {
  readonly #all: Statement<[], { path: string; value: string }>;

  readonly #since: Statement<[number], { count: number }>;

  constructor(read: Database) {
    this.#since = read.prepare('SELECT count(*) AS count FROM settings WHERE at > ?');
    this.#all = read.prepare('SELECT path, value FROM settings');
  }

  /** JSON texts by path. */
  all(): ReadonlyMap<string, string> {
    return new Map(this.#all.all().map(({ path, value }) => [path, value]));
  }

  /** How many were chosen after a moment. */
  countSince(at: number): number {
    return this.#since.get(at)?.count ?? 0;
  }

  put(path: string, json: string, at: number): Write {
    return {
      sql: `INSERT INTO settings (path, value, at) VALUES (?, ?, ?)
        ON CONFLICT (path) DO UPDATE SET value = excluded.value, at = excluded.at`,
      params: [path, json, at],
    };
  }
}
