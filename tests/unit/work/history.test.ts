import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { quarterOf } from '../../../src-main/base/quarter.ts';
import { ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { BLOCK } from '../../../src-main/work/blocks.ts';
import { History } from '../../../src-main/work/history.ts';
import { workMigrations } from '../../../src-main/work/store.ts';
import type { EndState, TaskFilter } from '../../../src-preload/contract/work.ts';
import { taskRows } from '../../support/jobs.ts';

const START = 1_700_000_000_000;
const MINUTE = 60_000;
const STATES: readonly EndState[] = ['done', 'failed', 'timeout', 'cancelled', 'interrupted'];

interface Task {
  /** The number of its outcome. */
  readonly seq: number;
  readonly id: number;
  readonly network: string;
  readonly ref: string;
  readonly what: string;
  readonly model: string | null;
  readonly backend: string;
  readonly sealed: boolean;
  readonly state: EndState;
  readonly at: number;
}

/** Tasks that end in another order than they began, a few minutes apart; at number `setBack` the clock loses a day. */
function tasksOf(count: number, setBack = Number.POSITIVE_INFINITY): Task[] {
  return Array.from({ length: count }, (_, n) => ({
    seq: n + 1,
    id: count - n,
    network: n % 7 === 3 ? 'posemesh' : 'iicp',
    ref: `Task-${(n * 7919) % 10_007}-Ä`,
    what: `urn:iicp:intent:${n % 5 === 0 ? 'llm:embedding' : 'llm:chat'}:v1`,
    model: n % 11 === 0 ? null : `model-${(n >> 6) % 3}`,
    backend: 'http://127.0.0.1:11434',
    sealed: n % 3 === 0,
    state: n % 50 === 49 ? STATES[1 + (n % 4)]! : 'done',
    at: START + n * 3 * MINUTE - (n >= setBack ? 24 * 60 * MINUTE : 0),
  }));
}

function emptyDatabase(steps = [...workMigrations, ...ledgerMigrations]) {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of steps) db.exec(sql);
  return db;
}

function write(db: Database.Database, tasks: readonly Task[]): void {
  const { begin, end } = taskRows(db);
  db.transaction(() => {
    for (const { at, ...task } of tasks) {
      begin({ ...task, at: at - 1000 });
      end({ ...task, tokensIn: 3, tokensOut: 4, tookMs: 5, at });
    }
  })();
}

/** As the first version wrote them. */
function writeFirst(db: Database.Database, tasks: readonly Task[]): void {
  const begin = db.prepare('INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const end = db.prepare(
    'INSERT INTO outcomes (task, network, state, code, tokens_in, tokens_out, took_ms, finished_at) VALUES (?, ?, ?, NULL, 3, 4, 5, ?)',
  );
  db.transaction(() => {
    for (const { id, network, ref, what, model, backend, sealed, state, at } of tasks) {
      begin.run(id, network, ref, what, model, backend, Number(sealed), at - 1000);
      end.run(id, network, state, at);
    }
  })();
}

function historyOf(tasks: readonly Task[]) {
  const db = emptyDatabase();
  write(db, tasks);
  return { db, history: new History({ clock: systemClock, read: db }) };
}

/** The plainest way. */
function fits(task: Task, filter: TaskFilter): boolean {
  const { states, network, kind, what, model, backend, sealed, from, to, text } = filter;
  const is = <T>(wanted: T | undefined, value: T) => wanted === undefined || wanted === value;
  return (
    (states?.includes(task.state) ?? true) &&
    is(network, task.network) &&
    (kind ?? 'task') === 'task' &&
    is(what, task.what) &&
    is<string | null>(model, task.model) &&
    is(backend, task.backend) &&
    is(sealed, task.sealed) &&
    (from === undefined || task.at >= from) &&
    (to === undefined || task.at < to) &&
    (text === undefined || String(task.id) === text || task.ref.toLowerCase().includes(text.toLowerCase()))
  );
}

async function all(history: History, filter: TaskFilter, limit: number): Promise<number[]> {
  const ids: number[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await history.page(filter, before, limit);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    if (page.next === null) return ids;
    expect(page.next).toBeLessThan(before);
    before = page.next;
  }
}

