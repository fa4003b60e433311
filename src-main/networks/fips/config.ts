// The settings of FIPS as the node uses them.

import type { HostSettings } from '../host.ts';
import { type PeerSetting, readPeers, type WantedPeer } from './dialing/peers.ts';
import type { DiscoveryPartSettings } from './discovery/part.ts';
import type { ForwardWish } from './forwards/forward.ts';
import type { ProgramsWish } from './programs.ts';
import type { TransitLimits } from './routing/transit.ts';
import { type HostPort, parseBind, parseHostPort } from './transports/address.ts';

export interface TorConfig {
  /** Where Tor takes connections. */
  readonly socks: HostPort;
  /** Where its onion service leads to; undefined: this node only dials through Tor. */
  readonly bind: HostPort | undefined;
  /** What others call that service, where it may be told them. */
  readonly service: { readonly hostnameFile: string; readonly port: number } | undefined;
}

/** What a run has begun with. */
export interface Config {
  readonly udp: HostPort | undefined;
  readonly tcp: HostPort | undefined;
  /** Undefined: nothing goes through Tor. */
  readonly tor: TorConfig | undefined;
  readonly accept: boolean;
  /** The router is asked to let nodes in by UDP, since others are to be told of it. */
  readonly opensUdp: boolean;
  /** Undefined: fipsctl is not answered; empty: at the usual place. */
  readonly controlSocket: string | undefined;
  /** Undefined: there is nothing to find nodes by. */
  readonly discovery: DiscoveryPartSettings | undefined;
  readonly programs: ProgramsWish;
}

export function configIn(settings: Pick<HostSettings, 'get'>): Config {
  return {
    udp: parseBind(settings.get('networks.fips.udpBind')),
    tcp: parseBind(settings.get('networks.fips.tcpBind')),
    tor: torIn(settings),
    accept: settings.get('networks.fips.accept'),
    opensUdp: opensUdp(settings),
    controlSocket: settings.get('networks.fips.control') ? settings.get('networks.fips.controlSocket') : undefined,
    discovery: discoveryIn(settings),
    programs: programsIn(settings),
  };
}

/** A port that nobody is told of, or that its user has seen to, needs no router. */
function opensUdp(settings: Pick<HostSettings, 'get'>): boolean {
  return (
    settings.get('networks.fips.advertise') &&
    settings.get('networks.fips.relays').length > 0 &&
    settings.get('networks.fips.accept') &&
    settings.get('networks.fips.udpExternal') === '' &&
    !/^(127\.|\[::1\])/.test(settings.get('networks.fips.udpBind'))
  );
}

function torIn(settings: Pick<HostSettings, 'get'>): TorConfig | undefined {
  const socks = parseHostPort(settings.get('networks.fips.torSocks'));
  if (!socks) return undefined;
  const port = settings.get('networks.fips.torPort');
  const hostnameFile = settings.get('networks.fips.torHostnameFile');
  return {
    socks,
    // Tor runs on this computer, and nobody else is to come here without it.
    bind: port === 0 ? undefined : { host: '127.0.0.1', port },
    service:
      port === 0 || hostnameFile === ''
        ? undefined
        : { hostnameFile, port: settings.get('networks.fips.torServicePort') },
  };
}

/** The tag by which official nodes know each other. */
const APP = 'fips-overlay-v1';

function discoveryIn(settings: Pick<HostSettings, 'get'>): DiscoveryPartSettings | undefined {
  const relays = settings.get('networks.fips.relays');
  const lan = settings.get('networks.fips.lan');
  if (relays.length === 0 && !lan) return undefined;
  return {
    app: APP,
    relays,
    // Without a relay no hole could be agreed on but in a session, which needs a way already.
    stunServers: relays.length > 0 ? settings.get('networks.fips.stunServers') : [],
    advertise: settings.get('networks.fips.advertise'),
    policy: settings.get('networks.fips.openDiscovery') ? 'open' : 'configured',
    shareLocal: false,
    lan,
    udpExternal: settings.get('networks.fips.udpExternal') || undefined,
  };
}

/** As official nodes name it. */
const TUN = 'fips0';

function programsIn(settings: Pick<HostSettings, 'get'>): ProgramsWish {
  return {
    tun: settings.get('networks.fips.tun') ? TUN : undefined,
    dnsPort: settings.get('networks.fips.dns') ? settings.get('networks.fips.dnsPort') : undefined,
  };
}

/** Those below hold at once, while the node runs. */
export const peersIn = (settings: Pick<HostSettings, 'get'>): readonly WantedPeer[] =>
  readPeers(settings.get('networks.fips.peers') as readonly PeerSetting[]);

export function forwardsIn(settings: Pick<HostSettings, 'get'>): readonly ForwardWish[] {
  const port = settings.get('networks.fips.socksPort');
  return [...settings.get('networks.fips.forwards'), ...(port === 0 ? [] : [{ kind: 'socks' as const, port }])];
}

/** The npubs of those who may open the pages of this node. */
export const consoleIn = (settings: Pick<HostSettings, 'get'>): readonly string[] =>
  settings.get('networks.fips.consoleFor');

export function transitIn(settings: Pick<HostSettings, 'get'>): TransitLimits {
  return {
    on: settings.get('networks.fips.transit'),
    bytesPerSecond: settings.get('networks.fips.transitKiBps') * 1024,
    bytesPerMonth: settings.get('networks.fips.transitMonthMiB') * 1024 * 1024,
  };
}
