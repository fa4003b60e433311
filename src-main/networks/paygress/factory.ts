// Paygress's line in the registry: what is known of it before it is there, and how it is made of what the node gives it.

import { Secp256k1 } from '../../keys/secp256k1.ts';
import { toHex } from '../../nostr/event.ts';
import { npubOf } from '../../nostr/secret-key.ts';
import type { NetworkFactory } from '../network.ts';
import { historyMigrations } from './history.ts';
import { KEY, PaygressNetwork } from './index.ts';
import { leaseMigrations } from './leases/schema.ts';
import { beatMigrations } from './offers/beats.ts';

export const paygressFactory: NetworkFactory = {
  manifest: {
    id: 'paygress',
    migrations: [...leaseMigrations, ...beatMigrations, ...historyMigrations],
    // All else is read when it is used, so that a change of the offer ends nothing.
    restartsFor: ['networks.paygress.enabled', 'networks.paygress.relays'],
    known(held) {
      const kept = held.get(KEY);
      if (kept === undefined) return undefined;
      const publicKey = toHex(new Secp256k1().xOnly(Uint8Array.from(Buffer.from(kept, 'hex'))));
      return { nodeId: npubOf(publicKey), publicKey };
    },
  },
  create: (host) => new PaygressNetwork(host),
};
