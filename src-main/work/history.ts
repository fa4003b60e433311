// Finished tasks, asked for by what they were. Blocks of outcomes tell where to look: those without a task of the wanted kind
// or time are passed over. Long walks take turns with the tasks that are served meanwhile.

import type { Database, Statement } from 'better-sqlite3';
import type { TaskCount, TaskFacets, TaskFilter, TaskPage } from '../../src-preload/contract/work.ts';
import type { Clock } from '../base/clock.ts';
import { quarterOf } from '../base/quarter.ts';
import { Yielder } from '../base/yielder.ts';
import { BLOCK, NOT_SEALABLE } from './blocks.ts';
import { JOB_COLUMNS, JOB_PARTS, type JobRow, toView } from './store.ts';

/** Rows that one question looks at where only reading tells; the next question goes on from there. */
const MOST_READ = 200_000;
const MOST_FACETS = 200;
/** Blocks that are added up before others have their turn. */
const BLOCKS_A_STEP = 1000;
const EVER = Number.MAX_SAFE_INTEGER;

interface Kind {
  readonly id: number;
  readonly network: string;
  readonly kind: string;
  readonly what: string;
  readonly model: string;
  readonly backend: string;
  readonly sealed: number;
  readonly state: string;
}

/** Numbers of outcomes. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** What a row must be, as the statements take it. Null: does not bind. */
interface Wanted {
  readonly states: string | null;
  readonly network: string | null;
  readonly kind: string | null;
  readonly what: string | null;
  readonly model: string | null;
  readonly backend: string | null;
  readonly sealed: number | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly text: string | null;
  readonly number: number | null;
}

const ROWS = 'FROM outcomes o CROSS JOIN jobs j ON j.id = o.job';
const MATCHED = 'LEFT JOIN inference i ON i.job = j.id';
const WANTED = `o.seq BETWEEN @first AND @last
  AND (@states IS NULL OR instr(@states, ' ' || o.state || ' ') > 0)
  AND (@network IS NULL OR j.network = @network) AND (@kind IS NULL OR j.kind = @kind) AND (@what IS NULL OR j.what = @what)
  AND (@model IS NULL OR i.model = @model) AND (@backend IS NULL OR i.backend = @backend)
  AND (@sealed IS NULL OR i.sealed = @sealed)
  AND (@from IS NULL OR o.finished_at >= @from) AND (@to IS NULL OR o.finished_at < @to)
  AND (@text IS NULL OR j.id = @number OR instr(lower(j.ref), @text) > 0)`;

/** A question for rows, and one for their number. */
interface Asking {
  readonly rows: Statement<[Wanted & Range & { limit: number }], JobRow & { seq: number }>;
  readonly matching: Statement<[Wanted & Range], { count: number }>;
}

export class History {
  readonly #clock: Clock;
  readonly #any: Asking;
  /** Of those that were not done: an index has these few. */
  readonly #notDone: Asking;
  readonly #newest: Statement<[], { seq: number | null }>;
  readonly #kinds: Statement<[], Kind>;
  readonly #nextBlock: Statement<[{ kind: number; from: number; to: number } & Range], { last_seq: number }>;
  readonly #window: Statement<[number, number], { first: number | null; last: number | null }>;
  readonly #blocks: Statement<[string, number, number], { block: number; tasks: number; first: number; last: number }>;
  readonly #kindSum: Statement<[number], { tasks: number | null }>;
  readonly #tail: Statement<[number], Omit<Kind, 'id'> & { tasks: number }>;

