// A ledger with tasks in memory, filled in the plainest way, and what must come out of it added up in the plainest way.

import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import type { Sum } from '../../../src-preload/contract/earnings.ts';
import { taskRows } from '../../support/jobs.ts';

export interface Entry {
  readonly at: number;
  readonly network: string;
  readonly unit: string;
  readonly amountMicro: number;
  readonly kind: 'earned' | 'correction';
  readonly task: number | null;
  /** Of the task. */
  readonly ref?: string;
  readonly model?: string;
  readonly intent?: string;
  readonly tookMs?: number;
}

const CHAT = 'urn:iicp:intent:llm:chat:v1';

export function emptyDatabase(): Database.Database {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...ledgerMigrations]) db.exec(sql);
  return db;
}

/** Each entry with the task that it names, unless that is there already. */
export function book(db: Database.Database, entries: readonly Entry[]): void {
  const { begin, end } = taskRows(db);
  const entry = db.prepare(
    'INSERT INTO ledger (at, network, unit, amount_micro, kind, task) VALUES (@at, @network, @unit, @amountMicro, @kind, @task)',
  );
  db.transaction(() => {
    for (const each of entries) {
      const row = { ref: `ref-${each.task}`, model: 'm', intent: CHAT, tookMs: 5, ...each };
      if (each.task !== null) {
        const { task: id, intent: what, ...facts } = row;
        begin({ ...facts, id: id!, what, backend: 'http://127.0.0.1:11434' });
        end({ ...facts, id: id!, tokensIn: 3, tokensOut: 4 });
      }
      entry.run(row);
    }
  })();
}

export function sumsOf(entries: readonly Entry[]): Sum[] {
  const groups = Map.groupBy(entries, ({ network, unit }) => `${network} ${unit}`);
  return sorted(
    [...groups.values()].map((group) => ({
      network: group[0]!.network,
      unit: group[0]!.unit,
      amountMicro: group.reduce((sum, { amountMicro }) => sum + amountMicro, 0),
      entries: group.length,
    })),
  );
}

export function sorted<T extends { readonly network: string; readonly unit?: string }>(sums: readonly T[]): T[] {
  return sums.toSorted((a, b) => `${a.network} ${a.unit}`.localeCompare(`${b.network} ${b.unit}`));
}

const NAMES = ['iicp credit', 'paygress sat', 'posemesh credit', 'iicp EUR'];
export const START = Date.UTC(2024, 9, 20);

/** One every seven hours or so, by a clock that is once put back by two days; every ninth a correction. */
export function entriesOf(
  count: number,
  options: { kinds?: number; setBack?: number; everyMs?: number } = {},
): Entry[] {
  const { kinds = NAMES.length, setBack = Number.POSITIVE_INFINITY, everyMs = 7 * 3_600_000 + 41_000 } = options;
  return Array.from({ length: count }, (_, n) => {
    const [network = '', unit = ''] = NAMES[(n * 7) % kinds]!.split(' ');
    const correction = n % 9 === 4;
    return {
      at: START + n * everyMs - (n >= setBack ? 2 * 86_400_000 : 0),
      network,
      unit,
      kind: correction ? 'correction' : 'earned',
      amountMicro: correction ? -(n % 1013) : (n * 31) % 5003,
      task: n % 5 === 3 ? null : n + 1,
    };
  });
}
