// When a node gives its place with a directory up.
import { expect, it } from 'vitest';
import { gives } from '../../../../src-main/networks/iicp/place.ts';

const NOTHING: readonly string[] = [];

it.each([
  ['restart', 'leave', NOTHING, false],
  ['leave', 'stay', ['waiting'], true],
  ['stop', 'leave', ['waiting'], true],
  ['stop', 'stay', NOTHING, false],
  ['stop', 'auto', NOTHING, true],
  ['stop', 'auto', ['failed'], true],
  ['stop', 'auto', ['waiting'], false],
  ['stop', 'auto', ['unclear'], false],
  ['stop', 'auto', ['failed', 'paid'], false],
] as const)('at a %s with %s, and claims that are %j: %s', (departure, atStop, states, given) => {
  expect(gives(departure, atStop, () => states.map((state) => ({ state })))).toBe(given);
});
