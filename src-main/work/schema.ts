// The schema: jobs of every network and kind in one table, one outcome for each that is over, and beside them what only
// inference has and what only leases have.

import type { Migration } from '../storage/write.ts';
import { BLOCK_FULL } from './blocks.ts';
import { firstMigrations } from './first-schema.ts';

export const workMigrations: readonly Migration[] = [
  ...firstMigrations,
  {
    area: 'work',
    number: 7,
    name: 'jobs of three kinds',
    // New tables, each filled by one statement, and the index built when it is full: every column that is dropped from a table
    // would write that table anew.
    sql: `
      CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        network TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('task', 'job', 'lease')),
        ref TEXT NOT NULL,
        what TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        slots INTEGER NOT NULL DEFAULT 1 CHECK (slots >= 0),
        cpu_millicores INTEGER NOT NULL DEFAULT 0 CHECK (cpu_millicores >= 0),
        memory_mib INTEGER NOT NULL DEFAULT 0 CHECK (memory_mib >= 0),
        disk_mib INTEGER NOT NULL DEFAULT 0 CHECK (disk_mib >= 0),
        gpu_mib INTEGER NOT NULL DEFAULT 0 CHECK (gpu_mib >= 0),
        ports INTEGER NOT NULL DEFAULT 0 CHECK (ports >= 0)
      ) STRICT;
      CREATE TABLE inference (
        job INTEGER PRIMARY KEY REFERENCES jobs (id),
        model TEXT,
        backend TEXT,
        sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
        tokens_in INTEGER NOT NULL DEFAULT 0 CHECK (tokens_in >= 0),
        tokens_out INTEGER NOT NULL DEFAULT 0 CHECK (tokens_out >= 0),
        waited_ms INTEGER CHECK (waited_ms >= 0),
        server_ms INTEGER CHECK (server_ms >= 0),
        first_ms INTEGER CHECK (first_ms >= 0)
      ) STRICT;
      CREATE TABLE leases (
        job INTEGER PRIMARY KEY REFERENCES jobs (id),
        paid_until INTEGER NOT NULL,
        spec TEXT NOT NULL,
        customer TEXT
      ) STRICT;
      CREATE TABLE job_outcomes (
        seq INTEGER PRIMARY KEY,
        job INTEGER NOT NULL REFERENCES jobs (id),
        network TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'timeout', 'cancelled', 'interrupted', 'handed-back')),
        code TEXT,
        took_ms INTEGER NOT NULL CHECK (took_ms >= 0),
        finished_at INTEGER NOT NULL
      ) STRICT;
      INSERT INTO jobs (id, network, kind, ref, what, started_at)
        SELECT id, network, 'task', ref, intent, started_at FROM tasks ORDER BY id;
      INSERT INTO inference
        SELECT t.id, t.model, t.backend, t.sealed, coalesce(o.tokens_in, 0), coalesce(o.tokens_out, 0), o.waited_ms, o.server_ms,
          o.first_ms
        FROM tasks t LEFT JOIN outcomes o ON o.task = t.id ORDER BY t.id;
      INSERT INTO job_outcomes
        SELECT seq, task, network, state, code, took_ms, finished_at FROM outcomes ORDER BY seq;
      CREATE UNIQUE INDEX outcomes_job ON job_outcomes (job);
      DROP TABLE outcomes;
      DROP TABLE tasks;
      ALTER TABLE job_outcomes RENAME TO outcomes;
      CREATE INDEX outcomes_not_done ON outcomes (seq) WHERE state <> 'done';
      CREATE INDEX jobs_long ON jobs (id) WHERE kind <> 'task';
      CREATE TABLE job_kinds (
        id INTEGER PRIMARY KEY,
        network TEXT NOT NULL,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        model TEXT NOT NULL,
        backend TEXT NOT NULL,
        sealed INTEGER NOT NULL,
        state TEXT NOT NULL,
        UNIQUE (network, kind, what, model, backend, sealed, state)
      ) STRICT;
      CREATE TABLE job_blocks (
        kind INTEGER NOT NULL REFERENCES job_kinds (id),
        last_seq INTEGER NOT NULL,
        tasks INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (kind, last_seq)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO job_kinds SELECT id, network, 'task', intent, model, backend, sealed, state FROM task_kinds;
      INSERT INTO job_blocks SELECT kind, last_seq, tasks, first_at, last_at FROM outcome_blocks;
      DROP TABLE outcome_blocks;
      DROP TABLE task_kinds;
      ALTER TABLE job_blocks RENAME TO outcome_blocks;
      ${BLOCK_FULL}`,
  },
  {
    area: 'work',
    number: 8,
    name: 'leases at an engine elsewhere',
    // What was sold before goes on being held of this computer, as it was then.
    sql: 'ALTER TABLE leases ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0 CHECK (elsewhere IN (0, 1))',
  },
];
