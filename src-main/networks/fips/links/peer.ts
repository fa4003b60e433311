// A neighbour whose key is proven: its keys of now, of a moment ago and of a moment from now, where it is, and what was measured.

import { ownCopy } from '../../../base/own-copy.ts';
import { encodeNpub, type NodeAddr, nodeAddrOf } from '../identity/names.ts';
import type { IkInitiator } from '../noise/ik.ts';
import { FrameFlag } from '../wire/frame.ts';
import type { LinkSession } from './link-session.ts';
import { LINK_CADENCE, Meter } from './meter.ts';
import type { Remote } from './remote.ts';
import { DRAIN_MS } from './times.ts';

/** A first message of ours for new keys, which is sent again until it is answered. */
export interface Rekey {
  readonly handshake: IkInitiator;
  readonly index: number;
  readonly frame: Buffer;
  sentAt: number;
  /** Answers that came since then. */
  tries: number;
}

/** Keys that are not used yet. */
interface Pending {
  readonly session: LinkSession;
  /**
   * Whether we asked for them, and so know that the other end has them. Else its first message may be an old one that a stranger sent
   * again, and only a frame that is sealed with them shows that it has.
   */
  readonly proven: boolean;
  readonly since: number;
}

/** A first message of theirs and what it was answered with, should it come again. */
export interface Answered {
  readonly message1: Buffer;
  readonly frame: Buffer;
}

export interface PeerFacts {
  /** Compressed, with its true parity. */
  readonly publicKey: Buffer;
  readonly epoch: Buffer;
  readonly remote: Remote;
  readonly session: LinkSession;
  /** Whether this node dialled. */
  readonly outbound: boolean;
  readonly answered?: Answered | undefined;
}

export class Peer {
  readonly publicKey: Buffer;
  readonly npub: string;
  readonly addr: NodeAddr;
  readonly epoch: Buffer;
  readonly outbound: boolean;
  readonly since: number;
  readonly meter = new Meter(LINK_CADENCE);
  remote: Remote;
  answered: Answered | undefined;
  rekey: Rekey | undefined;
  /** When it last asked for new keys. */
  askedForKeysAt = Number.NEGATIVE_INFINITY;
  receivedAt: number;
  heartbeatAt = Number.NEGATIVE_INFINITY;
  /** When this computer last found no way to it. */
  unreachableAt = Number.NEGATIVE_INFINITY;
  forged = 0;
  #current: LinkSession;
  #pending: Pending | undefined;
  readonly #draining = new Map<LinkSession, number>();
  #keyEpoch = false;

  constructor({ publicKey, epoch, remote, session, outbound, answered }: PeerFacts, now: number) {
    this.publicKey = ownCopy(publicKey);
    this.npub = encodeNpub(publicKey.subarray(1));
    this.addr = nodeAddrOf(publicKey.subarray(1));
    this.epoch = epoch;
    this.remote = remote;
    this.outbound = outbound;
    this.answered = answered;
    this.since = now;
    this.receivedAt = now;
    this.#current = session;
  }

  get xOnly(): Buffer {
    return this.publicKey.subarray(1);
  }

  get current(): LinkSession {
    return this.#current;
  }

  get pending(): Pending | undefined {
    return this.#pending;
  }

  get keyEpoch(): boolean {
    return this.#keyEpoch;
  }

  /** Indices of ours by which it may send. */
  get indices(): readonly number[] {
    const sessions = [this.#current, ...this.#draining.keys(), ...(this.#pending ? [this.#pending.session] : [])];
    return [...sessions.map(({ indices }) => indices.ours), ...(this.rekey ? [this.rekey.index] : [])];
  }

  /** The one that has this index of ours. */
  sessionOf(index: number): LinkSession | undefined {
    if (this.#current.indices.ours === index) return this.#current;
    if (this.#pending?.session.indices.ours === index) return this.#pending.session;
    return [...this.#draining.keys()].find(({ indices }) => indices.ours === index);
  }

  seal(message: Uint8Array, now: number, congestion = false): Buffer {
    const flags = (this.#keyEpoch ? FrameFlag.keyEpoch : 0) | (congestion ? FrameFlag.congestion : 0);
    const session = this.#current;
    const counter = session.sent;
    const frame = session.seal(message, flags, now);
    this.meter.recordSent(counter, session.timestamp(now), frame.length);
    return frame;
  }

  prepare(pending: Pending): void {
    this.#pending = pending;
    this.rekey = undefined;
  }

  /** The keys that were prepared are not to be used any more. */
  forget(): void {
    this.#pending = undefined;
  }

  /** From now on with the keys that were prepared; the old ones are still taken for a while. */
  cutOver(now: number): void {
    if (!this.#pending) return;
    this.replace(this.#pending.session, now);
    this.#pending = undefined;
    this.#keyEpoch = !this.#keyEpoch;
    this.meter.rekeyed();
    this.#current.begin(now);
  }

  /** With other keys of the same epoch: of two handshakes at once, both ends take the same. */
  replace(session: LinkSession, now: number): void {
    this.drain(this.#current, now);
    this.#current = session;
  }

  /** What is sealed with these keys is still taken for a while. */
  drain(session: LinkSession, now: number): void {
    this.#draining.set(session, now + DRAIN_MS);
  }

  /** The indices of ours that are free again. */
  drained(now: number): readonly number[] {
    const over = [...this.#draining].filter(([, until]) => now >= until).map(([session]) => session);
    for (const session of over) this.#draining.delete(session);
    return over.map(({ indices }) => indices.ours);
  }
}
