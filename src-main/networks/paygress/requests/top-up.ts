// More time for a machine, at the price that was agreed on for it. The token is redeemed first and the time added in one commit with the
// answer; where the machine has ended meanwhile, what was paid goes back.

import { HearthError } from '../../../base/errors.ts';
import type { Letter } from '../../../nostr/envelope.ts';
import type { Write } from '../../../storage/write.ts';
import { NOTHING } from '../../../work/resources.ts';
import { ADMISSION } from '../leases/bounds.ts';
import { type LeaseDeps, NETWORK } from '../leases/deps.ts';
import type { Leases } from '../leases/leases.ts';
import type { Asked, LeasePayment } from '../leases/payment-store.ts';
import { bought } from '../leases/price.ts';
import type { Lease } from '../leases/store.ts';
import { Refusal, refusalBy, refusalOf } from '../refusal.ts';
import { moment } from '../wire/access.ts';
import { type TopUpReply, writeReply } from '../wire/reply.ts';
import type { TopUpRequest } from '../wire/request.ts';
import { findLease } from './find.ts';
import { alreadyHere, PENDING, tokenDigest, weigh } from './spawn.ts';

export interface TopUpDeps extends LeaseDeps {
  readonly leases: Leases;
}

/** Makes the writes that answer this request, at once with whatever else is committed; none where it was answered already. */
export type Post = (asked: Asked, text: string) => readonly Write[];

const DAY_S = 86_400;

export class ToppingUp {
  readonly #deps: TopUpDeps;

  constructor(deps: TopUpDeps) {
    this.#deps = deps;
  }

  /** Checks it and writes it down: from then on it is known. Throws Refusal with nothing taken. */
  async begin(
    letter: Letter,
    { pod_npub, cashu_token }: TopUpRequest,
  ): Promise<{ readonly asked: Asked; readonly leastMsat: number }> {
    const { wallet, store, clock, committer } = this.#deps;
    const { job } = this.#assertAlive(findLease(store, letter.from, pod_npub));
    const token = await weigh(wallet, cashu_token);
    const known = store.byFingerprint(token.fingerprint);
    if (known) throw alreadyHere(known.state === 'asked');
    if (token.state === 'spent') throw refusalBy('wallet.token-spent');
    if (token.state === 'pending') throw new Refusal('token_pending', PENDING);
    const lease = this.#assertAlive(store.lease(job)!);
    if (store.payment(job)) {
      throw new Refusal(
        'rate_limited',
        'Another payment for this machine is being redeemed. Your token was not touched.',
      );
    }
    const brings = token.amountMsat - token.feeMsat;
    this.#assertSold(lease, brings);
    const now = clock.now();
    const asked: Asked = {
      id: letter.id,
      owner: letter.from,
      way: letter.by,
      kind: 'top-up',
      askedAt: letter.at,
      at: now,
      token: tokenDigest(cashu_token),
      job,
      reply: null,
    };
    try {
      await committer.commit([
        store.ask(asked),
        store.pay({ fingerprint: token.fingerprint, job, request: letter.id, kind: 'top-up' }, now),
      ]);
    } catch (error) {
      if (error instanceof HearthError && error.code === 'storage.conflict') throw alreadyHere(true);
      throw error;
    }
    return { asked, leastMsat: Math.min(brings, lease.rateMsat) };
  }

  /** Redeems it. Throws Refusal where it is not ours; false: only its mint knows yet. */
  async redeem({ job, id }: Asked, text: string, leastMsat: number): Promise<boolean> {
    const { wallet, store, committer } = this.#deps;
    const payment = store.paymentFor(id)!;
    try {
      const received = await wallet.receive(text, { job, leastMsat });
      if (received.job !== job || received.state === 'failed') {
        throw received.job === job ? refusalBy(received.reason?.code) : refusalBy('wallet.token-spent');
      }
      return received.state === 'done';
    } catch (error) {
      if (!(error instanceof Refusal) && wallet.paymentBy(payment.fingerprint)?.job === job) return false;
      await committer.commit([store.movePayment(payment.id, 'asked', 'none')]);
      throw refusalOf(error);
    }
  }

  /** What was redeemed becomes time, in one commit with the answer; or it is owed to its customer. */
  async apply(payment: LeasePayment, asked: Asked, podId: string, post: Post): Promise<void> {
    const { leases, store, committer, clock } = this.#deps;
    try {
      await leases.extend(payment.job, payment, (lease, until) => post(asked, this.#extended(lease, until, podId)));
    } catch (error) {
      const isSold = !(error instanceof Refusal) && !(error instanceof HearthError && NOT_SOLD.has(error.code));
      if (isSold) throw error;
      const { id, job, msat } = payment;
      const why = 'The time of the machine could not be extended.';
      await committer.commit([
        store.movePayment(id, 'ours', 'used'),
        store.owe({ job, request: asked.id, msat, why }, clock.now()),
      ]);
      await leases.refunds.look();
    }
  }

  #extended(lease: Lease, until: number, podId: string): string {
    const reply: TopUpReply = {
      success: true,
      pod_npub: podId,
      extended_duration_seconds: Math.round((until - lease.paidUntil) / 1000),
      new_expires_at: moment(until),
      message: 'The time was extended.',
    };
    return writeReply(reply);
  }

  #assertAlive(lease: Lease): Lease {
    if (lease.state !== 'active' || lease.paidUntil <= this.#deps.clock.now()) {
      throw new Refusal('lease_expired', 'This lease is over. Your token was not touched.');
    }
    return lease;
  }

  #assertSold(lease: Lease, msat: number): void {
    const { slots } = this.#deps;
    const { seconds } = bought(msat, lease.creditMsat, lease.rateMsat);
    if (msat <= 0 || seconds < 1) {
      throw new Refusal(
        'insufficient_payment',
        'After its mint’s fee this token pays for no second. It was not touched.',
      );
    }
    const until = lease.paidUntil + seconds * 1000;
    if (until - this.#deps.clock.now() > ADMISSION.leaseS * 1000) {
      throw new Refusal(
        'no_capacity',
        `No more than ${ADMISSION.leaseS / DAY_S} days are sold. Your token was not touched.`,
      );
    }
    const claim = slots.tryClaim(NOTHING, { network: NETWORK, kind: 'lease', until });
    if (!claim) {
      throw new Refusal(
        'no_capacity',
        'This provider’s hours end before so much time is over. Your token was not touched.',
      );
    }
    claim.release();
  }
}

const NOT_SOLD: ReadonlySet<string> = new Set(['work.lease-not-sold', 'work.not-a-lease', 'storage.conflict']);
