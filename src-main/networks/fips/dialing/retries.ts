// When a neighbour that is wanted is tried again: after five seconds at first, then after twice as long each time, up to five minutes.

import type { NodeAddr } from '../identity/names.ts';

const FIRST_MS = 5000;
const LONGEST_MS = 300_000;

interface Retry {
  readonly count: number;
  readonly at: number;
}

export class Retries {
  readonly #held = new Map<NodeAddr, Retry>();

  /** When it is tried again, monotonic; undefined: not by itself. */
  at(addr: NodeAddr): number | undefined {
    return this.#held.get(addr)?.at;
  }

  /** How often it was tried in vain, one after another. */
  count(addr: NodeAddr): number {
    return this.#held.get(addr)?.count ?? 0;
  }

  /** It was tried in vain. */
  failed(addr: NodeAddr, now: number): void {
    this.#schedule(addr, this.count(addr) + 1, now);
  }

  /** It was a neighbour until now: the first wait is the shortest. */
  lost(addr: NodeAddr, now: number): void {
    this.#schedule(addr, this.count(addr), now);
  }

  /** Those whose time has come; each is one time alone. */
  takeDue(now: number): readonly NodeAddr[] {
    const due = [...this.#held].filter(([, { at }]) => now >= at);
    for (const [addr, { count }] of due) this.#held.set(addr, { count, at: Number.POSITIVE_INFINITY });
    return due.map(([addr]) => addr);
  }

  /** All are due now, as if none had been tried in vain: this computer was away. */
  hurry(now: number): void {
    for (const addr of this.#held.keys()) this.#held.set(addr, { count: 0, at: now });
  }

  forget(addr: NodeAddr): void {
    this.#held.delete(addr);
  }

  #schedule(addr: NodeAddr, count: number, now: number): void {
    this.#held.set(addr, { count, at: now + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count, 10)) });
  }
}
