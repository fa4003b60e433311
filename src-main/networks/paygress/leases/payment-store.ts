// Requests, what was paid with them and what goes back: what is in the tables, and the writes that change them.

import type { Database, Statement } from 'better-sqlite3';
import type { Write } from '../../../storage/write.ts';

export type Way = 'nip04' | 'nip17';

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

type RefundRow = Omit<LeaseRefund, 'told'> & { readonly told: 0 | 1 };

const REQUEST = 'SELECT id, owner, way, kind, asked_at AS askedAt, at, token, job, reply FROM paygress_requests';
const PAYMENT = 'SELECT id, fingerprint, job, request, kind, state, msat, mint, unit FROM paygress_payments';
const REFUND =
  'SELECT id, job, request, msat, why, state, made_msat AS madeMsat, told, tries, at FROM paygress_refunds';

export class PaymentStore {
  readonly #request: Statement<[string], Asked>;
  readonly #requestBy: Statement<[string, string], Asked>;
  readonly #unanswered: Statement<[], Asked>;
  readonly #payment: Statement<[number], LeasePayment>;
  readonly #paymentFor: Statement<[string], LeasePayment>;
  readonly #mints: Statement<[number], { readonly mint: string; readonly unit: string }>;
  readonly #pending: Statement<[], LeasePayment>;
  readonly #fingerprint: Statement<[string], LeasePayment>;
  readonly #refundsOf: Statement<[number], RefundRow>;
  readonly #refundsDue: Statement<[number], RefundRow>;
  readonly #nextRefund: Statement<[], { readonly at: number | null }>;
  readonly #untold: Statement<[], RefundRow>;
  readonly #waiting: Statement<[], { readonly n: number; readonly msat: number }>;

  constructor(read: Database) {
    this.#request = read.prepare(`${REQUEST} WHERE id = ?`);
    this.#requestBy = read.prepare(`${REQUEST} WHERE owner = ? AND token = ? ORDER BY at DESC LIMIT 1`);
    this.#unanswered = read.prepare(`${REQUEST} WHERE reply IS NULL ORDER BY at`);
    this.#payment = read.prepare(`${PAYMENT} WHERE job = ? AND state IN ('asked', 'ours')`);
    this.#mints = read.prepare(
      'SELECT DISTINCT mint, unit FROM paygress_payments WHERE job = ? AND mint IS NOT NULL ORDER BY mint, unit',
    );
    this.#paymentFor = read.prepare(`${PAYMENT} WHERE request = ? ORDER BY id DESC LIMIT 1`);
    this.#pending = read.prepare(`${PAYMENT} WHERE state IN ('asked', 'ours')`);
    this.#fingerprint = read.prepare(`${PAYMENT} WHERE fingerprint = ? AND state <> 'none'`);
    this.#refundsOf = read.prepare(`${REFUND} WHERE job = ? ORDER BY id`);
    this.#refundsDue = read.prepare(`${REFUND} WHERE state = 'due' AND due_at <= ? ORDER BY due_at LIMIT 32`);
    this.#nextRefund = read.prepare("SELECT min(due_at) AS at FROM paygress_refunds WHERE state = 'due'");
    this.#untold = read.prepare(`${REFUND} WHERE state = 'made' AND told = 0 ORDER BY id LIMIT 32`);
    this.#waiting = read.prepare(
      "SELECT count(*) AS n, coalesce(sum(msat), 0) AS msat FROM paygress_refunds WHERE state = 'due'",
    );
  }

  request(id: string): Asked | undefined {
    return this.#request.get(id);
  }

  /** The last one of this customer with this token. */
  requestBy(owner: string, token: string): Asked | undefined {
    return this.#requestBy.get(owner, token);
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

  /** Where what was paid for a lease is. */
  mintsOf(job: number): { readonly mint: string; readonly unit: string }[] {
    return this.#mints.all(job);
  }

  /** All that are under way. */
  pending(): LeasePayment[] {
    return this.#pending.all();
  }

  byFingerprint(fingerprint: string): LeasePayment | undefined {
    return this.#fingerprint.get(fingerprint);
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

  /** When the next refund is due; undefined: none. */
  nextRefund(): number | undefined {
    return this.#nextRefund.get()?.at ?? undefined;
  }
}

const refundOf = ({ told, ...row }: RefundRow): LeaseRefund => ({ ...row, told: told === 1 });
