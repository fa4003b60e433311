// The entries of the ledger one by one: as rows of a page, and added up to hold against a total that is shown.

import type { Database, Statement } from 'better-sqlite3';
import {
  type EarningRow,
  type EarningState,
  type EarningsCheck,
  type EarningsFilter,
  type EarningsPage,
  type EntryKind,
  INCOME_KINDS,
  type Sum,
} from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import { Yielder } from '../base/yielder.ts';
import { intentOf, modelOf } from './jobs-sql.ts';
import { BLOCK, stateSql } from './ledger-schema.ts';
import { addSums, amountsOf } from './sums.ts';

/** What is known of tasks by their numbers; one that is not there any more is missing. */
export interface TaskLookup {
  factsOf(tasks: readonly number[]): ReadonlyMap<number, NonNullable<EarningRow['task']>>;
}

export interface RowsDeps {
  readonly clock: Clock;
  readonly read: Database;
  readonly tasks: TaskLookup;
}

interface Row {
  readonly id: number;
  readonly at: number;
  readonly network: string;
  readonly unit: string;
  readonly amount_micro: number;
  readonly kind: EntryKind;
  readonly job: number | null;
  readonly reference: string;
  readonly settled_at: number | null;
}

/** Numbers of entries. */
interface Range {
  readonly first: number;
  readonly last: number;
}

interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly network: string | null;
  readonly unit: string | null;
  readonly state: EarningState | null;
  readonly intent: string | null;
  readonly model: string | null;
  /** With a blank before and after each. */
  readonly kinds: string;
  /** Claims that were settled later count as open. */
  readonly settled: number;
}

/** Entries that are added up before others have their turn: about a millisecond. */
const STRIDE = 4 * BLOCK;

const WANTED = `id BETWEEN @first AND @last AND at >= @from AND at < @to
  AND (@network IS NULL OR network = @network) AND (@unit IS NULL OR unit = @unit)
  AND instr(@kinds, ' ' || kind || ' ')
  AND (@intent IS NULL OR @intent = ${intentOf('ledger.job')})
  AND (@model IS NULL OR @model = ${modelOf('ledger.job')})
  AND (@state IS NULL OR @state = ${stateSql('ledger', 'c.settled <= @settled')})`;

interface ClaimRow {
  readonly task: number;
  readonly state: NonNullable<EarningRow['claim']>['state'];
  readonly reason: string | null;
  readonly tries: number;
  readonly settled_at: number | null;
}

export class LedgerRows {
  readonly #deps: RowsDeps;
  readonly #down: Statement<[Wanted & Range & { limit: number }], Row>;
  readonly #up: Statement<[Wanted & Range & { limit: number }], Row>;
  readonly #ofTask: Statement<[number], Row>;
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #blockDown: Statement<[Wanted & Range], { last_id: number }>;
  readonly #blockUp: Statement<[Wanted & Range], { last_id: number }>;
  readonly #sums: Statement<[Wanted & Range], Sum>;
  readonly #claims: Statement<[string], ClaimRow>;

