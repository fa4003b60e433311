// The ledger: rows are added, never changed. A balance is a sum over them; what was wrong is put right by a further entry.

import type { Database, Statement } from 'better-sqlite3';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { Migration, Write } from '../storage/write.ts';

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

export class Ledger {
  readonly #after: Statement<[number], SumRow>;
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #backwards: Statement<[], { network: string; unit: string; amount_micro: number; at: number }>;

  constructor(read: Database) {
    this.#after = read.prepare(`SELECT network, unit, sum(amount_micro) AS amount, count(*) AS entries, max(id) AS last
      FROM ledger WHERE id > ? GROUP BY network, unit`);
    this.#newest = read.prepare('SELECT max(id) AS id FROM ledger');
    this.#backwards = read.prepare('SELECT network, unit, amount_micro, at FROM ledger ORDER BY id DESC');
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
    const rows = this.#after.all(id);
    return {
      sums: rows.map((row) => ({
        network: row.network,
        unit: row.unit,
        amountMicro: row.amount,
        entries: row.entries,
      })),
      through: rows.reduce((most, row) => Math.max(most, row.last), id),
    };
  }

  /** Sums since a moment. Reads back from the newest entry and stops at the first older one. */
  sumsSince(moment: number): Sum[] {
    let sums: Sum[] = [];
    for (const row of this.#backwards.iterate()) {
      if (row.at < moment) break;
      sums = addSums(sums, [{ network: row.network, unit: row.unit, amountMicro: row.amount_micro, entries: 1 }]);
    }
    return sums;
  }
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
