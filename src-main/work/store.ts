// Tasks and their outcomes. Both tables only grow: a task is a row when it starts and gets one outcome when it ends, which
// the schema enforces. Outcomes are numbered in the order of their commits, so "all since N" is a range.

import type { Database, Statement } from 'better-sqlite3';
import type { TaskState, TaskView } from '../../src-preload/contract/work.ts';
import { earnedSql, earnedUnitSql } from '../payments/ledger.ts';
import type { Migration, Write } from '../storage/write.ts';
import { blockMigrations } from './blocks.ts';
import { refusalMigrations } from './refusals.ts';
import { speedMigrations } from './speed.ts';

export const workMigrations: readonly Migration[] = [
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
  ...blockMigrations,
  ...speedMigrations,
  ...refusalMigrations,
  {
    area: 'work',
    number: 6,
    name: 'outcomes that were not done, apart from the many that were',
    sql: "CREATE INDEX outcomes_not_done ON outcomes (seq) WHERE state <> 'done';",
  },
];

export type EndState = Exclude<TaskState, 'running'>;

export interface TaskStart {
  readonly id: number;
  readonly network: string;
  /** The id that the peer gave it. Not unique: peers choose. */
  readonly ref: string;
  readonly intent: string;
  readonly model: string | null;
  readonly backend: string | null;
  readonly sealed: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export interface TaskEnd {
  readonly state: EndState;
  /** Why, where it is not `done`. */
  readonly code: string | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly tookMs: number;
  readonly finishedAt: number;
  /** Until it began, and what the model server took; null where that was not measured. */
  readonly waitedMs: number | null;
  readonly serverMs: number | null;
  /** Until the first piece of its answer came; null where nobody tells. */
  readonly firstMs?: number | null;
}

/** What heartbeats report: counts and summed milliseconds over a range of outcomes. */
export interface OutcomeCounts {
  /** The last that was looked at. */
  readonly through: number;
  readonly success: number;
  readonly failed: number;
  readonly totalMs: number;
  /** There may be more after it. */
  readonly more: boolean;
}

export interface DayCounts {
  done: number;
  failed: number;
  cancelled: number;
}

export interface TaskRow {
  id: number;
  network: string;
  intent: string;
  model: string | null;
  backend: string | null;
  sealed: number;
  started_at: number;
  state: TaskState | null;
  code: string | null;
  tokens_in: number | null;
  tokens_out: number | null;
  finished_at: number | null;
  earned: number | null;
  unit: string | null;
}

/**
 * Endings that say nothing of how well this computer works: its sender left too little time or wanted what no server gives, or the
 * server had no room for it.
 */
const UNCOUNTED = ['deadline-too-short', 'bad-request', 'too-large', 'rate-limited'];

/** Outcomes at a time, so that no flood of those that don't count makes a heartbeat long. */
const MOST_LOOKED_AT = 10_000;

/** Every task up to this id has its outcome; later ones may lack it after a crash. */
const SETTLED = 'settled-through';

const VIEW = `SELECT t.id, t.network, t.intent, t.model, t.backend, t.sealed, t.started_at, o.state, o.code, o.tokens_in,
  o.tokens_out, o.finished_at, ${earnedSql('t.id')} AS earned, ${earnedUnitSql('t.id')} AS unit
  FROM tasks t LEFT JOIN outcomes o ON o.task = t.id`;

export class WorkStore {
  readonly #page: Statement<[number, number], TaskRow>;
  readonly #counts: Statement<
    [string, number, number, number],
    { last: number | null; counted: number; success: number; ms: number }
  >;
  readonly #lookedAt: Statement<[string, number], { last: number | null; looked: number }>;
  readonly #newest: Statement<[], { id: number; seq: number }>;
  readonly #mark: Statement<[string], { value: number }>;
  readonly #after: Statement<[number, number], { seq: number; state: EndState; finished_at: number }>;
  readonly #tokensAt: Statement<[string, number], { tokens: number }>;
  readonly #before: Statement<[number], { seq: number; state: EndState; finished_at: number }>;

