// What a request that was taken is answered: read from the books whenever it is asked, so that a repeat gets what is true by then, such as
// a refund that could not be made before.

import type { LeaseDeps } from '../leases/deps.ts';
import type { Leases } from '../leases/leases.ts';
import type { Asked } from '../leases/payment-store.ts';
import type { RefundTokens } from '../leases/refunds.ts';
import type { Lease } from '../leases/store.ts';
import { ERROR_TYPES, type ErrorReply, type ErrorType, writeReply } from '../wire/reply.ts';

export interface Answer {
  readonly text: string;
  /** What is kept of it with its request. */
  readonly kept: string;
  /** Refunds that it tells of. */
  readonly told: readonly number[];
}

const LATER = 'The refund is being made. Send the same request again to get it.';

type Deps = Pick<LeaseDeps, 'store' | 'seal'>;

export class Answers {
  readonly #deps: Deps;
  readonly #leases: Leases;

  constructor(deps: Deps, leases: Leases) {
    this.#deps = deps;
    this.#leases = leases;
  }

  /** Undefined: nothing has come of it yet. `isOver`: no refund is waited for any longer. */
  async of(asked: Asked, { isOver }: { readonly isOver: boolean }): Promise<Answer | undefined> {
    return asked.kind === 'spawn' ? this.#ofSpawn(asked, isOver) : this.#ofTopUp(asked, isOver);
  }

  async #ofSpawn({ job }: Asked, isOver: boolean): Promise<Answer | undefined> {
    const lease = this.#deps.store.lease(job);
    if (!lease) return undefined;
    switch (lease.endedAs) {
      case null:
        return this.#access(lease);
      case 'refused':
        return plain(errorOf(lease.endCode, lease.endMessage));
      case 'done':
        return plain({ error_type: 'lease_expired', message: 'This lease is over.', details: null });
      case 'failed':
      case 'evicted':
        return this.#withRefund(errorOf('backend_error', lease.endMessage), await this.#refunds(job), isOver);
    }
  }

  #access({ state, access }: Lease): Answer | undefined {
    if (state !== 'active' || access === null) return undefined;
    const text = this.#deps.seal.open(access);
    if (text === undefined) return plain({ error_type: 'backend_error', message: SEALED, details: null });
    return { text, kept: '', told: [] };
  }

  /** What was said stays as it was, but for a refund that has been made since. */
  async #ofTopUp({ id, job, reply }: Asked, isOver: boolean): Promise<Answer | undefined> {
    const { store } = this.#deps;
    const refunds = await this.#refunds(job, id);
    if (reply !== null && !store.refundsOf(job).some(({ request }) => request === id)) {
      return { text: reply, kept: reply, told: [] };
    }
    if (store.paymentFor(id)?.state !== 'used') return undefined;
    const error: ErrorReply = { error_type: 'race_lost', message: NOT_EXTENDED, details: null };
    return this.#withRefund(error, refunds, isOver);
  }

  #refunds(job: number, request?: string): Promise<RefundTokens> {
    return this.#leases.refunds.tokensOf(job, request);
  }

  #withRefund(error: ErrorReply, { tokens, waiting, ids }: RefundTokens, isOver: boolean): Answer | undefined {
    if (waiting && !isOver) return undefined;
    const details = [...tokens, ...(waiting ? [LATER] : [])].join('\n');
    const kept = writeReply(error);
    return { text: writeReply({ ...error, details: details === '' ? null : details }), kept, told: ids };
  }
}

const SEALED =
  'This provider has taken another key since and can’t read what it answered. Ask for the status of the machine.';
const NOT_EXTENDED = 'The lease ended before its time could be extended. What was paid is given back.';

const KNOWN: ReadonlySet<string> = new Set(ERROR_TYPES);

function errorOf(code: string | null, message: string | null): ErrorReply {
  const type = code !== null && KNOWN.has(code) ? (code as ErrorType) : 'backend_error';
  return { error_type: type, message: message ?? '', details: null };
}

function plain(error: ErrorReply): Answer {
  const text = writeReply(error);
  return { text, kept: text, told: [] };
}
