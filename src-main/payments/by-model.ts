// What was booked for each kind of task and model, by quarters of an hour. Entries never change, so a full block of them is added
// up once and kept; those in no full block yet are gone through each time.

import type { Database, Statement } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import { Kept } from '../base/kept.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import { Turns } from '../base/turns.ts';
import { BLOCK } from './ledger.ts';

/** Entries of one kind and model that were booked in a quarter; both are empty for such as are for no task. */
export interface BookedShare {
  readonly quarter: number;
  readonly intent: string;
  readonly model: string;
  readonly network: string;
  readonly unit: string;
  readonly amountMicro: number;
  readonly entries: number;
}

const MOST_KEPT = 4096;

export class BookedShares {
  readonly #clock: Clock;
  readonly #blocks: Statement<[number, number], { block: number }>;
  readonly #sums: Statement<[number, number], BookedShare>;
  readonly #kept = new Kept<number, readonly BookedShare[]>(MOST_KEPT);

  constructor({ clock, read }: { readonly clock: Clock; readonly read: Database }) {
    this.#clock = clock;
    this.#blocks = read.prepare(
      'SELECT DISTINCT last_id AS block FROM ledger_quarters WHERE quarter >= ? AND quarter < ?',
    );
    this.#sums = read.prepare(`SELECT l.at / ${QUARTER_MS} AS quarter, coalesce(t.intent, '') AS intent,
      coalesce(t.model, '') AS model, l.network, l.unit, sum(l.amount_micro) AS amountMicro, count(*) AS entries
      FROM ledger l LEFT JOIN tasks t ON t.id = l.task WHERE l.id BETWEEN ? AND ? GROUP BY 1, 2, 3, 4, 5`);
  }

  /** Up to entry number `through`, booked from a moment up to but without another; both begin a quarter. */
  async between(from: number, to: number, through: number): Promise<BookedShare[]> {
    const turns = new Turns(this.#clock);
    const [first, end] = [quarterOf(from), quarterOf(to)];
    const full = Math.floor(through / BLOCK) * BLOCK;
    const found: BookedShare[] = [];
    const blocks = this.#blocks.all(first, end).map(({ block }) => block);
    for (const block of new Set([...blocks, full + BLOCK])) {
      if (block > full + BLOCK) continue;
      const shares =
        block > full
          ? this.#sums.all(full + 1, through)
          : this.#kept.get(block, () => this.#sums.all(block - BLOCK + 1, block));
      for (const share of shares) if (share.quarter >= first && share.quarter < end) found.push(share);
      await turns.step();
    }
    return found;
  }
}
