// Whether a node and the manager that leased it jobs say the same of them.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ManagedJob } from '../../src-main/practice/posemesh/dms.ts';

/** A lease, as a node wrote it down. */
export interface Book {
  readonly ref: string;
  /** Null: it is not over. */
  readonly state: string | null;
  readonly code: string | null;
  /** Entries of the ledger. */
  readonly entries: number;
  /** 1: the manager is still to be told. */
  readonly owed: number;
}

const LEASES = `SELECT j.ref, o.state, o.code, p.owed, (SELECT count(*) FROM ledger l WHERE l.job = j.id) AS entries
  FROM jobs j LEFT JOIN outcomes o ON o.job = j.id JOIN posemesh_jobs p ON p.job = j.id`;

/** Of the node in this folder, whether or not it runs. */
export class Books {
  readonly #db: Database.Database;

  constructor(dataDir: string) {
    this.#db = new Database(join(dataDir, 'hearth.db'), { readonly: true });
  }

  /** Every lease, oldest first. */
  all(): Book[] {
    return this.#db.prepare<[], Book>(`${LEASES} ORDER BY j.id`).all();
  }

  /** Those of one job of the manager. */
  of(taskId: string): Book[] {
    return this.#db.prepare<[string], Book>(`${LEASES} WHERE j.ref = ? ORDER BY j.id`).all(taskId);
  }

  close(): void {
    this.#db.close();
  }
}

/** As the books have it, in a word: `failed posemesh.lease-lost`. */
export const endOf = ({ state, code }: Book): string => `${state ?? 'open'}${code === null ? '' : ` ${code}`}`;

export const isOver = ({ state }: ManagedJob): boolean => state === 'completed' || state === 'failed';

/** What is wrong about one job, by what its manager and the node say. */
export function disagreement({ leases, reports }: ManagedJob, own: readonly Book[]): string[] {
  const wrong: string[] = [];
  const count = (how: string) => leases.filter((lease) => lease === how).length;
  const accepted = reports.filter(({ status }) => status === 200);
  const done = own.filter(({ state }) => state === 'done');
  const unknown = own.filter(({ code }) => code === 'posemesh.report-unknown');
  const unsure = own.filter(({ state }) => state !== 'done' && state !== null);
  if (leases.includes('held')) wrong.push('a lease hangs');
  if (count('completed') > 1) wrong.push('completed twice');
  if (accepted.length !== count('completed') + count('failed')) wrong.push('reported twice');
  if (own.some(({ state }) => state === null)) wrong.push('a job is open');
  if (own.some(({ owed }) => owed === 1)) wrong.push('a report is owed');
  if (own.length > leases.length) wrong.push('a job without a lease');
  if (own.some(({ entries, state }) => entries !== (state === 'done' ? 1 : 0))) wrong.push('the ledger differs');
  if (done.length > count('completed')) wrong.push('done, says the node alone');
  if (count('completed') > done.length + unknown.length) wrong.push('done, says the manager alone');
  if (count('failed') > unsure.length) wrong.push('failed, says the manager alone');
  return wrong;
}
