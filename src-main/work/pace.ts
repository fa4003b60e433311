// How long tasks took here of late, each kind and model of a server for itself: so that a task whose time can't be enough is turned
// away, and one whose time was up is held against the caller that left too little of it.
//
// Both err in favour of the other side. Too short is only what is below the quickest answer, or below its share where less is asked or
// may be answered; and this computer was too slow only where its usual pace would have brought the longest answer that was allowed
// in time, for a stranger can ask for more than fits.

import type { Clock } from '../base/clock.ts';
import { PACE } from './bounds.ts';

/** Of a task, as it was asked. */
export interface Size {
  /** The most tokens that its answer may have; undefined where that is not said in tokens. */
  readonly mostTokens: number | undefined;
  /** Of the request. */
  readonly bytes: number;
}

/** A task that was done. */
export interface Done {
  readonly ms: number;
  readonly tokensOut: number;
  readonly bytes: number;
}

/** More servers, models and kinds of work than a node has. */
const MOST_APART = 256;

export class Pace {
  readonly #clock: Clock;
  /** The newest of each, going round. */
  readonly #seen = new Map<string, { at: number; readonly done: (Done & { readonly since: number })[] }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `what`: the server, model and kind of work. */
  saw(what: string, done: Done): void {
    let seen = this.#seen.get(what);
    if (!seen) {
      if (this.#seen.size === MOST_APART) this.#seen.delete(this.#seen.keys().next().value!);
      seen = { at: 0, done: [] };
      this.#seen.set(what, seen);
    }
    seen.done[seen.at] = { ...done, since: this.#clock.monotonic() };
    seen.at = (seen.at + 1) % PACE.newest;
  }

  /** Below so many milliseconds no task of that size was done; undefined where too little is known. */
  least(what: string, { mostTokens = Number.POSITIVE_INFINITY, bytes }: Size): number | undefined {
    const times = this.#fresh(what)?.map(
      (done) => done.ms * Math.min(1, mostTokens / Math.max(1, done.tokensOut), bytes / Math.max(1, done.bytes)),
    );
    return times && Math.min(...times);
  }

  /** What the longest answer to a task of that size takes at the usual pace; undefined where too little is known. */
  usual(what: string, { mostTokens = 0, bytes }: Size): number | undefined {
    const times = this.#fresh(what)?.map(
      (done) => done.ms * Math.max(1, mostTokens / Math.max(1, done.tokensOut), bytes / Math.max(1, done.bytes)),
    );
    return times?.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  }

  #fresh(what: string): readonly Done[] | undefined {
    const now = this.#clock.monotonic();
    const fresh = this.#seen.get(what)?.done.filter(({ since }) => now - since < PACE.freshMs) ?? [];
    return fresh.length < PACE.enough ? undefined : fresh;
  }
}
