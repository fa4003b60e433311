// Weeks and parts of them as anybody may paint them.
import fc from 'fast-check';
import { type Area, DAYS, HALVES, letters } from '../../../../src-renderer/components/week/cells.ts';

export const arbitraryCell = fc.constantFrom(...letters);

const spot = fc.record({ day: fc.nat(DAYS - 1), half: fc.nat(HALVES - 1) });
export const arbitraryArea: fc.Arbitrary<Area> = fc.record({ from: spot, to: spot });

/** Runs of any length, as people paint, and now and then a letter after the other. */
const run = fc.tuple(arbitraryCell, fc.integer({ min: 1, max: 60 })).map(([cell, length]) => cell.repeat(length));
const cells = fc.oneof(
  fc.array(run, { minLength: 1, maxLength: 40 }).map((runs) => runs.join('').padEnd(DAYS * HALVES, '-')),
  fc.array(arbitraryCell, { minLength: DAYS * HALVES, maxLength: DAYS * HALVES }).map((all) => all.join('')),
);
export const arbitraryDays = cells.map((all) =>
  Array.from({ length: DAYS }, (_, day) => all.slice(day * HALVES, (day + 1) * HALVES)),
);
