// Elements used again: none for two rows at once, none taken from a row that stays, none moved past one that stays.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSlots } from '../../../src-renderer/components/slots.ts';
import { placeFor, rangeOf } from '../../../src-renderer/components/use-sight.ts';

test('a slow scroll keeps the elements of what stays, a fast one uses all of them again', () => {
  const slots = createSlots();
  expect(slots.take([10, 11, 12])).toEqual([0, 1, 2]);
  expect(slots.take([11, 12, 13])).toEqual([1, 2, 3]);
  expect(slots.take([50, 51, 52])).toEqual([1, 2, 3]);
  expect(slots.take([50, 80, 81])).toEqual([1, 2, 3]);
  expect(slots.take([20, 21, 50])).toEqual([4, 5, 1]);
});

test('wherever it is scrolled to, no two rows share an element, and no element that stays changes places', () => {
  const views = fc.array(fc.record({ from: fc.nat(300), length: fc.nat(40), held: fc.nat(300) }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(views, (all) => {
      const slots = createSlots();
      let before = new Map<number, number>();
      for (const { from, length, held } of all) {
        const rows = new Set([...Array.from({ length }, (_, at) => from + at), held]);
        const keys = [...rows].sort((a, b) => a - b);
        const taken = slots.take(keys);
        const now = new Map(keys.map((key, at) => [key, taken[at]!]));
        expect(new Set(taken).size).toBe(keys.length);
        const stayed = [...before].filter(([key]) => now.has(key));
        expect(stayed.map(([key]) => now.get(key))).toEqual(stayed.map(([, slot]) => slot));
        // What stays must be the part that need not move: elements used again keep the order that they had.
        const order = [...before.values()];
        const places = taken.map((slot) => order.indexOf(slot)).filter((place) => place >= 0);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        before = now;
      }
    }),
  );
});

test('the rows in sight are drawn with some to spare, never past either end', () => {
  expect(rangeOf(0, 20, 1000)).toEqual({ from: 0, to: 29 });
  expect(rangeOf(100, 20, 1000)).toEqual({ from: 92, to: 129 });
  expect(rangeOf(995, 20, 1000)).toEqual({ from: 972, to: 1000 });
  expect(rangeOf(-500, 20, 1000)).toEqual({ from: 0, to: 8 });
  expect(rangeOf(3, 20, 2)).toEqual({ from: 0, to: 2 });
  expect(rangeOf(0, 20, 0)).toEqual({ from: 0, to: 0 });
});

test('a row is scrolled to as little as it takes, clear of what stays at the edges', () => {
  const view = { height: 40, top: 300, edge: 80, at: 1000, room: 600 };
  expect(placeFor(25, 'near', view)).toBe(1000);
  expect(placeFor(10, 'near', view)).toBe(620);
  expect(placeFor(40, 'near', view)).toBe(1420);
  expect(placeFor(0, 'near', { ...view, top: 20 })).toBe(0);
  expect(placeFor(40, 'middle', view)).toBe(1620);
});
