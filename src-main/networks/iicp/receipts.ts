// Hands the directory a receipt for each task that was done, off the path of tasks, until it is known what was awarded. A call
// whose answer got lost may have been counted: such a receipt is looked up in the directory's books before it is handed in
// again, always under the same nonce, so that no task is awarded twice and none is forgotten.

import { backoffMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { toHearthError } from '../../base/errors.ts';
import type { Loop } from '../../base/lifecycle.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Claims, OpenClaim } from '../../payments/claims.ts';
import type { Committer, Write } from '../../storage/write.ts';
import { PAGE, type Speaker, type Transaction } from './directory.ts';
import { DirectoryRefused } from './errors.ts';
import type { Identity } from './identity.ts';
import { sign } from './receipt.ts';

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
const CREDIT = { network: NETWORK, unit: 'credit' };

/** How long a receipt may be handed in (IICP 1.4). It is not signed, so each try has its own. */
const VALID_MS = 300_000;
/** Handed in between two commits, and at once. */
const BATCH = 32;
const LANES = 4;
/** From one full batch to the next: fifty receipts a second cost tasks nothing, and a week of them is more than any node does. */
const PACE_MS = 20 * BATCH;
/** Looked up in one walk through the directory's books. */
const LOOKED_UP = 500;
const MOST_PAGES = 300;
/** The directory's clock and ours may differ by this much; by more where it says itself that it has the receipt. */
const SKEW_MS = { waiting: 120_000, unclear: 600_000 };
const TOO_LONG_MS = 600_000;
const TROUBLE = { firstMs: 1000, longestMs: 300_000 };
/** For one receipt that is refused for what it says. */
const REFUSED = { firstMs: 60_000, longestMs: 3_600_000 };
const MOST_REFUSALS = 10;
const MOST_WRONG_KEYS = 30;
const RENEW_EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
const GIVE_UP_MS = 7 * DAY_MS;
/** A clock that is wrong when the computer starts is right by then. */
const SETTLED_CLOCK_MS = 600_000;
/** After a task, so that a burst of them is one commit here. */
const GATHER_MS = 500;
const IDLE_MS = 30_000;
const COUNT_EVERY_MS = 60_000;
/** What a long outage may leave waiting: some hundred megabytes on disk. Beyond it tasks earn without a claim. */
const MOST_OPEN = 1_000_000;

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

type Told =
  | { readonly kind: 'awarded'; readonly micro: number }
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly reason: string; readonly most: number }
  /** Not its own fault: the others wait as well. `taken`: whether the directory may have counted it. */
  | { readonly kind: 'trouble'; readonly taken: boolean; readonly reason: string; readonly retryAfterMs: number };

export class Receipts implements Loop {
  readonly name = 'iicp receipts';
  readonly #deps: ReceiptsDeps;
  readonly #place: string;
  #open: number;
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  readonly #began: number;
  #countedAt: number;
  #wake: (() => void) | undefined;
  #woken = false;

