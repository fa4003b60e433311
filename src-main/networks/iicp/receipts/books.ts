// Finds in the directory's books what became of receipts whose answer got lost. The books name tasks by the id that their
// senders chose, not by the receipt: an award that could be another claim's is not taken for this one's.

import type { Claims, OpenClaim } from '../../../payments/claims.ts';
import { PAGE, type Speaker, type Transaction } from '../directory.ts';
import { DirectoryRefused } from '../errors.ts';

interface BooksDeps {
  readonly claims: Pick<Claims, 'isTaken' | 'paidBy'>;
  readonly directory: {
    transactions(page: number, speaker: Speaker, signal: AbortSignal): Promise<Transaction[]>;
  };
}

export type Finding =
  | { readonly kind: 'awarded'; readonly claim: OpenClaim; readonly award: Transaction }
  | { readonly kind: 'missing'; readonly claim: OpenClaim }
  /** The books are longer than one reads. */
  | { readonly kind: 'too-far'; readonly claim: OpenClaim };

const NETWORK = 'iicp';
const MOST_PAGES = 300;
/** The directory's clock and ours may differ by this much; by more where it says itself that it has the receipt. */
const SKEW_MS = { waiting: 120_000, unclear: 600_000 };

export class Books {
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
    const { found, from } = await this.#read(since, (taskId) => groups.has(taskId), speaker, signal);
    this.#leaveOutTheSettled(found, since);
    return [...groups].flatMap(([ref, group]) => match(group, found.get(ref) ?? [], from));
  }

  /** Back to a moment, newest first; of them those of wanted tasks. */
  async #read(
    since: number,
    wanted: (taskId: string) => boolean,
    speaker: Speaker,
    signal: AbortSignal,
  ): Promise<{ readonly found: Map<string, Transaction[]>; readonly from: number }> {
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

  /** Awards that some claim has already: senders may give many tasks the same id. */
  #leaveOutTheSettled(found: Map<string, Transaction[]>, since: number): void {
    if (found.size === 0) return;
    const { claims } = this.#deps;
    for (const [ref, awards] of found) {
      found.set(
        ref,
        awards.filter(({ id, micro }) => micro > 0 && !claims.isTaken(NETWORK, this.#place, id)),
      );
    }
    for (const { ref, awardedMicro } of claims.paidBy(NETWORK, this.#place, [...found.keys()], since)) {
      const left = found.get(ref)!;
      const at = left.findIndex(({ micro }) => micro === awardedMicro);
      if (at >= 0) left.splice(at, 1);
    }
  }
}

/** Of the claims of one task id at most one is not known to be counted: that one comes last, and gets what is left. */
function match(group: readonly OpenClaim[], awards: readonly Transaction[], from: number): readonly Finding[] {
  // Oldest first, as the claims are.
  const left = awards.toReversed();
  const knownFirst = group.toSorted((a, b) => Number(a.state === 'waiting') - Number(b.state === 'waiting'));
  return knownFirst.map((claim): Finding => {
    const same = left.findIndex(({ micro }) => micro === claim.claimedMicro);
    const [award] = left.splice(Math.max(0, same), 1);
    if (award) return { kind: 'awarded', claim, award };
    return { kind: from > sinceOf(claim) ? 'too-far' : 'missing', claim };
  });
}

/** An award for it can't be older. */
function sinceOf({ state, triedAt, finishedAt }: OpenClaim): number {
  return (state === 'waiting' ? (triedAt ?? finishedAt) : finishedAt) - SKEW_MS[state];
}

/** This directory has no such books; one that does not know this node says so with a code of its own. */
export function hasNoBooks(error: unknown): boolean {
  if (!(error instanceof DirectoryRefused)) return false;
  return error.status === 405 || error.status === 501 || (error.status === 404 && error.code !== 'IICP-E003');
}
