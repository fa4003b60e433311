// A node's place with a directory: what is kept under which name, and when it is given up.
import { expect, it } from 'vitest';
import { gives, placeOf } from '../../../../../src-main/networks/iicp/identity/place.ts';

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

it.each([
  ['https://iicp.network/api', 'https://iicp.network/api'],
  ['https://iicp.network/api/', 'https://iicp.network/api'],
  ['https://IICP.network:443/api/v1/', 'https://iicp.network/api'],
  ['http://127.0.0.1:9483', 'http://127.0.0.1:9483'],
  ['http://127.0.0.1:9483/', 'http://127.0.0.1:9483'],
])('the directory at %s is the one at %s', (typed, place) => {
  expect(placeOf(typed)).toBe(place);
});
