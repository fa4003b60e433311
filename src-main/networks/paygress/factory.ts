// Paygress's line in the registry: what is known of it before it is there, and how it is made of what the node gives it.

import type { NetworkFactory } from '../network.ts';
import { durableMigrations } from './durable/store.ts';
import { historyMigrations } from './history.ts';
import { PaygressNetwork } from './index.ts';
import { knownKey } from './key.ts';
import { leaseMigrations, outsideMigrations } from './leases/schema.ts';
import { beatMigrations } from './offers/beats.ts';

export const paygressFactory: NetworkFactory = {
  manifest: {
    id: 'paygress',
    migrations: [
      ...leaseMigrations,
      ...beatMigrations,
      ...historyMigrations,
      ...durableMigrations,
      ...outsideMigrations,
    ],
    // All else is read when it is used, so that a change of the offer ends nothing.
    restartsFor: ['networks.paygress.enabled', 'networks.paygress.relays'],
    known: knownKey,
  },
  create: (host) => new PaygressNetwork(host),
};
