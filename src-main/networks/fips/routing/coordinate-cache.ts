// Where other nodes stand in the tree, for a few minutes each.

import { FIPS } from '../bounds.ts';
import type { NodeAddr } from '../identity/names.ts';
import type { Coordinates } from '../wire/coordinates.ts';

const TTL_MS = 300_000;

interface Entry {
  readonly coordinates: Coordinates;
  readonly until: number;
}

export class CoordinateCache {
  readonly #held = new Map<NodeAddr, Entry>();

  get size(): number {
    return this.#held.size;
  }

  *entries(now: number): Iterable<readonly [NodeAddr, Coordinates]> {
    for (const [addr, { coordinates, until }] of this.#held) if (now < until) yield [addr, coordinates];
  }

  get(addr: NodeAddr, now: number): Coordinates | undefined {
    const entry = this.#held.get(addr);
    if (entry && now >= entry.until) this.#held.delete(addr);
    return entry && now < entry.until ? entry.coordinates : undefined;
  }

  /** What does not begin with that node is not where it stands. */
  set(addr: NodeAddr, coordinates: Coordinates, now: number): void {
    if (coordinates[0] !== addr) return;
    // The oldest goes first.
    this.#held.delete(addr);
    this.#held.set(addr, { coordinates, until: now + TTL_MS });
    if (this.#held.size > FIPS.coordinates) this.#held.delete(this.#held.keys().next().value!);
  }

  delete(addr: NodeAddr): void {
    this.#held.delete(addr);
  }

  clear(): void {
    this.#held.clear();
  }
}
