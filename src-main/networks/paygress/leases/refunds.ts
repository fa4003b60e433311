// What goes back to customers: each refund is a row before a token is made of it, has a name by which the wallet makes it once, and is
// tried again until it is made.

import { backoffMs } from '../../../base/backoff.ts';
import { toHearthError } from '../../../base/errors.ts';
import { Turns } from '../../../base/turns.ts';
import type { LeaseDeps } from './deps.ts';
import type { LeaseRefund } from './payment-store.ts';

const RETRY = { firstMs: 5000, longestMs: 600_000 };
const MSAT_PER: Readonly<Record<string, number>> = { sat: 1000, msat: 1 };

export interface RefundTokens {
  /** What was made and not yet redeemed. */
  readonly tokens: readonly string[];
  /** Some of it is not made yet. */
  readonly waiting: boolean;
  readonly ids: readonly number[];
}

type Deps = Pick<LeaseDeps, 'clock' | 'random' | 'logger' | 'committer' | 'store' | 'wallet' | 'changed' | 'noted'>;

export class Refunds {
  readonly #deps: Deps;
  readonly #turns = new Turns();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Makes what is due, or all that waits. Never rejects. */
  look(all = false): Promise<void> {
    return this.#turns.take('all', async () => {
      const { store, clock, logger } = this.#deps;
      for (const refund of store.refundsDue(all ? Number.MAX_SAFE_INTEGER : clock.now())) {
        await this.#make(refund).catch((error: unknown) => {
          logger.warn('a refund could not be made yet', { refund: refund.id, job: refund.job, error });
        });
      }
    });
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  /** What a customer is to be told of a lease's refunds, or of those of one request. */
  async tokensOf(job: number, request?: string): Promise<RefundTokens> {
    const { store, wallet } = this.#deps;
    const refunds = store.refundsOf(job).filter((refund) => request === undefined || refund.request === request);
    const made = refunds.filter(({ state }) => state === 'made');
    const tokens: string[] = [];
    for (const { id, msat } of made) {
      const { token } = await wallet.refund(job, msat, { once: onceOf(id) });
      if (token !== null) tokens.push(token);
    }
    return { tokens, waiting: refunds.some(({ state }) => state === 'due'), ids: made.map(({ id }) => id) };
  }

  async #make(refund: LeaseRefund): Promise<void> {
    const { wallet, store, committer, changed, noted } = this.#deps;
    const { id, job, msat, why } = refund;
    try {
      const made = await wallet.refund(job, msat, { once: onceOf(id), memo: why });
      if (made.state !== 'done') return await this.#later(refund);
      const isLast = store.refundsOf(job).every((other) => other.id === id || other.state !== 'due');
      const free = isLast && store.lease(job)?.endedAs !== null ? store.mintsOf(job) : [];
      const promises = free.map((at) => wallet.promise({ job, ...at }, 0));
      await committer.commit([store.refunded(id, 'made', made.msat), ...promises]);
      noted('refunded');
    } catch (error) {
      const { code, details } = toHearthError(error);
      const left = Number(details.left ?? 0) * (MSAT_PER[String(details.unit)] ?? 0);
      if (code === 'wallet.too-little' || (code === 'wallet.refund-too-high' && left <= 0)) {
        await committer.commit([store.refunded(id, 'void', 0)]);
      } else if (code === 'wallet.refund-too-high') {
        await committer.commit(store.splitRefund(refund, left));
      } else {
        await this.#later(refund);
        throw error;
      }
    }
    changed();
  }

  async #later({ id, tries }: LeaseRefund): Promise<void> {
    const { clock, random, store, committer } = this.#deps;
    const dueAt = clock.now() + backoffMs(tries, RETRY, random);
    await committer.commit([store.retryRefund(id, tries + 1, dueAt)]);
  }
}

/** The wallet makes it once by this name. */
const onceOf = (id: number): string => `refund ${id}`;
