// Hands the directory a receipt for each task that was done, off the path of tasks, until it is known what was awarded. A call
// whose answer got lost may have been counted: such a receipt is looked up in the directory's books before it is handed in
// again, always under the same nonce, so that no task is awarded twice and none is forgotten.

import { backoffMs } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Loop } from '../../../base/lifecycle.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { Claims, OpenClaim } from '../../../payments/claims.ts';
import type { Committer, Write } from '../../../storage/write.ts';
import type { Speaker, Transaction } from '../directory.ts';
import type { Identity } from '../identity.ts';
import { Books, type Finding, hasNoBooks } from './books.ts';
import { sign } from './receipt.ts';
import { CREDIT, judge, putBack, REFUSED, type Told, type Trouble, toldOf, WRONG_KEY, writesFor } from './told.ts';

export interface ReceiptsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly claims: Claims;
  readonly identity: Pick<Identity, 'nodeId' | 'token' | 'hmacKey'>;
  readonly directory: {
    award(
      body: object,
      speaker: Speaker,
      signal: AbortSignal,
    ): Promise<{ readonly micro: number; readonly excluded: string | undefined }>;
    transactions(page: number, speaker: Speaker, signal: AbortSignal): Promise<Transaction[]>;
  };
  readonly operatorHmacKey: () => string;
  readonly enabled: () => boolean;
  /** The directory does not know our key: a registration brings another one. */
  readonly renew: () => void;
  /** Something was settled. */
  readonly changed: () => void;
}

const NETWORK = 'iicp';

/** How long a receipt may be handed in (IICP 1.4). It is not signed, so each try has its own. */
const VALID_MS = 300_000;
/** Handed in between two commits, and at once. */
const BATCH = 32;
const LANES = 4;
/** From one full batch to the next: fifty receipts a second cost tasks nothing, and a week of them is more than any node does. */
const PACE_MS = 20 * BATCH;
/** Looked up in one walk through the directory's books. */
const LOOKED_UP = 500;
const TOO_LONG_MS = 600_000;
const TROUBLE = { firstMs: 1000, longestMs: 300_000 };
const RENEW_EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
const GIVE_UP_MS = 7 * DAY_MS;
/** A clock that is wrong when the computer starts is right by then. */
const SETTLED_CLOCK_MS = 600_000;
/** After a task, so that a burst of them is one commit here. */
const GATHER_MS = 500;
const IDLE_MS = 30_000;
const TIDY_EVERY_MS = 60_000;
/** What a long outage may leave waiting: some hundred megabytes on disk. Beyond it tasks earn without a claim. */
const MOST_OPEN = 1_000_000;

export class Receipts implements Loop {
  readonly name = 'iicp receipts';
  readonly #deps: ReceiptsDeps;
  readonly #place: string;
  readonly #books: Books;
  #open: number;
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  readonly #began: number;
  #tidiedAt: number;
  #wake: (() => void) | undefined;
  #woken = false;

  /** `place` is the directory's address: claims that were made for another one are not handed in here. */
  constructor(deps: ReceiptsDeps, place: string) {
    this.#deps = deps;
    this.#place = place;
    this.#books = new Books(deps, place);
    this.#open = deps.claims.open(NETWORK);
    this.#began = deps.clock.monotonic();
    this.#tidiedAt = this.#began;
  }

  /** On the path of every task: whether what it earns is claimed. */
  wanted(): boolean {
    return this.#open < MOST_OPEN && this.#deps.enabled();
  }

