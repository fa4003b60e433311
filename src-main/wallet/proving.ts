// Some of the words asked back: whether they were written down. Which ones is decided here, so that a page that does not have the
// words can't be made to find them out by guessing: after each wrong answer others are asked for.

import { WORDS_ASKED } from '../../src-preload/contract/wallet.ts';
import type { Random } from '../base/random.ts';
import { NotAsked } from './errors.ts';
import { WORDS } from './seed.ts';

export class Proving {
  readonly #random: Random;
  #asked: readonly number[] | undefined;

  constructor({ random }: { readonly random: Random }) {
    this.#random = random;
  }

  /** Places from 1 on, in their order; the same until they were answered. */
  ask(): readonly number[] {
    if (this.#asked === undefined) {
      const places = new Set<number>();
      while (places.size < WORDS_ASKED) places.add(1 + this.#random.int(WORDS));
      this.#asked = [...places].sort((a, b) => a - b);
    }
    return this.#asked;
  }

  /** Where an answer is wrong: none of them is asked for again. Throws NotAsked. */
  answer(given: readonly string[], words: string): readonly number[] {
    const asked = this.#asked;
    if (asked === undefined) throw new NotAsked();
    this.#asked = undefined;
    const held = words.split(' ');
    return asked.filter((place, n) => given[n]?.normalize('NFKD').trim().toLowerCase() !== held[place - 1]);
  }
}
