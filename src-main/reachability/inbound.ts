// What a network asks of reachability, and what it is told: where others reach it, as far as that is known to be true.

import type { ExposureMode, NatType, ReachTier, TransportMethod } from '../../src-preload/contract/reachability.ts';
import type { PortRequest } from './mapping.ts';
import type { OutsideProber } from './prober.ts';

/** What others may be told of the way in. */
export interface Advertised {
  /** `http://host:port`, or a tunnel's https URL. */
  readonly endpoint: string;
  readonly tier: ReachTier;
  readonly method: TransportMethod;
  readonly natType: NatType;
  readonly exposure: ExposureMode;
  /** The last line of how it was found out, for the directory's operators. */
  readonly lastStep: string;
  /** Somebody outside has reached it; false: nobody could say. One that was not reached is never advertised. */
  readonly proven: boolean;
}

/** A hole in the router's firewall, as IICP 2.4 tells of it. */
export interface Pinhole {
  readonly uniqueId: number | null;
  readonly leaseSeconds: number;
}

export interface InboundRequest extends PortRequest {
  /** Who can try our address from outside, if anybody. */
  readonly prober?: OutsideProber;
  /** Asks whether the answer behind a tunnel's URL is ours: the node's id as health tells it. */
  readonly nodeId: string;
  /** No HTTP is spoken there, so a tunnel's URL is no way in. */
  readonly notHttp?: true;
  /** The address that the user has set, which wins: no router is asked then, only somebody outside. */
  readonly byHand?: string;
}

export interface InboundAddress {
  /** Null: nothing that would be true to tell, for now. */
  current(): Advertised | null;
  /** Whether it is still being found out. */
  looking(): boolean;
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
