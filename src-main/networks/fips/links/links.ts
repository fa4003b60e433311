// All links of this node, as a machine: frames and ticks go in, frames and news come out. It has no sockets and no timers.

import type { NodeAddr } from '../identity/names.ts';
import { decodeFrame, FrameFlag, type Opened, type SealedFrame } from '../wire/frame.ts';
import { DisconnectReason, decodeDisconnect, encodeDisconnect, HEARTBEAT, LinkType } from '../wire/link-message.ts';
import { decodeReceiverReport, encodeReceiverReport, encodeSenderReport } from '../wire/reports.ts';
import type { Dial, Wanted } from './dial.ts';
import { type DialResult, type HandshakePorts, Handshakes } from './handshakes.ts';
import { IndexTable } from './index-table.ts';
import type { LinkSession } from './link-session.ts';
import { Peer, type PeerFacts } from './peer.ts';
import { type Remote, remoteKey } from './remote.ts';
import { HANDSHAKE_MS, HEARTBEAT_MS, MOST_FORGED, SILENT_MS, SUSPECT_MS, UNREACHABLE_MS, WAKE_MS } from './times.ts';

/** Why a neighbour is none any more: it said so, or said nothing, or this node has let it go. */
export type DownReason = 'left' | 'silent' | 'unreachable' | 'forged' | 'restarted' | 'closed' | 'removed';

export interface LinkPorts extends HandshakePorts {
  up(peer: Peer): void;
  down(peer: Peer, why: DownReason): void;
  /** What is not a matter of the link itself. */
  received(peer: Peer, message: Buffer, congestion: boolean): void;
  /** The round trip to it is known for the first time. */
  measured(peer: Peer): void;
}

