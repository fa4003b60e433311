// When money is paid out by itself, and how much: a table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidePayout, type Purse } from '../../../src-main/wallet/payout.ts';
import { Payout } from '../../../src-preload/contract/settings/wallet.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const payout: Payout = { to: 'me@example.com', above: 1000, mostFee: 20 };
const purse = (changes: Partial<Purse> = {}): Purse => ({
  mint: 'https://mint.example.com',
  unit: 'sat',
  unspent: 1500,
  promised: 0,
  ...changes,
});
type Asked = Parameters<typeof decidePayout>[0];
const decide = (changes: Partial<Asked> = {}) =>
  decidePayout({ payout, purses: [purse()], paying: false, failed: null, now: NOW, ...changes });

describe('an automatic payout', () => {
  it('is off where nothing is set', () => {
    expect(decide({ payout: null })).toEqual({ do: 'nothing', why: 'off' });
  });

  it('pays all there is but the highest fee that is allowed', () => {
    expect(decide()).toEqual({
      do: 'pay',
      mint: 'https://mint.example.com',
      unit: 'sat',
      to: 'me@example.com',
      amount: 1480,
      mostFee: 20,
    });
  });

  it.each([
    ['at the threshold', [purse({ unspent: 1000 })]],
    ['where the rest may have to be given back', [purse({ promised: 500 })]],
    ['where it is more at several mints together only', [purse({ unspent: 900 }), purse({ unspent: 900 })]],
    ['of msat below as many sat', [purse({ unit: 'msat', unspent: 1_000_000 })]],
    ['where there is nothing', []],
  ])('waits for more %s', (_where, purses) => {
    expect(decide({ purses })).toEqual({ do: 'nothing', why: 'below' });
  });

  it('takes the mint that has most, whatever it counts in, and whole sat of it', () => {
    const purses = [purse(), purse({ mint: 'https://other.example.com', unit: 'msat', unspent: 1_500_777 })];
    expect(decide({ purses })).toMatchObject({ unit: 'msat', amount: 1_480_000, mostFee: 20_000 });
  });

  it('makes no second quote while any payment may still arrive', () => {
    expect(decide({ paying: true })).toEqual({ do: 'nothing', why: 'under-way' });
  });

  it.each([
    [1, 15],
    [2, 30],
    [5, 240],
    [40, 24 * 60],
  ])('rests after failure number %i for %i minutes', (times, minutes) => {
    const failed = { times, at: NOW };
    const until = NOW + minutes * MINUTE;
    expect(decide({ failed, now: until - 1 })).toEqual({ do: 'rest', until });
    expect(decide({ failed, now: until })).toMatchObject({ do: 'pay' });
  });

  it('does not rest for years where the clock was set back', () => {
    expect(decide({ failed: { times: 1, at: NOW + 1e12 } })).toMatchObject({ do: 'pay' });
  });

  it('never takes more than there is, nor what is promised', () => {
    const amount = fc.nat(3_000_000);
    fc.assert(
      fc.property(
        fc.constantFrom('sat', 'msat'),
        amount,
        amount,
        fc.integer({ min: 2, max: 5000 }),
        (unit, unspent, promised, above) => {
          const decision = decide({
            payout: { ...payout, above, mostFee: above - 1 },
            purses: [purse({ unit, unspent, promised })],
          });
          if (decision.do !== 'pay') return;
          expect(decision.amount).toBeGreaterThan(0);
          expect(decision.amount + decision.mostFee).toBeLessThanOrEqual(unspent - promised);
        },
      ),
    );
  });
});

describe('the setting of it', () => {
  it.each([
    ['no Lightning address', { to: 'https://example.com' }],
    ['a fee as high as what is paid', { mostFee: 1000 }],
    ['no fee', { mostFee: 0 }],
    ['a part of a sat', { above: 1.5 }],
  ])('is refused with %s', (_what, changes) => {
    expect(Payout.safeParse({ ...payout, ...changes }).success).toBe(false);
    expect(Payout.parse({ ...payout, to: ' Me@Example.com ' }).to).toBe('me@example.com');
  });
});
