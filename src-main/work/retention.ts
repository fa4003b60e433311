// Lets go of finished tasks that earned nothing, when they are old enough or the disk's budget asks for it: a block of outcomes
// at a time, oldest first, with a breath between, so that no task waits for it. What the ledger refers to is never touched.

import type { Database, Statement } from 'better-sqlite3';
import { LEAST_KEEP_DAYS } from '../../src-preload/contract/settings/storage.ts';
import type { StorageView } from '../../src-preload/contract/storage.ts';
import type { Clock } from '../base/clock.ts';
import { toHearthError } from '../base/errors.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import { Yielder } from '../base/yielder.ts';
import type { Committer, Write } from '../storage/write.ts';
import { BLOCK, BLOCK_KINDS } from './blocks.ts';

export interface RetentionDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  /** Null: for good. */
  readonly keepDays: () => number | null;
  /** Whether what is kept on disk is more than the user wants. */
  readonly overBudget: () => Promise<boolean>;
}

type PruningView = StorageView['pruning'];

/** The start of a node has other things to do. */
const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
/** Between two blocks. */
const BREATH_MS = 50;
const DAY_MS = 86_400_000;

/** Every block up to this outcome has been gone through. */
const MARK = 'let-go-through';

const UNEARNED = 'NOT EXISTS (SELECT 1 FROM ledger l WHERE l.job =';
/** A row of one of them points to its job: the job goes last. */
const BESIDE = ['inference', 'leases', 'outcomes'];

export class Retention implements Service {
  readonly name = 'retention';
  readonly #deps: RetentionDeps;
  readonly #mark: Statement<[], { value: number }>;
  readonly #newest: Statement<[], { seq: number; task: number }>;
  readonly #latest: Statement<[number, number], { at: number | null }>;
  readonly #unearned: Statement<[number, number, number], { task: number }>;
  #stop: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();
  #last: PruningView['last'] = null;
  #failure: PruningView['failure'] = null;

  constructor(deps: RetentionDeps) {
    const { read } = deps;
    this.#deps = deps;
    this.#mark = read.prepare(`SELECT value FROM work_marks WHERE name = '${MARK}'`);
    this.#newest = read.prepare(
      'SELECT coalesce((SELECT max(seq) FROM outcomes), 0) AS seq, coalesce((SELECT max(id) FROM jobs), 0) AS task',
    );
    this.#latest = read.prepare('SELECT max(finished_at) AS at FROM outcomes WHERE seq BETWEEN ? AND ?');
    this.#unearned = read.prepare(
      `SELECT o.job AS task FROM outcomes o WHERE o.seq BETWEEN ? AND ? AND o.job < ? AND ${UNEARNED} o.job)`,
    );
  }

  async start(): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#loop = this.#run(stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop?.abort(new DOMException('the node stops', 'AbortError'));
    this.#stop = undefined;
    await this.#loop;
  }

  view(): PruningView {
    return { keepDays: this.#deps.keepDays(), last: this.#last, failure: this.#failure };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    const rest = (ms: number) => clock.sleep(ms, signal).catch(() => undefined);
    await rest(FIRST_MS);
    while (!signal.aborted) {
      try {
        const removed = await this.prune(signal);
        this.#last = { at: clock.now(), removed };
        this.#failure = null;
        if (removed > 0) logger.info('let go of old tasks that earned nothing', { removed });
      } catch (error) {
        const { code, message } = toHearthError(error);
        this.#failure = { code, message };
        if (!signal.aborted) logger.warn('old tasks could not be let go', { error });
      }
      await rest(EVERY_MS);
    }
  }

  /** Once through all that is old enough; how many tasks went. Rejects with what a commit rejects with, or the signal's reason. */
  async prune(signal: AbortSignal): Promise<number> {
    const { clock, committer } = this.#deps;
    const before = await this.#before();
    const yielder = new Yielder(clock);
    const mark = this.#mark.get()?.value ?? 0;
    let [passed, written, removed] = [mark, mark, 0];
    for (let last = mark + BLOCK; !signal.aborted; last += BLOCK) {
      const newest = this.#newest.get() ?? { seq: 0, task: 0 };
      // The newest numbers stay: those of later rows go on from them.
      if (last >= newest.seq) break;
      const latest = this.#latest.get(last - BLOCK + 1, last)?.at ?? 0;
      const now = clock.now();
      // What ended in the future did so by a clock that was wrong; it must not keep all that comes after it.
      if (latest >= before && latest <= now) break;
      const tasks = latest > now ? [] : this.#unearned.all(last - BLOCK + 1, last, newest.task).map(({ task }) => task);
      passed = last;
      await yielder.step();
      if (tasks.length === 0) continue;
      await committer.commit(letGo(last, tasks));
      written = last;
      removed += tasks.length;
      await clock.sleep(BREATH_MS, signal);
    }
    if (passed > written) await committer.commit([markAt(passed)]);
    return removed;
  }

  /** What ended before this moment goes. */
  async #before(): Promise<number> {
    const days = this.#deps.keepDays() ?? Number.POSITIVE_INFINITY;
    const kept = (await this.#deps.overBudget()) ? Math.min(days, LEAST_KEEP_DAYS) : days;
    return this.#deps.clock.now() - kept * DAY_MS;
  }
}

const MARKED = `(SELECT value FROM work_marks WHERE name = '${MARK}')`;

/** In one commit: the rows, and what the block is known to hold. The ledger is asked again, for it may have grown meanwhile. */
function letGo(last: number, tasks: readonly number[]): Write[] {
  const ids = JSON.stringify(tasks);
  return [
    markAt(last),
    ...BESIDE.map((table) => ({
      sql: `DELETE FROM ${table} WHERE job IN (SELECT value FROM json_each(?)) AND ${UNEARNED} ${table}.job)`,
      params: [ids],
    })),
    {
      sql: `DELETE FROM jobs WHERE id IN (SELECT value FROM json_each(?)) AND ${UNEARNED} jobs.id)`,
      params: [ids],
    },
    {
      sql: `DELETE FROM outcome_blocks WHERE last_seq = ${MARKED} AND kind IN (SELECT id FROM job_kinds)`,
      params: [],
    },
    { sql: BLOCK_KINDS(MARKED), params: [] },
  ];
}

function markAt(last: number): Write {
  return {
    sql: `INSERT INTO work_marks (name, value) VALUES ('${MARK}', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    params: [last],
  };
}
