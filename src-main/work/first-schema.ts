// The steps of the first version's schema, with one table of tasks. They are history: what a block held then is written out here,
// so that no change of today's blocks changes what an old database goes through.

import { QUARTER_MS } from '../base/quarter.ts';
import type { Migration } from '../storage/write.ts';
import { refusalMigrations } from './refusals.ts';
import { speedMigrations } from './speed.ts';

const BLOCK = 128;

const KINDS = (last: string) => `INSERT OR IGNORE INTO task_kinds (network, intent, model, backend, sealed, state)
    SELECT DISTINCT t.network, t.intent, coalesce(t.model, ''), coalesce(t.backend, ''), t.sealed, o.state
    FROM outcomes o CROSS JOIN tasks t ON t.id = o.task WHERE o.seq BETWEEN ${last} - ${BLOCK - 1} AND ${last}`;

const BLOCK_KINDS = (last: string) => `INSERT INTO outcome_blocks (kind, last_seq, tasks, first_at, last_at)
    SELECT k.id, ${last}, count(*), min(o.finished_at), max(o.finished_at)
    FROM outcomes o CROSS JOIN tasks t ON t.id = o.task CROSS JOIN task_kinds k ON k.network = t.network
      AND k.intent = t.intent AND k.model = coalesce(t.model, '') AND k.backend = coalesce(t.backend, '')
      AND k.sealed = t.sealed AND k.state = o.state
    WHERE o.seq BETWEEN ${last} - ${BLOCK - 1} AND ${last} GROUP BY k.id`;

const QUARTERS = (last: string, where: string) => `
  INSERT INTO outcome_quarters (quarter, last_seq, network, done, failed, cancelled, tokens_in, tokens_out)
    SELECT finished_at / ${QUARTER_MS} AS quarter, ${last} AS block, network, sum(state = 'done'),
      sum(state IN ('failed', 'timeout')), sum(state IN ('cancelled', 'interrupted')), sum(tokens_in), sum(tokens_out)
    FROM outcomes WHERE ${where} GROUP BY quarter, block, network;`;

const BLOCK_OF_SEQ = `(seq + ${BLOCK - 1}) / ${BLOCK} * ${BLOCK}`;

export const firstMigrations: readonly Migration[] = [
  {
    area: 'work',
    number: 1,
    name: 'tasks and outcomes',
    sql: `
      CREATE TABLE tasks (
        id INTEGER PRIMARY KEY,
        network TEXT NOT NULL,
        ref TEXT NOT NULL,
        intent TEXT NOT NULL,
        model TEXT,
        backend TEXT,
        sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
        started_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE outcomes (
        seq INTEGER PRIMARY KEY,
        task INTEGER NOT NULL UNIQUE REFERENCES tasks (id),
        network TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'timeout', 'cancelled', 'interrupted')),
        code TEXT,
        tokens_in INTEGER NOT NULL CHECK (tokens_in >= 0),
        tokens_out INTEGER NOT NULL CHECK (tokens_out >= 0),
        took_ms INTEGER NOT NULL CHECK (took_ms >= 0),
        finished_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE work_marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    area: 'work',
    number: 2,
    name: 'how long a task waited and what its server took',
    sql: `
      ALTER TABLE outcomes ADD COLUMN waited_ms INTEGER CHECK (waited_ms >= 0);
      ALTER TABLE outcomes ADD COLUMN server_ms INTEGER CHECK (server_ms >= 0);`,
  },
  {
    area: 'work',
    number: 3,
    name: 'blocks of outcomes',
    sql: `
      CREATE TABLE task_kinds (
        id INTEGER PRIMARY KEY,
        network TEXT NOT NULL,
        intent TEXT NOT NULL,
        model TEXT NOT NULL,
        backend TEXT NOT NULL,
        sealed INTEGER NOT NULL,
        state TEXT NOT NULL,
        UNIQUE (network, intent, model, backend, sealed, state)
      ) STRICT;
      CREATE TABLE outcome_blocks (
        kind INTEGER NOT NULL REFERENCES task_kinds (id),
        last_seq INTEGER NOT NULL,
        tasks INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (kind, last_seq)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE outcome_quarters (
        quarter INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        network TEXT NOT NULL,
        done INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        cancelled INTEGER NOT NULL,
        tokens_in INTEGER NOT NULL,
        tokens_out INTEGER NOT NULL,
        PRIMARY KEY (quarter, last_seq, network)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO task_kinds (network, intent, model, backend, sealed, state)
        SELECT DISTINCT t.network, t.intent, coalesce(t.model, ''), coalesce(t.backend, ''), t.sealed, o.state
        FROM outcomes o CROSS JOIN tasks t ON t.id = o.task;
      INSERT INTO outcome_blocks (kind, last_seq, tasks, first_at, last_at)
        SELECT k.id, ${BLOCK_OF_SEQ} AS block, count(*), min(o.finished_at), max(o.finished_at)
        FROM outcomes o CROSS JOIN tasks t ON t.id = o.task CROSS JOIN task_kinds k ON k.network = t.network
          AND k.intent = t.intent AND k.model = coalesce(t.model, '') AND k.backend = coalesce(t.backend, '')
          AND k.sealed = t.sealed AND k.state = o.state
        WHERE o.seq <= (SELECT max(seq) FROM outcomes) / ${BLOCK} * ${BLOCK} GROUP BY k.id, block;
      ${QUARTERS(BLOCK_OF_SEQ, `seq <= (SELECT max(seq) FROM outcomes) / ${BLOCK} * ${BLOCK}`)}
      CREATE TRIGGER outcome_block_full AFTER INSERT ON outcomes WHEN NEW.seq % ${BLOCK} = 0 BEGIN
        ${KINDS('NEW.seq')};
        ${BLOCK_KINDS('NEW.seq')};
        ${QUARTERS('NEW.seq', `seq BETWEEN NEW.seq - ${BLOCK - 1} AND NEW.seq`)}
      END;`,
  },
  ...speedMigrations,
  ...refusalMigrations,
  {
    area: 'work',
    number: 6,
    name: 'outcomes that were not done, apart from the many that were',
    sql: "CREATE INDEX outcomes_not_done ON outcomes (seq) WHERE state <> 'done';",
  },
];
