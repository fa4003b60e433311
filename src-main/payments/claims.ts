// What is claimed of a network for each task, and what came of it. A claim is written in the commit of its task's outcome and
// settled once, together with the correction that makes the ledger say what was truly given: earned becomes received by that
// alone. A network's own folder does the asking; here is only what must not be forgotten.

import type { Database, Statement } from 'better-sqlite3';
import type { Write } from '../storage/write.ts';
import { CLAIMED_JOB, CLAIMED_REF } from './jobs-sql.ts';
import { type Amount, type Ledger, referenceOf } from './ledger.ts';

export interface NewClaim {
  readonly task: number;
  readonly network: string;
  /** Where it is claimed, such as a directory's address: another one owes nothing. */
  readonly place: string;
  readonly claimedMicro: number;
  /** What shows that the work was done, as the network wants it; no part of the work itself. */
  readonly evidence: string;
  /** Who asked for the task, where that is known. */
  readonly payer: string | null;
}

/** Waiting: to be handed in. Unclear: it was handed in, and how much was given is not known yet. */
export type OpenState = 'waiting' | 'unclear';

export interface OpenClaim {
  readonly task: number;
  readonly state: OpenState;
  readonly claimedMicro: number;
  readonly evidence: string;
  readonly payer: string | null;
  /** Chosen before it is handed in for the first time and never changed: by it a second award is refused. */
  readonly nonce: string | null;
  readonly tries: number;
  /** Of its tries those at which something was found wrong with it. */
  readonly refusals: number;
  /** When it was first handed in without an answer that settles it; null: the network can't know it yet. */
  readonly triedAt: number | null;
  readonly ref: string;
  readonly tokens: number;
  readonly finishedAt: number;
}

export interface ClaimSum {
  readonly state: OpenState | 'paid' | 'failed';
  readonly reason: string | null;
  readonly count: number;
  readonly claimedMicro: number;
  readonly awardedMicro: number;
}

/** A claim that was paid when it was handed in, so that the network's own name of the award is not known. */
export interface PaidClaim {
  readonly ref: string;
  readonly awardedMicro: number;
}

const OPEN = `SELECT c.task, c.state, c.claimed_micro AS claimedMicro, c.evidence, c.payer, c.nonce, c.tries, c.refusals,
  c.tried_at AS triedAt, t.ref, coalesce(i.tokens_in + i.tokens_out, 0) AS tokens, o.finished_at AS finishedAt
  FROM claims c ${CLAIMED_JOB}
  WHERE c.network = @network AND c.place = @place AND c.state IN ('waiting', 'unclear')`;

/** Handed in, and not known whether they were counted. */
const IN_DOUBT = `SELECT t.ref FROM claims c ${CLAIMED_REF} WHERE c.network = @network AND c.place = @place
  AND c.state IN ('waiting', 'unclear') AND c.tried_at IS NOT NULL AND c.state = 'waiting'`;

/** Of settled ones those of full blocks were added up before. */
const SUMS = `WITH parts AS (
    SELECT state, reason, claims, claimed_micro, awarded_micro FROM claim_blocks WHERE network = @network AND place = @place
    UNION ALL SELECT state, coalesce(reason, ''), 1, claimed_micro, coalesce(awarded_micro, 0) FROM claims
      WHERE settled > coalesce((SELECT max(last) FROM claim_blocks), 0) AND network = @network AND place = @place
    UNION ALL SELECT state, coalesce(reason, ''), 1, claimed_micro, 0 FROM claims
      WHERE network = @network AND place = @place AND state IN ('waiting', 'unclear'))
  SELECT state, nullif(reason, '') AS reason, sum(claims) AS count, sum(claimed_micro) AS claimedMicro,
    sum(awarded_micro) AS awardedMicro FROM parts GROUP BY state, reason`;

const SETTLE = 'settled = (SELECT coalesce(max(settled), 0) + 1 FROM claims WHERE settled IS NOT NULL)';

interface Wanted {
  readonly network: string;
  readonly place: string;
  readonly now: number;
  readonly limit: number;
}

interface Alike {
  readonly network: string;
  readonly place: string;
  readonly least: number;
  readonly most: number;
  readonly since: number;
}