  constructor(deps: { readonly clock: Clock; readonly read: Database }) {
    const { clock, read } = deps;
    this.#clock = clock;
    this.#any = asking(read, WANTED);
    this.#notDone = asking(read, `o.state <> 'done' AND ${WANTED}`);
    this.#newest = read.prepare('SELECT max(seq) AS seq FROM outcomes');
    this.#kinds = read.prepare('SELECT * FROM job_kinds');
    this.#nextBlock =
      read.prepare(`SELECT last_seq FROM outcome_blocks WHERE kind = @kind AND last_seq BETWEEN @first AND @last
      AND last_at >= @from AND first_at < @to ORDER BY last_seq DESC LIMIT 1`);
    this.#window = read.prepare(
      'SELECT min(last_seq) AS first, max(last_seq) AS last FROM outcome_quarters WHERE quarter BETWEEN ? AND ?',
    );
    this.#blocks =
      read.prepare(`SELECT last_seq AS block, sum(tasks) AS tasks, min(first_at) AS first, max(last_at) AS last
      FROM outcome_blocks WHERE kind IN (SELECT value FROM json_each(?)) AND last_seq BETWEEN ? AND ? GROUP BY last_seq`);
    this.#kindSum = read.prepare('SELECT sum(tasks) AS tasks FROM outcome_blocks WHERE kind = ?');
    this.#tail =
      read.prepare(`SELECT j.network, j.kind, j.what, coalesce(i.model, '') AS model, coalesce(i.backend, '') AS backend,
      coalesce(i.sealed, ${NOT_SEALABLE}) AS sealed, o.state, count(*) AS tasks ${ROWS} ${MATCHED} WHERE o.seq > ?
      GROUP BY j.network, j.kind, j.what, i.model, i.backend, i.sealed, o.state`);
  }

  #asking({ states }: TaskFilter): Asking {
    return states === undefined || states.includes('done') ? this.#any : this.#notDone;
  }

  /** Newest first, below `before`, which is the `next` of an earlier page. */
  async page(filter: TaskFilter, before: number, limit: number): Promise<TaskPage> {
    const wanted = toWanted(filter);
    const { rows: matching } = this.#asking(filter);
    const items: TaskPage['items'] = [];
    const yielder = new Yielder(this.#clock);
    let read = 0;
    for (const range of this.#ranges(filter, before)) {
      if (read > MOST_READ) return { items, next: range.last + 1 };
      const rows = matching.all({ ...wanted, ...range, limit: limit - items.length });
      items.push(...rows.map(toView));
      if (items.length === limit) return { items, next: rows.at(-1)!.seq };
      read += range.last - range.first + 1;
      await yielder.step();
    }
    return { items, next: null };
  }

  async count(filter: TaskFilter): Promise<TaskCount> {
    const wanted = toWanted(filter);
    const { matching } = this.#asking(filter);
    const yielder = new Yielder(this.#clock);
    if (wanted.text !== null) return this.#countByReading(filter, wanted, yielder);
    const full = this.#full();
    let count = matching.get({ ...wanted, first: full + 1, last: EVER })?.count ?? 0;
    const kinds = this.#kindsOf(filter);
    if (filter.from === undefined && filter.to === undefined) {
      for (const { id } of kinds) {
        count += this.#kindSum.get(id)?.tasks ?? 0;
        await yielder.step();
      }
      return { count, exact: true };
    }
    const ids = JSON.stringify(kinds.map(({ id }) => id));
    const { from = 0, to = EVER } = filter;
    const window = this.#windowOf(filter, full);
    for (let first = window.first; first <= window.last; first += BLOCKS_A_STEP * BLOCK) {
      const last = Math.min(window.last, first + BLOCKS_A_STEP * BLOCK - 1);
      for (const each of this.#blocks.all(ids, first, last)) {
        if (each.last < from || each.first >= to) continue;
        const within = each.first >= from && each.last < to;
        const range = { first: each.block - BLOCK + 1, last: each.block };
        count += within ? each.tasks : (matching.get({ ...wanted, ...range })?.count ?? 0);
      }
      await yielder.step();
    }
    return { count, exact: true };
  }

  async #countByReading(filter: TaskFilter, wanted: Wanted, yielder: Yielder): Promise<TaskCount> {
    const { matching } = this.#asking(filter);
    let count = 0;
    let read = 0;
    for (const range of this.#ranges(filter, EVER)) {
      if (read > MOST_READ) return { count, exact: false };
      count += matching.get({ ...wanted, ...range })?.count ?? 0;
      read += range.last - range.first + 1;
      await yielder.step();
    }
    return { count, exact: true };
  }

  /** What there is to ask for. */
  async facets(): Promise<TaskFacets> {
    const sums = {
      state: new Map<string, number>(),
      network: new Map<string, number>(),
      kind: new Map<string, number>(),
      what: new Map<string, number>(),
      model: new Map<string, number>(),
      backend: new Map<string, number>(),
    };
    const add = (kind: Omit<Kind, 'id'>, tasks: number) => {
      for (const [name, counts] of Object.entries(sums) as [keyof typeof sums, Map<string, number>][]) {
        const value = kind[name];
        if (value !== '' && tasks > 0) counts.set(value, (counts.get(value) ?? 0) + tasks);
      }
    };
    for (const row of this.#tail.all(this.#full())) add(row, row.tasks);
    const yielder = new Yielder(this.#clock);
    for (const kind of this.#kinds.all()) {
      add(kind, this.#kindSum.get(kind.id)?.tasks ?? 0);
      await yielder.step();
    }
    return {
      states: toFacets(sums.state),
      networks: toFacets(sums.network),
      kinds: toFacets(sums.kind),
      capabilities: toFacets(sums.what),
      models: toFacets(sums.model),
      backends: toFacets(sums.backend),
    };
  }

  #newestSeq(): number {
    return this.#newest.get()?.seq ?? 0;
  }

  /** The last outcome that is in a full block. */
  #full(): number {
    return Math.floor(this.#newestSeq() / BLOCK) * BLOCK;
  }

  /** Where rows that match may be, newest first: what is in no full block yet, then block by block. */
  *#ranges(filter: TaskFilter, before: number): Generator<Range> {
    const end = Math.min(before - 1, this.#newestSeq());
    if (Object.values(filter).every((value) => value === undefined)) {
      yield { first: 1, last: end };
      return;
    }
    const full = this.#full();
    if (end > full) yield { first: full + 1, last: end };
    const { from = 0, to = EVER } = filter;
    const window = this.#windowOf(filter, full);
    // For each kind its next block at or below `high`, 0 for none.
    const next = new Map(this.#kindsOf(filter).map(({ id }) => [id, EVER]));
    let high = Math.min(window.last, Math.ceil(end / BLOCK) * BLOCK);
    while (high >= window.first) {
      let block = 0;
      for (const [kind, known] of next) {
        const found =
          known <= high
            ? known
            : (this.#nextBlock.get({ kind, from, to, first: window.first, last: high })?.last_seq ?? 0);
        next.set(kind, found);
        block = Math.max(block, found);
      }
      if (block === 0) return;
      yield { first: block - BLOCK + 1, last: Math.min(block, end) };
      high = block - BLOCK;
    }
  }

  /** The full blocks, named by their last outcomes, between which all of a time lies. The clock may have been set back in it. */
  #windowOf({ from, to }: TaskFilter, full: number): Range {
    if (from === undefined && to === undefined) return { first: BLOCK, last: full };
    const { first, last } = this.#window.get(quarterOf(from ?? 0), quarterOf((to ?? EVER) - 1)) ?? {
      first: null,
      last: null,
    };
    return first === null || last === null ? { first: 1, last: 0 } : { first, last };
  }

  #kindsOf({ states, network, kind: of, what, model, backend, sealed }: TaskFilter): readonly Kind[] {
    const is = <T>(wanted: T | undefined, value: T) => wanted === undefined || wanted === value;
    return this.#kinds
      .all()
      .filter(
        (kind) =>
          (states === undefined || (states as string[]).includes(kind.state)) &&
          is(network, kind.network) &&
          is(of, kind.kind) &&
          is(what, kind.what) &&
          is(model, kind.model) &&
          is(backend, kind.backend) &&
          is(sealed === undefined ? undefined : Number(sealed), kind.sealed),
      );
  }
}

function asking(read: Database, where: string): Asking {
  return {
    rows: read.prepare(
      `SELECT o.seq, ${JOB_COLUMNS} ${ROWS} ${JOB_PARTS} WHERE ${where} ORDER BY o.seq DESC LIMIT @limit`,
    ),
    matching: read.prepare(`SELECT count(*) AS count ${ROWS} ${MATCHED} WHERE ${where}`),
  };
}

function toWanted(filter: TaskFilter): Wanted {
  const { states, network, kind, what, model, backend, sealed, from, to, text } = filter;
  return {
    states: states ? ` ${states.join(' ')} ` : null,
    network: network ?? null,
    kind: kind ?? null,
    what: what ?? null,
    model: model ?? null,
    backend: backend ?? null,
    sealed: sealed === undefined ? null : Number(sealed),
    from: from ?? null,
    to: to ?? null,
    // As SQLite's lower() does it: other letters stay as they are.
    text: text?.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? null,
    number: text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null,
  };
}

function toFacets(counts: ReadonlyMap<string, number>): TaskFacets['states'] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_FACETS);
}