  constructor(deps: RowsDeps) {
    const { read } = deps;
    this.#deps = deps;
    this.#down = read.prepare(`SELECT * FROM ledger WHERE ${WANTED} ORDER BY id DESC LIMIT @limit`);
    this.#up = read.prepare(`SELECT * FROM ledger WHERE ${WANTED} ORDER BY id LIMIT @limit`);
    this.#ofTask = read.prepare('SELECT * FROM ledger WHERE job = ? ORDER BY id');
    this.#newest = read.prepare('SELECT max(id) AS id FROM ledger');
    const blocks = `SELECT last_id FROM ledger_blocks WHERE last_id BETWEEN @first AND @last AND last_at >= @from AND first_at < @to
      AND (@network IS NULL OR network = @network) AND (@unit IS NULL OR unit = @unit) ORDER BY last_id`;
    this.#blockDown = read.prepare(`${blocks} DESC LIMIT 1`);
    this.#blockUp = read.prepare(`${blocks} LIMIT 1`);
    this.#sums = read.prepare(`SELECT network, unit, sum(amount_micro) AS amountMicro, count(*) AS entries
      FROM ledger WHERE ${WANTED} GROUP BY network, unit`);
    this.#claims = read.prepare(`SELECT task, state, reason, tries, settled_at FROM claims
      WHERE task IN (SELECT value FROM json_each(?))`);
  }

  /** The number of the newest entry. */
  newest(): number {
    return this.#newest.get()?.id ?? 0;
  }

  /** Newest first, below `before`, which is the `next` of an earlier page. */
  async page(filter: EarningsFilter, before: number, limit: number): Promise<EarningsPage> {
    const yielder = new Yielder(this.#deps.clock);
    const wanted = toWanted(filter);
    const rows: Row[] = [];
    if (isBooked(filter)) {
      for (const range of this.#rangesDown(wanted, before - 1)) {
        rows.push(...this.#down.all({ ...wanted, ...range, limit: limit - rows.length }));
        if (rows.length === limit) return { items: this.#views(rows), next: rows.at(-1)!.id };
        await yielder.step();
      }
    }
    return { items: this.#views(rows), next: null };
  }

  /** Oldest first, after entry number `after` and up to `through`; fewer than `limit`: there are no more. */
  async after(filter: EarningsFilter, after: number, through: number, limit: number): Promise<EarningRow[]> {
    const yielder = new Yielder(this.#deps.clock);
    const wanted = toWanted(filter);
    const rows: Row[] = [];
    if (isBooked(filter)) {
      for (const range of this.#rangesUp(wanted, after + 1, through)) {
        rows.push(...this.#up.all({ ...wanted, ...range, limit: limit - rows.length }));
        if (rows.length === limit) break;
        await yielder.step();
      }
    }
    return this.#views(rows);
  }

  /** What is booked for a task, oldest first. */
  ofTask(task: number): EarningRow[] {
    return this.#views(this.#ofTask.all(task));
  }

  /** Adds up the rows themselves, all of them up to entry number `through`: nothing that was summed before is believed. */
  async check(
    filter: EarningsFilter,
    options: {
      readonly through?: number | undefined;
      readonly settled?: number | undefined;
      readonly shown?: readonly Sum[] | undefined;
    } = {},
  ): Promise<EarningsCheck> {
    const { clock } = this.#deps;
    const began = clock.monotonic();
    const yielder = new Yielder(clock);
    const wanted = toWanted(filter, options.settled);
    const through = Math.min(options.through ?? Number.MAX_SAFE_INTEGER, this.newest());
    let sums: Sum[] = [];
    for (let first = 1; first <= through && isBooked(filter); first += STRIDE) {
      const last = Math.min(through, first + STRIDE - 1);
      sums = addSums(sums, this.#sums.all({ ...wanted, first, last }));
      await yielder.step();
    }
    const agrees = options.shown ? sameSums(sums, options.shown) : null;
    return { sums, through, agrees, tookMs: clock.monotonic() - began };
  }

  /** Where rows may be, newest first: what is in no full block yet, then block by block. */
  *#rangesDown(wanted: Wanted, most: number): Generator<Range> {
    const newest = this.newest();
    const end = Math.min(most, newest);
    const full = Math.floor(newest / BLOCK) * BLOCK;
    if (end > full) yield { first: full + 1, last: end };
    for (let high = blockOf(Math.min(end, full)); ; ) {
      const block = this.#blockDown.get({ ...wanted, first: 1, last: high })?.last_id;
      if (block === undefined) return;
      yield { first: block - BLOCK + 1, last: Math.min(block, end) };
      high = block - BLOCK;
    }
  }

  *#rangesUp(wanted: Wanted, least: number, through: number): Generator<Range> {
    const end = Math.min(through, this.newest());
    const full = Math.floor(end / BLOCK) * BLOCK;
    for (let low = blockOf(least); ; ) {
      const block = this.#blockUp.get({ ...wanted, first: low, last: full })?.last_id;
      if (block === undefined) break;
      yield { first: Math.max(least, block - BLOCK + 1), last: block };
      low = block + BLOCK;
    }
    if (end > full) yield { first: Math.max(least, full + 1), last: end };
  }

  #views(rows: readonly Row[]): EarningRow[] {
    const facts = this.#deps.tasks.factsOf(rows.flatMap(({ job }) => job ?? []));
    const claims = this.#claimsOf(rows);
    return rows.map(({ id, at, network, unit, kind, reference, amount_micro: amountMicro, job, settled_at }) => {
      const claim = settled_at === null ? (claims.get(job ?? 0) ?? null) : null;
      const state = settled_at === null ? stateOf(claim?.state) : 'received';
      return {
        id,
        at,
        network,
        unit,
        state,
        kind,
        reference,
        amountMicro,
        ...amountsOf(kind, amountMicro),
        // A claim that failed was settled too, and never received.
        receivedAt: state === 'received' ? (settled_at ?? claim?.settledAt ?? null) : null,
        claim,
        task: (job === null ? undefined : facts.get(job)) ?? null,
      };
    });
  }

  #claimsOf(rows: readonly Row[]): ReadonlyMap<number, NonNullable<EarningRow['claim']>> {
    const tasks = JSON.stringify(rows.flatMap(({ job }) => job ?? []));
    return new Map(
      this.#claims
        .all(tasks)
        .map(({ task, state, reason, tries, settled_at: settledAt }) => [task, { state, reason, tries, settledAt }]),
    );
  }
}

/** What was asked for or is being worked on is in no ledger yet. */
export function isBooked({ state }: EarningsFilter): boolean {
  return state !== 'quoted' && state !== 'serving';
}

/** By evidence alone: what is not confirmed stays earned. */
function stateOf(claim: ClaimRow['state'] | undefined): EarningState {
  if (claim === 'paid') return 'received';
  return claim === 'failed' ? 'failed' : 'earned';
}

function toWanted(
  {
    from = 0,
    to = Number.MAX_SAFE_INTEGER,
    network,
    unit,
    state,
    intent,
    model,
    kinds = [...INCOME_KINDS],
  }: EarningsFilter,
  settled = Number.MAX_SAFE_INTEGER,
): Wanted {
  return {
    from,
    to,
    network: network ?? null,
    unit: unit ?? null,
    state: state ?? null,
    intent: intent ?? null,
    model: model ?? null,
    kinds: ` ${kinds.join(' ')} `,
    settled,
  };
}

function blockOf(id: number): number {
  return Math.ceil(id / BLOCK) * BLOCK;
}

/** Whatever their order. A sum of nothing is as good as none. */
function sameSums(left: readonly Sum[], right: readonly Sum[]): boolean {
  const text = (sums: readonly Sum[]) =>
    addSums([], sums)
      .filter(({ entries }) => entries > 0)
      .map(({ network, unit, amountMicro, entries }) => JSON.stringify([network, unit, amountMicro, entries]))
      .sort()
      .join();
  return text(left) === text(right);
}
