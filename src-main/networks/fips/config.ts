// The settings of FIPS as the node uses them.

import type { HostSettings } from '../host.ts';
import { type PeerSetting, readPeers, type WantedPeer } from './dialing/peers.ts';
import type { TransitLimits } from './routing/transit.ts';
import { type HostPort, parseBind } from './transports/address.ts';

/** What a run has begun with. */
export interface Config {
  readonly udp: HostPort | undefined;
  readonly tcp: HostPort | undefined;
  readonly accept: boolean;
  /** Undefined: fipsctl is not answered; empty: at the usual place. */
  readonly controlSocket: string | undefined;
}

export function configIn(settings: Pick<HostSettings, 'get'>): Config {
  return {
    udp: parseBind(settings.get('networks.fips.udpBind')),
    tcp: parseBind(settings.get('networks.fips.tcpBind')),
    accept: settings.get('networks.fips.accept'),
    controlSocket: settings.get('networks.fips.control') ? settings.get('networks.fips.controlSocket') : undefined,
  };
}

/** Those below hold at once, while the node runs. */
export const peersIn = (settings: Pick<HostSettings, 'get'>): readonly WantedPeer[] =>
  readPeers(settings.get('networks.fips.peers') as readonly PeerSetting[]);

export function transitIn(settings: Pick<HostSettings, 'get'>): TransitLimits {
  return {
    on: settings.get('networks.fips.transit'),
    bytesPerSecond: settings.get('networks.fips.transitKiBps') * 1024,
    bytesPerMonth: settings.get('networks.fips.transitMonthMiB') * 1024 * 1024,
  };
}
