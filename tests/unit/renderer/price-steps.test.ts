import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, stepsFor } from '../../../src-renderer/networks/iicp/price/steps.ts';

describe('the price slider', () => {
  it.each([
    ['where paying ends', { cap: 3, paidUpTo: 1.1 }, 1, 1.1],
    ['where the directory takes no more', { cap: 3, paidUpTo: 55 }, 1, 3],
    ['in hundredths, and not beyond', { cap: 3, paidUpTo: 2.2049 }, 1, 2.2],
    ['at the price in force, where that is beyond', { cap: 3, paidUpTo: 1.1 }, 2, 2],
  ])('ends %s', (_name, look, inForce, last) => {
    expect(stepsFor(look, inForce).at(-1)).toBe(last);
  });

  it('stops at the price in force, once, in order', () => {
    const times = fc.double({ min: 0.01, max: 300, noNaN: true });
    fc.assert(
      fc.property(times, times, times, (cap, paidUpTo, inForce) => {
        const steps = stepsFor({ cap, paidUpTo }, inForce);
        expect(steps[placeOf(steps, inForce)]).toBe(inForce);
        expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
        expect(steps.every((step) => step <= Math.max(paidUpTo, inForce) + 1e-9)).toBe(true);
      }),
    );
  });
});
