// What a network asks of reachability, and what it gets: where others reach it, as far as that is known to be true.

import type { ExposureMode, NatType, ReachTier, TransportMethod } from '../../src-preload/contract/reachability.ts';
import type { PortRequest, Transport } from './mapping.ts';
import type { OutsideProber } from './prober.ts';
import type { Datagrams } from './stun/socket.ts';

/** What may be published: where one endpoint of ours is reached. */
export interface Advertised {
  /** A public name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly purpose: string;
  /** The same as text: a URL where HTTP is spoken, such as a tunnel's; `host:port` otherwise, IPv6 in brackets. */
  readonly endpoint: string;
  readonly tier: ReachTier;
  readonly method: TransportMethod;
  readonly natType: NatType;
  readonly exposure: ExposureMode;
  /** The last line of how it was found out, for the directory's operators. */
  readonly lastStep: string;
  /** It was reached from outside; false: no prober could say. One that was not reached is never advertised. */
  readonly proven: boolean;
}

/** A hole in the router's firewall, as IICP 2.4 tells of it. */
export interface Pinhole {
  readonly uniqueId: number | null;
  readonly leaseSeconds: number;
}

/** What shows that it is us who answer HTTP behind a URL. */
export interface HttpProof {
  readonly path: string;
  /** Of an answer with status 200. */
  readonly isOurs: (text: string) => boolean;
  /** URLs of tunnels that the network was given, the preferred one first. `none`: no tunnel is to be used. */
  readonly tunnels?: readonly string[] | 'none' | undefined;
}

/** One endpoint. Its id is its own: opening it again closes the one that was open under it. */
export interface InboundRequest extends PortRequest {
  /** The prober that can try our address from outside, if there is one. */
  readonly prober?: OutsideProber | undefined;
  /** HTTP is spoken there, so that a tunnel's URL may be an inbound address. */
  readonly http?: HttpProof | undefined;
  /**
   * For UDP without a prober: the socket that is bound to the port. STUN servers are asked from it whether strangers get through, which
   * holds as long as nothing else was sent from it to their second addresses.
   */
  readonly datagrams?: Datagrams | undefined;
  /** The address that the user has set, which wins: no router is asked then, only a prober outside. */
  readonly byHand?: string;
}

export interface InboundAddress {
  /** Null: nothing that would be true to tell, for now. */
  current(): Advertised | null;
  /** Whether it is still being found out. */
  looking(): boolean;
  /** No server outside answers, whatever is found out of inbound reachability. */
  offline(): boolean;
  pinhole(): Pinhole | null;
  onChange(listener: () => void): () => void;
  /** A connection came in from this remote address. */
  arrived(remote: string): void;
  /** No longer wanted; what a router holds for it is removed. */
  close(): void;
}

export interface InboundAddresses {
  open(request: InboundRequest): InboundAddress;
}
