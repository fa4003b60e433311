// The wallet's tables: what is in them, and the writes that change them. What has to be true together is committed together, by the
// caller.

import type { Database, Statement } from 'better-sqlite3';
import type { EntryKind } from '../../src-preload/contract/earnings.ts';
import type { Write } from '../storage/write.ts';
import type { Keys, OwnProof } from './blinding/cashu.ts';
import type { Operation, OperationState, Plan, Why } from './operation.ts';
import type { ProofState } from './schema.ts';
import type { Spendable } from './select.ts';

export interface Mint {
  readonly id: number;
  readonly url: string;
  readonly trusted: boolean;
  /** NUT-09. */
  readonly restores: boolean;
  /** This wallet was put back from a backup and has not asked it since what there is. */
  readonly stale: boolean;
  readonly name: string | null;
  /** When the user last said that it is trusted, or not. */
  readonly at: number;
}

export interface Keyset {
  readonly id: string;
  readonly mint: number;
  readonly unit: string;
  readonly active: boolean;
  readonly feePpk: number;
  /** Epoch seconds. */
  readonly finalExpiry: number | null;
  readonly keys: Keys;
  /** The first counter that was never used (NUT-13). */
  readonly next: number;
  /** Behind the last counter that its mint is known to have signed; never more than `next`. */
  readonly signed: number;
}

/** As its mint lists it. */
export type KeysetFacts = Omit<Keyset, 'next' | 'signed'>;

export interface ProofSum {
  readonly mint: number;
  readonly unit: string;
  readonly state: ProofState;
  readonly amount: number;
  readonly proofs: number;
}

/** What entries of a kind add up to. */
export interface Flow {
  readonly kind: EntryKind;
  readonly amountMicro: number;
  readonly entries: number;
}

export interface BookSum extends Flow {
  readonly mint: number;
  readonly unit: string;
}

/** An entry of the ledger, as it moved money at a mint. */
export interface MovementEntry extends Omit<Flow, 'entries'> {
  readonly id: number;
  readonly at: number;
  readonly network: string;
  readonly unit: string;
  readonly reference: string;
}

/** What is left of what was paid for a job, at one mint: less fees and refunds. */
export interface JobSum {
  readonly mint: number;
  readonly unit: string;
  readonly amountMicro: number;
}

/** What is known to have happened, by its name. */
export type Mark = 'made' | 'words-proven';

export interface Movement {
  readonly network: string;
  readonly reference: string;
  readonly mint: number;
  readonly unit: string;
  readonly amountMicro: number;
  readonly operation: number;
}

const PROOF = 'p.keyset, p.counter, p.amount, p.c, p.y';
const MINT = 'SELECT id, url, trusted, restores, stale, name, at FROM wallet_mints';
const KEYSET =
  'SELECT id, mint, unit, active, fee_ppk AS feePpk, final_expiry AS finalExpiry, keys, next, signed FROM wallet_keysets';
const OPERATION =
  'SELECT id, at, kind, mint, unit, state, once, plan, reason, ended_at AS endedAt FROM wallet_operations';

type MintRow = Omit<Mint, 'trusted' | 'restores' | 'stale'> & Record<'trusted' | 'restores' | 'stale', 0 | 1>;
type KeysetRow = Omit<Keyset, 'active' | 'keys'> & { readonly active: 0 | 1; readonly keys: string };
type OperationRow = Omit<Operation, 'plan' | 'reason'> & { readonly plan: string; readonly reason: string | null };

export class WalletStore {
  readonly #mints: Statement<[], MintRow>;
  readonly #keysets: Statement<[number], KeysetRow>;
  readonly #keyset: Statement<[string], KeysetRow>;
  readonly #operation: Statement<[number], OperationRow>;
  readonly #open: Statement<[], OperationRow>;
  readonly #once: Statement<[string], OperationRow>;
  readonly #page: Statement<[number, number], OperationRow>;
  readonly #newest: Statement<[], { readonly id: number | null }>;
  readonly #spendable: Statement<[string, number], Omit<Spendable, 'retired'> & { readonly retired: 0 | 1 }>;
  readonly #of: Statement<[number, string], OwnProof>;
  readonly #held: Statement<[number, string, string, number, number], OwnProof & { readonly state: ProofState }>;
  readonly #reachable: Statement<[number, string, string, number, number], OwnProof & { readonly state: ProofState }>;
  readonly #proofSums: Statement<[], ProofSum>;
  readonly #bookSums: Statement<[], BookSum>;
  readonly #addedProofs: Statement<[], ProofSum>;
  readonly #addedBooks: Statement<[], BookSum>;
  readonly #unspentOf: Statement<[string], { readonly amount: number }>;
  readonly #mark: Statement<[string], { readonly at: number }>;
  readonly #promised: Statement<[], { readonly mint: number; readonly unit: string; readonly amount: number }>;
  readonly #entriesOf: Statement<[number], MovementEntry>;
  readonly #ofJob: Statement<[number, string], JobSum>;
  readonly #isKnown: Statement<[string, number], unknown>;
  readonly #reserving: Statement<[number], OwnProof>;

