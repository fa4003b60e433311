// The ledger: rows are added, never changed. A balance is a sum over them; what was wrong is put right by a further entry.
// So that a sum stays quick over millions, each full block of entries is added up once, in the commit of its last entry. Rows
// never change, so such a sum can't go out of date; it says nothing that the rows don't say.

import type { Database, Statement } from 'better-sqlite3';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import { QUARTER_MS } from '../base/quarter.ts';
import type { Migration, Write } from '../storage/write.ts';
import { claimMigrations } from './claims-schema.ts';

/** Entries in a block: number 1 to 1024 and so on. */
export const BLOCK = 1024;

export const ledgerMigrations: readonly Migration[] = [
  {
    area: 'payments',
    number: 1,
    name: 'ledger',
    sql: `
      CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('earned', 'correction')),
        task INTEGER,
        UNIQUE (task, kind)
      ) STRICT;`,
  },
  {
    area: 'payments',
    number: 2,
    name: 'sums of blocks',
    sql: `
      CREATE TABLE ledger_blocks (
        last_id INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        first_id INTEGER NOT NULL,
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (last_id, network, unit)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO ledger_blocks
        SELECT (id + 1023) / 1024 * 1024 AS block, network, unit, (id + 1023) / 1024 * 1024 - 1023, sum(amount_micro), count(*),
          min(at), max(at)
        FROM ledger WHERE id <= (SELECT max(id) FROM ledger) / 1024 * 1024 GROUP BY block, network, unit;
      CREATE TRIGGER ledger_block_full AFTER INSERT ON ledger WHEN NEW.id % 1024 = 0 BEGIN
        INSERT INTO ledger_blocks
          SELECT NEW.id, network, unit, NEW.id - 1023, sum(amount_micro), count(*), min(at), max(at)
          FROM ledger WHERE id BETWEEN NEW.id - 1023 AND NEW.id GROUP BY network, unit;
      END;
      CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger BEGIN
        SELECT RAISE(ABORT, 'the ledger only grows');
      END;
      CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger BEGIN
        SELECT RAISE(ABORT, 'the ledger only grows');
      END;`,
  },
  {
    area: 'payments',
    number: 3,
    name: 'quarters of hours',
    sql: `
      CREATE TABLE ledger_quarters (
        quarter INTEGER NOT NULL,
        last_id INTEGER NOT NULL,
        network TEXT NOT NULL,
        unit TEXT NOT NULL,
        amount_micro INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (quarter, last_id, network, unit)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO ledger_quarters
        SELECT at / ${QUARTER_MS} AS quarter, (id + ${BLOCK - 1}) / ${BLOCK} * ${BLOCK} AS block, network, unit, sum(amount_micro),
          count(*)
        FROM ledger WHERE id <= (SELECT max(id) FROM ledger) / ${BLOCK} * ${BLOCK} GROUP BY quarter, block, network, unit;
      CREATE TRIGGER ledger_quarters_full AFTER INSERT ON ledger WHEN NEW.id % ${BLOCK} = 0 BEGIN
        INSERT INTO ledger_quarters
          SELECT at / ${QUARTER_MS} AS quarter, NEW.id, network, unit, sum(amount_micro), count(*)
          FROM ledger WHERE id BETWEEN NEW.id - ${BLOCK - 1} AND NEW.id GROUP BY quarter, network, unit;
      END;`,
  },
  ...claimMigrations,
];

/** An amount of money or credits, in millionths of its unit. */
export interface Amount {
  readonly network: string;
  readonly unit: string;
  readonly amountMicro: number;
}

export interface LedgerEntry extends Amount {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'earned' | 'correction';
  readonly task: number | null;
}

interface SumRow {
  network: string;
  unit: string;
  amount: number;
  entries: number;
  last: number;
}

/** Blocks that lie after entry `id` as a whole, the entries before the first of them, and those after the last. */
const SUMS_AFTER = `
  WITH whole AS (SELECT * FROM ledger_blocks WHERE last_id > @id AND first_id > @id)
  SELECT network, unit, sum(amount_micro) AS amount, sum(entries) AS entries, max(last) AS last FROM (
    SELECT network, unit, amount_micro, entries, last_id AS last FROM whole
    UNION ALL
    SELECT network, unit, amount_micro, 1, id FROM ledger
      WHERE id > @id AND id < coalesce((SELECT min(first_id) FROM whole), 9223372036854775807)
    UNION ALL
    SELECT network, unit, amount_micro, 1, id FROM ledger WHERE id > (SELECT max(last_id) FROM whole)
  ) GROUP BY network, unit`;

/**
 * Blocks made since `moment` as a whole, the newer entries of those made before it and after, and those after the last block.
 * CROSS JOIN and the signs keep SQLite from going through the whole ledger for the second part.
 */
const SUMS_SINCE = `
  SELECT network, unit, sum(amount_micro) AS amount, sum(entries) AS entries, max(last) AS last FROM (
    SELECT network, unit, amount_micro, entries, last_id AS last FROM ledger_blocks WHERE first_at >= @moment
    UNION ALL
    SELECT l.network, l.unit, l.amount_micro, 1, l.id
      FROM ledger_blocks b CROSS JOIN ledger l
      WHERE b.first_at < @moment AND b.last_at >= @moment AND l.id BETWEEN b.first_id AND b.last_id
        AND +l.network = b.network AND +l.unit = b.unit AND l.at >= @moment
    UNION ALL
    SELECT network, unit, amount_micro, 1, id FROM ledger
      WHERE id > coalesce((SELECT max(last_id) FROM ledger_blocks), 0) AND at >= @moment
  ) GROUP BY network, unit`;

export class Ledger {
  readonly #after: Statement<[{ id: number }], SumRow>;
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #since: Statement<[{ moment: number }], SumRow>;

  constructor(read: Database) {
    this.#after = read.prepare(SUMS_AFTER);
    this.#since = read.prepare(SUMS_SINCE);
    this.#newest = read.prepare('SELECT max(id) AS id FROM ledger');
  }

  entry(entry: LedgerEntry): Write {
    return {
      sql: 'INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (?, ?, ?, ?, ?, ?)',
      params: [entry.at, entry.network, entry.unit, entry.amountMicro, entry.kind, entry.task],
    };
  }

  newest(): number {
    return this.#newest.get()?.id ?? 0;
  }

  /** Sums of all entries after entry number `id`, one a network and unit, and the newest number among them. */
  sumsAfter(id: number): { readonly sums: Sum[]; readonly through: number } {
    const rows = this.#after.all({ id });
    return { sums: rows.map(toSum), through: rows.reduce((most, row) => Math.max(most, row.last), id) };
  }

  /** Sums of all entries made at a moment (epoch milliseconds) or later, in whatever order they were made. */
  sumsSince(moment: number): Sum[] {
    return this.#since.all({ moment }).map(toSum);
  }
}

function toSum({ network, unit, amount, entries }: SumRow): Sum {
  return { network, unit, amountMicro: amount, entries };
}

/** Adds sums of the same network and unit; others stay apart. */
export function addSums(left: readonly Sum[], right: readonly Sum[]): Sum[] {
  const total = left.map((sum) => ({ ...sum }));
  for (const sum of right) {
    const same = total.find((other) => other.network === sum.network && other.unit === sum.unit);
    if (same) {
      same.amountMicro += sum.amountMicro;
      same.entries += sum.entries;
    } else total.push({ ...sum });
  }
  return total;
}
