// Handshakes of links: those that this node begins, those that it answers, and new keys for links that stand.
//
// Two nodes that dial each other at once agree on one of the two: that of the node with the smaller node_addr. A node that comes with
// another startup epoch was started anew, and its old link is gone. Before anything is multiplied, a first message has to get past a
// bucket that all senders share.

import type { Clock } from '../../../base/clock.ts';
import { ownCopy } from '../../../base/own-copy.ts';
import type { Random } from '../../../base/random.ts';
import { FIPS } from '../bounds.ts';
import { EphemeralKey, type Identity } from '../identity/identity.ts';
import { type NodeAddr, nodeAddrOf, withEvenY } from '../identity/names.ts';
import { type Established, IkInitiator, IkRequest } from '../noise/ik.ts';
import { encodeMessage1, encodeMessage2, type Message2 } from '../wire/frame.ts';
import { type Caller, Callers } from './callers.ts';
import { Dial, type Wanted } from './dial.ts';
import type { IndexTable } from './index-table.ts';
import { LinkSession } from './link-session.ts';
import type { Answered, Peer, PeerFacts } from './peer.ts';
import { type Remote, remoteKey } from './remote.ts';
import { ANSWER_MS, REKEY_FRAMES, REKEY_MS, REKEY_PAUSE_MS, RESEND_MS, SUSPECT_MS } from './times.ts';
import { TokenBucket } from './token-bucket.ts';

export type DialResult = 'dialled' | 'dialling' | 'connected' | 'full' | 'self' | 'no-key';

export interface HandshakePorts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
  readonly identity: Identity;
  /** Eight bytes, drawn once in the life of this node. */
  readonly epoch: Buffer;
  /** Neighbours at once. */
  readonly mostPeers: number;
  send(to: Remote, frame: Buffer): void;
  /** Whether nodes that were not dialled may come by this transport. */
  isOpen(transport: string): boolean;
  /** Whether this node wants the one with that key (x alone) as a neighbour. */
  admits(xOnly: Buffer): boolean;
  /** A dial came to nothing. */
  unanswered(dial: Dial): void;
}

/** What is to become of neighbours. */
export interface Neighbours {
  readonly peers: ReadonlyMap<NodeAddr, Peer>;
  promote(facts: PeerFacts): Peer;
  restarted(peer: Peer): void;
}

/** A first message as it came. */
interface Asked {
  readonly remote: Remote;
  readonly sender: number;
  readonly noise: Buffer;
}

export class Handshakes {
  readonly #ports: HandshakePorts;
  readonly #table: IndexTable;
  readonly #neighbours: Neighbours;
  readonly #bucket: TokenBucket;
  readonly #dials = new Map<NodeAddr, Dial>();
  readonly #callers = new Callers();

  constructor(ports: HandshakePorts, table: IndexTable, neighbours: Neighbours) {
    this.#ports = ports;
    this.#table = table;
    this.#neighbours = neighbours;
    this.#bucket = new TokenBucket(FIPS.firstMessages, FIPS.firstMessagesRefill, this.#now());
  }

  get dials(): ReadonlyMap<NodeAddr, Dial> {
    return this.#dials;
  }

  /** Whether one is under way with that address. */
  uses(key: string): boolean {
    return this.#callers.isAt(key) || [...this.#dials.values()].some(({ remote }) => remoteKey(remote) === key);
  }

  /** The same for any address of that transport. */
  usesTransport(id: string): boolean {
    return this.#callers.isBy(id) || [...this.#dials.values()].some(({ remote }) => remote.transport === id);
  }

