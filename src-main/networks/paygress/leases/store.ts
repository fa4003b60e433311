// Leases: what is in their tables, and the writes that change them; with what was paid for them and what goes back.

import type { Database, Statement } from 'better-sqlite3';
import type { Write } from '../../../storage/write.ts';
import type { EndedAs, LeaseNext, LeaseNow } from './machine.ts';
import { PaymentStore, type Way } from './payment-store.ts';

export interface Spec {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** Left out: it has no graphics card. */
  readonly gpuMiB?: number | undefined;
}

export interface LeasePort {
  readonly port: number;
  readonly boxPort: number;
  readonly label: string;
}

export interface Lease extends LeaseNow {
  readonly job: number;
  readonly box: string;
  /** Its customer's key, hex, and how they write. */
  readonly owner: string;
  readonly way: Way;
  /** Their own name for it. */
  readonly workload: string | null;
  readonly spec: Spec;
  /** What it runs, as its customer asked for it. */
  readonly image: string;
  /** As it was agreed on. */
  readonly rateMsat: number;
  /** What its box is made of; what was answered to its customer. */
  readonly sealed: string | null;
  readonly access: string | null;
  readonly paidMsat: number;
  readonly creditMsat: number;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly endedAs: EndedAs | null;
  readonly endCode: string | null;
  readonly endMessage: string | null;
}

type LeaseRow = Omit<Lease, 'spec' | 'late'> & { readonly spec: string; readonly late: 0 | 1 };

const LEASE = `SELECT job, box, owner, way, workload, state, spec, image, rate_msat AS rateMsat, sealed, access, paid_msat AS paidMsat,
  credit_msat AS creditMsat, created_at AS createdAt, started_at AS startedAt, paid_until AS paidUntil, late, tries, due_at AS dueAt,
  ended_as AS endedAs, end_code AS endCode, end_message AS endMessage FROM paygress_leases`;

export class LeaseStore extends PaymentStore {
  readonly #lease: Statement<[number], LeaseRow>;
  readonly #open: Statement<[], LeaseRow>;
  readonly #due: Statement<[number, number], LeaseRow>;
  readonly #nextDue: Statement<[], { readonly at: number | null }>;
  readonly #byWorkload: Statement<[string, string], LeaseRow>;
  readonly #newestOf: Statement<[string], LeaseRow>;
  readonly #page: Statement<[number, number], LeaseRow>;
  readonly #done: Statement<[], { readonly n: number }>;
  readonly #ports: Statement<[number], LeasePort>;
  readonly #portsTaken: Statement<[number, number], { readonly port: number }>;
  readonly #portsOutside: Statement<[], { readonly port: number }>;

