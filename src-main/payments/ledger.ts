// The ledger: entries are added, never changed. A balance is a sum over them; what was wrong is put right by a further entry.
// Each has a reference of our own, which is unique in its network, so that nothing is booked twice whatever happens in between.

import type { Database, Statement } from 'better-sqlite3';
import { EntryKind } from '../../src-preload/contract/earnings.ts';
import { Emitter } from '../base/emitter.ts';
import type { Write } from '../storage/write.ts';

export { ledgerMigrations } from './ledger-schema.ts';

/** An amount of money or credits, in millionths of its unit. */
export interface Amount {
  readonly network: string;
  readonly unit: string;
  readonly amountMicro: number;
}

/**
 * `fee`, `refund` and `withdrawal` take away, so their amounts are below zero; one that comes back after all is booked with the
 * other sign, under the same kind. A `correction` puts right what was earned.
 */
export interface NewEntry extends Amount {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: EntryKind;
  /** What it is for, by its number; null: for no job, such as a withdrawal. */
  readonly job: number | null;
  /** Our own name for what is booked, the same however often it is tried, such as that of a payment. */
  readonly reference: string;
  /** When it was in hand: of prepaid money at once. Null: the claim that was made for its job settles it. */
  readonly settledAt: number | null;
}

/** What a network gets of the ledger: it books in its own name alone. */
export interface NetworkLedger {
  /** One write of a unit: commit it together with the network's own rows that say the same. Refused as a whole when it was booked before. */
  book(entry: Omit<NewEntry, 'network'>): Write;
  /** Whether something was booked by this reference, one of the network's own. */
  isBooked(reference: string): boolean;
}

/** The reference of what is booked once for a job, of each kind. */
export function referenceOf(kind: EntryKind, job: number): string {
  return `${kind}/${job}`;
}

/** References that say what is booked once for a job; see ledger-schema.ts. */
const OF_A_JOB = new RegExp(`^(${EntryKind.options.join('|')})/\\d+$`);

/** Characters. What is beyond them is a mistake of ours: nothing of it comes from strangers. */
const MOST = { network: 64, unit: 64, reference: 200 };

export class Ledger {
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #booked: Statement<[string, string], unknown>;
  readonly #events = new Emitter<{ booked: undefined }>();
  readonly #committed = () => this.#events.emit('booked', undefined);

  constructor(read: Database) {
    this.#newest = read.prepare('SELECT max(id) AS id FROM ledger');
    this.#booked = read.prepare('SELECT 1 FROM ledger WHERE network = ? AND own_reference = ?');
  }

  /** Booked: an entry is on disk, whichever part committed it. */
  on = this.#events.on.bind(this.#events);

  /** The unit that it is committed in is refused as a whole, with `storage.conflict`, where the reference was booked before. */
  book(entry: NewEntry): Write {
    const { at, network, unit, amountMicro, kind, job, reference, settledAt } = entry;
    const sound =
      Number.isSafeInteger(amountMicro) &&
      fits(network, MOST.network) &&
      fits(unit, MOST.unit) &&
      fits(reference, MOST.reference);
    // Nothing would ever settle it: it would be on its way for good.
    const settles = settledAt !== null || job !== null;
    const once = reference === `${kind}/${job}`;
    const named = once || !OF_A_JOB.test(reference);
    if (!sound || !settles || !named) {
      throw new TypeError(`no entry of the ledger: ${kind} ${amountMicro} ${unit} ${reference}`);
    }
    return {
      sql: 'INSERT INTO ledger (at, network, unit, amount_micro, kind, job, own_reference, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      params: [at, network, unit, amountMicro, kind, job, once ? null : reference, settledAt],
      committed: this.#committed,
    };
  }

  of(network: string): NetworkLedger {
    return {
      book: (entry) => this.book({ ...entry, network }),
      isBooked: (reference) => this.#booked.get(network, reference) !== undefined,
    };
  }

  newest(): number {
    return this.#newest.get()?.id ?? 0;
  }
}

function fits(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most;
}

/**
 * SQL for what was earned by the job with this number, and in which unit: of several units the first that was booked. As
 * subqueries, for a job may have any number of entries.
 */
export const earnedSql = (
  job: string,
) => `(SELECT sum(l.amount_micro) FROM ledger l WHERE l.job = ${job} AND l.kind = 'earned'
  GROUP BY l.unit ORDER BY min(l.id) LIMIT 1)`;
export const earnedUnitSql = (job: string) =>
  `(SELECT l.unit FROM ledger l WHERE l.job = ${job} AND l.kind = 'earned' ORDER BY l.id LIMIT 1)`;
