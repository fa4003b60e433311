// Jobs and their outcomes. Both tables only grow: a job is a row when it starts and gets one outcome when it ends, which the schema
// enforces. Outcomes are numbered in the order of their commits, so "all since N" is a range.

import type { Database, Statement } from 'better-sqlite3';
import type { JobKind, TaskState, TaskView } from '../../src-preload/contract/work.ts';
import { earnedSql, earnedUnitSql } from '../payments/ledger.ts';
import type { Write } from '../storage/write.ts';
import type { Resources } from './resources.ts';

export { workMigrations } from './schema.ts';

export type EndState = Exclude<TaskState, 'running'>;

/** What only inference has: who answers, and whether it came sealed. */
export interface InferenceFacts {
  readonly model: string | null;
  readonly backend: string | null;
  readonly sealed: boolean;
}

/** What only a lease has. */
export interface LeaseFacts {
  /** Epoch milliseconds. */
  readonly paidUntil: number;
  /** What was sold, in the network's own words. */
  readonly spec: string;
  /** The customer's name in the network, where it has one. */
  readonly customer: string | null;
}

export interface JobStart {
  readonly id: number;
  readonly network: string;
  readonly kind: JobKind;
  /** The id that the peer gave it. Not unique: peers choose. */
  readonly ref: string;
  /** The capability that is used, in the network's terms. */
  readonly what: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly inference?: InferenceFacts | undefined;
  readonly lease?: LeaseFacts | undefined;
  /** What it holds; left out, one slot. */
  readonly resources?: Resources | undefined;
}

export interface JobEnd {
  readonly state: EndState;
  /** Why, where it is not `done`. */
  readonly code: string | null;
  readonly tookMs: number;
  readonly finishedAt: number;
}

/** What is known of inference when it is over. */
export interface InferenceEnd {
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Until it began, and what the model server took; null where that was not measured. */
  readonly waitedMs: number | null;
  readonly serverMs: number | null;
  /** Until the first piece of its answer came; null where the server does not say. */
  readonly firstMs: number | null;
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

/** A job as `JOB_COLUMNS` reads it. */
export interface JobRow {
  id: number;
  network: string;
  kind: JobKind;
  what: string;
  started_at: number;
  /** Null where it has nothing to do with inference, and so are the five after it. */
  sealed: number | null;
  model: string | null;
  backend: string | null;
  tokens_in: number | null;
  tokens_out: number | null;
  paid_until: number | null;
  spec: string | null;
  customer: string | null;
  state: TaskState | null;
  code: string | null;
  finished_at: number | null;
  earned: number | null;
  unit: string | null;
}

/** A job or lease that has no outcome. */
export interface OpenRow {
  readonly id: number;
  readonly network: string;
  readonly kind: Exclude<JobKind, 'task'>;
  readonly ref: string;
  readonly what: string;
  readonly startedAt: number;
  readonly paidUntil: number | null;
  readonly spec: string | null;
  readonly customer: string | null;
  readonly slots: number;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly gpuMiB: number;
  readonly ports: number;
  /** Of a lease, 1 where all that is of an engine elsewhere. */
  readonly elsewhere: number | null;
  /** Null where it has nothing to do with inference, and so are the two after it. */
  readonly sealed: number | null;
  readonly model: string | null;
  readonly backend: string | null;
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

/** Of jobs j, outcomes o and `JOB_PARTS`. */
export const JOB_COLUMNS = `j.id, j.network, j.kind, j.what, j.started_at, i.sealed, i.model, i.backend, i.tokens_in, i.tokens_out,
  s.paid_until, s.spec, s.customer, o.state, o.code, o.finished_at, ${earnedSql('j.id')} AS earned, ${earnedUnitSql('j.id')} AS unit`;
export const JOB_PARTS = `LEFT JOIN inference i ON i.job = j.id LEFT JOIN leases s ON s.job = j.id`;

export class WorkStore {
  readonly #page: Statement<[number, number], JobRow>;
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
  readonly #open: Statement<[], OpenRow>;

