// What discovery is given of its node, what can be set of it, and what it tells.

import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Random } from '../../../base/random.ts';
import type { LookUp } from '../../../reachability/stun/servers.ts';
import type { Identity } from '../identity/identity.ts';
import type { NodeAddr } from '../identity/names.ts';
import type { LinkLayer } from '../link-layer.ts';
import type { SessionMessage } from '../wire/session-packet.ts';
import type { Advertised } from './own-endpoints.ts';
import type { RelayPorts } from './relays.ts';
import type { Candidate, Room, Standing } from './sweep.ts';
import type { By, TraversalFault } from './traversals.ts';

export interface DiscoverySettings {
  /** The tag by which nodes of one mesh know each other. */
  readonly app: string;
  readonly advertise: boolean;
  /** `open`: nodes that nobody named are tried as well. */
  readonly policy: 'configured' | 'open';
  /** The relays that the pool has. */
  readonly relays: readonly string[];
  readonly stunServers: readonly string[];
  /** Addresses in networks of our own are told to those that a hole is punched to. */
  readonly shareLocal: boolean;
  readonly lan: boolean;
}

export interface DiscoveryPorts extends Pick<RelayPorts, 'pool' | 'signer'> {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The same key as the signer's. */
  readonly identity: Pick<Identity, 'xOnly' | 'nodeAddr'>;
  readonly layer: Pick<LinkLayer, 'adopt' | 'links'>;
  readonly standing: Standing;
  room(): Room;
  /** Transports that are started and may be advertised, as of now. */
  advertised(): readonly Advertised[];
  /** Where neighbours of the local network can dial this node by UDP. */
  lanPort(): number | undefined;
  /** Whether that node may be a neighbour. */
  admits(xOnly: Buffer): boolean;
  /** The key of a node, where it is known. */
  keyOf(addr: NodeAddr): Buffer | undefined;
  hasSession(addr: NodeAddr): boolean;
  say(addr: NodeAddr, message: SessionMessage): void;
  readonly lookUp?: LookUp;
  /** Whether an address may be sent to that a stranger names: by default every public one, and no other. */
  readonly mayReach?: (address: string) => boolean;
}

export type PunchFault = TraversalFault | 'no-advert' | 'no-shared-relay' | 'relays-away';

export interface PunchFailure {
  readonly xOnly: Buffer;
  readonly fault: PunchFault;
  /** What the other end says of it: a stranger's word. */
  readonly said: string | undefined;
  readonly streak: number;
  /** Epoch milliseconds: before that it is not to be tried again. In the past: whenever it is wanted. */
  readonly cooldownUntil: number;
}

/** All is told in the middle of other work, so that nothing of it may wait. */
export interface DiscoveryNews {
  /** Nodes that nobody named, to be tried once or twice: open discovery. */
  candidates(found: readonly Candidate[]): void;
  /** In the local network, `host:port`, the best first. It is said again and again. */
  nearby(xOnly: Buffer, addresses: readonly string[]): void;
  /** A hole is open and a handshake on its way through it. */
  punched(xOnly: Buffer, how: { readonly by: By; readonly outbound: boolean }): void;
  punchFailed(failure: PunchFailure): void;
}
