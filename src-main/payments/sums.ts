// What the ledger adds up to, from its rollup: one row for each quarter of an hour, network, unit, kind and state, and one for all
// quarters together; and from the entries that are in no full block yet. A look costs the same however many entries there are.

import type { Database, Statement } from 'better-sqlite3';
import type { EarningSum, EntryKind, Sum } from '../../src-preload/contract/earnings.ts';
import { INCOME_KINDS } from '../../src-preload/contract/earnings.ts';
import { QUARTER_MS } from '../base/quarter.ts';
import { EVER, FULL, stateSql } from './ledger-schema.ts';

/** How far an entry has come. */
export type BookedState = 'earned' | 'received' | 'failed';

/** Entries of one kind in one state. */
export interface Cut extends Sum {
  readonly kind: EntryKind;
  readonly state: BookedState;
}

/** The ledger as it is at one moment: the newest entry, and the newest claim that was settled, by the numbers they got. */
export interface Marks {
  readonly through: number;
  readonly settled: number;
}

const cuts = (
  from: string,
) => `SELECT network, unit, kind, state, sum(amount_micro) AS amountMicro, sum(entries) AS entries
  FROM (${from}) GROUP BY network, unit, kind, state HAVING sum(entries) <> 0 ORDER BY network, unit, kind, state`;

const KEPT = 'SELECT network, unit, kind, state, amount_micro, entries FROM ledger_sums';
/** Entries that are in no full block yet. */
const REST = (
  settled?: string,
) => `SELECT network, unit, kind, ${stateSql('l', settled)} AS state, amount_micro, 1 AS entries
  FROM ledger l WHERE id > ${FULL}`;

/**
 * What was booked and settled since the marks is left out, and taken out of the rollup again where it is in it by now: little, as
 * a look takes moments.
 */
const AS_OF = cuts(`
    ${KEPT} WHERE quarter >= @first AND quarter < @end
    UNION ALL ${REST('c.settled <= @settled')} AND id <= @through AND at >= @from AND at < @to
    UNION ALL
    SELECT network, unit, kind, ${stateSql('l')}, -amount_micro, -1 FROM ledger l
      WHERE id > @through AND id <= ${FULL} AND at >= @from AND at < @to
    UNION ALL
    SELECT l.network, l.unit, l.kind, iif(s.back, 'earned', iif(c.state = 'paid', 'received', 'failed')),
      iif(s.back, 1, -1) * l.amount_micro, iif(s.back, 1, -1)
      FROM claims c CROSS JOIN ledger l ON l.job = c.task CROSS JOIN (SELECT 0 AS back UNION ALL SELECT 1) s
      WHERE c.settled > @settled AND l.settled_at IS NULL AND l.id <= min(@through, ${FULL}) AND l.at >= @from AND l.at < @to`);

interface AsOf extends Marks {
  readonly first: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

export class LedgerSums {
  readonly #read: Database;
  readonly #newest: Statement<[], Marks>;
  readonly #ever: Statement<[], Cut>;
  readonly #since: Statement<[{ readonly quarter: number }], Cut>;
  readonly #asOf: Statement<[AsOf], Cut>;
  readonly #tells: Statement<[], unknown>;
  readonly #later: Statement<[number], Sum>;

