// Adverts of others that are valid, the newest of each node.

import type { Advert } from './advert.ts';
import { DISCOVERY } from './bounds.ts';

export class Adverts {
  readonly #held = new Map<string, Advert>();

  get size(): number {
    return this.#held.size;
  }

  /** `now`: epoch milliseconds. */
  get(pubkey: string, now: number): Advert | undefined {
    const held = this.#held.get(pubkey);
    if (held && held.validUntil <= now) this.#held.delete(pubkey);
    return this.#held.get(pubkey);
  }

  all(now: number): readonly Advert[] {
    for (const { pubkey } of this.#held.values()) this.get(pubkey, now);
    return [...this.#held.values()];
  }

  /** False: a newer one of the same node is known. */
  add(advert: Advert): boolean {
    const { pubkey, createdAt } = advert;
    if ((this.#held.get(pubkey)?.createdAt ?? 0) > createdAt) return false;
    this.#held.set(pubkey, advert);
    if (this.#held.size > DISCOVERY.adverts) {
      const first = [...this.#held.values()].reduce((one, other) => (other.validUntil < one.validUntil ? other : one));
      this.#held.delete(first.pubkey);
    }
    return true;
  }

  delete(pubkey: string): void {
    this.#held.delete(pubkey);
  }
}
