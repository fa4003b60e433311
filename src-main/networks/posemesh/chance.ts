// Chance in the shapes that this protocol wants it in.

import type { Random } from '../../base/random.ts';

const STEPS = 2 ** 32;

/** Uniform in [low, high], in steps too fine to notice. */
export function uniform(random: Random, low: number, high: number): number {
  return low + ((high - low) * random.int(STEPS)) / (STEPS - 1);
}

/** A whole number, uniform in [low, high] whichever of the two is larger. */
export function wholeBetween(random: Random, one: number, other: number): number {
  const low = Math.ceil(Math.min(one, other));
  return low + random.int(Math.floor(Math.max(one, other)) - low + 1);
}