  constructor(read: Database) {
    this.#mints = read.prepare(`${MINT} ORDER BY id`);
    this.#keysets = read.prepare(`${KEYSET} WHERE mint = ? ORDER BY id`);
    this.#keyset = read.prepare(`${KEYSET} WHERE id = ?`);
    this.#operation = read.prepare(`${OPERATION} WHERE id = ?`);
    this.#open = read.prepare(`${OPERATION} WHERE state = 'open' ORDER BY id`);
    this.#once = read.prepare(`${OPERATION} WHERE once = ? AND state <> 'failed'`);
    this.#page = read.prepare(`${OPERATION} WHERE id < ? ORDER BY id DESC LIMIT ?`);
    this.#newest = read.prepare('SELECT max(id) AS id FROM wallet_operations');
    // Largest first, by the index of each keyset: of a hundred thousand a few hundred are looked at.
    this.#spendable = read.prepare(`SELECT ${PROOF}, k.fee_ppk AS feePpk, NOT k.active AS retired
      FROM wallet_keysets k JOIN wallet_proofs p ON p.keyset = k.id
      WHERE k.id = ? AND p.state = 'unspent' ORDER BY p.amount DESC, p.counter LIMIT ?`);
    this.#of = read.prepare(
      `SELECT ${PROOF} FROM wallet_proofs p WHERE p.operation = ? AND p.state = ? ORDER BY p.keyset, p.counter`,
    );
    this.#isKnown = read.prepare('SELECT 1 FROM wallet_proofs WHERE keyset = ? AND counter = ?');
    this.#reserving = read.prepare(`SELECT ${PROOF} FROM wallet_proofs p
      JOIN json_each((SELECT plan FROM wallet_operations WHERE id = ?), '$.inputs') i
        ON p.keyset = i.value ->> 0 AND p.counter = i.value ->> 1 ORDER BY i.key`);
    const held = (
      states: string,
    ) => `SELECT ${PROOF}, p.state FROM wallet_keysets k JOIN wallet_proofs p ON p.keyset = k.id
      WHERE k.mint = ? AND k.unit = ? AND p.state IN (${states}) AND (p.keyset, p.counter) > (?, ?)
      ORDER BY p.keyset, p.counter LIMIT ?`;
    this.#held = read.prepare(held("'unspent', 'sent'"));
    this.#reachable = read.prepare(held("'unspent', 'reserved', 'sent'"));
    const sums = (from: string) => `SELECT k.mint, k.unit, s.state, sum(s.amount) AS amount, sum(s.proofs) AS proofs
      FROM (${from}) s JOIN wallet_keysets k ON k.id = s.keyset GROUP BY 1, 2, 3 HAVING sum(s.proofs) <> 0 ORDER BY 1, 2, 3`;
    this.#proofSums = read.prepare(sums('SELECT * FROM wallet_proof_sums'));
    this.#addedProofs = read.prepare(
      sums('SELECT keyset, state, sum(amount) AS amount, count(*) AS proofs FROM wallet_proofs GROUP BY 1, 2'),
    );
    this.#bookSums = read.prepare(
      'SELECT mint, unit, kind, amount_micro AS amountMicro, entries FROM wallet_flow ORDER BY mint, unit, kind',
    );
    this.#addedBooks =
      read.prepare(`SELECT m.mint, m.unit, l.kind, sum(l.amount_micro) AS amountMicro, count(*) AS entries
      FROM wallet_movements m JOIN ledger l ON l.network = m.network AND l.own_reference = m.reference
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
    this.#unspentOf = read.prepare("SELECT amount FROM wallet_proof_sums WHERE keyset = ? AND state = 'unspent'");
    this.#mark = read.prepare('SELECT at FROM wallet_marks WHERE name = ?');
    this.#promised = read.prepare(
      'SELECT mint, unit, sum(amount) AS amount FROM wallet_promises GROUP BY 1, 2 ORDER BY 1, 2',
    );
    this.#entriesOf =
      read.prepare(`SELECT l.id, l.at, l.network, l.kind, l.unit, l.reference, l.amount_micro AS amountMicro
      FROM wallet_movements m JOIN ledger l ON l.network = m.network AND l.own_reference = m.reference
      WHERE m.operation = ? ORDER BY l.id`);
    this.#ofJob = read.prepare(`SELECT m.mint, m.unit, sum(l.amount_micro) AS amountMicro
      FROM ledger l JOIN wallet_movements m ON m.network = l.network AND m.reference = l.own_reference
      WHERE l.job = ? AND l.network = ? AND l.own_reference LIKE 'wallet/%' GROUP BY 1, 2 ORDER BY 3 DESC`);
  }

  mints(): Mint[] {
    return this.#mints
      .all()
      .map((row) => ({ ...row, trusted: row.trusted === 1, restores: row.restores === 1, stale: row.stale === 1 }));
  }

  keysets(mint: number): Keyset[] {
    return this.#keysets.all(mint).map(keysetOf);
  }

  keyset(id: string): Keyset | undefined {
    const row = this.#keyset.get(id);
    return row && keysetOf(row);
  }

  operation(id: number): Operation | undefined {
    const row = this.#operation.get(id);
    return row && operationOf(row);
  }

  open(): Operation[] {
    return this.#open.all().map(operationOf);
  }

  /** The one that was written down under this name and has not failed. */
  once(name: string): Operation | undefined {
    const row = this.#once.get(name);
    return row && operationOf(row);
  }

  /** Newest first, below number `before`. */
  page(before: number, limit: number): Operation[] {
    return this.#page.all(before, limit).map(operationOf);
  }

  newest(): number {
    return this.#newest.get()?.id ?? 0;
  }

  /** Of each keyset the largest, so many at most. */
  spendable(mint: number, unit: string, most: number): Spendable[] {
    return this.keysets(mint)
      .filter((keyset) => keyset.unit === unit && this.unspentOf(keyset.id) > 0)
      .flatMap(({ id }) => this.#spendable.all(id, most))
      .map((row) => ({ ...row, retired: row.retired === 1 }));
  }

  /** Of an operation, in the order of their counters: those it made that are in this state. */
  madeBy(operation: number, state: ProofState): OwnProof[] {
    return this.#of.all(operation, state);
  }

  knows(keyset: string, counter: number): boolean {
    return this.#isKnown.get(keyset, counter) !== undefined;
  }

  /** Its inputs, in the order of its plan. */
  inputsOf(operation: number): OwnProof[] {
    return this.#reserving.all(operation);
  }

  /** What a mint can be asked about, after this place, by keyset and counter. */
  heldAfter(
    mint: number,
    unit: string,
    keyset: string,
    counter: number,
    limit: number,
  ): (OwnProof & { readonly state: ProofState })[] {
    return this.#held.all(mint, unit, keyset, counter, limit);
  }

  /** The same one after another, with those that are in something under way. */
  *allHeld(mint: number, unit: string, page: number): Generator<OwnProof & { readonly state: ProofState }> {
    let [keyset, counter] = ['', -1];
    for (;;) {
      const rows = this.#reachable.all(mint, unit, keyset, counter, page);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < page) return;
      ({ keyset, counter } = last);
    }
  }

  /** What there is, by the rollup. */
  proofSums(): ProofSum[] {
    return this.#proofSums.all();
  }

  bookSums(): BookSum[] {
    return this.#bookSums.all();
  }

  /** The same, added up row by row: of the books, by the ledger's own entries. */
  addedUp(): { readonly proofs: ProofSum[]; readonly books: BookSum[] } {
    return { proofs: this.#addedProofs.all(), books: this.#addedBooks.all() };
  }

  /** What can be spent of a keyset's proofs. */
  unspentOf(keyset: string): number {
    return this.#unspentOf.get(keyset)?.amount ?? 0;
  }

  /** When it happened; null: never. */
  mark(name: Mark): number | null {
    return this.#mark.get(name)?.at ?? null;
  }

  /** What networks may still have to give back, by mint and unit. */
  promised(): { readonly mint: number; readonly unit: string; readonly amount: number }[] {
    return this.#promised.all();
  }

  /** What an operation did to the ledger, oldest first. */
  entriesOf(operation: number): MovementEntry[] {
    return this.#entriesOf.all(operation);
  }

  /** What is left of what was paid to a network for a job, where there is most of it first. */
  paidFor(job: number, network: string): JobSum[] {
    return this.#ofJob.all(job, network);
  }

  setMark(name: Mark, at: number): Write {
    return {
      sql: 'INSERT INTO wallet_marks (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at',
      params: [name, at],
    };
  }

  /** What a network may still have to give back for a job, from now on; 0: nothing. */
  promise(network: string, job: number, mint: number, unit: string, amount: number): Write {
    return {
      sql: `INSERT INTO wallet_promises (network, job, mint, unit, amount) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (network, job, mint, unit) DO UPDATE SET amount = excluded.amount`,
      params: [network, job, mint, unit, amount],
    };
  }

  /** As much of it is being given back. */
  keepPromise(network: string, job: number, mint: number, unit: string, amount: number): Write {
    return {
      sql: `UPDATE wallet_promises SET amount = max(0, amount - ?) WHERE network = ? AND job = ? AND mint = ? AND unit = ?`,
      params: [amount, network, job, mint, unit],
    };
  }

  putMint(mint: Omit<Mint, 'stale' | 'at'>, at: number): Write {
    return {
      sql: `INSERT INTO wallet_mints (id, url, trusted, restores, name, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET trusted = excluded.trusted, restores = excluded.restores, name = excluded.name, at = excluded.at`,
      params: [mint.id, mint.url, Number(mint.trusted), Number(mint.restores), mint.name, at],
    };
  }

  setStale(mint: number, stale: boolean): Write {
    return { sql: 'UPDATE wallet_mints SET stale = ? WHERE id = ?', params: [Number(stale), mint] };
  }

  /** A new one begins at counter 0; of a known one only what its mint may change. */
  putKeyset({ id, mint, unit, active, feePpk, finalExpiry, keys }: KeysetFacts): Write {
    return {
      sql: `INSERT INTO wallet_keysets (id, mint, unit, active, fee_ppk, final_expiry, keys) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET active = excluded.active, fee_ppk = excluded.fee_ppk, final_expiry = excluded.final_expiry
        WHERE mint = excluded.mint`,
      params: [id, mint, unit, Number(active), feePpk, finalExpiry, JSON.stringify(keys)],
      expect: 1,
    };
  }

  /** Refused where the counter is not where it was seen: two that take the same are a mistake. */
  takeCounters({ id, next }: Pick<Keyset, 'id' | 'next'>, from: number, count: number): Write {
    return {
      sql: 'UPDATE wallet_keysets SET next = max(next, ?) WHERE id = ? AND next = ?',
      params: [from + count, id, next],
      expect: 1,
    };
  }

  /** All before it may have been signed. Moves on, never back. */
  signedBefore(keyset: string, counter: number): Write {
    return {
      sql: 'UPDATE wallet_keysets SET next = max(next, ?), signed = max(signed, ?) WHERE id = ?',
      params: [counter, counter, keyset],
      expect: 1,
    };
  }

  begin({ id, at, kind, mint, unit, once, plan }: Operation): Write {
    return {
      sql: `INSERT INTO wallet_operations (id, at, kind, mint, unit, state, once, plan) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)`,
      params: [id, at, kind, mint, unit, once, JSON.stringify(plan)],
    };
  }

  plan(id: number, plan: Plan): Write {
    return {
      sql: `UPDATE wallet_operations SET plan = ? WHERE id = ? AND state = 'open'`,
      params: [JSON.stringify(plan), id],
      expect: 1,
    };
  }

  /** Why it waits; null: it doesn't. */
  note(id: number, reason: Why | null): Write {
    return {
      sql: `UPDATE wallet_operations SET reason = ? WHERE id = ? AND state = 'open'`,
      params: [reason && JSON.stringify(reason), id],
      expect: 1,
    };
  }

  end(id: number, state: Exclude<OperationState, 'open'>, reason: Why | null, at: number): Write {
    return {
      sql: `UPDATE wallet_operations SET state = ?, reason = ?, ended_at = ? WHERE id = ? AND state = 'open'`,
      params: [state, reason && JSON.stringify(reason), at, id],
      expect: 1,
    };
  }

  addProof({ keyset, counter, amount, c, y }: OwnProof, state: ProofState, operation: number): Write {
    return {
      sql: 'INSERT INTO wallet_proofs (keyset, counter, amount, c, y, state, operation) VALUES (?, ?, ?, ?, ?, ?, ?)',
      params: [keyset, counter, amount, c, y, state, operation],
    };
  }

  /** All that an operation has found becomes spendable at once. */
  takeFound(operation: number): Write {
    return {
      sql: `UPDATE wallet_proofs SET state = 'unspent' WHERE operation = ? AND state = 'found'`,
      params: [operation],
    };
  }

  /** Refused where it is not in the state that it is thought to be in. */
  moveProof({ keyset, counter }: Pick<OwnProof, 'keyset' | 'counter'>, from: ProofState, to: ProofState): Write {
    return {
      sql: 'UPDATE wallet_proofs SET state = ? WHERE keyset = ? AND counter = ? AND state = ?',
      params: [to, keyset, counter, from],
      expect: 1,
    };
  }

  move({ network, reference, mint, unit, amountMicro, operation }: Movement): Write {
    return {
      sql: 'INSERT INTO wallet_movements (network, reference, mint, unit, amount_micro, operation) VALUES (?, ?, ?, ?, ?, ?)',
      params: [network, reference, mint, unit, amountMicro, operation],
    };
  }
}

function keysetOf(row: KeysetRow): Keyset {
  return { ...row, active: row.active === 1, keys: JSON.parse(row.keys) as Keys };
}

function operationOf({ plan, reason, ...row }: OperationRow): Operation {
  return { ...row, plan: JSON.parse(plan) as Plan, reason: reason === null ? null : (JSON.parse(reason) as Why) };
}