interface ClaimsDeps {
  readonly read: Database;
  readonly ledger: Pick<Ledger, 'book'>;
}

const DAY_MS = 86_400_000;

export class Claims {
  readonly #deps: ClaimsDeps;
  readonly #fresh: Statement<[Wanted], OpenClaim>;
  readonly #doubtful: Statement<[Wanted], OpenClaim>;
  readonly #nextAt: Statement<[string, string], { at: number | null }>;
  readonly #sums: Statement<[{ readonly network: string; readonly place: string }], ClaimSum>;
  readonly #paid: Statement<[string, string, number, string], PaidClaim>;
  readonly #taken: Statement<[string, string, string], { task: number }>;
  readonly #alike: Statement<[Alike], { count: number }>;
  readonly #old: Statement<[Omit<Wanted, 'place' | 'now'> & { readonly before: number }], OpenClaim>;
  readonly #open: Statement<[string], { count: number }>;

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
    const { read } = deps;
    // No wait is as long as a day: one that is was reckoned by a clock that has been set back since.
    const due = `(c.next_at <= @now OR c.next_at > @now + ${DAY_MS}) ORDER BY c.task LIMIT @limit`;
    this.#fresh = read.prepare(`${OPEN} AND c.tried_at IS NULL AND t.ref NOT IN (${IN_DOUBT}) AND ${due}`);
    this.#doubtful = read.prepare(`${OPEN} AND c.tried_at IS NOT NULL AND ${due}`);
    this.#nextAt = read.prepare(`SELECT min(next_at) AS at FROM claims
      WHERE network = ? AND place = ? AND state IN ('waiting', 'unclear')`);
    this.#sums = read.prepare(SUMS);
    this.#paid = read.prepare(`SELECT t.ref, c.awarded_micro AS awardedMicro FROM claims c ${CLAIMED_REF}
      WHERE c.network = ? AND c.place = ? AND c.state = 'paid' AND c.reference IS NULL AND c.settled_at >= ?
      AND t.ref IN (SELECT value FROM json_each(?))`);
    this.#taken = read.prepare('SELECT task FROM claims WHERE network = ? AND place = ? AND reference = ?');
    this.#alike = read.prepare(`SELECT
      (SELECT count(*) FROM claims WHERE network = @network AND place = @place AND state = 'paid' AND reference IS NULL
        AND settled_at >= @since AND awarded_micro BETWEEN @least AND @most)
      + (SELECT count(*) FROM claims WHERE network = @network AND place = @place AND state IN ('waiting', 'unclear')
        AND tried_at IS NOT NULL AND claimed_micro BETWEEN @least AND @most) AS count`);
    this.#old = read.prepare(
      `${OPEN.replace('AND c.place = @place', '')} AND o.finished_at < @before ORDER BY c.task LIMIT @limit`,
    );
    this.#open = read.prepare(
      `SELECT count(*) AS count FROM claims WHERE network = ? AND state IN ('waiting', 'unclear')`,
    );
  }

  /** How many claims an award of so much, within `grain`, could be for: in doubt, or paid when they were handed in since a moment. */
  alike(network: string, place: string, micro: number, grain: number, since: number): number {
    return this.#alike.get({ network, place, least: micro - grain, most: micro + grain, since })?.count ?? 0;
  }

  made(claim: NewClaim): Write {
    return {
      sql: `INSERT INTO claims (task, network, place, state, claimed_micro, evidence, payer) VALUES (?, ?, ?, 'waiting', ?, ?, ?)`,
      params: [claim.task, claim.network, claim.place, claim.claimedMicro, claim.evidence, claim.payer],
    };
  }

  /**
   * The oldest that the network can't know yet and whose time has come; without those of a task id of which another one was
   * handed in, and it is not known yet whether it was counted.
   */
  fresh(network: string, place: string, now: number, limit: number): OpenClaim[] {
    return this.#fresh.all({ network, place, now, limit });
  }

  /** The oldest that the network may know: it has to be looked up before one of them is handed in again. */
  doubtful(network: string, place: string, now: number, limit: number): OpenClaim[] {
    return this.#doubtful.all({ network, place, now, limit });
  }

  /** Open ones of tasks that ended before a moment, wherever they are claimed. */
  olderThan(network: string, moment: number, limit: number): OpenClaim[] {
    return this.#old.all({ network, before: moment, limit });
  }

  /** When the next open one is due (epoch milliseconds); null: there is none. */
  nextAt(network: string, place: string): number | null {
    return this.#nextAt.get(network, place)?.at ?? null;
  }

  open(network: string): number {
    return this.#open.get(network)?.count ?? 0;
  }

  sums(network: string, place: string): ClaimSum[] {
    return this.#sums.all({ network, place });
  }

  /** Those of tasks with these ids, paid since a moment. */
  paidBy(network: string, place: string, refs: readonly string[], since: number): PaidClaim[] {
    return this.#paid.all(network, place, since, JSON.stringify(refs));
  }

  /** Whether an award is some claim's already. */
  isTaken(network: string, place: string, reference: string): boolean {
    return this.#taken.get(network, place, reference) !== undefined;
  }

  /** On disk before it is handed in: whatever happens then, it is known that the network may have it. */
  trying(claim: OpenClaim, nonce: string, now: number): Write {
    return {
      sql: `UPDATE claims SET nonce = ?, tries = tries + 1, tried_at = coalesce(tried_at, ?) WHERE task = ? AND state IN ('waiting', 'unclear')`,
      params: [claim.nonce ?? nonce, now, claim.task],
      expect: 1,
    };
  }

  /** The network does not have it, so it may be handed in at `nextAt` as if for the first time, with the same nonce. */
  notTaken(task: number, nextAt: number, reason: string | null): Write {
    return {
      sql: `UPDATE claims SET state = 'waiting', tried_at = NULL, next_at = ?, reason = ? WHERE task = ? AND state IN ('waiting', 'unclear')`,
      params: [nextAt, reason, task],
    };
  }

  /** Something was found wrong with it, and it is tried again all the same. */
  refused(task: number): Write {
    return {
      sql: `UPDATE claims SET refusals = refusals + 1 WHERE task = ? AND state IN ('waiting', 'unclear')`,
      params: [task],
    };
  }

  /** It may have it; looked up again at `nextAt`. */
  inDoubt(task: number, state: OpenState, nextAt: number, reason: string): Write {
    return {
      sql: `UPDATE claims SET state = ?, next_at = ?, reason = ? WHERE task = ? AND state IN ('waiting', 'unclear')`,
      params: [state, nextAt, reason, task],
    };
  }

  /**
   * One unit: refused as a whole where it is settled already. `reference` is the network's own name of the award; `reason` says
   * what there is to say of one that was not found by that.
   */
  paidOut(
    claim: OpenClaim,
    awarded: Amount,
    reference: string | null,
    now: number,
    reason: string | null = null,
  ): readonly Write[] {
    return [
      {
        sql: `UPDATE claims SET state = 'paid', awarded_micro = ?, reference = ?, reason = ?, settled_at = ?, ${SETTLE}
          WHERE task = ? AND state IN ('waiting', 'unclear')`,
        params: [awarded.amountMicro, reference, reason, now, claim.task],
        expect: 1,
      },
      ...this.#correction(claim, awarded, now),
    ];
  }

  /** Nothing will come of it: what was booked is taken back. One unit, as above. */
  failed(claim: OpenClaim, of: Omit<Amount, 'amountMicro'>, reason: string, now: number): readonly Write[] {
    return [
      {
        sql: `UPDATE claims SET state = 'failed', reason = ?, settled_at = ?, ${SETTLE}
          WHERE task = ? AND state IN ('waiting', 'unclear')`,
        params: [reason, now, claim.task],
        expect: 1,
      },
      ...this.#correction(claim, { ...of, amountMicro: 0 }, now),
    ];
  }

  #correction({ task, claimedMicro }: OpenClaim, given: Amount, now: number): Write[] {
    const amountMicro = given.amountMicro - claimedMicro;
    if (amountMicro === 0) return [];
    const reference = referenceOf('correction', task);
    // It stands as the claim does.
    const entry = {
      ...given,
      amountMicro,
      at: now,
      kind: 'correction',
      job: task,
      reference,
      settledAt: null,
    } as const;
    return [this.#deps.ledger.book(entry)];
  }
}
