import type { Random } from '../../src-main/base/random.ts';

/** Repeatable, from a small seed: a multiplicative generator is random enough for jitter and ids in tests. */
export function seededRandom(seed = 1): Random {
  let state = seed;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => next() & 0xff));
  return {
    bytes,
    int: (below) => next() % below,
    id: () => {
      const hex = bytes(16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
