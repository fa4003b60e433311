// FIPS's line in the registry: what is known of it before it is there, and how it is made of what the node gives it.

import type { NetworkFactory } from '../network.ts';
import { historyMigrations } from './history.ts';
import { sealedIdentity } from './identity/keys.ts';
import { FipsNetwork } from './index.ts';
import { volumeMigrations } from './transit-volume.ts';

export const fipsFactory: NetworkFactory = {
  manifest: {
    id: 'fips',
    migrations: [...historyMigrations, ...volumeMigrations],
    // The others hold at once: peers, who may come, forwards, and being a router.
    restartsFor: [
      'networks.fips.enabled',
      'networks.fips.key',
      'networks.fips.udpBind',
      'networks.fips.tcpBind',
      'networks.fips.torSocks',
      'networks.fips.torPort',
      'networks.fips.torHostnameFile',
      'networks.fips.torServicePort',
      'networks.fips.accept',
      'networks.fips.relays',
      'networks.fips.stunServers',
      'networks.fips.advertise',
      'networks.fips.udpExternal',
      'networks.fips.openDiscovery',
      'networks.fips.lan',
      'networks.fips.tun',
      'networks.fips.dns',
      'networks.fips.dnsPort',
      'networks.fips.control',
      'networks.fips.controlSocket',
    ],
    known(held) {
      const identity = sealedIdentity(held);
      return identity && { nodeId: identity.npub, publicKey: identity.xOnly.toString('hex') };
    },
  },
  create: (host) => new FipsNetwork(host),
};