const moment = fc.integer({ min: -50, max: 3 * 6 * BLOCK }).map((minutes) => START + minutes * MINUTE);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const filters: fc.Arbitrary<TaskFilter> = fc.record({
  states: optional(fc.uniqueArray(fc.constantFrom(...STATES), { minLength: 1 })),
  network: optional(fc.constantFrom('iicp', 'posemesh', 'nowhere')),
  kind: optional(fc.constantFrom('task', 'lease')),
  what: optional(fc.constantFrom('urn:iicp:intent:llm:chat:v1', 'urn:iicp:intent:llm:embedding:v1')),
  model: optional(fc.constantFrom('model-0', 'model-2')),
  backend: optional(fc.constant('http://127.0.0.1:11434')),
  sealed: optional(fc.boolean()),
  from: optional(moment),
  to: optional(moment),
  text: optional(fc.constantFrom('task-1', 'TASK-79', '17', '0-Ä', '%', 'x')),
});

describe('history', () => {
  it('has what a filter lets through, newest first, without gap or double, and counts the same', async () => {
    const tasks = tasksOf(6 * BLOCK + 37, 3 * BLOCK + 5);
    const { history } = historyOf(tasks);
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 200 }), async (filter, limit) => {
        const expected = tasks.filter((task) => fits(task, filter)).toReversed();
        expect(await all(history, filter, limit)).toEqual(expected.map(({ id }) => id));
        expect(await history.count(filter)).toEqual({ count: expected.length, exact: true });
      }),
      { numRuns: 150 },
    );
  });

  it.each([0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])('is whole with %i tasks', async (count) => {
    const tasks = tasksOf(count);
    const { history } = historyOf(tasks);
    for (const filter of [{}, { sealed: true }, { from: START + 90 * MINUTE }, { text: 'task' }]) {
      const expected = tasks.filter((task) => fits(task, filter));
      expect(await all(history, filter, 50)).toEqual(expected.map(({ id }) => id).toReversed());
      expect((await history.count(filter)).count).toBe(expected.length);
    }
  });

  it('names what there is to filter by, the most frequent first', async () => {
    const tasks = tasksOf(2 * BLOCK + 60);
    const { history } = historyOf(tasks);
    const facets = await history.facets();
    const counted = (values: readonly (string | null)[]) =>
      [...new Set(values)]
        .filter((value) => value !== null)
        .map((value) => ({ value, count: values.filter((each) => each === value).length }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    expect(facets).toEqual({
      states: counted(tasks.map(({ state }) => state)),
      networks: counted(tasks.map(({ network }) => network)),
      kinds: counted(tasks.map(() => 'task')),
      capabilities: counted(tasks.map(({ what }) => what)),
      models: counted(tasks.map(({ model }) => model)),
      backends: counted(tasks.map(({ backend }) => backend)),
    });
  });
});

describe('blocks of outcomes', () => {
  const tables = (db: Database.Database) => ({
    blocks: db
      .prepare(`SELECT k.network, k.kind, k.what, k.model, k.backend, k.sealed, k.state, b.last_seq, b.tasks, b.first_at, b.last_at
        FROM outcome_blocks b JOIN job_kinds k ON k.id = b.kind ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`)
      .all(),
    quarters: db.prepare('SELECT * FROM outcome_quarters').all(),
  });

  it('are the same after an update from the version that had none', () => {
    const [first, ...rest] = workMigrations;
    for (const before of [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 77]) {
      const tasks = tasksOf(before + 300, before);
      const updated = emptyDatabase([first!, ...ledgerMigrations]);
      writeFirst(updated, tasks.slice(0, before));
      for (const { sql } of rest) updated.exec(sql);
      write(updated, tasks.slice(before));
      expect(tables(updated)).toEqual(tables(historyOf(tasks).db));
    }
  });

  it('hold each outcome once, in the quarter of an hour that it ended in', () => {
    const tasks = tasksOf(4 * BLOCK + 3, BLOCK + 9);
    const { db } = historyOf(tasks);
    const counted = db.prepare(
      'SELECT quarter, sum(done + failed + cancelled) AS tasks FROM outcome_quarters GROUP BY quarter',
    );
    const expected = Map.groupBy(tasks.slice(0, 4 * BLOCK), ({ at }) => quarterOf(at));
    expect(new Map(counted.raw().all() as [number, number][])).toEqual(
      new Map([...expected].map(([quarter, those]) => [quarter, those.length])),
    );
    expect(db.prepare('SELECT sum(tasks) FROM outcome_blocks').pluck().get()).toBe(4 * BLOCK);
  });

  it('are undone with the outcome that filled them', () => {
    const tasks = tasksOf(BLOCK);
    const { db } = historyOf(tasks.slice(0, -1));
    db.exec('BEGIN; SAVEPOINT unit');
    write(db, tasks.slice(-1));
    db.exec('ROLLBACK TO unit; COMMIT');
    expect(tables(db)).toEqual({ blocks: [], quarters: [] });
    write(db, tasks.slice(-1));
    expect(tables(db)).toEqual(tables(historyOf(tasks).db));
  });
});
