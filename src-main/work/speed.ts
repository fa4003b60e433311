// How quick the answers of today were: from the newest outcomes, so that a look costs the same whatever was done before.

import type { Database, Statement } from 'better-sqlite3';
import type { Migration } from '../storage/write.ts';

export const speedMigrations: readonly Migration[] = [
  {
    area: 'work',
    number: 4,
    name: 'when the first piece of an answer came',
    sql: 'ALTER TABLE outcomes ADD COLUMN first_ms INTEGER CHECK (first_ms >= 0);',
  },
];

export interface SpeedView {
  /** Tasks that ended well since then, at most the newest thousand, whose server counted its tokens; and the middle of their speeds. */
  readonly answers: { readonly count: number; readonly tokensPerSecond: number } | null;
  /** Of those where it is known. */
  readonly first: { readonly count: number; readonly middleMs: number; readonly slowMs: number } | null;
}

interface Row {
  readonly tokens: number;
  readonly serverMs: number | null;
  readonly firstMs: number | null;
}

const NEWEST = 1000;
const MINUTE_MS = 60_000;

export class Speed {
  readonly #rows: Statement<[number], Row>;
  readonly #tokens: Statement<[number], { tokens: number | null }>;
  readonly #minutes: Statement<[number, number], { minute: number; tokens: number }>;

  constructor(read: Database) {
    const newest = `FROM (SELECT * FROM outcomes ORDER BY seq DESC LIMIT ${NEWEST}) o JOIN inference i ON i.job = o.job
      WHERE o.state = 'done' AND o.finished_at >= ?`;
    this.#rows = read.prepare(`SELECT tokens_out AS tokens, server_ms AS serverMs, first_ms AS firstMs ${newest}`);
    this.#tokens = read.prepare(`SELECT sum(tokens_out) AS tokens ${newest}`);
    this.#minutes =
      read.prepare(`SELECT CAST((finished_at - ?) / ${MINUTE_MS} AS INTEGER) AS minute, sum(tokens_out) AS tokens ${newest}
      GROUP BY minute`);
  }

  /** Of tasks that ended since a moment, epoch milliseconds. Nulls where there is none. */
  since(moment: number): SpeedView {
    const rows = this.#rows.all(moment);
    const speeds = rows.flatMap(({ tokens, serverMs }) =>
      tokens > 0 && serverMs !== null && serverMs > 0 ? [tokens / (serverMs / 1000)] : [],
    );
    const firsts = rows.flatMap(({ firstMs }) => firstMs ?? []);
    return {
      answers: speeds.length > 0 ? { count: speeds.length, tokensPerSecond: at(speeds, 0.5) } : null,
      first: firsts.length > 0 ? { count: firsts.length, middleMs: at(firsts, 0.5), slowMs: at(firsts, 0.95) } : null,
    };
  }

  /** Tokens in the answers that were finished since a moment; null where none was. */
  tokensSince(moment: number): number | null {
    return this.#tokens.get(moment)?.tokens ?? null;
  }

  /** Tokens in the answers that were finished in each of so many minutes from a moment on. */
  tokensByMinute(moment: number, minutes: number): number[] {
    const sums = Array.from({ length: minutes }, () => 0);
    for (const { minute, tokens } of this.#minutes.all(moment, moment)) if (minute < minutes) sums[minute] = tokens;
    return sums;
  }
}

/** The smallest of the values that so many of them don't exceed (nearest rank). */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
