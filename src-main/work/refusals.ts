// Tasks that were turned away before they took a place, a row a day and reason. A flood of them must cost nothing: they are
// counted in memory, and what came since is written once a minute at most.

import type { Database, Statement } from 'better-sqlite3';
import type { RefusalReason, WorkView } from '../../src-preload/contract/work.ts';
import type { Clock } from '../base/clock.ts';
import { startOfDay } from '../base/day.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Committer, Migration, Write } from '../storage/write.ts';

export const refusalMigrations: readonly Migration[] = [
  {
    area: 'work',
    number: 5,
    name: 'refusals by day and reason',
    sql: `CREATE TABLE refusals (
      day INTEGER NOT NULL,
      reason TEXT NOT NULL,
      count INTEGER NOT NULL CHECK (count > 0),
      PRIMARY KEY (day, reason)
    ) STRICT, WITHOUT ROWID;`,
  },
];

export interface RefusalsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
}

/** What a power cut may take with it. */
const WRITE_EVERY_MS = 60_000;

type Counts = Map<RefusalReason, number>;

export class Refusals implements Service {
  readonly name = 'refusals';
  readonly #deps: RefusalsDeps;
  readonly #rows: Statement<[number], { reason: RefusalReason; count: number }>;
  /** Of the day: all there are, and by day what of them is not on disk. */
  #day = -1;
  #counts: Counts = new Map();
  readonly #unwritten = new Map<number, Counts>();
  #cancel: (() => void) | undefined;
  #started = false;

  constructor(deps: RefusalsDeps) {
    this.#deps = deps;
    this.#rows = deps.read.prepare('SELECT reason, count FROM refusals WHERE day = ?');
  }

  async start(): Promise<void> {
    this.#started = true;
    this.#later();
  }

  /** What was counted is on disk afterwards, where the disk takes it. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#write();
  }

  count(reason: RefusalReason): void {
    this.#turn();
    add(this.#counts, reason, 1);
    const fresh = this.#unwritten.get(this.#day) ?? new Map();
    this.#unwritten.set(this.#day, fresh);
    add(fresh, reason, 1);
    this.#later();
  }

  /** The most frequent first. */
  today(): WorkView['refusals'] {
    this.#turn();
    return [...this.#counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }

  #turn(): void {
    const day = startOfDay(this.#deps.clock.now());
    if (day === this.#day) return;
    this.#day = day;
    this.#counts = new Map(this.#rows.all(day).map(({ reason, count }) => [reason, count]));
    for (const [reason, count] of this.#unwritten.get(day) ?? []) add(this.#counts, reason, count);
  }

  /** No timer where there is nothing to write. */
  #later(): void {
    if (!this.#started || this.#cancel || this.#unwritten.size === 0) return;
    this.#cancel = this.#deps.clock.after(WRITE_EVERY_MS, () => {
      this.#cancel = undefined;
      void this.#write().then(() => this.#later());
    });
  }

  /** Never rejects: what could not be written is tried again. */
  async #write(): Promise<void> {
    const taken = [...this.#unwritten];
    if (taken.length === 0) return;
    this.#unwritten.clear();
    try {
      await this.#deps.committer.commit(
        taken.flatMap(([day, counts]) => [...counts].map(([reason, count]) => put(day, reason, count))),
      );
    } catch (error) {
      for (const [day, counts] of taken) {
        const fresh = this.#unwritten.get(day) ?? new Map();
        this.#unwritten.set(day, fresh);
        for (const [reason, count] of counts) add(fresh, reason, count);
      }
      this.#deps.logger.warn('refused tasks could not be counted on disk and are kept for later', { error });
    }
  }
}

function add(counts: Counts, reason: RefusalReason, by: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + by);
}

function put(day: number, reason: RefusalReason, count: number): Write {
  return {
    sql: `INSERT INTO refusals (day, reason, count) VALUES (?, ?, ?)
      ON CONFLICT (day, reason) DO UPDATE SET count = count + excluded.count`,
    params: [day, reason, count],
  };
}
