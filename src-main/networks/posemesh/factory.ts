// Posemesh's line in the registry: what is known of it before it is there, and how it is made of what the node gives it.

import { posemeshSettings } from '../../../src-preload/contract/networks/posemesh-settings.ts';
import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';
import type { NetworkFactory } from '../network.ts';
import { historyMigrations } from './history.ts';
import { PosemeshNetwork } from './index.ts';
import { jobMigrations } from './jobs/job-log.ts';
import { sealedWallet } from './wallet/keys.ts';

export const posemeshFactory: NetworkFactory = {
  manifest: {
    id: 'posemesh',
    migrations: [...jobMigrations, ...historyMigrations].sort((one, other) => one.number - other.number),
    // What a node has begun with holds to its end: a job that runs was leased under it.
    restartsFor: [...(Object.keys(posemeshSettings) as SettingPath[]), 'backends.runners', 'backends.runnersHeld'],
    known(held) {
      const wallet = sealedWallet(held);
      return wallet && { nodeId: wallet.address, publicKey: wallet.publicKey };
    },
  },
  create: (host) => new PosemeshNetwork(host),
};
