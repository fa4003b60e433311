// What is known of all networks before any of them is there.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { Migration } from '../storage/write.ts';
import type { NetworkFactory, PublicIdentity } from './network.ts';
import { networkFactories } from './registry.ts';

export const allFactories: readonly NetworkFactory[] = Object.values(networkFactories);

export const networkMigrations: readonly Migration[] = allFactories.flatMap(({ manifest }) => manifest.migrations);

/** Who this node is to those networks at which an identity was made. `get` reads sealed values. */
export function identitiesIn(held: {
  get(name: string): string | undefined;
}): ({ readonly network: NetworkId } & PublicIdentity)[] {
  return allFactories.flatMap(({ manifest: { id, known } }) => {
    const identity = known?.(held);
    return identity ? [{ network: id, ...identity }] : [];
  });
}