  dial({ xOnly, remote }: Wanted): DialResult {
    const addr = nodeAddrOf(xOnly);
    if (addr === this.#ports.identity.nodeAddr) return 'self';
    if (this.#neighbours.peers.has(addr)) return 'connected';
    if (this.#dials.has(addr)) return 'dialling';
    if (this.#isFull()) return 'full';
    const handshake = this.#begin(xOnly);
    if (!handshake) return 'no-key';
    const dial = new Dial(handshake, { xOnly, remote }, this.#table.free(), this.#now());
    this.#dials.set(addr, dial);
    this.#table.set(dial.index, { kind: 'dial', dial });
    this.#ports.send(remote, dial.frame);
    return 'dialled';
  }

  tick(now: number): void {
    for (const dial of this.#dials.values()) {
      if (dial.isOver(now)) this.#fail(dial);
      else if (dial.isDue(now)) this.#ports.send(dial.remote, dial.frame);
    }
    for (const { session } of this.#callers.expired(now)) this.#table.delete(session.indices.ours);
  }

  /** A connection has ended. */
  closed(key: string): void {
    for (const dial of this.#dials.values()) if (remoteKey(dial.remote) === key) this.#fail(dial);
  }

  stop(): void {
    for (const dial of this.#dials.values()) this.#forget(dial);
  }

  /** Asks for new keys where they are due, and again where that was not answered. */
  rekey(peer: Peer, now: number): void {
    const { rekey, current } = peer;
    if (rekey) {
      if (now - rekey.sentAt < RESEND_MS) return;
      rekey.sentAt = now;
      rekey.tries = 0;
      this.#ports.send(peer.remote, rekey.frame);
      return;
    }
    const old = now - current.startedAt >= REKEY_MS || current.sent >= REKEY_FRAMES;
    const quiet = now - peer.askedForKeysAt < REKEY_PAUSE_MS || now - peer.receivedAt >= SUSPECT_MS;
    if (!old || quiet || peer.pending) return;
    const handshake = this.#begin(peer.xOnly);
    if (!handshake) return;
    const index = this.#table.free();
    const frame = encodeMessage1({ sender: index, noise: handshake.message1 });
    peer.rekey = { handshake, index, frame, sentAt: now, tries: 0 };
    this.#table.set(index, { kind: 'peer', peer });
    this.#ports.send(peer.remote, frame);
  }

  onMessage1({ remote, sender, noise }: Asked): void {
    const now = this.#now();
    if (!this.#bucket.take(now)) return;
    const peers = [...this.#neighbours.peers.values()];
    const key = remoteKey(remote);
    if (!this.#ports.isOpen(remote.transport) && !peers.some((peer) => remoteKey(peer.remote) === key)) return;
    const again =
      this.#callers.answerTo(noise) ?? peers.find(({ answered }) => answered?.message1.equals(noise))?.answered?.frame;
    if (again) {
      this.#ports.send(remote, again);
      return;
    }
    const request = IkRequest.read(this.#ports.identity, noise);
    if (!request) return;
    const xOnly = request.publicKey.subarray(1);
    const addr = nodeAddrOf(xOnly);
    if (addr === this.#ports.identity.nodeAddr || !this.#ports.admits(xOnly)) return;
    const peer = this.#neighbours.peers.get(addr);
    if (peer?.epoch.equals(request.epoch)) this.#answerPeer(peer, { remote, sender, noise }, request, now);
    else if (peer || !this.#isFull()) this.#answerCaller(addr, { remote, sender, noise }, request, now);
  }

  onMessage2(remote: Remote, { sender, receiver, noise }: Message2): void {
    const indexed = this.#table.get(receiver);
    if (indexed?.kind === 'dial') {
      const established = indexed.dial.finish(noise);
      if (established) this.#reached(indexed.dial, remote, established, sender);
      return;
    }
    const rekey = indexed?.kind === 'peer' ? indexed.peer.rekey : undefined;
    if (indexed?.kind !== 'peer' || rekey?.index !== receiver) return;
    rekey.tries += 1;
    if (rekey.tries > FIPS.answersTried) return;
    const established = rekey.handshake.finish(noise);
    if (!established?.epoch.equals(indexed.peer.epoch)) return;
    const now = this.#now();
    const session = new LinkSession({ ours: receiver, theirs: sender }, established, true, now);
    indexed.peer.prepare({ session, proven: true, since: now });
  }

  /** A caller has sealed something with its new keys; undefined: there is no room for it any more. */
  proven({ addr, session, ...facts }: Caller, remote: Remote): Peer | undefined {
    this.#callers.delete(addr);
    const before = this.#neighbours.peers.get(addr);
    if (before) this.#neighbours.restarted(before);
    if (!this.#isFull()) return this.#neighbours.promote({ ...facts, session, remote, outbound: false });
    this.#table.delete(session.indices.ours);
    return undefined;
  }

  #answerCaller(addr: NodeAddr, asked: Asked, request: IkRequest, now: number): void {
    const before = this.#callers.get(addr);
    if (before && now - before.since < ANSWER_MS) return;
    if (before) this.#table.delete(before.session.indices.ours);
    const { session, answered } = this.#answer(asked, request, now);
    const { publicKey, epoch } = request;
    const caller: Caller = { addr, publicKey, epoch, remote: asked.remote, session, answered, since: now };
    this.#callers.add(caller);
    this.#table.set(session.indices.ours, { kind: 'caller', caller });
  }

  /** From a neighbour with the same epoch: it asks for new keys, or it has dialled while we did, and is in no need of an answer. */
  #answerPeer(peer: Peer, asked: Asked, request: IkRequest, now: number): void {
    if (now - peer.current.startedAt < REKEY_PAUSE_MS) return;
    if (peer.pending && (peer.pending.proven || now - peer.pending.since < ANSWER_MS)) return;
    if (peer.rekey) {
      // Of two that ask at once, the smaller one goes on, and the other answers.
      if (this.#ports.identity.nodeAddr < peer.addr) return;
      this.#table.delete(peer.rekey.index);
    }
    if (peer.pending) this.#table.delete(peer.pending.session.indices.ours);
    const { session, answered } = this.#answer(asked, request, now);
    peer.prepare({ session, proven: false, since: now });
    peer.answered = answered;
    peer.askedForKeysAt = now;
    this.#table.set(session.indices.ours, { kind: 'peer', peer });
  }

  #answer({ remote, sender, noise }: Asked, request: IkRequest, now: number) {
    const { random, epoch } = this.#ports;
    const indices = { ours: this.#table.free(), theirs: sender };
    const { message2, established } = request.answer(EphemeralKey.from(random), epoch);
    const frame = encodeMessage2({ sender: indices.ours, receiver: sender, noise: message2 });
    this.#ports.send(remote, frame);
    const answered: Answered = { message1: ownCopy(noise), frame: ownCopy(frame) };
    return { session: new LinkSession(indices, established, false, now), answered };
  }

  /** A node that was dialled has answered, which it alone can. */
  #reached(dial: Dial, remote: Remote, established: Established, theirs: number): void {
    const now = this.#now();
    const { addr, index } = dial;
    this.#dials.delete(addr);
    const session = new LinkSession({ ours: index, theirs }, established, true, now);
    const isSmaller = this.#ports.identity.nodeAddr < addr;
    const { epoch } = established;
    const peer = this.#neighbours.peers.get(addr);
    if (peer?.epoch.equals(epoch)) {
      if (isSmaller) peer.replace(session, now);
      else peer.drain(session, now);
      this.#table.set(index, { kind: 'peer', peer });
      return;
    }
    if (peer) this.#neighbours.restarted(peer);
    if (this.#isFull()) {
      this.#table.delete(index);
      return;
    }
    const caller = this.#callers.get(addr);
    if (!caller?.epoch.equals(epoch)) {
      this.#neighbours.promote({ publicKey: withEvenY(dial.xOnly), epoch, remote, session, outbound: true });
      return;
    }
    this.#callers.delete(addr);
    const { publicKey, answered } = caller;
    const ours = { publicKey, answered, epoch, outbound: true };
    const both = isSmaller
      ? this.#neighbours.promote({ ...ours, remote, session })
      : this.#neighbours.promote({ ...ours, remote: caller.remote, session: caller.session });
    const other = isSmaller ? caller.session : session;
    both.drain(other, now);
    this.#table.set(other.indices.ours, { kind: 'peer', peer: both });
  }

  #begin(xOnly: Uint8Array): IkInitiator | undefined {
    const { identity, random, epoch } = this.#ports;
    return IkInitiator.begin(identity, xOnly, EphemeralKey.from(random), epoch);
  }

  #fail(dial: Dial): void {
    this.#forget(dial);
    this.#ports.unanswered(dial);
  }

  #forget(dial: Dial): void {
    this.#dials.delete(dial.addr);
    this.#table.delete(dial.index);
  }

  #isFull(): boolean {
    return this.#neighbours.peers.size >= this.#ports.mostPeers;
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
