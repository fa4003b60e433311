// Leases, what was paid for them and what goes back: what is in the tables, and the writes that change them.

import type { Database, Statement } from 'better-sqlite3';
import type { Write } from '../../../storage/write.ts';
import type { EndedAs, LeaseNext, LeaseNow } from './machine.ts';

export type Way = 'nip04' | 'nip17';

export interface Spec {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
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

export interface Asked {
  /** Of the letter. */
  readonly id: string;
  readonly owner: string;
  readonly way: Way;
  readonly kind: 'spawn' | 'top-up';
  /** By its writer's clock, epoch seconds. */
  readonly askedAt: number;
  readonly at: number;
  /** SHA-256 of its token as it was written. */
  readonly token: string;
  readonly job: number;
  /** What was answered to a top-up; empty for a spawn, whose answer is in its lease; null: nothing yet. */
  readonly reply: string | null;
}

/** Asked: the wallet is at it. Ours: redeemed, and not yet made use of. Used: it bought time, or goes back. None: it never was ours. */
export type PaymentState = 'asked' | 'ours' | 'used' | 'none';

export interface LeasePayment {
  readonly id: number;
  readonly fingerprint: string;
  readonly job: number;
  readonly request: string;
  readonly kind: 'spawn' | 'top-up';
  readonly state: PaymentState;
  readonly msat: number;
  readonly mint: string | null;
  readonly unit: string | null;
}

export interface LeaseRefund {
  readonly id: number;
  readonly job: number;
  /** The request whose answer tells of it; null: a message of its own does. */
  readonly request: string | null;
  readonly msat: number;
  readonly why: string;
  /** Void: nothing is left of it after its mint's fee. */
  readonly state: 'due' | 'made' | 'void';
  readonly madeMsat: number;
  readonly told: boolean;
  readonly tries: number;
  readonly at: number;
}

type LeaseRow = Omit<Lease, 'spec' | 'late'> & { readonly spec: string; readonly late: 0 | 1 };
type RefundRow = Omit<LeaseRefund, 'told'> & { readonly told: 0 | 1 };

const LEASE = `SELECT job, box, owner, way, workload, state, spec, image, rate_msat AS rateMsat, sealed, access, paid_msat AS paidMsat,
  credit_msat AS creditMsat, created_at AS createdAt, started_at AS startedAt, paid_until AS paidUntil, late, tries, due_at AS dueAt,
  ended_as AS endedAs, end_code AS endCode, end_message AS endMessage FROM paygress_leases`;
const REQUEST = 'SELECT id, owner, way, kind, asked_at AS askedAt, at, token, job, reply FROM paygress_requests';
const PAYMENT = 'SELECT id, fingerprint, job, request, kind, state, msat, mint, unit FROM paygress_payments';
const REFUND =
  'SELECT id, job, request, msat, why, state, made_msat AS madeMsat, told, tries, at FROM paygress_refunds';

export class LeaseStore {
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
  readonly #request: Statement<[string], Asked>;
  readonly #requestBy: Statement<[string, string], Asked>;
  readonly #requestsOf: Statement<[number], Asked>;
  readonly #unanswered: Statement<[], Asked>;
  readonly #payment: Statement<[number], LeasePayment>;
  readonly #paymentFor: Statement<[string], LeasePayment>;
  readonly #pending: Statement<[], LeasePayment>;
  readonly #fingerprint: Statement<[string], LeasePayment>;
  readonly #refundsOf: Statement<[number], RefundRow>;
  readonly #refund: Statement<[number], RefundRow>;
  readonly #refundsDue: Statement<[number], RefundRow>;
  readonly #nextRefund: Statement<[], { readonly at: number | null }>;
  readonly #untold: Statement<[], RefundRow>;
  readonly #waiting: Statement<[], { readonly n: number; readonly msat: number }>;

