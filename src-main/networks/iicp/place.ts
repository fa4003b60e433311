// A node's place with a directory: under which name what belongs to it is kept here, and when it is given up.

import { claimsAnew } from '../../payments/claims-schema.ts';
import type { Migration } from '../../storage/write.ts';
import type { Departure } from '../network.ts';

/** The same for every way to write a directory's address that leads to the same API. */
export function placeOf(directoryUrl: string): string {
  const { origin, pathname, search } = new URL(directoryUrl);
  return `${origin}${pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}${search}`;
}

const PLACE = `CASE WHEN rtrim(place, '/') LIKE '%/v1' THEN substr(rtrim(place, '/'), 1, length(rtrim(place, '/')) - 3)
  ELSE rtrim(place, '/') END`;

/** Before, receipts were kept under the address as it was typed. What was received twice so stays where it was. */
export const placeMigrations: readonly Migration[] = [
  {
    area: 'iicp',
    number: 4,
    name: 'one place for each directory',
    sql: `
      UPDATE OR IGNORE claims SET place = ${PLACE} WHERE network = 'iicp' AND place <> ${PLACE};
      ${claimsAnew}`,
  },
];

/** Claims with this directory. */
interface Held {
  readonly state: string;
}

/**
 * Whether the place is given up. An official directory wipes a node's reputation, counts and balance with it, and credits that node
 * nothing any more if it comes back (docs/decisions/007-leaving.md): one that has credits there, or on their way, keeps its place.
 */
export function gives(departure: Departure, atStop: 'auto' | 'stay' | 'leave', held: () => readonly Held[]): boolean {
  if (departure !== 'stop') return departure === 'leave';
  return atStop === 'leave' || (atStop === 'auto' && !held().some(({ state }) => state !== 'failed'));
}