  constructor(read: Database) {
    this.#page = read.prepare(`${VIEW} WHERE t.id < ? ORDER BY t.id DESC LIMIT ?`);
    const uncounted = UNCOUNTED.map((code) => `'${code}'`).join();
    this.#counts =
      read.prepare(`SELECT max(seq) AS last, count(*) AS counted, coalesce(sum(state = 'done'), 0) AS success,
      coalesce(sum(took_ms), 0) AS ms FROM (SELECT * FROM outcomes WHERE network = ? AND seq > ? AND seq <= ? AND (state = 'done'
      OR (state IN ('failed', 'timeout') AND (code IS NULL OR code NOT IN (${uncounted})))) ORDER BY seq LIMIT ?)`);
    this.#lookedAt = read.prepare(`SELECT max(seq) AS last, count(*) AS looked
      FROM (SELECT seq FROM outcomes WHERE network = ? AND seq > ? ORDER BY seq LIMIT ${MOST_LOOKED_AT})`);
    this.#newest = read.prepare(
      'SELECT coalesce((SELECT max(id) FROM tasks), 0) AS id, coalesce((SELECT max(seq) FROM outcomes), 0) AS seq',
    );
    this.#mark = read.prepare('SELECT value FROM work_marks WHERE name = ?');
    this.#after = read.prepare('SELECT seq, state, finished_at FROM outcomes WHERE seq > ? ORDER BY seq LIMIT ?');
    // Newest first, and it ends at the first older one: a look at one day, not at the whole history.
    this.#tokensAt = read.prepare(`SELECT coalesce(sum(o.tokens_in + o.tokens_out), 0) AS tokens
      FROM outcomes o JOIN tasks t ON t.id = o.task WHERE t.backend = ?
      AND o.seq > coalesce((SELECT seq FROM outcomes WHERE finished_at < ? ORDER BY seq DESC LIMIT 1), 0)`);
    this.#before = read.prepare('SELECT seq, state, finished_at FROM outcomes WHERE seq <= ? ORDER BY seq DESC');
  }

  started(task: TaskStart): Write {
    return {
      sql: 'INSERT INTO tasks (id, network, ref, intent, model, backend, sealed, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      params: [
        task.id,
        task.network,
        task.ref,
        task.intent,
        task.model,
        task.backend,
        task.sealed ? 1 : 0,
        task.startedAt,
      ],
    };
  }

  ended(task: { readonly id: number; readonly network: string }, end: TaskEnd): Write {
    return {
      sql: `INSERT INTO outcomes (task, network, state, code, tokens_in, tokens_out, took_ms, finished_at, waited_ms, server_ms, first_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      params: [
        task.id,
        task.network,
        end.state,
        end.code,
        end.tokensIn,
        end.tokensOut,
        end.tookMs,
        end.finishedAt,
        end.waitedMs,
        end.serverMs,
        end.firstMs ?? null,
      ],
    };
  }

  /** Gives every task that has no outcome the outcome `interrupted`; run once at start, before any task begins. */
  interruptOpen(now: number): readonly Write[] {
    const settled = this.#mark.get(SETTLED)?.value ?? 0;
    return [
      {
        sql: `INSERT INTO outcomes (task, network, state, code, tokens_in, tokens_out, took_ms, finished_at)
          SELECT t.id, t.network, 'interrupted', 'node-stopped', 0, 0, 0, ? FROM tasks t
          WHERE t.id > ? AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.task = t.id)`,
        params: [now, settled],
      },
      {
        sql: `INSERT INTO work_marks (name, value) SELECT '${SETTLED}', coalesce(max(id), 0) FROM tasks WHERE true
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        params: [],
      },
    ];
  }

  /** Changes nothing, and shows whether anything could be written. */
  probe(): Write {
    return { sql: `UPDATE work_marks SET value = value WHERE name = '${SETTLED}'`, params: [] };
  }

  /** Ids of the newest task and outcome, 0 where there is none. */
  newest(): { readonly id: number; readonly seq: number } {
    return this.#newest.get() ?? { id: 0, seq: 0 };
  }

  /** Newest first, below `before`. */
  page(before: number, limit: number): TaskView[] {
    return this.#page.all(before, limit).map(toView);
  }

  /** The next at most `limit` outcomes of a network that count as success or as its failure, after outcome number `after`. */
  countsAfter(network: string, after: number, limit: number): OutcomeCounts {
    // How far first: what is committed between two reads is left for the next time, and not passed over.
    const { last: end = null, looked = 0 } = this.#lookedAt.get(network, after) ?? {};
    const upTo = end ?? after;
    const { last = null, counted = 0, success = 0, ms = 0 } = this.#counts.get(network, after, upTo, limit) ?? {};
    const found = { success, failed: counted - success, totalMs: ms };
    if (counted === limit) return { ...found, through: last ?? after, more: true };
    return { ...found, through: upTo, more: looked === MOST_LOOKED_AT };
  }

  /** Adds the outcomes after `seq` to `into`; answers the newest number seen. */
  countAfter(seq: number, into: DayCounts): number {
    let last = seq;
    for (;;) {
      const rows = this.#after.all(last, 10_000);
      for (const row of rows) count(row.state, into);
      last = rows.at(-1)?.seq ?? last;
      if (rows.length < 10_000) return last;
    }
  }

  /** Tokens of tasks at a model server that ended since a moment (epoch milliseconds), in and out together. */
  tokensAt(backend: string, moment: number): number {
    return this.#tokensAt.get(backend, moment)?.tokens ?? 0;
  }

  /** Outcomes since a moment, looking back from outcome number `seq`. */
  countSince(moment: number, seq: number): DayCounts {
    const counts = { done: 0, failed: 0, cancelled: 0 };
    for (const row of this.#before.iterate(seq)) {
      if (row.finished_at < moment) break;
      count(row.state, counts);
    }
    return counts;
  }
}

function count(state: EndState, into: DayCounts): void {
  if (state === 'done') into.done += 1;
  else if (state === 'failed' || state === 'timeout') into.failed += 1;
  else into.cancelled += 1;
}

export function toView(row: TaskRow): TaskView {
  return {
    id: row.id,
    network: row.network,
    intent: row.intent,
    model: row.model,
    backend: row.backend,
    sealed: row.sealed === 1,
    state: row.state ?? 'running',
    code: row.code,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    tokensIn: row.tokens_in ?? 0,
    tokensOut: row.tokens_out ?? 0,
    earnedMicro: row.earned,
    unit: row.unit,
  };
}
