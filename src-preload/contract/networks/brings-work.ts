// Whether work comes of a network. Beside the registry alone, so that pages need no schemas for it.

import type { NetworkContract } from './contract.ts';
import type { NetworkId } from './index.ts';
import { networkContracts } from './registry.ts';

/** One that brings none only connects: it can neither send work nor be why none comes. */
export function bringsWork(id: NetworkId): boolean {
  return (networkContracts[id] as NetworkContract).kinds.length > 0;
}
