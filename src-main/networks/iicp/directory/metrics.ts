// What heartbeats report of finished tasks: deltas, of which no outcome may be lost or counted twice. A batch is a range of
// outcome numbers with an id, kept on disk until the directory has accepted it; only then the next range begins.

import type { Database, Statement } from 'better-sqlite3';
import type { Random } from '../../../base/random.ts';
import type { Committer, Migration, Write } from '../../../storage/write.ts';
import type { OutcomeCounts } from '../../../work/store.ts';

export const metricsMigrations: readonly Migration[] = [
  {
    area: 'iicp',
    number: 1,
    name: 'metric batches',
    sql: `
      CREATE TABLE iicp_batches (
        id TEXT PRIMARY KEY,
        through INTEGER NOT NULL,
        success INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        total_ms INTEGER NOT NULL,
        pending INTEGER NOT NULL CHECK (pending IN (0, 1))
      ) STRICT;
      CREATE UNIQUE INDEX iicp_one_pending ON iicp_batches (pending) WHERE pending = 1;`,
  },
];

/** The directory counts at most this many successes, and as many failures, a beat. */
const MOST_A_BATCH = 1000;
const MOST_LOOKS = 10;

export interface Batch {
  readonly id: string;
  readonly success: number;
  readonly failed: number;
  readonly totalMs: number;
  /** As much as one may hold: there is likely more to tell. */
  readonly full: boolean;
}

interface BatchRow {
  id: string;
  through: number;
  success: number;
  failed: number;
  total_ms: number;
  pending: number;
}

export interface MetricsDeps {
  readonly random: Random;
  readonly committer: Committer;
  readonly read: Database;
  readonly outcomes: { countsAfter(network: string, after: number, limit: number): OutcomeCounts };
}

export class Metrics {
  readonly #deps: MetricsDeps;
  readonly #newest: Statement<[], BatchRow>;
  /** Up to here there was nothing to tell. */
  #looked = 0;

  constructor(deps: MetricsDeps) {
    this.#deps = deps;
    this.#newest = deps.read.prepare('SELECT * FROM iicp_batches ORDER BY through DESC, pending DESC LIMIT 1');
  }

  /** The batch to send with the next beat: the one that still waits for its acceptance, or a new one; undefined with nothing to tell. */
  async next(): Promise<Batch | undefined> {
    const newest = this.#newest.get();
    if (newest?.pending) return toBatch(newest);
    const counts = this.#countsAfter(newest?.through ?? 0);
    if (!counts) return undefined;
    const { success, failed, totalMs } = counts;
    const batch = { id: this.#deps.random.id(), success, failed, totalMs, full: success + failed >= MOST_A_BATCH };
    await this.#deps.committer.commit([insert(batch, counts.through)]);
    return batch;
  }

  /** Goes past what counts for nothing, and no further than one beat should take. */
  #countsAfter(through: number): OutcomeCounts | undefined {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const counts = this.#deps.outcomes.countsAfter('iicp', Math.max(through, this.#looked), MOST_A_BATCH);
      if (counts.success + counts.failed > 0) return counts;
      this.#looked = counts.through;
      if (!counts.more) return undefined;
    }
    return undefined;
  }

  /** The directory has it. Earlier batches are of no use any more. */
  async accepted(batch: Batch): Promise<void> {
    await this.#deps.committer.commit([
      { sql: 'UPDATE iicp_batches SET pending = 0 WHERE id = ?', params: [batch.id] },
      { sql: 'DELETE FROM iicp_batches WHERE pending = 0 AND id <> ?', params: [batch.id] },
    ]);
  }
}

function insert(batch: Batch, through: number): Write {
  return {
    sql: 'INSERT INTO iicp_batches (id, through, success, failed, total_ms, pending) VALUES (?, ?, ?, ?, ?, 1)',
    params: [batch.id, through, batch.success, batch.failed, batch.totalMs],
  };
}

function toBatch(row: BatchRow): Batch {
  return {
    id: row.id,
    success: row.success,
    failed: row.failed,
    totalMs: row.total_ms,
    full: row.success + row.failed >= MOST_A_BATCH,
  };
}