  made(task: number, claimedMicro: number, responseHash: string, payer: string | null): Write {
    this.#open += 1;
    return this.#deps.claims.made({
      task,
      network: NETWORK,
      place: this.#place,
      claimedMicro,
      evidence: responseHash,
      payer,
    });
  }

  /** A claim is on disk. */
  committed(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    while (!signal.aborted) {
      this.#woken = false;
      let rest = IDLE_MS;
      try {
        rest = await this.#round(signal);
      } catch (error) {
        if (signal.aborted) return;
        // The disk, most likely: nothing was lost, for what is not written down is looked up.
        logger.warn('receipts could not be worked on', { error });
        this.#pause(0);
      }
      await this.#rest(Math.max(rest, this.#pausedUntil - clock.monotonic()), signal);
    }
  }

  /** Everything that can be done now; answers after how many milliseconds there is more. */
  async #round(signal: AbortSignal): Promise<number> {
    const { clock, claims, identity, enabled, operatorHmacKey } = this.#deps;
    const token = identity.token;
    const hmacKey = identity.hmacKey(operatorHmacKey());
    if (clock.monotonic() < this.#pausedUntil) return 0;
    await this.#tidy();
    if (!enabled() || token === undefined || hmacKey === undefined) return IDLE_MS;
    const speaker = { nodeId: identity.nodeId, token, hmacKey };
    const doubtful = claims.doubtful(NETWORK, this.#place, clock.now(), LOOKED_UP);
    if (doubtful.length > 0 && !(await this.#lookUp(doubtful, speaker, signal))) return 0;
    const fresh = claims.fresh(NETWORK, this.#place, clock.now(), BATCH);
    await this.#handIn(firstOfEach(fresh), speaker, signal);
    if (fresh.length === BATCH) return PACE_MS;
    const next = claims.nextAt(NETWORK, this.#place) ?? Number.POSITIVE_INFINITY;
    // Due and yet not handed in: it waits for another one of the same task id.
    if (next <= clock.now() && fresh.length === 0 && doubtful.length < LOOKED_UP) return IDLE_MS;
    return Math.min(IDLE_MS, Math.max(0, next - clock.now()));
  }

  /** Both look at all that is open. What was made and never reached the disk is in the sum until it is counted again. */
  async #tidy(): Promise<void> {
    const { clock, claims } = this.#deps;
    if (clock.monotonic() - this.#tidiedAt < TIDY_EVERY_MS) return;
    this.#tidiedAt = clock.monotonic();
    this.#open = claims.open(NETWORK);
    await this.#giveUp();
  }

  async #handIn(
    fresh: readonly OpenClaim[],
    speaker: Speaker & { readonly hmacKey: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, committer, claims, random } = this.#deps;
    if (fresh.length === 0) return;
    const writes = (claim: OpenClaim, told: Told) => writesFor(claim, told, { claims, now: clock.now(), random });
    const batch = fresh.map((claim) => ({ claim, nonce: claim.nonce ?? random.bytes(16).toString('hex') }));
    await committer.commit(batch.map(({ claim, nonce }) => claims.trying(claim, nonce, clock.now())));
    const units: (readonly Write[])[] = [];
    let next = 0;
    let trouble: Trouble | undefined;
    const lane = async () => {
      while (next < batch.length && !trouble && !signal.aborted) {
        const { claim, nonce } = batch[next++]!;
        const told = await this.#ask(claim, nonce, speaker, signal);
        units.push(writes(claim, told));
        if (told.kind === 'trouble') trouble ??= told;
        if (told.kind === 'refused' && told.reason === WRONG_KEY) this.#renewKey();
      }
    };
    await Promise.allSettled(Array.from({ length: LANES }, lane));
    // Those that were not handed in after all.
    for (const { claim } of batch.slice(next)) units.push([putBack(claims, claim, 0, null)]);
    await this.#settle(units);
    if (trouble) this.#pause(trouble.retryAfterMs);
    else this.#failures = 0;
  }

  /** Rejects only with the signal's reason; the claim is then in doubt. */
  async #ask(
    claim: OpenClaim,
    nonce: string,
    { hmacKey, ...speaker }: Speaker & { readonly hmacKey: string },
    signal: AbortSignal,
  ): Promise<Told> {
    const { clock, directory } = this.#deps;
    const { ref: taskId, tokens, payer: queryingNodeId, evidence: responseHash } = claim;
    const body = {
      node_id: speaker.nodeId,
      task_id: taskId,
      tokens_used: tokens,
      amount: claim.claimedMicro / 1_000_000,
      nonce,
      expires_at: new Date(clock.now() + VALID_MS).toISOString(),
      signature: sign({ taskId, tokens, nonce, responseHash, queryingNodeId }, hmacKey),
      response_hash: responseHash,
      reason: 'task_completion',
      ...(queryingNodeId === null ? {} : { querying_node_id: queryingNodeId }),
    };
    try {
      return toldOf(await directory.award(body, speaker, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      return judge(error);
    }
  }

  /** Asks the directory's books what it has of these. False: they can't be read now. */
  async #lookUp(
    doubtful: readonly OpenClaim[],
    { hmacKey, ...speaker }: Speaker & { readonly hmacKey: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    let findings: readonly Finding[];
    try {
      findings = await this.#books.find(doubtful, speaker, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (!hasNoBooks(error)) {
        const told = judge(error);
        this.#pause(told.kind === 'trouble' ? told.retryAfterMs : 0);
        return false;
      }
      return this.#withoutBooks(doubtful, { ...speaker, hmacKey }, signal);
    }
    await this.#settle(findings.map((finding) => this.#found(finding)));
    this.#failures = 0;
    return true;
  }

  #found(finding: Finding): readonly Write[] {
    const { clock, claims } = this.#deps;
    const { kind, claim } = finding;
    const { task, state, triedAt } = claim;
    const now = clock.now();
    if (kind === 'awarded') {
      const { id, micro } = finding.award;
      return claims.paidOut(claim, { ...CREDIT, amountMicro: micro }, id, now);
    }
    if (kind === 'too-far') return [claims.inDoubt(task, state, now + TOO_LONG_MS, 'books-too-long')];
    if (state === 'waiting') return [claims.notTaken(task, 0, null)];
    return [claims.inDoubt(task, 'unclear', now + later(now, triedAt), 'not-in-books')];
  }

  /**
   * Only the nonce is left to keep it from being counted twice, and a directory may forget one whose receipt has run out: after
   * that it is handed in again only when no books have turned up for a day. False: that was troublesome.
   */
  async #withoutBooks(
    doubtful: readonly OpenClaim[],
    speaker: Speaker & { readonly hmacKey: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock, claims } = this.#deps;
    const now = clock.now();
    const ago = ({ triedAt }: OpenClaim) => now - (triedAt ?? now);
    const { again = [], wait = [] } = Object.groupBy(doubtful, (claim) => {
      const remembered = ago(claim) < VALID_MS || ago(claim) > DAY_MS;
      return claim.state === 'waiting' && remembered ? 'again' : 'wait';
    });
    await this.#settle(
      wait.map(({ task, state, triedAt }) => [claims.inDoubt(task, state, now + later(now, triedAt), 'no-books')]),
    );
    await this.#handIn(again.slice(0, BATCH), speaker, signal);
    return clock.monotonic() >= this.#pausedUntil;
  }

  /** What could not be settled for a week won't be; a day more for what may have been counted. */
  async #giveUp(): Promise<void> {
    const { clock, claims } = this.#deps;
    if (clock.monotonic() - this.#began < SETTLED_CLOCK_MS) return;
    const now = clock.now();
    const old = claims.olderThan(NETWORK, now - GIVE_UP_MS, LOOKED_UP);
    const over = old.filter(({ triedAt, finishedAt }) => triedAt === null || now - finishedAt > GIVE_UP_MS + DAY_MS);
    await this.#settle(over.map((claim) => claims.failed(claim, CREDIT, 'too-old', now)));
  }

  /** One that can't be written stays in doubt and is looked up again. */
  async #settle(units: readonly (readonly Write[])[]): Promise<void> {
    if (units.length === 0) return;
    const done = await Promise.allSettled(units.map((writes) => this.#deps.committer.commit(writes)));
    const lost = done.filter(({ status }) => status === 'rejected').length;
    if (lost > 0) this.#deps.logger.warn('what came of receipts could not be written', { lost });
    this.#deps.changed();
  }

  #renewKey(): void {
    const { clock, operatorHmacKey, renew } = this.#deps;
    if (operatorHmacKey() !== '' || clock.monotonic() - this.#renewedAt < RENEW_EVERY_MS) return;
    this.#renewedAt = clock.monotonic();
    renew();
  }

  #pause(retryAfterMs: number): void {
    const { clock, random } = this.#deps;
    const wait = Math.max(retryAfterMs, backoffMs(this.#failures, TROUBLE, random));
    this.#failures += 1;
    this.#pausedUntil = clock.monotonic() + wait;
  }

  /** Sleeps until the time or the signal; a fresh claim ends a longer sleep than a gathering of more. */
  #rest(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      let cancel = clock.after(Math.max(0, ms), done);
      const gather = () => {
        this.#wake = undefined;
        const paused = this.#pausedUntil - clock.monotonic();
        if (ms <= GATHER_MS || paused >= ms) return;
        cancel();
        cancel = clock.after(Math.max(GATHER_MS, paused), done);
      };
      this.#wake = gather;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
      else if (this.#woken) gather();
    });
  }
}

/**
 * The books name tasks by the id that their senders chose. So that an award in them can be told to be a claim's, no two claims of
 * the same id are handed in at once.
 */
function firstOfEach(claims: readonly OpenClaim[]): OpenClaim[] {
  const seen = new Set<string>();
  return claims.filter(({ ref }) => !seen.has(ref) && seen.add(ref));
}

/** A minute at first, then ever longer, up to an hour. */
function later(now: number, triedAt: number | null): number {
  return Math.min(REFUSED.longestMs, Math.max(REFUSED.firstMs, (now - (triedAt ?? now)) / 2));
}
