// Where things stand in pictures.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  farOf,
  linesOf,
  placesOf,
  portionsOf,
  shareOf,
  stretchOf,
} from '../../../../src-renderer/components/chart/geometry.ts';

const any = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('a share', () => {
  it('is never under nought or over one, and nothing of a range without a width', () => {
    fc.assert(
      fc.property(any, any, any, (value, least, most) => {
        expect(shareOf(value, least, most)).toBeGreaterThanOrEqual(0);
        expect(shareOf(value, least, most)).toBeLessThanOrEqual(1);
      }),
    );
    expect([shareOf(61, 0, 100), shareOf(120, 0, 100), shareOf(3, 3, 3)]).toEqual([0.61, 1, 0]);
  });
});

describe('a stretch of time in a longer one', () => {
  it('stays inside it, and can be seen however short it is', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 2000 }), (from, length) => {
        const place = stretchOf(from, from + length, 500, 1500);
        expect(place === undefined).toBe(from + length <= 500 || from >= 1500);
        if (!place) return;
        expect(place.size).toBeGreaterThan(0.003);
        expect(place.start).toBeGreaterThanOrEqual(0);
        expect(place.start + place.size).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
    expect(stretchOf(600, 850, 500, 1500)).toEqual({ start: 0.1, size: 0.25 });
    expect(stretchOf(0, 750, 500, 1500)).toEqual({ start: 0, size: 0.25 });
    expect(stretchOf(600, 600, 500, 1500)).toBeUndefined();
  });
});

describe('parts of a whole', () => {
  it('stand one after another and leave what is nobody’s', () => {
    expect(portionsOf([4, 2], 8)).toEqual([
      { start: 0, size: 0.5 },
      { start: 0.5, size: 0.25 },
    ]);
    expect(portionsOf([], 8)).toEqual([]);
    expect(portionsOf([0, 0], 0)).toEqual([
      { start: 0, size: 0 },
      { start: 0, size: 0 },
    ]);
  });

  it('that are more than the whole fill it and no more', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e6), { maxLength: 12 }), fc.nat(1e6), (values, total) => {
        const portions = portionsOf(values, total);
        const end = portions.reduce((sum, { size }) => sum + size, 0);
        expect(end).toBeLessThanOrEqual(1 + 1e-9);
        for (const [index, { start }] of portions.entries()) {
          expect(start).toBeCloseTo(
            portions.slice(0, index).reduce((sum, { size }) => sum + size, 0),
            9,
          );
        }
      }),
    );
    expect(portionsOf([3, 1], 2).map(({ size }) => size)).toEqual([0.75, 0.25]);
  });
});

describe('a line through values', () => {
  it('goes from the first to the last, nought at the foot', () => {
    expect(linesOf([0, 5, 10], 0, 10, 100, 20)).toEqual(['M0 20L50 10L100 0']);
  });

  it('breaks where nothing was measured, and shows a single value as a dash', () => {
    expect(linesOf([0, 10, null, 5, null, 10], 0, 10, 100, 20)).toEqual(['M0 20L20 0', 'M50 10H70', 'M90 0H100']);
    expect(linesOf([4], 0, 4, 100, 20)).toEqual(['M0 0H50']);
    expect(linesOf([null, null], 0, 4, 100, 20)).toEqual([]);
    expect(linesOf([], 0, 4, 100, 20)).toEqual([]);
  });

  it('stays in its box, whatever the values are', () => {
    fc.assert(
      fc.property(fc.array(fc.option(any), { maxLength: 40 }), (values) => {
        for (const path of linesOf(values, 0, 10, 100, 20)) {
          for (const [, x = '', y = ''] of path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
            expect(Number(x)).toBeGreaterThanOrEqual(0);
            expect(Number(x)).toBeLessThanOrEqual(100);
            expect(Number(y)).toBeGreaterThanOrEqual(0);
            expect(Number(y)).toBeLessThanOrEqual(20);
          }
        }
      }),
    );
  });
});

describe('peers around a middle', () => {
  it('stand the farther the slower they answer, by powers', () => {
    const [near, middle, far] = [10, 100, 1000].map((ms) => farOf(ms, 10, 1000));
    expect(near).toBe(0);
    expect(middle).toBeCloseTo(0.5, 9);
    expect(far).toBe(1);
    expect([farOf(0, 10, 1000), farOf(60_000, 10, 1000)]).toEqual([0, 1]);
  });

  it('stand on the disc, clear of its middle, no two on the same place', () => {
    const places = placesOf(
      Array.from({ length: 60 }, () => 0.5),
      92,
      14,
    );
    for (const { x, y } of places) expect(Math.hypot(x, y)).toBeCloseTo(53, 1);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(60);
  });
});
