// Which handshake or neighbour each index of ours stands for. An index is random, so that strangers who send to one have to guess it.

import type { Random } from '../../../base/random.ts';
import type { Caller } from './callers.ts';
import type { Dial } from './dial.ts';
import type { Peer } from './peer.ts';

export type Indexed =
  | { readonly kind: 'dial'; readonly dial: Dial }
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'peer'; readonly peer: Peer };

export class IndexTable {
  readonly #random: Pick<Random, 'bytes'>;
  readonly #held = new Map<number, Indexed>();

  constructor(random: Pick<Random, 'bytes'>) {
    this.#random = random;
  }

  get size(): number {
    return this.#held.size;
  }

  /** One that stands for nothing. With a few hundred of 2^32 in use, the first is nearly always free. */
  free(): number {
    for (;;) {
      const index = this.#random.bytes(4).readUInt32LE(0);
      if (!this.#held.has(index)) return index;
    }
  }

  get(index: number): Indexed | undefined {
    return this.#held.get(index);
  }

  set(index: number, indexed: Indexed): void {
    this.#held.set(index, indexed);
  }

  delete(index: number): void {
    this.#held.delete(index);
  }
}
