// Finished tasks by quarters of an hour, for charts over days and months. They tell what was done also of tasks whose rows were
// let go since.

import type { Database, Statement } from 'better-sqlite3';
import type { WorkSum } from '../../src-preload/contract/earnings.ts';
import { quarterOf } from '../base/quarter.ts';
import { BLOCK } from './blocks.ts';

interface TailRow {
  readonly network: string;
  readonly finished_at: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

export class WorkQuarters {
  readonly #newest: Statement<[], { seq: number | null }>;
  readonly #between: Statement<[number, number, number], WorkSum>;
  readonly #tail: Statement<[number, number], TailRow>;

  constructor(read: Database) {
    this.#newest = read.prepare('SELECT max(seq) AS seq FROM outcomes');
    this.#between = read.prepare(`SELECT network, sum(done) AS done, sum(failed) AS failed, sum(cancelled) AS cancelled,
      sum(tokens_in) AS tokensIn, sum(tokens_out) AS tokensOut
      FROM outcome_quarters WHERE quarter >= ? AND quarter < ? AND last_seq <= ? GROUP BY network`);
    this.#tail =
      read.prepare(`SELECT o.network, o.finished_at, o.state = 'done' AS done, o.state IN ('failed', 'timeout') AS failed,
      o.state IN ('cancelled', 'interrupted', 'handed-back') AS cancelled, coalesce(i.tokens_in, 0) AS tokensIn,
      coalesce(i.tokens_out, 0) AS tokensOut
      FROM outcomes o LEFT JOIN inference i ON i.job = o.job WHERE o.seq > ? AND o.seq <= ?`);
  }

  /** As it is at this moment: tasks that end later are not in it. Quarters are named by number, the last one excluded. */
  snapshot(): { between(first: number, end: number): WorkSum[] } {
    const newest = this.#newest.get()?.seq ?? 0;
    const full = Math.floor(newest / BLOCK) * BLOCK;
    const tail = this.#tail.all(full, newest);
    return {
      between: (first, end) => {
        const sums = new Map(this.#between.all(first, end, full).map((sum) => [sum.network, sum]));
        for (const { finished_at: at, ...row } of tail) {
          const quarter = quarterOf(at);
          if (quarter >= first && quarter < end) sums.set(row.network, plus(row, sums.get(row.network)));
        }
        return [...sums.values()];
      },
    };
  }
}

function plus(row: WorkSum, sum: WorkSum | undefined): WorkSum {
  if (!sum) return row;
  return {
    network: row.network,
    done: sum.done + row.done,
    failed: sum.failed + row.failed,
    cancelled: sum.cancelled + row.cancelled,
    tokensIn: sum.tokensIn + row.tokensIn,
    tokensOut: sum.tokensOut + row.tokensOut,
  };
}
