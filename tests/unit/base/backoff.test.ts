import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src-main/base/backoff.ts';
import type { Random } from '../../../src-main/base/random.ts';
import { seededRandom } from '../../support/random.ts';

/** Answers always the least or the most that it may. */
const extreme = (most: boolean): Random => ({ ...seededRandom(), int: (below) => (most ? below - 1 : 0) });
const options = fc
  .tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000_000 }))
  .map(([firstMs, more]) => ({ firstMs, longestMs: firstMs + more }));

describe('backoffMs', () => {
  it('is a whole number between half and all of the doubled first pause, and never above the longest', () => {
    fc.assert(
      fc.property(fc.nat(10_000), options, fc.integer({ min: 1, max: 2 ** 30 }), (attempt, bounds, seed) => {
        const full = Math.min(bounds.longestMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
        const ms = backoffMs(attempt, bounds, seededRandom(seed));
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(ms).toBeLessThanOrEqual(full);
      }),
    );
  });

  it('reaches both ends of its range', () => {
    const bounds = { firstMs: 1000, longestMs: 60_000 };
    const range = (attempt: number) => [false, true].map((most) => backoffMs(attempt, bounds, extreme(most)));
    expect([0, 1, 5, 6, 7, 1000].map(range)).toEqual([
      [500, 1000],
      [1000, 2000],
      [16_000, 32_000],
      [30_000, 60_000],
      [30_000, 60_000],
      [30_000, 60_000],
    ]);
  });

  it('never shrinks from one try to the next by more than its jitter', () => {
    fc.assert(
      fc.property(fc.nat(100), options, (attempt, bounds) => {
        const longestNow = backoffMs(attempt, bounds, extreme(true));
        expect(backoffMs(attempt + 1, bounds, extreme(true))).toBeGreaterThanOrEqual(longestNow);
      }),
    );
  });
});
