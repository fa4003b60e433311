// Jobs in the database, written in the plainest way.
import type { Database } from 'better-sqlite3';

export interface PlainTask {
  readonly id: number;
  readonly network?: string;
  readonly ref?: string;
  readonly what?: string;
  readonly model?: string | null;
  readonly backend?: string | null;
  readonly sealed?: boolean | number;
  readonly at?: number;
}

export interface PlainEnd {
  readonly id: number;
  readonly network?: string;
  readonly state?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly tookMs?: number;
  readonly at?: number;
  readonly waitedMs?: number | null;
  readonly serverMs?: number | null;
  readonly firstMs?: number | null;
}

/** Tasks of inference that begin, and that end. One that is there already stays as it is. */
export function taskRows(db: Database): { begin(task: PlainTask): void; end(end: PlainEnd): void } {
  const job = db.prepare(
    "INSERT OR IGNORE INTO jobs (id, network, kind, ref, what, started_at) VALUES (?, ?, 'task', ?, ?, ?)",
  );
  const inference = db.prepare('INSERT OR IGNORE INTO inference (job, model, backend, sealed) VALUES (?, ?, ?, ?)');
  const used = db.prepare(
    'UPDATE inference SET tokens_in = ?, tokens_out = ?, waited_ms = ?, server_ms = ?, first_ms = ? WHERE job = ?',
  );
  const outcome = db.prepare(
    'INSERT OR IGNORE INTO outcomes (job, network, state, took_ms, finished_at) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    begin({ id, network = 'iicp', ref = 'r', what = 'chat', model = 'm', backend = 'b', sealed = 0, at = 1 }) {
      job.run(id, network, ref, what, at);
      inference.run(id, model, backend, Number(sealed));
    },
    end(end) {
      const { id, network = 'iicp', state = 'done', tokensIn = 0, tokensOut = 0, tookMs = 0, at = 1 } = end;
      used.run(tokensIn, tokensOut, end.waitedMs ?? null, end.serverMs ?? null, end.firstMs ?? null, id);
      outcome.run(id, network, state, tookMs, at);
    },
  };
}
