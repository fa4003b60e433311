// A node's place with a directory: under which name what belongs to it is kept here, and when it is given up.

import type { Departure } from '../../network.ts';

/** The same for every way to write a directory's address that leads to the same API. */
export function placeOf(directoryUrl: string): string {
  const { origin, pathname, search } = new URL(directoryUrl);
  return `${origin}${pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}${search}`;
}

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
