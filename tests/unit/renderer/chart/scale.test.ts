// The axis of a chart, and bars on it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf, labelled, scaleOf } from '../../../../src-renderer/components/chart/scale.ts';

const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });

describe('a scale', () => {
  it('holds nought and all values between round steps, a few of them', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 60 }), (values) => {
        const { least, most, ticks } = scaleOf(values);
        expect(Math.min(0, ...values)).toBeGreaterThanOrEqual(least);
        expect(Math.max(0, ...values)).toBeLessThanOrEqual(most);
        expect(ticks).toContain(0);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.every(Number.isInteger)).toBe(true);
      }),
    );
  });

  it('has steps of one, two or five', () => {
    expect(scaleOf([0, 1_904_000]).ticks).toEqual([0, 500_000, 1_000_000, 1_500_000, 2_000_000]);
    expect(scaleOf([-3, 4]).ticks).toEqual([-4, -2, 0, 2, 4]);
    expect(scaleOf([]).ticks).toEqual([0, 1]);
  });

  it('draws bars inside their box, from nought, as tall as their values', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 60 }), (values) => {
        const bars = barsOf(values, scaleOf(values), 600, 120);
        for (const [index, { x, y, width, height }] of bars.entries()) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(600.001);
          expect(y).toBeGreaterThanOrEqual(-1.001);
          expect(y + height).toBeLessThanOrEqual(121.001);
          expect(height > 0).toBe(values[index] !== 0);
        }
      }),
    );
    const [up, down] = barsOf([10, -10], scaleOf([10, -10]), 100, 100);
    expect([up!.y + up!.height, down!.y]).toEqual([50, 50]);
  });

  it('names every bar where there is room, and always the last', () => {
    expect(labelled(5, 10)).toEqual([0, 1, 2, 3, 4]);
    expect(labelled(30, 5)).toEqual([5, 11, 17, 23, 29]);
    expect(labelled(3, 0)).toEqual([2]);
    expect(labelled(0, 3)).toEqual([]);
  });
});
