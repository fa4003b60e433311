// What was booked in each quarter of an hour, for charts over days and months.

import type { Database, Statement } from 'better-sqlite3';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import { quarterOf } from '../base/quarter.ts';
import { addSums, BLOCK } from './ledger.ts';

/** The ledger as it is at one moment: what is booked afterwards is not in it. */
export interface LedgerSnapshot {
  /** The newest entry in it. */
  readonly through: number;
  /** Sums of what was booked in these quarters, the last one excluded. */
  between(first: number, end: number): Sum[];
}

interface TailRow {
  readonly at: number;
  readonly network: string;
  readonly unit: string;
  readonly amount_micro: number;
}

export class LedgerQuarters {
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #between: Statement<[number, number, number], Sum>;
  readonly #tail: Statement<[number, number], TailRow>;

  constructor(read: Database) {
    this.#newest = read.prepare('SELECT max(id) AS id FROM ledger');
    this.#between = read.prepare(`SELECT network, unit, sum(amount_micro) AS amountMicro, sum(entries) AS entries
      FROM ledger_quarters WHERE quarter >= ? AND quarter < ? AND last_id <= ? GROUP BY network, unit`);
    this.#tail = read.prepare('SELECT at, network, unit, amount_micro FROM ledger WHERE id > ? AND id <= ?');
  }

  snapshot(): LedgerSnapshot {
    const through = this.#newest.get()?.id ?? 0;
    const full = Math.floor(through / BLOCK) * BLOCK;
    const tail = Map.groupBy(this.#tail.all(full, through), ({ at }) => quarterOf(at));
    return {
      through,
      between: (first, end) => {
        let sums = this.#between.all(first, end, full);
        for (const [quarter, rows] of tail) {
          if (quarter < first || quarter >= end) continue;
          sums = addSums(
            sums,
            rows.map(({ network, unit, amount_micro: amountMicro }) => ({ network, unit, amountMicro, entries: 1 })),
          );
        }
        return sums;
      },
    };
  }
}
