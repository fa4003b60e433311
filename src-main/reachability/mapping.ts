// What a port mapping is, and what every way of getting one from a router can do. A way (a `PortClient`) speaks one protocol, keeps no
// timers and no state between calls but its sockets'; when to call it is the mapper's affair.

import type { Gateway } from './gateway/gateway.ts';
import type { Place } from './upnp/lan.ts';

export type Transport = 'tcp' | 'udp';
export type MappingProtocol = 'pcp' | 'nat-pmp' | 'upnp';
/** IPv4: an address translated by the router. IPv6: a hole in its firewall for an address of our own. */
export type Family = 4 | 6;

/** A part of this app wants to be reachable at a port of this computer. Any number at a time. */
export interface PortRequest {
  readonly id: string;
  readonly transport: Transport;
  /** The port that is listened on, 1 to 65535; routers are never asked to open one below 1024. */
  readonly port: number;
  /** What a person reads in the router's list, e.g. `IICP tasks`. */
  readonly purpose: string;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a router has granted; only what it said, never what was asked. */
export interface Mapping {
  readonly protocol: MappingProtocol;
  readonly family: Family;
  readonly transport: Transport;
  readonly internal: Endpoint;
  /** The address as the router tells it. Whether it is public is judged elsewhere. */
  readonly external: Endpoint;
  /** Milliseconds it was granted for; Infinity: until it is removed. */
  readonly lifetimeMs: number;
  /** `Clock.monotonic()` of the grant. */
  readonly grantedAt: number;
  /** Seconds since the router lost its state, where the protocol tells. */
  readonly epoch?: number;
  /** What renewing and removing need besides: PCP's nonce in hex, a pinhole's UniqueID, a UPnP control URL. Kept in the journal. */
  readonly handle: string;
}

/** What is wanted of a router. */
export interface MappingWish {
  readonly family: Family;
  readonly transport: Transport;
  readonly internal: Endpoint;
  /** The external port asked for, 1024 to 65535: the one had before, if any. */
  readonly port: number;
  /** The external address had before, if any. */
  readonly address?: string;
  readonly lifetimeMs: number;
  /** ASCII, no XML-special characters, at most 60 bytes. */
  readonly description: string;
  /** As in `Mapping.handle`, made before the first call so that the journal has it before the router: PCP's nonce. */
  readonly handle: string;
}

/** What a router said when it was looked for. */
export interface ProbeAnswer {
  readonly protocol: MappingProtocol;
  readonly tookMs: number;
  readonly epoch?: number;
  /** Its external address, where one exchange tells. Empty or 0.0.0.0 is left out. */
  readonly external?: string;
  /** What it calls itself, where it tells: bounded, of a stranger. */
  readonly router?: { readonly name: string; readonly model: string };
  /** Families it can map. */
  readonly families: readonly Family[];
}

/** What a cheap look between renewals tells. */
export interface CheckAnswer {
  readonly epoch?: number;
  readonly external?: string;
  /** False: the router no longer lists the mapping. Undefined: this protocol can't tell. */
  readonly listed?: boolean;
}

export interface Within {
  readonly signal: AbortSignal;
  /** The whole call's limit, milliseconds; then it rejects with kind `timeout` (or `unavailable`, `not-found`, for a probe). */
  readonly timeoutMs: number;
}

/** One protocol towards one gateway. All reject with MappingError, or with the signal's reason when it aborts; all close what they open. */
export interface PortClient {
  readonly protocol: MappingProtocol;
  probe(within: Within): Promise<ProbeAnswer>;
  /** Reads back what the protocol does not answer by itself, so that the result is the router's word. */
  install(wish: MappingWish, within: Within): Promise<Mapping>;
  renew(mapping: Mapping, wish: MappingWish, within: Within): Promise<Mapping>;
  check(mapping: Mapping, within: Within): Promise<CheckAnswer>;
  /** Also resolves when there was nothing to remove. */
  remove(mapping: Mapping, within: Within): Promise<void>;
  /** UPnP: where the router, as it was found last, can be asked to tell of changes. */
  eventsAt?(): Place | undefined;
  /** Ends what is still open, at once. */
  close(): void;
}

export type PortClientFactory = (gateway: Gateway) => PortClient;
