// What each model did of each kind of task, and how long it was at work, by quarters of an hour: what power is shared out by.
// Outcomes in full blocks are added up once and kept; those in no full block yet are gone through each time.

import type { Database, Statement } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import { LruCache } from '../base/lru-cache.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';

/** What tasks of one kind and model did that ended in a quarter; `workMs` is theirs within the quarter, wherever they ended. */
export interface Share {
  readonly quarter: number;
  readonly intent: string;
  /** Empty: none is known. */
  readonly model: string;
  readonly done: number;
  readonly failed: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly workMs: number;
}

/** Outcomes that are added up before others have their turn: about two milliseconds. */
const BLOCK = 1024;
/** A task that ends later than this after the time in question has nothing of it counted. */
const LONGEST_QUARTERS = 8;
/** Of blocks: some ten thousand shares where a node is busy. */
const MOST_KEPT = 4096;

/** Without the time that it waited; never before it began. */
const TOOK = 'max(0, o.took_ms - coalesce(i.waited_ms, 0))';
const ROWS = 'FROM outcomes o CROSS JOIN jobs j ON j.id = o.job LEFT JOIN inference i ON i.job = o.job';
const INSIDE = `(o.finished_at % ${QUARTER_MS})`;

interface LongRow {
  readonly finishedAt: number;
  readonly tookMs: number;
  readonly intent: string;
  readonly model: string;
}

export class WorkShares {
  readonly #clock: Clock;
  readonly #newest: Statement<[], { seq: number | null }>;
  readonly #blocks: Statement<[number, number], { block: number }>;
  readonly #sums: Statement<[number, number], Share>;
  readonly #long: Statement<[number, number], LongRow>;
  readonly #kept = new LruCache<number, readonly Share[]>(MOST_KEPT);

  constructor({ clock, read }: { readonly clock: Clock; readonly read: Database }) {
    this.#clock = clock;
    this.#newest = read.prepare('SELECT max(seq) AS seq FROM outcomes');
    this.#blocks = read.prepare(`SELECT DISTINCT (last_seq + ${BLOCK - 1}) / ${BLOCK} AS block FROM outcome_quarters
      WHERE quarter >= ? AND quarter < ?`);
    this.#sums =
      read.prepare(`SELECT o.finished_at / ${QUARTER_MS} AS quarter, j.what AS intent, coalesce(i.model, '') AS model,
      sum(o.state = 'done') AS done, sum(o.state IN ('failed', 'timeout')) AS failed, sum(coalesce(i.tokens_in, 0)) AS tokensIn,
      sum(coalesce(i.tokens_out, 0)) AS tokensOut, sum(min(${TOOK}, ${INSIDE})) AS workMs
      ${ROWS} WHERE o.seq BETWEEN ? AND ? GROUP BY 1, 2, 3`);
    this.#long =
      read.prepare(`SELECT o.finished_at AS finishedAt, ${TOOK} AS tookMs, j.what AS intent, coalesce(i.model, '') AS model
      ${ROWS} WHERE o.seq BETWEEN ? AND ? AND ${TOOK} > ${INSIDE}`);
  }

  /** In these quarters of an hour, the last one excluded. The same quarter, kind and model may come more than once. */
  async between(first: number, end: number): Promise<Share[]> {
    const yielder = new Yielder(this.#clock);
    const newest = this.#newest.get()?.seq ?? 0;
    const full = Math.floor(newest / BLOCK);
    const found: Share[] = [];
    const blocks = this.#blocks.all(first, end + LONGEST_QUARTERS).map(({ block }) => block);
    for (const block of new Set([...blocks, full + 1])) {
      if (block > full + 1) continue;
      const shares =
        block > full ? this.#added(block, newest) : this.#kept.get(block, () => this.#added(block, block * BLOCK));
      for (const share of shares) if (share.quarter >= first && share.quarter < end) found.push(share);
      await yielder.step();
    }
    return found;
  }

  #added(block: number, last: number): Share[] {
    const first = (block - 1) * BLOCK + 1;
    return [...this.#sums.all(first, last), ...this.#long.all(first, last).flatMap(earlier)];
  }
}

/** The time of a task in the quarters before the one that it ended in. */
function earlier({ finishedAt, tookMs, intent, model }: LongRow): Share[] {
  const shares: Share[] = [];
  const last = quarterOf(finishedAt);
  let left = tookMs - (finishedAt - last * QUARTER_MS);
  for (let quarter = last - 1; left > 0 && quarter >= last - LONGEST_QUARTERS; quarter -= 1) {
    const workMs = Math.min(left, QUARTER_MS);
    shares.push({ quarter, intent, model, done: 0, failed: 0, tokensIn: 0, tokensOut: 0, workMs });
    left -= workMs;
  }
  return shares;
}