  constructor(read: Database) {
    this.#page = read.prepare(`SELECT ${JOB_COLUMNS} FROM jobs j LEFT JOIN outcomes o ON o.job = j.id ${JOB_PARTS}
      WHERE j.id < ? ORDER BY j.id DESC LIMIT ?`);
    const uncounted = UNCOUNTED.map((code) => `'${code}'`).join();
    this.#counts =
      read.prepare(`SELECT max(seq) AS last, count(*) AS counted, coalesce(sum(state = 'done'), 0) AS success,
      coalesce(sum(took_ms), 0) AS ms FROM (SELECT * FROM outcomes WHERE network = ? AND seq > ? AND seq <= ? AND (state = 'done'
      OR (state IN ('failed', 'timeout') AND (code IS NULL OR code NOT IN (${uncounted})))) ORDER BY seq LIMIT ?)`);
    this.#lookedAt = read.prepare(`SELECT max(seq) AS last, count(*) AS looked
      FROM (SELECT seq FROM outcomes WHERE network = ? AND seq > ? ORDER BY seq LIMIT ${MOST_LOOKED_AT})`);
    this.#newest = read.prepare(
      'SELECT coalesce((SELECT max(id) FROM jobs), 0) AS id, coalesce((SELECT max(seq) FROM outcomes), 0) AS seq',
    );
    this.#mark = read.prepare('SELECT value FROM work_marks WHERE name = ?');
    this.#after = read.prepare('SELECT seq, state, finished_at FROM outcomes WHERE seq > ? ORDER BY seq LIMIT ?');
    // Newest first, and it ends at the first older one: a look at one day, not at the whole history.
    this.#tokensAt = read.prepare(`SELECT coalesce(sum(i.tokens_in + i.tokens_out), 0) AS tokens
      FROM outcomes o JOIN inference i ON i.job = o.job WHERE i.backend = ?
      AND o.seq > coalesce((SELECT seq FROM outcomes WHERE finished_at < ? ORDER BY seq DESC LIMIT 1), 0)`);
    this.#before = read.prepare('SELECT seq, state, finished_at FROM outcomes WHERE seq <= ? ORDER BY seq DESC');
    this.#open =
      read.prepare(`SELECT j.id, j.network, j.kind, j.ref, j.what, j.started_at AS startedAt, s.paid_until AS paidUntil,
      s.spec, s.customer, j.slots, j.cpu_millicores AS cpuMillicores, j.memory_mib AS memoryMiB, j.disk_mib AS diskMiB,
      j.gpu_mib AS gpuMiB, j.ports, s.elsewhere, i.sealed, i.model, i.backend FROM jobs j ${JOB_PARTS}
      WHERE j.kind <> 'task' AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.job = j.id) ORDER BY j.id`);
  }

  /** A job's own row. What is beside it is written by `startedInference` and `leased`, in the same commit. */
  started({ id, network, kind, ref, what, startedAt, resources }: JobStart): Write {
    if (!resources) {
      return {
        sql: 'INSERT INTO jobs (id, network, kind, ref, what, started_at) VALUES (?, ?, ?, ?, ?, ?)',
        params: [id, network, kind, ref, what, startedAt],
      };
    }
    const { slots, cpuMillicores, memoryMiB, diskMiB, gpuMiB, ports } = resources;
    return {
      sql: `INSERT INTO jobs (id, network, kind, ref, what, started_at, slots, cpu_millicores, memory_mib, disk_mib, gpu_mib, ports)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      params: [id, network, kind, ref, what, startedAt, slots, cpuMillicores, memoryMiB, diskMiB, gpuMiB, ports],
    };
  }

  startedInference(id: number, { model, backend, sealed }: InferenceFacts): Write {
    return {
      sql: 'INSERT INTO inference (job, model, backend, sealed) VALUES (?, ?, ?, ?)',
      params: [id, model, backend, sealed ? 1 : 0],
    };
  }

  /** `elsewhere`: what it holds is of an engine elsewhere. */
  leased(id: number, { paidUntil, spec, customer }: LeaseFacts, elsewhere: boolean): Write {
    return {
      sql: 'INSERT INTO leases (job, paid_until, spec, customer, elsewhere) VALUES (?, ?, ?, ?, ?)',
      params: [id, paidUntil, spec, customer, elsewhere ? 1 : 0],
    };
  }

  /** More was paid for a lease. */
  extended(id: number, paidUntil: number): Write {
    return { sql: 'UPDATE leases SET paid_until = ? WHERE job = ?', params: [paidUntil, id], expect: 1 };
  }

  /** All of what is known of inference, whether its start was written before or not. Goes before the outcome. */
  endedInference(id: number, { model, backend, sealed }: InferenceFacts, end: InferenceEnd): Write {
    return {
      sql: `INSERT INTO inference (job, model, backend, sealed, tokens_in, tokens_out, waited_ms, server_ms, first_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET tokens_in = excluded.tokens_in,
        tokens_out = excluded.tokens_out, waited_ms = excluded.waited_ms, server_ms = excluded.server_ms,
        first_ms = excluded.first_ms`,
      params: [
        id,
        model,
        backend,
        sealed ? 1 : 0,
        end.tokensIn,
        end.tokensOut,
        end.waitedMs,
        end.serverMs,
        end.firstMs,
      ],
    };
  }

  ended(job: { readonly id: number; readonly network: string }, end: JobEnd): Write {
    return {
      sql: 'INSERT INTO outcomes (job, network, state, code, took_ms, finished_at) VALUES (?, ?, ?, ?, ?, ?)',
      params: [job.id, job.network, end.state, end.code, end.tookMs, end.finishedAt],
    };
  }

  /** Gives every task that has no outcome the outcome `interrupted`; run once at start, before any task begins. */
  interruptOpen(now: number): readonly Write[] {
    const settled = this.#mark.get(SETTLED)?.value ?? 0;
    return [
      {
        sql: `INSERT INTO outcomes (job, network, state, code, took_ms, finished_at)
          SELECT j.id, j.network, 'interrupted', 'node-stopped', 0, ? FROM jobs j
          WHERE j.id > ? AND j.kind = 'task' AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.job = j.id)`,
        params: [now, settled],
      },
      {
        sql: `INSERT INTO work_marks (name, value) SELECT '${SETTLED}', coalesce(max(id), 0) FROM jobs WHERE true
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        params: [],
      },
    ];
  }

  /** Jobs and leases without an outcome, oldest first. */
  open(): readonly OpenRow[] {
    return this.#open.all();
  }

  /** Changes nothing, and shows whether anything could be written. */
  probe(): Write {
    return { sql: `UPDATE work_marks SET value = value WHERE name = '${SETTLED}'`, params: [] };
  }

  /** Ids of the newest job and outcome, 0 where there is none. */
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

export function toView(row: JobRow): TaskView {
  return {
    id: row.id,
    network: row.network,
    kind: row.kind,
    what: row.what,
    state: row.state ?? 'running',
    code: row.code,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    inference:
      row.sealed === null
        ? null
        : {
            model: row.model,
            backend: row.backend,
            sealed: row.sealed === 1,
            tokensIn: row.tokens_in ?? 0,
            tokensOut: row.tokens_out ?? 0,
          },
    lease: row.paid_until === null ? null : { paidUntil: row.paid_until, spec: row.spec ?? '', customer: row.customer },
    earnedMicro: row.earned,
    unit: row.unit,
  };
}
