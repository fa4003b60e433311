// What the engine needs of a network that this computer can join: a core that every network has, and capabilities that it may
// have. What is missing is absent, never a stub. One folder each; they never see one another.

import type { Reason } from '../../src-preload/contract/define.ts';
import type { NetworkAccount } from '../../src-preload/contract/earnings.ts';
import type {
  NetworkCheck,
  NetworkCore,
  NetworkDetail,
  NetworkHistory,
  NetworkId,
} from '../../src-preload/contract/networks/index.ts';
import type { Price, PriceLook, SeenPrices } from '../../src-preload/contract/pricing.ts';
import type { SettingPath } from '../../src-preload/contract/settings/index.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Migration } from '../storage/write.ts';
import type { OpenJob } from '../work/work.ts';
import type { NetworkHost } from './host.ts';

/** What is known of a network before there is one: the rest of it is in its contract. */
export interface NetworkManifest {
  readonly id: NetworkId;
  /** Its own tables. */
  readonly migrations: readonly Migration[];
  /** A change of one of these asks for a new start of this network, and of no other. */
  readonly restartsFor: readonly SettingPath[];
  /** Who this node is there by its sealed values; undefined where no identity was made. None is made for the asking. */
  known?(held: { get(name: string): string | undefined }): PublicIdentity | undefined;
}

/** One line in the registry. */
export interface NetworkFactory {
  readonly manifest: NetworkManifest;
  create(host: NetworkHost): Network;
}

/** How it stands now, in the words that all networks share. */
export type NetworkStatus = Readonly<
  Pick<NetworkCore, 'state' | 'reason' | 'nodeId' | 'address' | 'relay' | 'seen' | 'events'>
>;

/**
 * Why a network is left. `restart`: this node comes back by itself, as after an update, a sleep or a start of the computer, and
 * keeps its place. `stop`: its user has stopped it, and may start it again or not. `leave`: its user leaves the network.
 */
export type Departure = 'restart' | 'stop' | 'leave';

export interface Network extends Service {
  readonly id: NetworkId;
  status(): NetworkStatus;
  /** What its own page shows of it. */
  detail(): NetworkDetail;
  /** What this computer lacks for its work, each with a next step; empty: it could work. How it stands outside is its status. */
  blockers(): readonly Reason[];
  /** Looks at this node as others would. Never rejects for what it finds. */
  check(): Promise<NetworkCheck>;
  /** What happened, newest first, below event number `before`. */
  history(before: number, limit: number): NetworkHistory;
  /** Called after each change of what is shown above. Returns its off. */
  onChange(listener: () => void): () => void;
  /**
   * After a crash, joined or not: says of each job and lease that was left open what became of it, before anything new is taken.
   * For networks that have such; tasks are over with the program. With none where nothing was left open, for what else it may owe.
   */
  recover?(open: readonly OpenJob[]): Promise<void>;
  /** Leaves the network in good order: takes nothing more, lets its work end (bounded), says so to its peers. Before `stop`. */
  leave(departure: Departure): Promise<void>;
  /** It runs at another place than is set now, so that a new start leaves one place for another. */
  readonly moved?: boolean;
  /** The computer is about to sleep, or has slept: for those that have to say at once how this node stands. */
  tellNow?(): void;
  /** Answers a question of its own; input and answer are held against the network's contract. */
  ask?(name: string, input: unknown): Promise<unknown>;
  /**
   * Opens the pages of another Hearth on this computer: a link that works once, for its user alone. `node`: whatever its user calls it.
   * For networks that lead there.
   */
  visit?(node: string): Promise<string>;
  readonly identity?: IdentityCapability;
  readonly pricing?: PricingCapability;
  readonly account?: AccountCapability;
  readonly inbound?: InboundCapability;
  readonly boxes?: BoxesCapability;
}

export interface PublicIdentity {
  readonly nodeId: string;
  readonly publicKey: string;
}

/** It knows this node by a name and a key. */
export interface IdentityCapability {
  /** Who this computer is there, made now where there is none yet. Joins nothing, says so to no one. */
  open(): Promise<PublicIdentity>;
  /** Takes a new identity, from the next start on, and keeps the one before. Only while it does not run. */
  renew?(): Promise<void>;
  /** Takes another key, and goes on opening what was sealed to the one before. Only while it is joined. */
  rotateKey?(): Promise<Pick<PublicIdentity, 'publicKey'>>;
  /** Who signs for this user there, with a key made now where there is none. Joins nothing, says so to no one. */
  signer?(): Promise<Signer>;
}

/** The key that vouches for a user's nodes, Ed25519; public key and signatures in base64. */
export interface Signer extends PublicIdentity {
  sign(text: string): string;
}

/** Its work has a price that the user sets as a multiple of the usual one. */
export interface PricingCapability {
  /** What tasks would bring under a price; what is left out of it is as it is set. */
  quote(price: Price): Quote;
  /** What others ask for the same kind of work; null where that is not known, or it does not run. Never rejects. */
  seen(): Promise<SeenPrices | null>;
}

/** A network's own quote under one price. */
export interface Quote {
  readonly unit: string;
  /** The multiplier that is declared for the whole node, and the highest that is taken for its models. */
  readonly declared: number;
  readonly cap: number;
  readonly models: readonly Omit<PriceLook['models'][number], 'typicalMicro'>[];
  /** Micro-units for a task of so many tokens that ended then. */
  micro(tokens: number, model: string, at: number): number;
  /** The most that the network gives for so many tokens. */
  mostMicro(tokens: number): number;
  /** The multiplier from which on it gives no more for so many. */
  paidUpTo(tokens: number): number;
}

/** It keeps accounts of this node of its own. */
export interface AccountCapability {
  /** Held against our own; null while it does not run. Never rejects. */
  read(): Promise<NetworkAccount | null>;
}

/** Others come in to this computer. */
export interface InboundCapability {
  /**
   * Opens the inbound address as it would be if this network were joined, with nothing behind it, until `endTry` or the network's
   * start. Joins nothing. Does nothing where it runs, or where there is no outside. Rejects where this computer can't listen there.
   */
  try(): Promise<void>;
  /** Closes it, and what the router has opened for it. */
  endTry(): Promise<void>;
}

/** It sells boxes, which it makes by `host.boxes`: without it no engine is looked for. */
export interface BoxesCapability {
  /**
   * The boxes that are its own, joined or not: each from before it is created until it was removed for certain. All others in its name are
   * taken for left over, and swept. Asked at any time, from before `recover` on; where it throws, nothing is swept.
   */
  claimed(): readonly ClaimedBox[];
}

export interface ClaimedBox {
  /** As `host.boxes` knows it. */
  readonly id: string;
  /** The lease in `host.work` that it is for. */
  readonly job: number;
}