  constructor(read: Database) {
    this.#lease = read.prepare(`${LEASE} WHERE job = ?`);
    this.#open = read.prepare(`${LEASE} WHERE state <> 'closed' ORDER BY job`);
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
    this.#portsTaken = read.prepare('SELECT port FROM paygress_ports WHERE port BETWEEN ? AND ?');
    this.#request = read.prepare(`${REQUEST} WHERE id = ?`);
    this.#requestBy = read.prepare(`${REQUEST} WHERE owner = ? AND token = ? ORDER BY at DESC LIMIT 1`);
    this.#requestsOf = read.prepare(`${REQUEST} WHERE job = ? ORDER BY at`);
    this.#unanswered = read.prepare(`${REQUEST} WHERE reply IS NULL ORDER BY at`);
    this.#payment = read.prepare(`${PAYMENT} WHERE job = ? AND state IN ('asked', 'ours')`);
    this.#paymentFor = read.prepare(`${PAYMENT} WHERE request = ? ORDER BY id DESC LIMIT 1`);
    this.#pending = read.prepare(`${PAYMENT} WHERE state IN ('asked', 'ours')`);
    this.#fingerprint = read.prepare(`${PAYMENT} WHERE fingerprint = ? AND state <> 'none'`);
    this.#refundsOf = read.prepare(`${REFUND} WHERE job = ? ORDER BY id`);
    this.#refund = read.prepare(`${REFUND} WHERE id = ?`);
    this.#refundsDue = read.prepare(`${REFUND} WHERE state = 'due' AND due_at <= ? ORDER BY due_at LIMIT 32`);
    this.#nextRefund = read.prepare("SELECT min(due_at) AS at FROM paygress_refunds WHERE state = 'due'");
    this.#untold = read.prepare(`${REFUND} WHERE state = 'made' AND told = 0 ORDER BY id LIMIT 32`);
    this.#waiting = read.prepare(
      "SELECT count(*) AS n, coalesce(sum(msat), 0) AS msat FROM paygress_refunds WHERE state = 'due'",
    );
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
    const times = [this.#nextDue.get()?.at, this.#nextRefund.get()?.at].filter((at) => at !== null && at !== undefined);
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

  portsTaken(from: number, to: number): ReadonlySet<number> {
    return new Set(this.#portsTaken.all(from, to).map(({ port }) => port));
  }

  request(id: string): Asked | undefined {
    return this.#request.get(id);
  }

  /** The last one of this customer with this token. */
  requestBy(owner: string, token: string): Asked | undefined {
    return this.#requestBy.get(owner, token);
  }

  requestsOf(job: number): Asked[] {
    return this.#requestsOf.all(job);
  }

  unanswered(): Asked[] {
    return this.#unanswered.all();
  }

  /** The one of a lease that is under way. */
  payment(job: number): LeasePayment | undefined {
    return this.#payment.get(job);
  }

  /** The last one of a request. */
  paymentFor(request: string): LeasePayment | undefined {
    return this.#paymentFor.get(request);
  }

  /** All that are under way. */
  pending(): LeasePayment[] {
    return this.#pending.all();
  }

  byFingerprint(fingerprint: string): LeasePayment | undefined {
    return this.#fingerprint.get(fingerprint);
  }

  refund(id: number): LeaseRefund | undefined {
    const row = this.#refund.get(id);
    return row && refundOf(row);
  }

  refundsOf(job: number): LeaseRefund[] {
    return this.#refundsOf.all(job).map(refundOf);
  }

  refundsDue(now: number): LeaseRefund[] {
    return this.#refundsDue.all(now).map(refundOf);
  }

  /** Made, and not told of by an answer or a message. */
  untold(): LeaseRefund[] {
    return this.#untold.all().map(refundOf);
  }

  /** What is still to be made. */
  refundsWaiting(): { readonly n: number; readonly msat: number } {
    return this.#waiting.get()!;
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
        sql: 'INSERT INTO paygress_ports (port, job, box_port, label) VALUES (?, ?, ?, ?)',
        params: [port, job, boxPort, label],
      })),
    ];
  }

  ask({ id, owner, way, kind, askedAt, at, token, job }: Omit<Asked, 'reply'>): Write {
    return {
      sql: 'INSERT INTO paygress_requests (id, owner, way, kind, asked_at, at, token, job) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      params: [id, owner, way, kind, askedAt, at, token, job],
    };
  }

  /** Refused where the token is known already, or another one is being redeemed for the same lease. */
  pay(
    { fingerprint, job, request, kind }: Pick<LeasePayment, 'fingerprint' | 'job' | 'request' | 'kind'>,
    at: number,
  ): Write {
    return {
      sql: "INSERT INTO paygress_payments (fingerprint, job, request, kind, state, at) VALUES (?, ?, ?, ?, 'asked', ?)",
      params: [fingerprint, job, request, kind, at],
    };
  }

  /** In the commit of its proofs. */
  paid(
    job: number,
    { msat, mint, unit }: { readonly msat: number; readonly mint: string; readonly unit: string },
  ): readonly Write[] {
    return [
      {
        sql: "UPDATE paygress_payments SET state = 'ours', msat = ?, mint = ?, unit = ? WHERE job = ? AND state = 'asked'",
        params: [msat, mint, unit, job],
        expect: 1,
      },
      { sql: 'UPDATE paygress_leases SET paid_msat = paid_msat + ? WHERE job = ?', params: [msat, job], expect: 1 },
    ];
  }

  /** Which state it is in, from the one that it was in. */
  movePayment(id: number, from: PaymentState, to: PaymentState): Write {
    return {
      sql: 'UPDATE paygress_payments SET state = ? WHERE id = ? AND state = ?',
      params: [to, id, from],
      expect: 1,
    };
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
    ];
  }

  /** Once: one that was answered meanwhile is refused. */
  answer(id: string, reply: string): Write {
    return {
      sql: 'UPDATE paygress_requests SET reply = ? WHERE id = ? AND reply IS NULL',
      params: [reply, id],
      expect: 1,
    };
  }

  owe({ job, request, msat, why }: Pick<LeaseRefund, 'job' | 'request' | 'msat' | 'why'>, at: number): Write {
    return {
      sql: "INSERT INTO paygress_refunds (job, request, msat, why, state, due_at, at) VALUES (?, ?, ?, ?, 'due', ?, ?)",
      params: [job, request, msat, why, at, at],
    };
  }

  /** So much of it is to come from this token, and the rest from another. */
  splitRefund({ id, job, request, msat, why, at }: LeaseRefund, first: number): readonly Write[] {
    return [
      { sql: "UPDATE paygress_refunds SET msat = ? WHERE id = ? AND state = 'due'", params: [first, id], expect: 1 },
      this.owe({ job, request, msat: msat - first, why }, at),
    ];
  }

  refunded(id: number, state: 'made' | 'void', madeMsat: number): Write {
    return {
      sql: "UPDATE paygress_refunds SET state = ?, made_msat = ? WHERE id = ? AND state = 'due'",
      params: [state, madeMsat, id],
      expect: 1,
    };
  }

  retryRefund(id: number, tries: number, dueAt: number): Write {
    return { sql: 'UPDATE paygress_refunds SET tries = ?, due_at = ? WHERE id = ?', params: [tries, dueAt, id] };
  }

  told(ids: readonly number[]): readonly Write[] {
    return ids.map((id) => ({ sql: 'UPDATE paygress_refunds SET told = 1 WHERE id = ?', params: [id] }));
  }
}

function leaseOf({ spec, late, ...row }: LeaseRow): Lease {
  return { ...row, spec: JSON.parse(spec) as Spec, late: late === 1 };
}

const refundOf = ({ told, ...row }: RefundRow): LeaseRefund => ({ ...row, told: told === 1 });
