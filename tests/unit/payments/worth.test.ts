import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Valued, Worth } from '../../../src-main/payments/worth.ts';

const at = (year: number, month: number, day: number, hour = 0) => new Date(year, month - 1, day, hour).getTime();
const dated = new Worth({
  currency: 'EUR',
  worth: [
    { unit: 'credit', from: '2026-03-01', worth: 0.004 },
    { unit: 'sat', from: '2026-02-10', worth: 0.0005 },
    { unit: 'credit', from: null, worth: 0.002 },
  ],
});
const sum = (unit: string, netMicro: number) => ({ network: 'n', unit, netMicro });

describe('what a unit is worth', () => {
  it.each([
    ['a credit since ever', 'credit', at(2026, 2, 28, 23), 0.002],
    ['a credit from the first moment of the day', 'credit', at(2026, 3, 1), 0.004],
    ['a sat on the day', 'sat', at(2026, 2, 10), 0.0005],
    ['a sat before it was said', 'sat', at(2026, 2, 9, 23), null],
    ['the currency itself', 'eur', at(2026, 1, 1), 1],
    ['a unit of which nothing was said', 'USD', at(2026, 3, 5), null],
  ])('is that of its day: %s', (_what, unit, moment, worth) => {
    expect(dated.at(unit, moment)).toBe(worth);
  });

  it('divides a time where it changes, without a gap', () => {
    const parts = [...dated.parts(at(2026, 2, 1), at(2026, 4, 1))];
    const [start, sats, credits, end] = [at(2026, 2, 1), at(2026, 2, 10), at(2026, 3, 1), at(2026, 4, 1)];
    expect(parts).toEqual([
      [start, sats],
      [sats, credits],
      [credits, end],
    ]);
    expect([...dated.parts(sats, credits)]).toEqual([[sats, credits]]);
  });

  it('makes money of amounts by their days, and nothing of all where one is not known', () => {
    const valued = new Valued(dated);
    valued.add(sum('credit', 1_000_000), at(2026, 2, 1));
    valued.add(sum('credit', 1_000_000), at(2026, 3, 2));
    expect(valued.micro).toBe(6000);
    valued.add(sum('EUR', 5), at(2026, 3, 2));
    expect(valued.micro).toBe(6005);
    valued.add(sum('sat', 7), at(2026, 1, 2));
    expect(valued.micro).toBeNull();
  });

  it('rounds once for what is worth the same, however many parts it comes in', () => {
    const amounts = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(amounts, fc.nat(29), (list, cut) => {
        const [whole, first, second] = [new Valued(dated), new Valued(dated), new Valued(dated)];
        const all = list.reduce((total, micro) => total + micro, 0);
        whole.add(sum('credit', all), at(2026, 1, 1));
        for (const [n, micro] of list.entries()) (n < cut ? first : second).add(sum('credit', micro), at(2026, 1, 2));
        first.addAll(second);
        expect(first.micro).toBe(whole.micro);
      }),
    );
  });
});