export class Links {
  readonly #ports: LinkPorts;
  readonly #table: IndexTable;
  readonly #peers = new Map<NodeAddr, Peer>();
  readonly #handshakes: Handshakes;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
    this.#table = new IndexTable(ports.random);
    this.#handshakes = new Handshakes(ports, this.#table, {
      peers: this.#peers,
      promote: (facts) => this.#promote(facts),
      restarted: (peer) => this.#drop(peer, 'restarted'),
    });
  }

  get peers(): ReadonlyMap<NodeAddr, Peer> {
    return this.#peers;
  }

  get dials(): ReadonlyMap<NodeAddr, Dial> {
    return this.#handshakes.dials;
  }

  /** How many indices of ours others may send to. */
  get indices(): number {
    return this.#table.size;
  }

  /** Whether anything goes to there or is expected from there. */
  uses(remote: Remote): boolean {
    const key = remoteKey(remote);
    return this.#handshakes.uses(key) || [...this.#peers.values()].some((peer) => remoteKey(peer.remote) === key);
  }

  /** The same for any address of that transport. */
  usesTransport(id: string): boolean {
    return (
      this.#handshakes.usesTransport(id) || [...this.#peers.values()].some(({ remote }) => remote.transport === id)
    );
  }

  dial(wanted: Wanted): DialResult {
    return this.#handshakes.dial(wanted);
  }

  /** False: it is no neighbour. */
  send(addr: NodeAddr, message: Uint8Array, congestion = false): boolean {
    const peer = this.#peers.get(addr);
    if (peer) this.#send(peer, message, congestion);
    return peer !== undefined;
  }

  /** Lets a neighbour go, and says so to it. */
  remove(addr: NodeAddr, reason: number = DisconnectReason.other): void {
    const peer = this.#peers.get(addr);
    if (!peer) return;
    this.#send(peer, encodeDisconnect(reason));
    this.#drop(peer, 'removed');
  }

  /** Lets all go. */
  stop(): void {
    for (const addr of this.#peers.keys()) this.remove(addr, DisconnectReason.shutdown);
    this.#handshakes.stop();
  }

  /** A connection has ended. */
  closed(remote: Remote): void {
    const key = remoteKey(remote);
    for (const peer of this.#peers.values()) if (remoteKey(peer.remote) === key) this.#drop(peer, 'closed');
    this.#handshakes.closed(key);
  }

  /**
   * This computer was away, for longer than its own clock says: others may have let it go. Who does not show itself within a heartbeat is
   * gone, rather than half a minute from now.
   */
  woke(): void {
    const now = this.#now();
    for (const peer of this.#peers.values()) {
      peer.receivedAt = Math.min(peer.receivedAt, now - (SILENT_MS - WAKE_MS));
      peer.heartbeatAt = now;
      this.#send(peer, HEARTBEAT);
    }
  }

  /** What was sent there did not leave this computer. */
  unreachable(remote: Remote): void {
    const key = remoteKey(remote);
    for (const peer of this.#peers.values()) if (remoteKey(peer.remote) === key) peer.unreachableAt = this.#now();
  }

  receive(remote: Remote, bytes: Buffer): void {
    const frame = decodeFrame(bytes);
    switch (frame?.kind) {
      case 'message1':
        this.#handshakes.onMessage1({ remote, ...frame });
        break;
      case 'message2':
        this.#handshakes.onMessage2(remote, frame);
        break;
      case 'sealed':
        this.#onSealed(remote, frame);
        break;
      case undefined:
        break;
    }
  }

  /** Once a second. */
  tick(): void {
    const now = this.#now();
    this.#handshakes.tick(now);
    for (const peer of this.#peers.values()) {
      const gone = goneBy(peer, now);
      if (gone) this.#drop(peer, gone);
      else this.#upkeep(peer, now);
    }
  }

  #upkeep(peer: Peer, now: number): void {
    if (peer.pending?.proven) {
      peer.cutOver(now);
      // What is sealed with the new keys shows the other end that they can be used.
      peer.heartbeatAt = Number.NEGATIVE_INFINITY;
    } else if (peer.pending && now - peer.pending.since >= HANDSHAKE_MS) {
      this.#table.delete(peer.pending.session.indices.ours);
      peer.forget();
    }
    for (const index of peer.drained(now)) this.#table.delete(index);
    this.#handshakes.rekey(peer, now);
    const sent = peer.meter.senderReport(now);
    if (sent) this.#send(peer, encodeSenderReport('link', sent));
    const received = peer.meter.receiverReport(now);
    if (received) this.#send(peer, encodeReceiverReport('link', received));
    if (now - peer.heartbeatAt < HEARTBEAT_MS) return;
    peer.heartbeatAt = now;
    this.#send(peer, HEARTBEAT);
  }

  #promote(facts: PeerFacts): Peer {
    const peer = new Peer(facts, this.#now());
    this.#peers.set(peer.addr, peer);
    this.#table.set(facts.session.indices.ours, { kind: 'peer', peer });
    this.#ports.up(peer);
    // The other end has to see that this one has the keys.
    this.#upkeep(peer, this.#now());
    return peer;
  }

  #onSealed(remote: Remote, frame: SealedFrame): void {
    const indexed = this.#table.get(frame.receiver);
    if (!indexed || indexed.kind === 'dial') return;
    const session = indexed.kind === 'caller' ? indexed.caller.session : indexed.peer.sessionOf(frame.receiver);
    const opened = session?.open(frame);
    if (opened === 'forged' && indexed.kind === 'peer') indexed.peer.forged += 1;
    if (!session || !opened || typeof opened === 'string') return;
    const peer = indexed.kind === 'caller' ? this.#handshakes.proven(indexed.caller, remote) : indexed.peer;
    if (!peer) return;
    if (peer.pending?.session === session) peer.cutOver(this.#now());
    this.#take(peer, session, remote, frame, opened);
  }

  #take(peer: Peer, session: LinkSession, remote: Remote, frame: SealedFrame, opened: Opened): void {
    const now = this.#now();
    const congestion = (frame.flags & FrameFlag.congestion) !== 0;
    const { timestamp, message } = opened;
    peer.receivedAt = now;
    peer.forged = 0;
    if (session === peer.current) {
      // Of frames that overtook one another, the last that was sent says where it is now.
      if (frame.counter === session.nextExpected - 1) peer.remote = remote;
      const bytes = frame.header.length + frame.sealed.length;
      peer.meter.recordReceived({ counter: frame.counter, timestamp, bytes, congestion }, now);
    }
    switch (message[0]) {
      case undefined:
      case LinkType.heartbeat:
      case LinkType.senderReport:
        return;
      case LinkType.receiverReport: {
        const report = decodeReceiverReport('link', message);
        if (report && peer.meter.takeReport(report, peer.current.timestamp(now))) this.#ports.measured(peer);
        return;
      }
      case LinkType.disconnect:
        if (decodeDisconnect(message) !== undefined) this.#drop(peer, 'left');
        return;
      default:
        this.#ports.received(peer, message, congestion);
    }
  }

  #send(peer: Peer, message: Uint8Array, congestion = false): void {
    this.#ports.send(peer.remote, peer.seal(message, this.#now(), congestion));
  }

  #drop(peer: Peer, why: DownReason): void {
    this.#peers.delete(peer.addr);
    for (const index of peer.indices) this.#table.delete(index);
    this.#ports.down(peer, why);
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}

function goneBy(peer: Peer, now: number): DownReason | undefined {
  const silent = now - peer.receivedAt;
  if (silent >= SILENT_MS) return 'silent';
  if (silent >= UNREACHABLE_MS && now - peer.unreachableAt < HEARTBEAT_MS) return 'unreachable';
  return silent >= SUSPECT_MS && peer.forged >= MOST_FORGED ? 'forged' : undefined;
}
