// Hands one receipt in. The official directories refuse one code for a wrong key and for a payer that they don't know, and one of
// them knows no key but its own: the same nonce is signed again without the payer, and with each key that may be meant, before a
// registration is asked for another key. What is refused so was not counted, for the nonce is looked at last. Where the directory
// breaks over a receipt without a word, its books may be the reason: they are asked.

import type { Clock } from '../../../base/clock.ts';
import type { OpenClaim } from '../../../payments/claims.ts';
import type { Account, Speaker } from '../directory/directory.ts';
import { DirectoryRefused } from '../errors.ts';
import type { Identity } from '../identity/identity.ts';
import { sign } from './receipt.ts';
import { BOOKS_DISAGREE, judge, type ReceiptVerdict, verdictOf, WRONG_KEY } from './verdict.ts';

export interface AskingDeps {
  readonly clock: Clock;
  readonly identity: Pick<Identity, 'hmacKeys' | 'taken'>;
  readonly directory: {
    award(
      body: object,
      speaker: Speaker,
      signal: AbortSignal,
    ): Promise<{ readonly micro: number; readonly excluded: string | undefined }>;
    account(speaker: Speaker, signal: AbortSignal): Promise<Account>;
  };
  readonly operatorHmacKey: () => string;
  /** The directory does not know our key: a registration brings another one. */
  readonly renew: () => void;
}

/** How long a receipt may be handed in (IICP 1.4). It is not signed, so each try has its own. */
export const VALID_MS = 300_000;
const RENEW_EVERY_MS = 600_000;
/** How long what the books were like is believed. */
const BOOKS_MS = 600_000;
const RENEW_LONGEST_MS = 86_400_000;

export class Asking {
  readonly #deps: AskingDeps;
  #renewAt = Number.NEGATIVE_INFINITY;
  #renewals = 0;
  #ledger: { readonly agree: Promise<boolean>; readonly until: number } | undefined;

  constructor(deps: AskingDeps) {
    this.#deps = deps;
  }

  /** Rejects only with the signal's reason; the claim is then in doubt. */
  async ask(claim: OpenClaim, nonce: string, speaker: Speaker, signal: AbortSignal): Promise<ReceiptVerdict> {
    const { identity, operatorHmacKey } = this.#deps;
    const operatorKey = operatorHmacKey();
    let verdict: ReceiptVerdict = { kind: 'refused', reason: WRONG_KEY };
    for (const key of identity.hmacKeys(operatorKey)) {
      for (const payer of claim.payer === null ? [null] : [claim.payer, null]) {
        verdict = await this.#try({ ...claim, payer }, nonce, key, speaker, signal);
        const refused = verdict.kind === 'refused' && verdict.reason === WRONG_KEY;
        if (verdict.kind !== 'trouble' && !refused) this.#takes(key, operatorKey);
        if (!refused) return verdict;
        // Without the payer it would be refused as well.
        if (verdict.kind === 'refused' && verdict.fault === 'key') break;
      }
    }
    this.#renew();
    return verdict;
  }

  async #try(
    claim: OpenClaim,
    nonce: string,
    key: string,
    speaker: Speaker,
    signal: AbortSignal,
  ): Promise<ReceiptVerdict> {
    const { clock, directory } = this.#deps;
    const { ref: taskId, tokens, payer: queryingNodeId, evidence: responseHash } = claim;
    const body = {
      node_id: speaker.nodeId,
      task_id: taskId,
      tokens_used: tokens,
      amount: claim.claimedMicro / 1_000_000,
      nonce,
      expires_at: new Date(clock.now() + VALID_MS).toISOString(),
      signature: sign({ taskId, tokens, nonce, responseHash, queryingNodeId }, key),
      response_hash: responseHash,
      reason: 'task_completion',
      ...(queryingNodeId === null ? {} : { querying_node_id: queryingNodeId }),
    };
    try {
      return verdictOf(await directory.award(body, speaker, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      if (isBroken(error) && !(await this.#booksAgree(speaker, signal)))
        return { kind: 'later', reason: BOOKS_DISAGREE };
      return judge(error);
    }
  }

  /** True where they can't be read. Several receipts at once ask once. */
  async #booksAgree(speaker: Speaker, signal: AbortSignal): Promise<boolean> {
    const { clock, directory } = this.#deps;
    if (!this.#ledger || clock.monotonic() >= this.#ledger.until) {
      const agree = directory.account(speaker, signal).then(
        ({ agrees }) => agrees,
        () => true,
      );
      this.#ledger = { agree, until: clock.monotonic() + BOOKS_MS };
    }
    const agree = await this.#ledger.agree;
    signal.throwIfAborted();
    return agree;
  }

  #takes(key: string, operatorKey: string): void {
    this.#renewals = 0;
    this.#deps.identity.taken(key, operatorKey);
  }

  /** A key that did not help is not asked for over and over. */
  #renew(): void {
    const { clock, renew } = this.#deps;
    if (clock.monotonic() < this.#renewAt) return;
    this.#renewAt = clock.monotonic() + Math.min(RENEW_LONGEST_MS, RENEW_EVERY_MS * 2 ** this.#renewals);
    this.#renewals = Math.min(this.#renewals + 1, 10);
    renew();
  }
}

/** An error of the server's own, and not that it is away or has too much to do. */
function isBroken(error: unknown): boolean {
  return error instanceof DirectoryRefused && error.status === 500 && error.fault === undefined;
}
