// What a network costs outside its own folders: a line in each registry, mostly with an import, and nothing else of the house is touched, for
// all of the tests of this network run on the house as it is shipped with these registries in the place of its own.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { networkIds as all } from '../../../src-preload/contract/networks/index.ts';
import { SWAPPED } from '../plugin.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const MOST = 60;
/** Those that are shipped. */
const networkIds = all.filter((id) => (id as string) !== 'parcel');

const linesWith = (file: string, id: string) =>
  readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .filter((line) => line.toLowerCase().includes(id)).length;

it('a network touches at most 60 lines outside its own folders', () => {
  const ours = Object.values(SWAPPED).map((file) => linesWith(file, 'parcel'));
  expect(ours.every((lines) => lines >= 1)).toBe(true);
  // As they stand in the house; one that can't be practised with yet has a line less there.
  const unpractised = Object.keys(SWAPPED).map((file, at) => (file.includes('/practice/') ? 0 : ours[at]));
  for (const id of networkIds) {
    expect([ours, unpractised]).toContainEqual(Object.keys(SWAPPED).map((file) => linesWith(file, id)));
  }
  const all = ours.reduce((sum, lines) => sum + lines, 0);
  console.info(`lines outside its own folders: ${all} (${Object.keys(SWAPPED).length} registries)`);
  expect(all).toBeLessThanOrEqual(MOST);
});
