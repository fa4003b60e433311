// What stands on links and routes: discovery, names, a network device, forwards. A part starts once this node has
// dialled the peers that its user has set, and none can hold up another or the node.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { RelayView } from '../../nostr/pool.ts';
import type { Dialer } from './dialing/dialer.ts';
import type { PeerAddress } from './dialing/peers.ts';
import type { Advert, AdvertEndpoint } from './discovery/advert.ts';
import type { Identity } from './identity/identity.ts';
import type { NodeAddr } from './identity/names.ts';
import type { LinkLayer } from './link-layer.ts';
import type { Mesh } from './mesh.ts';
import type { SessionMessage } from './wire/session-packet.ts';

/** What a part is given of its node. */
export interface MeshAccess {
  readonly identity: Identity;
  readonly layer: LinkLayer;
  readonly mesh: Mesh;
  readonly dialer: Dialer;
  admits(xOnly: Buffer): boolean;
}

/** Finding other nodes, and having them find this one. */
export interface Finding {
  /** The advert of this node as it was sent to relays last; empty: none was. */
  readonly says: readonly AdvertEndpoint[];
  readonly relays: readonly RelayView[];
  /** Of other nodes, those that are valid. */
  readonly adverts: readonly Advert[];
  /** Holes to that node that were tried in vain; undefined: none was tried. */
  attemptsOf(xOnly: Buffer): Attempts | undefined;
}

export interface Attempts {
  readonly streak: number;
  /** Epoch milliseconds; in the past or 0: it may be tried. */
  readonly cooldownUntil: number;
  /** By how much its clock is ahead of ours; undefined: not known. */
  readonly skewMs: number | undefined;
}

export interface MeshPart {
  readonly name: string;
  /** What rejects is logged, and leaves the node without this part. */
  start(): Promise<void>;
  /** Once a second; must not wait. */
  tick?(): void;
  /** True: it was for this part. */
  message?(from: NodeAddr, message: SessionMessage, congestion: boolean): boolean;
  /** There is a session with that node. */
  established?(addr: NodeAddr): void;
  /** There is no way to it, or no answer from it. */
  failed?(addr: NodeAddr): void;
  /** Where else a node may be, as far as that is known at once. */
  elsewhere?(addr: NodeAddr): readonly PeerAddress[];
  /** This computer is in another network, or awake again. */
  networkChanged?(): void;
  readonly finding?: Finding;
  /** Opens the pages of the Hearth on that node, named by npub or alias: a link that works once. */
  visit?(node: string): Promise<string>;
  /** Something of FIPS is set otherwise. */
  settingsChanged?(): void;
  /** What its user wants of it and can't have now. */
  readonly troubles?: readonly Reason[];
  /** Before the neighbours are told goodbye. Never rejects. */
  stop(): Promise<void>;
}

export type MakePart = (access: MeshAccess) => MeshPart;
