// Hands the directory a receipt for each task that was done, off the path of tasks, until it is known what was awarded. A call
// whose answer got lost may have been counted: such a receipt is looked up in the directory's books before it is handed in
// again, always under the same nonce, so that no task is awarded twice and none is forgotten.

import { backoffMs } from '../../../base/backoff.ts';
import type { Loop } from '../../../base/lifecycle.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { Claims, OpenClaim } from '../../../payments/claims.ts';
import type { Committer, Write } from '../../../storage/write.ts';
import type { Page, Speaker } from '../directory/directory.ts';
import type { Identity } from '../identity/identity.ts';
import { Asking, type AskingDeps } from './asking.ts';
import { DirectoryLedger, type Finding, hasNoLedger, type Unsure } from './directory-ledger.ts';
import { notListed, stepFor } from './doubt.ts';
import { CREDIT, judge, putBack, type ReceiptVerdict, type Trouble, writesFor } from './verdict.ts';

export interface ReceiptsDeps extends AskingDeps {
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly claims: Claims;
  readonly identity: AskingDeps['identity'] & Pick<Identity, 'nodeId' | 'token'>;
  readonly directory: AskingDeps['directory'] & {
    transactions(page: number, speaker: Speaker, signal: AbortSignal): Promise<Page>;
  };
  readonly enabled: () => boolean;
  /** Something was settled. */
  readonly changed: () => void;
}

const NETWORK = 'iicp';

