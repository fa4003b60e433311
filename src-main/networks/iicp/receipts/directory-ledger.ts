// Finds in the directory's books what became of receipts whose answer got lost. The books name tasks by the id that their
// senders chose, not by the receipt, and some name none: an award that could be another claim's is not taken for this one's.

import type { Claims, OpenClaim } from '../../../payments/claims.ts';
import type { Page, Speaker, Transaction } from '../directory/directory.ts';
import { DirectoryRefused } from '../errors.ts';

interface BooksDeps {
  readonly claims: Pick<Claims, 'isTaken' | 'paidBy' | 'alike'>;
  readonly directory: {
    transactions(page: number, speaker: Speaker, signal: AbortSignal): Promise<Page>;
  };
}

export type Finding =
  | { readonly kind: 'awarded'; readonly claim: OpenClaim; readonly award: Transaction }
  | { readonly kind: 'missing'; readonly claim: OpenClaim }
  | { readonly kind: 'unsure'; readonly claim: OpenClaim; readonly why: Unsure };

/**
 * Too far: the books are longer than one reads. Unnamed: they have an award for an unknown task, or end before it, as
 * those of an official directory do, which tells its newest twenty lines. None: it keeps none. Failed: they can't be read now.
 */
export type Unsure = 'too-far' | 'unnamed' | 'none' | 'failed';

const NETWORK = 'iicp';
const MOST_PAGES = 300;
/** The directory's clock and ours may differ by this much; by more where it says itself that it has the receipt. */
const SKEW_MS = { waiting: 120_000, unclear: 600_000 };
/** The official directories keep ten-thousandths of a credit: what they were asked for is found in their books within this. */
const GRAIN_MICRO = 99;
/** The directories give these to nodes that have nothing, and take these for what a node has asked for itself. */
const GIFT = 'free_allocation';
const SPENT = 'debit';

interface Read {
  readonly named: Map<string, Transaction[]>;
  /** Awards for tasks that are not named. */
  readonly unnamed: Transaction[];
  /** How far back they were read: all since then is listed. */
  readonly from: number;
  readonly tooLong: boolean;
}

export class DirectoryLedger {
  readonly #deps: BooksDeps;
  readonly #place: string;

  constructor(deps: BooksDeps, place: string) {
    this.#deps = deps;
    this.#place = place;
  }

  /** What they say of each of these. Rejects with DirectoryRefused, or with the signal's reason. */
  async find(doubtful: readonly OpenClaim[], speaker: Speaker, signal: AbortSignal): Promise<readonly Finding[]> {
    const since = Math.min(...doubtful.map(sinceOf));
    const groups = Map.groupBy(doubtful, ({ ref }) => ref);
    const read = await this.#read(since, (taskId) => groups.has(taskId), speaker, signal);
    this.#leaveOutTheSettled(read.named, since);
    return [...groups].flatMap(([ref, group]) => this.#match(group, read.named.get(ref) ?? [], read));
  }

  /** Back to a moment, newest first; of them those of wanted tasks, and those of tasks that are not named. */
  async #read(
    since: number,
    wanted: (taskId: string) => boolean,
    speaker: Speaker,
    signal: AbortSignal,
  ): Promise<Read> {
    const seen = new Set<string>();
    const named = new Map<string, Transaction[]>();
    const unnamed: Transaction[] = [];
    const read = (from: number, tooLong = false) => ({ named, unnamed, from, tooLong });
    let from = Number.POSITIVE_INFINITY;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { lines, last } = await this.#deps.directory.transactions(page, speaker, signal);
      // What is booked meanwhile moves others to the next page; a directory without pages tells the first one again.
      const fresh = lines.filter(({ id }) => !seen.has(id));
      for (const one of fresh) {
        seen.add(one.id);
        if (one.at < since || one.micro <= 0 || one.type === SPENT || one.reason === GIFT) continue;
        if (one.taskId === null) unnamed.push(one);
        else if (wanted(one.taskId)) named.set(one.taskId, [...(named.get(one.taskId) ?? []), one]);
      }
      if (last || lines.length === 0) return read(Number.NEGATIVE_INFINITY);
      const oldest = fresh.at(-1);
      if (!oldest) return read(from);
      from = oldest.at;
      if (from < since) return read(from);
    }
    return read(from, true);
  }

  /** Awards that some claim has already: senders may give many tasks the same id. */
  #leaveOutTheSettled(named: Map<string, Transaction[]>, since: number): void {
    if (named.size === 0) return;
    for (const [ref, awards] of named) {
      named.set(
        ref,
        awards.filter((one) => !this.#isTaken(one)),
      );
    }
    for (const { ref, awardedMicro } of this.#deps.claims.paidBy(NETWORK, this.#place, [...named.keys()], since)) {
      const left = named.get(ref)!;
      const at = left.findIndex(({ micro }) => micro === awardedMicro);
      if (at >= 0) left.splice(at, 1);
    }
  }

  /** Of the claims of one task id at most one is not known to be counted: that one comes last, and gets what is left. */
  #match(group: readonly OpenClaim[], awards: readonly Transaction[], read: Read): readonly Finding[] {
    // Oldest first, as the claims are.
    const left = awards.toReversed();
    const knownFirst = group.toSorted((a, b) => Number(a.state === 'waiting') - Number(b.state === 'waiting'));
    return knownFirst.map((claim): Finding => {
      const same = left.findIndex(({ micro }) => micro === claim.claimedMicro);
      const [award] = left.splice(Math.max(0, same), 1);
      if (award) return { kind: 'awarded', claim, award };
      const since = sinceOf(claim);
      const alike = read.unnamed.filter((one) => one.at >= since && near(one, claim) && !this.#isTaken(one));
      const [its, another] = alike;
      if (its && !another && this.#hasNoRival(claim, since)) return { kind: 'awarded', claim, award: its };
      if (!its && read.from <= since) return { kind: 'missing', claim };
      return { kind: 'unsure', claim, why: read.tooLong ? 'too-far' : 'unnamed' };
    });
  }

  #isTaken({ id }: Transaction): boolean {
    return this.#deps.claims.isTaken(NETWORK, this.#place, id);
  }

  /** Of its amount there is no other claim that an award without a name could be for. */
  #hasNoRival({ claimedMicro }: OpenClaim, since: number): boolean {
    return this.#deps.claims.alike(NETWORK, this.#place, claimedMicro, GRAIN_MICRO, since) === 1;
  }
}

function near({ micro }: Transaction, { claimedMicro }: OpenClaim): boolean {
  return Math.abs(micro - claimedMicro) <= GRAIN_MICRO;
}

/** An award for it can't be older. */
function sinceOf({ state, triedAt, finishedAt }: OpenClaim): number {
  return (state === 'waiting' ? (triedAt ?? finishedAt) : finishedAt) - SKEW_MS[state];
}

/** This directory has no such books; one that does not know this node says so with a code of its own. */
export function hasNoLedger(error: unknown): boolean {
  if (!(error instanceof DirectoryRefused)) return false;
  return error.status === 405 || error.status === 501 || (error.status === 404 && error.code !== 'IICP-E003');
}
