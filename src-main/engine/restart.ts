// What to do with a part that failed: a pure rule over the error's category and how often it happened.

import { backoffMs } from '../base/backoff.ts';
import { assertNever, type Category } from '../base/errors.ts';
import type { Random } from '../base/random.ts';

export type Verdict = { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'park' };

const RETRY = { firstMs: 1000, longestMs: 60_000 };
/** A bug that comes back this often will come back for ever. */
const MOST_BROKEN = 3;

/** `failures` counts those in a row, this one included. */
export function verdict(category: Category, failures: number, random: Random): Verdict {
  switch (category) {
    case 'unavailable':
    case 'exhausted':
    case 'conflict':
      return { kind: 'restart', afterMs: backoffMs(failures - 1, RETRY, random) };
    case 'broken':
      return failures > MOST_BROKEN
        ? { kind: 'park' }
        : { kind: 'restart', afterMs: backoffMs(failures - 1, RETRY, random) };
    case 'denied':
    case 'invalid':
    case 'rejected':
    case 'cancelled':
      return { kind: 'park' };
    default:
      return assertNever(category);
  }
}