  constructor(read: Database) {
    super(read);
    this.#lease = read.prepare(`${LEASE} WHERE job = ?`);
    // By the few that are open: SQLite would rather go through all, which it need not sort.
    this.#open = read.prepare(`${LEASE} INDEXED BY paygress_leases_due WHERE state <> 'closed' ORDER BY job`);
    this.#due = read.prepare(`${LEASE} WHERE state <> 'closed' AND due_at <= ? ORDER BY due_at LIMIT ?`);
    this.#nextDue = read.prepare("SELECT min(due_at) AS at FROM paygress_leases WHERE state <> 'closed'");
    this.#byWorkload = read.prepare(`${LEASE} WHERE owner = ? AND workload = ? ORDER BY job DESC LIMIT 1`);
    this.#newestOf = read.prepare(
      `${LEASE} WHERE owner = ? AND ended_as IS NOT 'refused' ORDER BY state = 'active' DESC, job DESC LIMIT 1`,
    );
    this.#page = read.prepare(`${LEASE} WHERE job < ? AND ended_as IS NOT 'refused' ORDER BY job DESC LIMIT ?`);
    this.#done = read.prepare("SELECT count(*) AS n FROM paygress_leases WHERE ended_as = 'done' AND state = 'closed'");
    this.#ports = read.prepare(
      'SELECT port, box_port AS boxPort, label FROM paygress_ports WHERE job = ? ORDER BY port',
    );
    this.#portsOutside = read.prepare('SELECT port FROM paygress_ports WHERE outside = 1 ORDER BY port');
    this.#portsTaken = read.prepare('SELECT port FROM paygress_ports WHERE port BETWEEN ? AND ?');
  }

  lease(job: number): Lease | undefined {
    const row = this.#lease.get(job);
    return row && leaseOf(row);
  }

  /** Those that are not closed. */
  open(): Lease[] {
    return this.#open.all().map(leaseOf);
  }

  due(now: number, most: number): Lease[] {
    return this.#due.all(now, most).map(leaseOf);
  }

  /** When the next lease or refund is due; undefined: none. */
  nextDue(): number | undefined {
    const times = [this.#nextDue.get()?.at, this.nextRefund()].filter((at) => at !== null && at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  byWorkload(owner: string, workload: string): Lease | undefined {
    const row = this.#byWorkload.get(owner, workload);
    return row && leaseOf(row);
  }

  /** One that is active before all others. */
  newestOf(owner: string): Lease | undefined {
    const row = this.#newestOf.get(owner);
    return row && leaseOf(row);
  }

  /** Newest first, below number `before`, without those that were never paid. */
  page(before: number, limit: number): Lease[] {
    return this.#page.all(before, limit).map(leaseOf);
  }

  /** How many leases have lasted to their end. */
  done(): number {
    return this.#done.get()?.n ?? 0;
  }

  ports(job: number): LeasePort[] {
    return this.#ports.all(job);
  }

  /** Those that the router was asked for. */
  portsOutside(): number[] {
    return this.#portsOutside.all().map(({ port }) => port);
  }

  portsTaken(from: number, to: number): ReadonlySet<number> {
    return new Set(this.#portsTaken.all(from, to).map(({ port }) => port));
  }

  /** Refused as a whole where one of its ports, its token or its workload is another's. */
  reserve(
    lease: Pick<
      Lease,
      | 'job'
      | 'box'
      | 'owner'
      | 'way'
      | 'workload'
      | 'spec'
      | 'image'
      | 'rateMsat'
      | 'sealed'
      | 'createdAt'
      | 'paidUntil'
    >,
    ports: readonly LeasePort[],
    outside: boolean,
  ): readonly Write[] {
    const { job, box, owner, way, workload, spec, image, rateMsat, sealed, createdAt, paidUntil } = lease;
    return [
      {
        sql: `INSERT INTO paygress_leases (job, box, owner, way, workload, state, spec, image, rate_msat, sealed, created_at, paid_until, due_at)
          VALUES (?, ?, ?, ?, ?, 'reserved', ?, ?, ?, ?, ?, ?, ?)`,
        params: [
          job,
          box,
          owner,
          way,
          workload,
          JSON.stringify(spec),
          image,
          rateMsat,
          sealed,
          createdAt,
          paidUntil,
          createdAt,
        ],
      },
      ...ports.map(({ port, boxPort, label }) => ({
        sql: 'INSERT INTO paygress_ports (port, job, box_port, label, outside) VALUES (?, ?, ?, ?, ?)',
        params: [port, job, boxPort, label, Number(outside)],
      })),
    ];
  }

  /** Refused where it is no longer as it was: another step has been taken meanwhile. */
  move(lease: Lease, { state, tries, dueAt, ending }: LeaseNext): Write {
    return {
      sql: `UPDATE paygress_leases SET state = ?, tries = ?, due_at = ?, ended_as = coalesce(?, ended_as),
        end_code = coalesce(?, end_code), end_message = coalesce(?, end_message)
        WHERE job = ? AND state = ? AND tries = ? AND late = ? AND paid_until = ?`,
      params: [
        state,
        tries,
        dueAt,
        ending?.as ?? null,
        ending?.code ?? null,
        ending?.message ?? null,
        lease.job,
        lease.state,
        lease.tries,
        Number(lease.late),
        lease.paidUntil,
      ],
      expect: 1,
    };
  }

  /** It runs, and until when it is paid. */
  begin(job: number, at: number, paidUntil: number, creditMsat: number, access: string): Write {
    return {
      sql: `UPDATE paygress_leases SET started_at = ?, paid_until = ?, due_at = ?, credit_msat = ?, access = ?
        WHERE job = ? AND state = 'active'`,
      params: [at, paidUntil, paidUntil, creditMsat, access, job],
      expect: 1,
    };
  }

  /** How its customer gets in from now on. */
  setAccess(job: number, access: string): Write {
    return { sql: "UPDATE paygress_leases SET access = ? WHERE job = ? AND state = 'active'", params: [access, job] };
  }

  /** More was paid for it; refused where it ends. */
  extend(job: number, paidUntil: number, creditMsat: number): Write {
    return {
      sql: `UPDATE paygress_leases SET paid_until = ?, credit_msat = ?, due_at = iif(tries = 0, ?, due_at)
        WHERE job = ? AND state = 'active'`,
      params: [paidUntil, creditMsat, paidUntil, job],
      expect: 1,
    };
  }

  /** Its customer is told that nothing comes of it; refused where it runs or has ended. */
  tooLate(job: number): Write {
    return {
      sql: "UPDATE paygress_leases SET late = 1 WHERE job = ? AND state IN ('reserved', 'prepared', 'paid')",
      params: [job],
      expect: 1,
    };
  }

  /** What its box was made of is not kept longer than it, nor are its ports. */
  forget(job: number): readonly Write[] {
    return [
      { sql: 'UPDATE paygress_leases SET sealed = NULL, access = NULL WHERE job = ?', params: [job] },
      { sql: 'DELETE FROM paygress_ports WHERE job = ?', params: [job] },
      { sql: 'DELETE FROM paygress_durable WHERE job = ?', params: [job] },
    ];
  }
}

function leaseOf({ spec, late, ...row }: LeaseRow): Lease {
  return { ...row, spec: JSON.parse(spec) as Spec, late: late === 1 };
}