  /** `place` is the directory's address: claims that were made for another one are not handed in here. */
  constructor(deps: ReceiptsDeps, place: string) {
    this.#deps = deps;
    this.#place = place;
    this.#open = deps.claims.open(NETWORK);
    this.#began = deps.clock.monotonic();
    this.#countedAt = this.#began;
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
    await this.#giveUp();
    this.#count();
    if (!enabled() || token === undefined || hmacKey === undefined) return IDLE_MS;
    const speaker = { nodeId: identity.nodeId, token };
    const doubtful = claims.doubtful(NETWORK, this.#place, clock.now(), LOOKED_UP);
    if (doubtful.length > 0 && !(await this.#lookUp(doubtful, speaker, signal))) return 0;
    const fresh = claims.fresh(NETWORK, this.#place, clock.now(), BATCH);
    if (fresh.length > 0) await this.#handIn(fresh, { ...speaker, hmacKey }, signal);
    if (fresh.length === BATCH) return PACE_MS;
    const next = claims.nextAt(NETWORK, this.#place);
    return next === null ? IDLE_MS : Math.min(IDLE_MS, Math.max(0, next - clock.now()));
  }

  /** What was made and never reached the disk is in the sum until it is counted again. */
  #count(): void {
    const { clock, claims } = this.#deps;
    if (clock.monotonic() - this.#countedAt < COUNT_EVERY_MS) return;
    this.#countedAt = clock.monotonic();
    this.#open = claims.open(NETWORK);
  }

  async #handIn(
    fresh: readonly OpenClaim[],
    speaker: Speaker & { readonly hmacKey: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, committer, claims, random } = this.#deps;
    const batch = fresh.map((claim) => ({ claim, nonce: claim.nonce ?? random.bytes(16).toString('hex') }));
    await committer.commit(batch.map(({ claim, nonce }) => claims.trying(claim, nonce, clock.now())));
    const units: (readonly Write[])[] = [];
    let next = 0;
    let trouble: Extract<Told, { kind: 'trouble' }> | undefined;
    const lane = async () => {
      while (next < batch.length && !trouble && !signal.aborted) {
        const { claim, nonce } = batch[next++]!;
        const told = await this.#ask(claim, nonce, speaker, signal);
        units.push(this.#outcome(claim, told));
        if (told.kind === 'trouble') trouble ??= told;
      }
    };
    await Promise.allSettled(Array.from({ length: LANES }, lane));
    // Those that were not handed in after all.
    for (const { claim } of batch.slice(next)) units.push([claims.notTaken(claim.task, 0, null)]);
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
      const { micro, excluded } = await directory.award(body, speaker, signal);
      if (micro > 0) return { kind: 'awarded', micro };
      return { kind: 'nothing', reason: excluded !== undefined && CODE.test(excluded) ? excluded : 'not-awarded' };
    } catch (error) {
      if (signal.aborted) throw error;
      return this.#judge(error);
    }
  }

  #judge(error: unknown): Told {
    const { code, retryAfterMs = 0 } = toHearthError(error);
    const status = error instanceof DirectoryRefused ? error.status : 0;
    if (status === 409) return { kind: 'known' };
    if (code === 'IICP-E027') {
      this.#renewKey();
      return { kind: 'refused', reason: code, most: MOST_WRONG_KEYS };
    }
    // Turned away before anything was looked at: forgotten, or too much at once.
    if ([401, 404, 410, 429].includes(status)) return { kind: 'trouble', taken: false, reason: code, retryAfterMs };
    if (status >= 400 && status < 500) return { kind: 'refused', reason: code, most: MOST_REFUSALS };
    return { kind: 'trouble', taken: true, reason: code, retryAfterMs };
  }

  #outcome(claim: OpenClaim, told: Told): readonly Write[] {
    const { claims, clock, random } = this.#deps;
    const now = clock.now();
    switch (told.kind) {
      case 'awarded':
        return claims.paidOut(claim, { ...CREDIT, amountMicro: told.micro }, null, now);
      case 'nothing':
        return claims.failed(claim, CREDIT, told.reason, now);
      case 'known':
        return [claims.inDoubt(claim.task, 'unclear', 0, 'replayed')];
      case 'refused':
        if (claim.tries + 1 >= told.most) return claims.failed(claim, CREDIT, told.reason, now);
        return [claims.notTaken(claim.task, now + backoffMs(claim.tries, REFUSED, random), told.reason)];
      case 'trouble':
        if (told.taken) return [claims.inDoubt(claim.task, claim.state, 0, told.reason)];
        return [claims.notTaken(claim.task, 0, told.reason)];
    }
  }

  /** Finds in the directory's books what it has of these. False: it could not be asked. */
  async #lookUp(doubtful: readonly OpenClaim[], speaker: Speaker, signal: AbortSignal): Promise<boolean> {
    const { clock, claims } = this.#deps;
    const since = Math.min(...doubtful.map(sinceOf));
    const refs = Map.groupBy(doubtful, ({ ref }) => ref);
    const now = clock.now();
    let books: Books;
    try {
      books = await this.#read(since, (taskId) => refs.has(taskId), speaker, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const told = this.#judge(error);
      if (isUnknownRoute(error)) {
        // Without books to look at only the nonce is left to keep it from being counted twice.
        await this.#settle(
          doubtful.map(({ task, state, triedAt }) => [
            state === 'waiting'
              ? claims.notTaken(task, 0, 'no-books')
              : claims.inDoubt(task, state, now + later(now, triedAt), 'no-books'),
          ]),
        );
        return true;
      }
      this.#pause(told.kind === 'trouble' ? told.retryAfterMs : 0);
      return false;
    }
    const units: (readonly Write[])[] = [];
    for (const [ref, group] of refs) {
      const left = this.#unmatched(ref, books.found.get(ref) ?? [], since);
      for (const claim of group) {
        const same = left.findIndex(({ micro }) => micro === claim.claimedMicro);
        const [award] = left.splice(Math.max(0, same), 1);
        if (award) units.push(claims.paidOut(claim, { ...CREDIT, amountMicro: award.micro }, award.id, now));
        else if (books.from > sinceOf(claim))
          units.push([claims.inDoubt(claim.task, claim.state, now + TOO_LONG_MS, 'books-too-long')]);
        else if (claim.state === 'waiting') units.push([claims.notTaken(claim.task, 0, null)]);
        else units.push([claims.inDoubt(claim.task, 'unclear', now + later(now, claim.triedAt), 'not-in-books')]);
      }
    }
    await this.#settle(units);
    this.#failures = 0;
    return true;
  }

