// Workloads that several providers were asked for, as they are at this one: which part it has in each, and where the machine of it stands.
// A row is there for as long as its lease. The name of a workload is its customer's, but providers speak of it in public by that name
// alone, so that no second one may have it here.

import type { Database, Statement } from 'better-sqlite3';
import type { Migration, Write } from '../../../storage/write.ts';
import type { SlotState } from './standby.ts';
import type { WorkloadState } from './workload.ts';

export const durableMigrations: readonly Migration[] = [
  {
    area: 'paygress',
    number: 4,
    name: 'workloads with standbys, and who has heard of us',
    sql: `
      CREATE TABLE paygress_durable (
        job INTEGER PRIMARY KEY REFERENCES paygress_leases (job),
        role TEXT NOT NULL CHECK (role IN ('primary', 'standby')),
        workload TEXT NOT NULL UNIQUE,
        plan TEXT NOT NULL,
        state TEXT NOT NULL,
        reserved_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE paygress_acks (
        relay TEXT PRIMARY KEY,
        signed_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE paygress_stamp (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        stamp INTEGER NOT NULL
      ) STRICT;`,
  },
];

export interface PrimaryPlan {
  readonly standbys: readonly string[];
}

export interface StandbyPlan {
  readonly primary: string;
  readonly index: number;
  readonly peers: readonly string[];
}

/** What it is asked to be: hex keys throughout. */
export type DurablePlan =
  | ({ readonly role: 'primary'; readonly workload: string } & PrimaryPlan)
  | ({ readonly role: 'standby'; readonly workload: string } & StandbyPlan);

interface Kept {
  readonly job: number;
  /** Epoch milliseconds. */
  readonly reservedAt: number;
}
export type PrimaryLease = Kept & Extract<DurablePlan, { role: 'primary' }> & { readonly state: WorkloadState };
export type StandbyLease = Kept & Extract<DurablePlan, { role: 'standby' }> & { readonly state: SlotState };
export type DurableLease = PrimaryLease | StandbyLease;

interface Row {
  readonly job: number;
  readonly role: 'primary' | 'standby';
  readonly workload: string;
  readonly plan: string;
  readonly state: string;
  readonly reservedAt: number;
}

const ROW = 'SELECT job, role, workload, plan, state, reserved_at AS reservedAt FROM paygress_durable';

export class DurableStore {
  readonly #of: Statement<[number], Row>;
  readonly #all: Statement<[], Row>;
  readonly #named: Statement<[string], { readonly job: number }>;
  readonly #acks: Statement<[], { readonly relay: string; readonly signedAt: number }>;
  readonly #stamp: Statement<[], { readonly stamp: number }>;

  constructor(read: Database) {
    this.#of = read.prepare(`${ROW} WHERE job = ?`);
    this.#all = read.prepare(`${ROW} ORDER BY job`);
    this.#named = read.prepare('SELECT job FROM paygress_durable WHERE workload = ?');
    this.#acks = read.prepare('SELECT relay, signed_at AS signedAt FROM paygress_acks');
    this.#stamp = read.prepare('SELECT stamp FROM paygress_stamp');
  }

  /** undefined: a lease of this provider alone. */
  of(job: number): DurableLease | undefined {
    const row = this.#of.get(job);
    return row && leaseOf(row);
  }

  all(): DurableLease[] {
    return this.#all.all().map(leaseOf);
  }

  isTaken(workload: string): boolean {
    return this.#named.get(workload) !== undefined;
  }

  /** By relay, when the newest heartbeat that it took was signed. */
  acks(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#acks.all().map(({ relay, signedAt }) => [relay, signedAt]));
  }

  /** Of the newest heartbeat, epoch seconds; 0: there was none. */
  stamp(): number {
    return this.#stamp.get()?.stamp ?? 0;
  }

  /** Refused where another lease has a workload of that name. */
  reserve(job: number, { role, workload, ...plan }: DurablePlan, state: DurableLease['state'], at: number): Write {
    return {
      sql: 'INSERT INTO paygress_durable (job, role, workload, plan, state, reserved_at) VALUES (?, ?, ?, ?, ?, ?)',
      params: [job, role, workload, JSON.stringify(plan), JSON.stringify(state), at],
    };
  }

  setState(job: number, state: DurableLease['state']): Write {
    return { sql: 'UPDATE paygress_durable SET state = ? WHERE job = ?', params: [JSON.stringify(state), job] };
  }

  keepAcks(acks: Readonly<Record<string, number>>): readonly Write[] {
    return Object.entries(acks).map(([relay, signedAt]) => ({
      sql: `INSERT INTO paygress_acks (relay, signed_at) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET signed_at = excluded.signed_at`,
      params: [relay, signedAt],
    }));
  }

  keepStamp(stamp: number): Write {
    return {
      sql: 'INSERT INTO paygress_stamp (id, stamp) VALUES (1, ?) ON CONFLICT DO UPDATE SET stamp = max(stamp, excluded.stamp)',
      params: [stamp],
    };
  }
}

function leaseOf({ job, role, workload, plan, state, reservedAt }: Row): DurableLease {
  const of: unknown = { job, role, workload, reservedAt, ...JSON.parse(plan), state: JSON.parse(state) };
  return of as DurableLease;
}
