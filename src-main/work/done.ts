// Tasks that were done, newest first, as a price is tried on them: how large they were, on what model, and what was booked.

import type { Database, Statement } from 'better-sqlite3';

export interface DoneTask {
  readonly seq: number;
  readonly model: string | null;
  readonly tokens: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Before any correction. */
  readonly bookedMicro: number;
}

export class DoneTasks {
  readonly #page: Statement<[string, number, number, number], DoneTask>;

  constructor(read: Database) {
    this.#page = read.prepare(`SELECT o.seq, i.model, i.tokens_in + i.tokens_out AS tokens, j.started_at AS startedAt,
      o.finished_at AS finishedAt,
      coalesce(l.amount_micro, 0) AS bookedMicro
      FROM outcomes o JOIN jobs j ON j.id = o.job JOIN inference i ON i.job = o.job
      LEFT JOIN ledger l ON l.task = o.job AND l.kind = 'earned'
      WHERE o.network = ? AND o.seq < ? AND o.finished_at >= ? AND o.state = 'done' ORDER BY o.seq DESC LIMIT ?`);
  }

  /** Of a network, below outcome number `before`, that ended at a moment or later. */
  page(network: string, before: number, since: number, limit: number): DoneTask[] {
    return this.#page.all(network, before, since, limit);
  }
}