/** Handed in between two commits, and at once. */
const BATCH = 32;
const LANES = 4;
/** From one full batch to the next: fifty receipts a second cost tasks nothing, and a week of them is more than any node does. */
const PACE_MS = 20 * BATCH;
/** Looked up in one walk through the directory's books. */
const LOOKED_UP = 500;
const TROUBLE = { firstMs: 1000, longestMs: 300_000 };
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
  readonly #asking: Asking;
  readonly #ledger: DirectoryLedger;
  #open: number;
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #bookFailures = 0;
  /** When the books may be readable again. */
  #booksAt = Number.NEGATIVE_INFINITY;
  readonly #began: number;
  #tidiedAt: number;
  #wake: (() => void) | undefined;
  #woken = false;

  /** `place` is the directory's address: claims that were made for another one are not handed in here. */
  constructor(deps: ReceiptsDeps, place: string) {
    this.#deps = deps;
    this.#place = place;
    this.#asking = new Asking(deps);
    this.#ledger = new DirectoryLedger(deps, place);
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
    const signs = identity.hmacKeys(operatorHmacKey()).length > 0;
    if (clock.monotonic() < this.#pausedUntil) return 0;
    await this.#tidy();
    if (!enabled() || token === undefined || !signs) return IDLE_MS;
    const speaker = { nodeId: identity.nodeId, token };
    const looking = clock.monotonic() >= this.#booksAt;
    const doubtful = looking ? claims.doubtful(NETWORK, this.#place, clock.now(), LOOKED_UP) : [];
    if (doubtful.length > 0 && !(await this.#lookUp(doubtful, speaker, signal))) return 0;
    const fresh = claims.fresh(NETWORK, this.#place, clock.now(), BATCH);
    await this.#handIn(firstOfEach(fresh), speaker, signal);
    if (fresh.length === BATCH) return PACE_MS;
    const next = claims.nextAt(NETWORK, this.#place) ?? Number.POSITIVE_INFINITY;
    // Due and yet not handed in: it waits for another one of the same task id, or for the books.
    if (next <= clock.now() && fresh.length === 0 && doubtful.length < LOOKED_UP) {
      const books = this.#booksAt - clock.monotonic();
      return books > 0 ? Math.min(IDLE_MS, books) : IDLE_MS;
    }
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

  async #handIn(fresh: readonly OpenClaim[], speaker: Speaker, signal: AbortSignal): Promise<void> {
    const { clock, committer, claims, random } = this.#deps;
    if (fresh.length === 0) return;
    const writes = (claim: OpenClaim, verdict: ReceiptVerdict) =>
      writesFor(claim, verdict, { claims, now: clock.now(), random });
    const batch = fresh.map((claim) => ({ claim, nonce: claim.nonce ?? random.bytes(16).toString('hex') }));
    await committer.commit(batch.map(({ claim, nonce }) => claims.trying(claim, nonce, clock.now())));
    const units: (readonly Write[])[] = [];
    let next = 0;
    let trouble: Trouble | undefined;
    const one = async () => {
      const { claim, nonce } = batch[next++]!;
      const verdict = await this.#asking.ask(claim, nonce, speaker, signal);
      units.push(writes(claim, verdict));
      if (verdict.kind === 'trouble') trouble ??= verdict;
    };
    const lane = async () => {
      while (next < batch.length && !trouble && !signal.aborted) await one();
    };
    // A directory whose books can't be read may be away altogether: no more than one receipt is put in doubt to find out.
    if (this.#bookFailures > 0) await one();
    await Promise.allSettled(Array.from({ length: LANES }, lane));
    // Those that were not handed in after all.
    for (const { claim } of batch.slice(next)) units.push([putBack(claims, claim, 0, null)]);
    await this.#settle(units);
    if (trouble) this.#pause(trouble.retryAfterMs);
    else this.#failures = 0;
  }

  /**
   * Asks the directory's books what it has of these. Where they can't be read, that keeps no other receipt waiting. False: it
   * takes nothing from us now.
   */
  async #lookUp(doubtful: readonly OpenClaim[], speaker: Speaker, signal: AbortSignal): Promise<boolean> {
    const { clock, claims } = this.#deps;
    const findings = await this.#findings(doubtful, speaker, signal);
    if (!findings) return false;
    const steps = findings.map((finding) => stepFor(finding, claims, clock.now()));
    await this.#settle(steps.flatMap((step) => (step.kind === 'settle' ? [step.writes] : [])));
    const again = steps.flatMap((step) => (step.kind === 'again' ? [step.claim] : []));
    await this.#handIn(again.slice(0, BATCH), speaker, signal);
    return clock.monotonic() >= this.#pausedUntil;
  }

  async #findings(
    doubtful: readonly OpenClaim[],
    speaker: Speaker,
    signal: AbortSignal,
  ): Promise<readonly Finding[] | undefined> {
    const unsure = (why: Unsure) => doubtful.map((claim): Finding => ({ kind: 'unsure', claim, why }));
    try {
      const findings = await this.#ledger.find(doubtful, speaker, signal);
      this.#bookFailures = 0;
      return findings;
    } catch (error) {
      if (signal.aborted) throw error;
      if (hasNoLedger(error)) return unsure('none');
      const verdict = judge(error);
      const retryAfterMs = verdict.kind === 'trouble' ? verdict.retryAfterMs : 0;
      if (verdict.kind === 'trouble' && !verdict.taken) {
        this.#pause(retryAfterMs);
        return undefined;
      }
      this.#booksAt = this.#deps.clock.monotonic() + this.#backoff(this.#bookFailures, retryAfterMs);
      this.#bookFailures += 1;
      return unsure('failed');
    }
  }

  /** What could not be settled for a week won't be; a day more for what may have been counted. */
  async #giveUp(): Promise<void> {
    const { clock, claims } = this.#deps;
    if (clock.monotonic() - this.#began < SETTLED_CLOCK_MS) return;
    const now = clock.now();
    const old = claims.olderThan(NETWORK, now - GIVE_UP_MS, LOOKED_UP);
    const over = old.filter(({ triedAt, finishedAt }) => triedAt === null || now - finishedAt > GIVE_UP_MS + DAY_MS);
    await this.#settle(
      over.map((claim) =>
        claim.state === 'unclear' ? notListed(claim, claims, now) : claims.failed(claim, CREDIT, 'too-old', now),
      ),
    );
  }

  /** One that can't be written stays in doubt and is looked up again. */
  async #settle(units: readonly (readonly Write[])[]): Promise<void> {
    if (units.length === 0) return;
    const done = await Promise.allSettled(units.map((writes) => this.#deps.committer.commit(writes)));
    const lost = done.filter(({ status }) => status === 'rejected').length;
    if (lost > 0) this.#deps.logger.warn('what came of receipts could not be written', { lost });
    this.#deps.changed();
  }

  #pause(retryAfterMs: number): void {
    this.#pausedUntil = this.#deps.clock.monotonic() + this.#backoff(this.#failures, retryAfterMs);
    this.#failures += 1;
  }

  #backoff(failures: number, retryAfterMs: number): number {
    return Math.max(retryAfterMs, backoffMs(failures, TROUBLE, this.#deps.random));
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
 * The books name tasks by the id that their senders chose. So that an award in them is known to be a claim's, no two claims of
 * the same id are handed in at once.
 */
function firstOfEach(claims: readonly OpenClaim[]): OpenClaim[] {
  const seen = new Set<string>();
  return claims.filter(({ ref }) => !seen.has(ref) && seen.add(ref));
}
