// What was booked for each kind of task and model, by quarters of an hour. Entries never change, so a full block of them is added
// up once and kept; those in no full block yet are gone through each time.

import type { Database, Statement } from 'better-sqlite3';
import { INCOME_KINDS } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { LruCache } from '../base/lru-cache.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';
import { INTENT, MODEL, WITH_JOB } from './jobs-sql.ts';
import { BLOCK } from './ledger-schema.ts';

/**
 * Income of one kind and model; both are empty for such as is for no task. Where all quarters of a block are wanted, the quarter is
 * any of them.
 */
export interface BookedShare {
  readonly quarter: number;
  readonly intent: string;
  readonly model: string;
  readonly network: string;
  readonly unit: string;
  /** What is left, and what fees took of it. */
  readonly amountMicro: number;
  readonly feeMicro: number;
  readonly entries: number;
}

const MOST_KEPT = 4096;

/** A full block: its shares by quarters, and without them for all of it. */
interface Block {
  readonly shares: readonly BookedShare[];
  readonly whole: readonly BookedShare[];
  readonly first: number;
  readonly last: number;
}

export class BookedShares {
  readonly #clock: Clock;
  readonly #blocks: Statement<[number, number], { block: number }>;
  readonly #sums: Statement<[number, number], BookedShare>;
  readonly #kept = new LruCache<number, Block>(MOST_KEPT);

  constructor({ clock, read }: { readonly clock: Clock; readonly read: Database }) {
    this.#clock = clock;
    this.#blocks = read.prepare(
      'SELECT DISTINCT last_id AS block FROM ledger_blocks WHERE last_at >= ? AND first_at < ?',
    );
    this.#sums =
      read.prepare(`SELECT l.at / ${QUARTER_MS} AS quarter, ${INTENT} AS intent, ${MODEL} AS model, l.network, l.unit,
      sum(l.amount_micro) AS amountMicro, -sum(iif(l.kind = 'fee', l.amount_micro, 0)) AS feeMicro, count(*) AS entries
      FROM ledger l ${WITH_JOB} WHERE l.id BETWEEN ? AND ? AND l.kind IN (${INCOME_KINDS.map((kind) => `'${kind}'`).join()})
      GROUP BY 1, 2, 3, 4, 5`);
  }

  /** Up to entry number `through`, booked from a moment up to but without another; both begin a quarter. */
  async between(from: number, to: number, through: number): Promise<BookedShare[]> {
    const yielder = new Yielder(this.#clock);
    const [first, end] = [quarterOf(from), quarterOf(to)];
    const full = Math.floor(through / BLOCK) * BLOCK;
    const found: BookedShare[] = [];
    const blocks = this.#blocks.all(from, to).map(({ block }) => block);
    for (const block of new Set([...blocks, full + BLOCK])) {
      if (block > full + BLOCK) continue;
      const { shares, whole, ...quarters } =
        block > full
          ? blockOf(this.#sums.all(full + 1, through))
          : this.#kept.get(block, () => blockOf(this.#sums.all(block - BLOCK + 1, block)));
      const inside = quarters.first >= first && quarters.last < end;
      found.push(...(inside ? whole : shares.filter(({ quarter }) => quarter >= first && quarter < end)));
      await yielder.step();
    }
    return found;
  }
}

function blockOf(shares: readonly BookedShare[]): Block {
  const whole = new Map<string, BookedShare>();
  for (const share of shares) {
    const key = JSON.stringify([share.intent, share.model, share.network, share.unit]);
    const same = whole.get(key);
    const amountMicro = share.amountMicro + (same?.amountMicro ?? 0);
    const feeMicro = share.feeMicro + (same?.feeMicro ?? 0);
    whole.set(key, { ...share, amountMicro, feeMicro, entries: share.entries + (same?.entries ?? 0) });
  }
  const quarters = shares.map(({ quarter }) => quarter);
  return { shares, whole: [...whole.values()], first: Math.min(...quarters), last: Math.max(...quarters) };
}
