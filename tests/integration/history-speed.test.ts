// A page of fifty out of a hundred thousand tasks, whatever is asked for, reads little more than what it shows. Each outcome
// that a statement looks at is counted, by a view that stands in the table's place.
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { ledgerMigrations } from '../../src-main/payments/ledger.ts';
import { BLOCK } from '../../src-main/work/blocks.ts';
import { History } from '../../src-main/work/history.ts';
import { workMigrations } from '../../src-main/work/store.ts';
import type { TaskFilter } from '../../src-preload/contract/work.ts';

const TASKS = 100_000;
const MINUTE = 60_000;
const START = 1_700_000_000_000;
const PAGE = 50;
const TIMES = 40;

function filled(): { db: Database.Database; visited: () => number } {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...ledgerMigrations]) db.exec(sql);
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${TASKS})
      INSERT INTO jobs (id, network, kind, ref, what, started_at)
        SELECT i, 'iicp', 'task', 'task-' || (i * 7919 % 1000003), iif(i % 10, 'chat', 'embedding'), ${START} + i * ${MINUTE} FROM n;
    INSERT INTO inference (job, model, backend, sealed, tokens_in, tokens_out)
      SELECT id, 'model-' || (id % 4), 'http://127.0.0.1:11434', id % 2, 40, 90 FROM jobs;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${TASKS})
      INSERT INTO outcomes (job, network, state, took_ms, finished_at)
        SELECT i, 'iicp', iif(i % 50 = 7, 'failed', iif(i % 2000 = 11, 'timeout', 'done')), 900, ${START} + i * ${MINUTE} FROM n;
    INSERT INTO ledger (at, network, unit, amount_micro, kind, task)
      SELECT finished_at, 'iicp', 'credit', 1000, 'earned', job FROM outcomes WHERE state = 'done';`);
  let count = 0;
  db.function('visited', { deterministic: false }, () => {
    count += 1;
    return 1;
  });
  db.exec('CREATE TEMP VIEW outcomes AS SELECT * FROM main.outcomes WHERE visited()');
  return { db, visited: () => count };
}

const somewhere = (n: number) => Math.ceil(((n + 1) / TIMES) * TASKS);
const day = (n: number) => ({ from: START + n * 1440 * MINUTE, to: START + (n + 1) * 1440 * MINUTE });

interface Asked {
  readonly filter: (n: number) => TaskFilter;
  /** The most outcomes that a page of them may look at. */
  readonly page: number;
  /** The same of a count, where it is not by reading. */
  readonly count?: number;
}

/** Outcomes that are in no full block yet, and the newest, which is looked up. */
const TAIL = (TASKS % BLOCK) + 1;
/** A statement looks at most at one row beyond those it gives. */
const SHOWN = TAIL + PAGE;
/** The blocks in which a day begins and ends. */
const EDGES = 2 * BLOCK;

const ASKED: Readonly<Record<string, Asked>> = {
  'of all': { filter: () => ({}), page: SHOWN, count: TAIL },
  'of those that failed': { filter: () => ({ states: ['failed'] }), page: SHOWN, count: TAIL },
  // Among those that failed.
  'of the rarest': { filter: () => ({ states: ['timeout'] }), page: SHOWN * 3, count: TAIL },
  'of none': { filter: () => ({ states: ['interrupted'] }), page: TAIL, count: TAIL },
  // One in four, one in ten.
  'of a model': { filter: () => ({ model: 'model-2' }), page: SHOWN * 4, count: TAIL },
  'of a kind, plain': { filter: () => ({ what: 'embedding', sealed: false }), page: SHOWN * 10, count: TAIL },
  'of three things at once': {
    filter: () => ({ states: ['failed'], model: 'model-3', sealed: true }),
    page: SHOWN * 2,
    count: TAIL,
  },
  'of a day': { filter: day, page: SHOWN + EDGES, count: TAIL + EDGES },
  'of what failed on a day': { filter: (n) => ({ ...day(n), states: ['failed'] }), page: SHOWN, count: TAIL + EDGES },
  'by a part of an id that one in ten has': { filter: () => ({ text: 'task-1' }), page: SHOWN * 10 },
};

describe('a page of a hundred thousand tasks', () => {
  it('counts every outcome that a statement looks at', () => {
    const { db, visited } = filled();
    db.prepare("SELECT count(*) FROM outcomes o CROSS JOIN inference i ON i.job = o.job WHERE i.model = 'none'").get();
    expect(visited()).toBe(TASKS);
  });

  it('looks at little more than it shows, wherever it is and whatever it is filtered by, and so does a count', async () => {
    const { db, visited } = filled();
    const history = new History({ clock: systemClock, read: db });
    const beyond: [name: string, page: number, count: number][] = [];
    for (const [name, { filter, ...most }] of Object.entries(ASKED)) {
      const saw = { page: 0, count: 0 };
      for (let n = 0; n < TIMES; n += 1) {
        const asked = filter(n);
        const before = visited();
        await history.page(asked, asked.from === undefined ? somewhere(n) : TASKS + 1, PAGE);
        const between = visited();
        if (most.count !== undefined) await history.count(asked);
        saw.page = Math.max(saw.page, between - before);
        saw.count = Math.max(saw.count, visited() - between);
      }
      if (saw.page > most.page || saw.count > (most.count ?? 0)) beyond.push([name, saw.page, saw.count]);
    }
    expect(beyond).toEqual([]);
  });
});