  /** Awards for a task id that no claim of ours has yet: senders may give many tasks the same one. */
  #unmatched(ref: string, awards: readonly Transaction[], since: number): Transaction[] {
    const { claims } = this.#deps;
    const left = awards.filter(({ id, micro }) => micro > 0 && !claims.isTaken(NETWORK, this.#place, id));
    for (const { awardedMicro, reference } of claims.paid(NETWORK, this.#place, ref, since)) {
      const at = reference === null ? left.findIndex(({ micro }) => micro === awardedMicro) : -1;
      if (at >= 0) left.splice(at, 1);
    }
    // Oldest first, as the claims are.
    return left.reverse();
  }

  /** The directory's books back to a moment, newest first; of them those of wanted tasks. */
  async #read(
    since: number,
    wanted: (taskId: string) => boolean,
    speaker: Speaker,
    signal: AbortSignal,
  ): Promise<Books> {
    const seen = new Set<string>();
    const found = new Map<string, Transaction[]>();
    let from = Number.POSITIVE_INFINITY;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const list = await this.#deps.directory.transactions(page, speaker, signal);
      for (const one of list) {
        // What is booked meanwhile moves others to the next page.
        if (one.taskId === null || one.at < since || !wanted(one.taskId) || seen.has(one.id)) continue;
        seen.add(one.id);
        const same = found.get(one.taskId);
        if (same) same.push(one);
        else found.set(one.taskId, [one]);
      }
      const oldest = list.at(-1);
      if (list.length < PAGE || !oldest) return { found, from: Number.NEGATIVE_INFINITY };
      from = oldest.at;
      if (from < since) break;
    }
    return { found, from };
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

interface Books {
  readonly found: ReadonlyMap<string, readonly Transaction[]>;
  /** How far back they were read. */
  readonly from: number;
}

/** An award for it can't be older. */
function sinceOf({ state, triedAt, finishedAt }: OpenClaim): number {
  return (state === 'waiting' ? (triedAt ?? finishedAt) : finishedAt) - SKEW_MS[state];
}

/** A minute at first, then ever longer, up to an hour. */
function later(now: number, triedAt: number | null): number {
  return Math.min(REFUSED.longestMs, Math.max(REFUSED.firstMs, (now - (triedAt ?? now)) / 2));
}

/** This directory has no such books; one that does not know this node says so with a code of its own. */
function isUnknownRoute(error: unknown): boolean {
  if (!(error instanceof DirectoryRefused)) return false;
  return error.status === 405 || error.status === 501 || (error.status === 404 && error.code !== 'IICP-E003');
}
