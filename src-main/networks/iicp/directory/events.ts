// What happened between this node and its directory, kept so that "was I listed last night?" has an answer: the last 500
// events, over restarts. The same again and again, such as heartbeats, is one event that grows.

import type { Database } from 'better-sqlite3';
import type { Reason } from '../../../../src-preload/contract/define.ts';
import { type IicpEventKind, iicpContract } from '../../../../src-preload/contract/networks/iicp.ts';
import type { NetworkEvent, NetworkHistory } from '../../../../src-preload/contract/networks/index.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Committer, Migration, Write } from '../../../storage/write.ts';

export const eventMigrations: readonly Migration[] = [
  {
    area: 'iicp',
    number: 3,
    name: 'events with the directory',
    sql: `CREATE TABLE iicp_events (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL,
      until INTEGER NOT NULL,
      count INTEGER NOT NULL,
      code TEXT,
      message TEXT,
      took_ms INTEGER
    ) STRICT;`,
  },
];

export const MOST_EVENTS = 500;
/** How often an event that grows is written; what it grew since then may be lost with the power. */
const WRITE_EVERY_MS = 600_000;

/** Of these each one counts by itself. */
const SINGLE: ReadonlySet<IicpEventKind> = new Set(['registered', 're-registered', 'deregistered']);

export interface EventLogDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
}

interface Row {
  readonly id: number;
  readonly kind: IicpEventKind;
  readonly at: number;
  readonly until: number;
  readonly count: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly took_ms: number | null;
}

export class EventLog {
  readonly #deps: EventLogDeps;
  /** Oldest first. */
  readonly #events: NetworkEvent[];
  #written: number;
  /** The newest has grown since it was written. */
  #grown = false;
  #writing: Promise<void> = Promise.resolve();
  #noted = 0;

  constructor(deps: EventLogDeps) {
    this.#deps = deps;
    this.#events = deps.read
      .prepare<[number], Row>('SELECT * FROM iicp_events ORDER BY id DESC LIMIT ?')
      .all(MOST_EVENTS)
      .toReversed()
      .map(toEvent);
    this.#written = deps.clock.monotonic();
  }

  /** How many events there were since this log was opened. */
  get noted(): number {
    return this.#noted;
  }

  /** Never waits and never throws: what can't be written is still shown. `reason` must hold nothing that is secret. */
  note(kind: IicpEventKind, facts: { readonly reason?: Reason; readonly tookMs?: number } = {}): void {
    this.#noted += 1;
    const { clock } = this.#deps;
    const now = clock.now();
    const newest = this.#events.at(-1);
    const reason = facts.reason ?? null;
    const tookMs = facts.tookMs === undefined ? null : Math.round(facts.tookMs);
    if (newest && newest.kind === kind && !SINGLE.has(kind) && newest.reason?.code === reason?.code) {
      Object.assign(newest, { until: now, count: newest.count + 1, tookMs, reason });
      this.#grown = true;
      if (clock.monotonic() - this.#written >= WRITE_EVERY_MS) void this.flush();
      return;
    }
    if (newest && this.#grown) this.#write(newest);
    const severity = iicpContract.events[kind];
    const event = { id: (newest?.id ?? 0) + 1, kind, severity, at: now, until: now, count: 1, reason, tookMs };
    this.#events.push(event);
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    this.#write(event);
  }

  /** Newest first, below event number `before`. */
  page(before: number, limit: number): NetworkHistory {
    const older = this.#events.filter(({ id }) => id < before);
    const items = older.slice(-limit).toReversed();
    return { items: items.map((event) => ({ ...event })), next: older.length > limit ? items.at(-1)!.id : null };
  }

  /** All on disk when it resolves, as far as the disk takes it. Never rejects. */
  flush(): Promise<void> {
    const newest = this.#events.at(-1);
    if (newest && this.#grown) this.#write(newest);
    return this.#writing;
  }

  #write(event: NetworkEvent): void {
    const { clock, committer, logger } = this.#deps;
    this.#grown = false;
    this.#written = clock.monotonic();
    const writes = [put(event), { sql: 'DELETE FROM iicp_events WHERE id <= ?', params: [event.id - MOST_EVENTS] }];
    this.#writing = committer.commit(writes).catch((error: unknown) => {
      logger.warn('an event with the directory could not be written', { error });
    });
  }
}

function put({ id, kind, at, until, count, reason, tookMs }: NetworkEvent): Write {
  return {
    sql: `INSERT INTO iicp_events (id, kind, at, until, count, code, message, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET until = excluded.until, count = excluded.count, message = excluded.message,
      took_ms = excluded.took_ms`,
    params: [id, kind, at, until, count, reason?.code ?? null, reason?.message ?? null, tookMs],
  };
}

function toEvent({ id, kind, at, until, count, code, message, took_ms }: Row): NetworkEvent {
  const reason = code === null ? null : { code, message: message ?? '' };
  return { id, kind, severity: iicpContract.events[kind], at, until, count, reason, tookMs: took_ms };
}