  constructor(read: Database) {
    this.#read = read;
    this.#newest = read.prepare(`SELECT coalesce((SELECT max(id) FROM ledger), 0) AS through,
      coalesce((SELECT max(settled) FROM claims WHERE settled IS NOT NULL), 0) AS settled`);
    this.#ever = read.prepare(cuts(`${KEPT} WHERE quarter = ${EVER} UNION ALL ${REST()}`));
    this.#since = read.prepare(
      cuts(`${KEPT} WHERE quarter >= @quarter UNION ALL ${REST()} AND at >= @quarter * ${QUARTER_MS}`),
    );
    this.#asOf = read.prepare(AS_OF);
    this.#later = read.prepare(`SELECT network, unit, -sum(amount_micro) AS amountMicro, -count(*) AS entries
      FROM ledger WHERE id > ? GROUP BY network, unit`);
    this.#tells = read.prepare(`SELECT 1 FROM claims UNION ALL
      SELECT 1 FROM ledger_sums WHERE quarter = ${EVER} AND state = 'received' UNION ALL
      SELECT 1 FROM ledger WHERE id > ${FULL} AND settled_at IS NOT NULL LIMIT 1`);
  }

  marks(): Marks {
    return this.#newest.get()!;
  }

  /** Of all entries, and of those that were booked since the beginning of a quarter, all at the same moment. */
  look(since: number): { readonly marks: Marks; readonly ever: Cut[]; readonly recent: Cut[] } {
    return this.#read.transaction(() => ({
      marks: this.marks(),
      ever: this.#ever.all(),
      recent: this.#since.all({ quarter: since }),
    }))();
  }

  /** Of all entries of every kind, by network and unit. */
  all(): Sum[] {
    return sumsOf(this.#ever.all());
  }

  /** The same up to an entry, by its number. Reads what was booked since, entry by entry. */
  upTo(entry: number): Sum[] {
    return this.#read.transaction(() => sumsOf([...this.#ever.all(), ...this.#later.all(entry)]))();
  }

  /** Of what was booked in these quarters, the last one excluded, as it was at the marks. */
  between(first: number, end: number, marks: Marks): Cut[] {
    // Before the first of all there is only the row of all of them.
    const from = Math.max(0, first);
    return this.#asOf.all({ ...marks, first: from, end, from: from * QUARTER_MS, to: end * QUARTER_MS });
  }

  /** Whether any network has reported a payment, or will: only then is there a difference between earned and received. */
  get tellsOfPayments(): boolean {
    return this.#tells.get() !== undefined;
  }
}

const INCOME: ReadonlySet<EntryKind> = new Set(INCOME_KINDS);

/** Deposits and withdrawals move money that was earned, or none: they earn nothing. */
export const isIncome = ({ kind }: { readonly kind: EntryKind }): boolean => INCOME.has(kind);

/** By network and unit. Those that made nothing of nothing are left out. */
export function sumsOf(cuts: readonly Sum[]): Sum[] {
  return addSums([], cuts).filter(({ entries }) => entries > 0);
}

/** Adds sums of the same network and unit; others stay apart. */
export function addSums(left: readonly Sum[], right: readonly Sum[]): Sum[] {
  const total = left.map(plain);
  for (const sum of right) {
    const same = total.find((other) => other.unit === sum.unit && other.network === sum.network);
    if (same) {
      same.amountMicro += sum.amountMicro;
      same.entries += sum.entries;
    } else total.push(plain(sum));
  }
  return total;
}

const plain = ({ network, unit, amountMicro, entries }: Sum): Sum => ({ network, unit, amountMicro, entries });

/** What came in by an entry, what was kept of it, and what is left. */
export function amountsOf(kind: EntryKind, micro: number): Record<'grossMicro' | 'feeMicro' | 'netMicro', number> {
  if (kind === 'fee') return { grossMicro: 0, feeMicro: 0 - micro, netMicro: micro };
  if (!INCOME.has(kind)) return { grossMicro: 0, feeMicro: 0, netMicro: 0 };
  return { grossMicro: micro, feeMicro: 0, netMicro: micro };
}

/** Of the income among them, by network and unit. */
export function earningSums(
  cuts: readonly (Sum & { readonly kind: EntryKind })[],
  state: EarningSum['state'] = 'earned',
): EarningSum[] {
  const sums: EarningSum[] = [];
  for (const { network, unit, kind, amountMicro, entries } of cuts) {
    if (!INCOME.has(kind)) continue;
    const { grossMicro, feeMicro, netMicro } = amountsOf(kind, amountMicro);
    const same = sums.find((sum) => sum.unit === unit && sum.network === network);
    if (!same) sums.push({ network, unit, state, grossMicro, feeMicro, netMicro, entries });
    else {
      same.grossMicro += grossMicro;
      same.feeMicro += feeMicro;
      same.netMicro += netMicro;
      same.entries += entries;
    }
  }
  return sums.filter(({ entries }) => entries > 0);
}
