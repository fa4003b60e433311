import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapHours } from '../../../../src-renderer/components/week/presets.ts';
import { daysWith } from '../../../../src-renderer/components/week/spans.ts';

const day = (prices: readonly number[]) => {
  const spans = cheapHours(prices);
  return spans && daysWith(spans);
};

describe('the hours when power is cheap', () => {
  it('are the lower ones of a tariff with two prices, on every day', () => {
    const prices = Array.from({ length: 24 }, (_, hour) => (hour < 6 || hour >= 22 ? 0.19 : 0.34));
    const days = day(prices);
    expect(days).toHaveLength(7);
    expect(new Set(days)).toEqual(new Set([`${'f'.repeat(12)}${'-'.repeat(32)}${'f'.repeat(4)}`]));
  });

  it('are none where it costs the same all day, however its price is written in binary', () => {
    for (const price of [0, 0.1, 0.32, -0.07, 1 / 3]) expect(day(Array<number>(24).fill(price))).toBeUndefined();
  });

  it('are never dearer than those left out, and never all of them', () => {
    const tariffs = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(tariffs, (prices) => {
        const painted = day(prices)?.[0];
        if (painted === undefined) return expect(new Set(prices).size).toBe(1);
        const of = (cell: string) => prices.filter((_, hour) => painted[2 * hour] === cell);
        expect(of('-').length).toBeGreaterThan(0);
        expect(Math.max(...of('f'))).toBeLessThan(Math.min(...of('-')));
      }),
    );
  });
});
