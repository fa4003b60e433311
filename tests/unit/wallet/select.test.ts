import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeOf, type Spendable, select, sumOf } from '../../../src-main/wallet/select.ts';

const proof = fc.record({
  amount: fc.integer({ min: 0, max: 12 }).map((power) => 2 ** power),
  feePpk: fc.constantFrom(0, 100, 1000, 2500),
  retired: fc.boolean(),
});
const held = fc
  .array(proof, { maxLength: 30 })
  .map((proofs) => proofs.map((one, counter): Spendable => ({ keyset: 'k', counter, c: '', y: '', ...one })));

describe('the proofs for a payment', () => {
  it('make what is wanted after their own fee, none of them twice and none for nothing', () => {
    fc.assert(
      fc.property(held, fc.integer({ min: 1, max: 5000 }), (proofs, wanted) => {
        const chosen = select(proofs, wanted, 200);
        const worthIt = proofs.filter(({ amount, feePpk }) => amount * 1000 > feePpk);
        if (!chosen) {
          expect(sumOf(worthIt) - feeOf(worthIt)).toBeLessThan(wanted);
          return;
        }
        expect(sumOf(chosen) - feeOf(chosen)).toBeGreaterThanOrEqual(wanted);
        expect(new Set(chosen.map(({ counter }) => counter)).size).toBe(chosen.length);
        for (const one of chosen.filter(({ retired }) => !retired)) {
          const fewer = chosen.filter((other) => other !== one);
          expect(sumOf(fewer) - feeOf(fewer)).toBeLessThan(wanted);
        }
      }),
    );
  });

  it('are those of retired keysets first, and not more than a mint takes at once', () => {
    const one = (counter: number, amount: number, retired: boolean): Spendable => ({
      keyset: 'k',
      counter,
      amount,
      c: '',
      y: '',
      feePpk: 0,
      retired,
    });
    expect(select([one(1, 8, false), one(2, 8, true)], 8, 10)).toEqual([one(2, 8, true)]);
    const many = Array.from({ length: 20 }, (_, n) => one(n, 1, false));
    expect(select(many, 20, 19)).toBeUndefined();
    const old = Array.from({ length: 20 }, (_, n) => one(n, 1, true));
    expect(select(old, 10, 10)).toHaveLength(10);
    // Many small ones that retire do not keep a large one from being spent.
    expect(select([...old, one(20, 64, false)], 60, 10)).toHaveLength(6);
  });
});
