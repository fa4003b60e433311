// Heartbeats that went out, by the hour: how reliable this provider is, as far as it was running at all, is what they add up to.

import type { Database, Statement } from 'better-sqlite3';
import type { Migration, Write } from '../../../storage/write.ts';

export const beatMigrations: readonly Migration[] = [
  {
    area: 'paygress',
    number: 2,
    name: 'heartbeats by the hour, requests refused',
    sql: `
      CREATE TABLE paygress_beats (
        hour INTEGER PRIMARY KEY,
        beats INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE paygress_refused (
        type TEXT PRIMARY KEY,
        count INTEGER NOT NULL,
        at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
];

const HOUR_MS = 3_600_000;
const BEAT_MS = 60_000;
const DAYS = 7;
const HOURS = DAYS * 24;

interface Row {
  readonly hour: number;
  readonly beats: number;
}

export class Beats {
  readonly #since: Statement<[number], Row>;

  constructor(read: Database) {
    this.#since = read.prepare('SELECT hour, beats FROM paygress_beats WHERE hour >= ? ORDER BY hour');
  }

  /**
   * Of the last seven days, or since the first beat. In which minute of its hour that was is not kept, so that hour counts as whole: who has
   * just begun has missed nothing. 100 before there is one.
   */
  uptimePercent(now: number): number {
    const [first, ...rest] = this.#since.all(Math.floor(now / HOUR_MS) - HOURS);
    if (!first) return 100;
    const went = rest.reduce((sum, { beats }) => sum + beats, first.beats);
    const due = first.beats + Math.max(0, now - (first.hour + 1) * HOUR_MS) / BEAT_MS;
    return Math.min(100, (went / due) * 100);
  }

  /** One went out. */
  count(now: number): readonly Write[] {
    const hour = Math.floor(now / HOUR_MS);
    return [
      {
        sql: 'INSERT INTO paygress_beats (hour, beats) VALUES (?, 1) ON CONFLICT DO UPDATE SET beats = beats + 1',
        params: [hour],
      },
      { sql: 'DELETE FROM paygress_beats WHERE hour < ?', params: [hour - HOURS] },
    ];
  }
}

export interface Refused {
  readonly type: string;
  readonly count: number;
  /** The last time. */
  readonly at: number;
}

/** Requests that were refused, by reason, since this provider was first there. */
export class RefusedRequests {
  readonly #all: Statement<[], Refused>;

  constructor(read: Database) {
    this.#all = read.prepare('SELECT type, count, at FROM paygress_refused ORDER BY count DESC, type');
  }

  all(): Refused[] {
    return this.#all.all();
  }

  count(type: string, now: number): Write {
    return {
      sql: `INSERT INTO paygress_refused (type, count, at) VALUES (?, 1, ?)
        ON CONFLICT DO UPDATE SET count = count + 1, at = excluded.at`,
      params: [type, now],
    };
  }
}
