import type { Random } from './random.ts';

export interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Delay before try number `attempt` (from 0): doubling up to the longest, with the upper half random ("equal jitter"). */
export function backoffMs(attempt: number, options: BackoffOptions, random: Random): number {
  const full = Math.min(options.longestMs, options.firstMs * 2 ** Math.min(attempt, 30));
  const half = Math.floor(full / 2);
  return half + random.int(full - half + 1);
}
