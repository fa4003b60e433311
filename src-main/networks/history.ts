// What happened between this node and a network, kept over restarts: the last 500 events. The same again and again is one event that grows.
// Each network has a table of its own.

import type { Database } from 'better-sqlite3';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { NetworkEvent, NetworkHistory } from '../../src-preload/contract/networks/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Committer } from '../storage/write.ts';

/** The columns of such a table, for the network's migration. */
export const EVENT_COLUMNS = `(
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL,
      until INTEGER NOT NULL,
      count INTEGER NOT NULL,
      code TEXT,
      message TEXT
    ) STRICT`;

const MOST_EVENTS = 500;

interface Row<Kind extends string> {
  readonly id: number;
  readonly kind: Kind;
  readonly at: number;
  readonly until: number;
  readonly count: number;
  readonly code: string | null;
  readonly message: string | null;
}

export interface HistoryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
}

export class EventHistory<Kind extends string> {
  readonly #deps: HistoryDeps;
  readonly #table: string;
  readonly #severities: Readonly<Record<Kind, NetworkEvent['severity']>>;
  #newest: Row<Kind> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #noted = 0;

  /** `table`: `<network>_events`, never what came from outside. */
  constructor(deps: HistoryDeps, table: string, severities: Readonly<Record<Kind, NetworkEvent['severity']>>) {
    this.#deps = deps;
    this.#table = table;
    this.#severities = severities;
    this.#newest = deps.read.prepare<[], Row<Kind>>(`SELECT * FROM ${table} ORDER BY id DESC LIMIT 1`).get();
  }

  /** How many there were since this was opened. */
  get noted(): number {
    return this.#noted;
  }

  /** Never waits and never throws. */
  note(kind: Kind, reason?: Reason): void {
    const { clock, committer, logger } = this.#deps;
    this.#noted += 1;
    const now = clock.now();
    const [code, message] = [reason?.code ?? null, reason?.message ?? null];
    const last = this.#newest;
    const same = last?.kind === kind && last.code === code;
    const row: Row<Kind> = same
      ? { ...last, until: now, count: last.count + 1, message }
      : { id: (last?.id ?? 0) + 1, kind, at: now, until: now, count: 1, code, message };
    this.#newest = row;
    this.#writing = committer
      .commit([
        {
          sql: `INSERT INTO ${this.#table} (id, kind, at, until, count, code, message) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET until = excluded.until, count = excluded.count, message = excluded.message`,
          params: [row.id, kind, row.at, row.until, row.count, code, message],
        },
        { sql: `DELETE FROM ${this.#table} WHERE id <= ?`, params: [row.id - MOST_EVENTS] },
      ])
      .catch((error: unknown) => logger.warn('an event with a network could not be written', { error }));
  }

  /** Newest first, below event number `before`. */
  page(before: number, limit: number): NetworkHistory {
    const rows = this.#deps.read
      .prepare<[number, number], Row<Kind>>(`SELECT * FROM ${this.#table} WHERE id < ? ORDER BY id DESC LIMIT ?`)
      .all(before, limit + 1);
    const items = rows.slice(0, limit).map((row) => this.#event(row));
    return { items, next: rows.length > limit ? items.at(-1)!.id : null };
  }

  /** All that was noted is on disk when it resolves, as far as the disk takes it. Never rejects. */
  flush(): Promise<void> {
    return this.#writing;
  }

  #event({ id, kind, at, until, count, code, message }: Row<Kind>): NetworkEvent {
    const reason = code === null ? null : { code, message: message ?? '' };
    return { id, kind, severity: this.#severities[kind], at, until, count, reason, tookMs: null } as NetworkEvent;
  }
}
