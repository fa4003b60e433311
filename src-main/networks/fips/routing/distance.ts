// How far two nodes are from each other by the tree, and which neighbour is the next on the way.

import type { NodeAddr } from '../identity/names.ts';
import type { Coordinates } from '../wire/coordinates.ts';

/** Hops up to where the two ways to the root meet, and down again; Infinity: they have different roots. */
export function distance(one: Coordinates, other: Coordinates): number {
  if (one.at(-1) !== other.at(-1)) return Number.POSITIVE_INFINITY;
  let shared = 0;
  while (shared < one.length && shared < other.length && one.at(-1 - shared) === other.at(-1 - shared)) shared += 1;
  return one.length + other.length - 2 * shared;
}

export interface Neighbour {
  readonly addr: NodeAddr;
  readonly coordinates: Coordinates;
  readonly cost: number;
  readonly isTreePeer: boolean;
  /** Whether its filter has the target. */
  readonly knows: boolean;
}

/**
 * Only neighbours that stand strictly closer than this node are asked, so that nothing goes round in circles: the cheapest of those that
 * know of the target, else the closest of those in the tree.
 */
export function nextHop(
  mine: Coordinates,
  target: Coordinates,
  neighbours: readonly Neighbour[],
): NodeAddr | undefined {
  const here = distance(mine, target);
  const closer = neighbours
    .map((each) => ({ ...each, left: distance(each.coordinates, target) }))
    .filter(({ left }) => left < here);
  const byAddr = (one: NodeAddr, other: NodeAddr) => (one < other ? -1 : 1);
  const [knowing] = closer
    .filter(({ knows }) => knows)
    .sort((one, other) => one.cost - other.cost || one.left - other.left || byAddr(one.addr, other.addr));
  if (knowing) return knowing.addr;
  const [inTree] = closer
    .filter(({ isTreePeer }) => isTreePeer)
    .sort((one, other) => one.left - other.left || byAddr(one.addr, other.addr));
  return inTree?.addr;
}
