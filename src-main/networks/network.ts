// What the engine needs of a network that this computer can join. One folder each; they never see one another.

import type { NetworkAccount } from '../../src-preload/contract/earnings.ts';
import type {
  Capability,
  NetworkCheck,
  NetworkCore,
  NetworkDetail,
  NetworkHistory,
  NetworkId,
} from '../../src-preload/contract/networks/index.ts';
import type { Price, PriceLook, SeenPrices } from '../../src-preload/contract/pricing.ts';
import type { Service } from '../base/lifecycle.ts';

/** A network's own quote under one price. */
export interface Quote {
  readonly unit: string;
  /** The multiplier that is told for the whole node, and the highest that is taken for its models. */
  readonly declared: number;
  readonly cap: number;
  readonly models: readonly Omit<PriceLook['models'][number], 'typicalMicro'>[];
  /** Micro-units for a task of so many tokens that ended then. */
  micro(tokens: number, model: string, at: number): number;
  /** The most that the network gives for so many tokens. */
  mostMicro(tokens: number): number;
}

/** The key that vouches for a user's nodes, Ed25519; public key and signatures in base64. */
export interface Signer {
  readonly nodeId: string;
  readonly publicKey: string;
  sign(text: string): string;
}

/**
 * Why a network is left. `restart`: this node comes back by itself, as after an update, a sleep or a start of the computer, and
 * keeps its place. `stop`: its user has stopped it, and may start it again or not. `leave`: its user leaves the network.
 */
export type Departure = 'restart' | 'stop' | 'leave';

/** How it stands now, in the words that all networks share. */
export type NetworkStatus = Readonly<
  Pick<NetworkCore, 'state' | 'reason' | 'nodeId' | 'address' | 'relay' | 'seen' | 'events'>
>;

export interface Network extends Service {
  readonly id: NetworkId;
  readonly capabilities: readonly Capability[];
  status(): NetworkStatus;
  /** What its own page shows of it. */
  detail(): NetworkDetail;
  /** It runs at another directory than is set now. */
  readonly moved: boolean;
  /** Who this computer is there, made now where it was nobody yet. Joins nothing, tells nobody. */
  identify(): Promise<{ readonly nodeId: string; readonly publicKey: string }>;
  /** Who signs for this user there, with a key made now where there is none. Joins nothing, tells nobody. */
  signer(): Promise<Signer>;
  /** Takes another key for what clients seal to it, and goes on opening what was sealed to the one before. Only while it is joined. */
  rotateKey(): Promise<{ readonly publicKey: string }>;
  /** Becomes somebody else there, from the next start on, and keeps who it was. Only while it does not run. */
  newIdentity(): Promise<void>;
  /** What happened with its directory, newest first, below event number `before`. */
  history(before: number, limit: number): NetworkHistory;
  /** Its books of this node, held against our own; null where it keeps none or does not run. Never rejects. */
  account(): Promise<NetworkAccount | null>;
  /** What tasks would bring under a price; what is left out of it is as it is set. */
  quote(price: Price): Quote;
  /** Answers a question of its own; its input has passed the network's contract, and so does what it answers. */
  ask?(name: string, input: unknown): Promise<unknown>;
  /** What others ask for the same kind of work; null where nobody tells, or it does not run. Never rejects. */
  prices(): Promise<SeenPrices | null>;
  /** Looks at this node as others would. Never rejects for what it finds. */
  check(): Promise<NetworkCheck>;
  /**
   * Opens the way in as it would be if this network were joined, with nothing behind it, until `endTry` or the network's start.
   * Joins nothing. Nothing where it runs, or where there is no outside. Rejects where this computer lets nobody listen there.
   */
  tryInbound(): Promise<void>;
  /** Closes it, and what the router has opened for it. */
  endTry(): Promise<void>;
  /** Called after each change of `status()`. Returns its off. */
  onChange(listener: () => void): () => void;
  /** The computer is about to sleep, or has slept: tells whom it must at once how this node stands now. */
  tellNow(): void;
  /** Leaves the network in good order: takes nothing more, lets its tasks end (bounded), tells whom it must. Before `stop`. */
  leave(departure: Departure): Promise<void>;
}
