// Sessions of this node with others across the mesh (FSP): sealed end to end, so that routers on the way see who talks with whom and how
// much, and nothing else. A machine: datagrams and ticks go in, datagrams and messages come out.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { FIPS } from '../bounds.ts';
import { EphemeralKey, type Identity } from '../identity/identity.ts';
import { type NodeAddr, nodeAddrOf } from '../identity/names.ts';
import { ANSWER_MS, REKEY_FRAMES, REKEY_MS, REKEY_PAUSE_MS } from '../links/times.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import { XkInitiator, XkResponder } from '../noise/xk.ts';
import type { Sending } from '../routing/router.ts';
import type { Coordinates } from '../wire/coordinates.ts';
import { FRAME_OVERHEAD_BYTES } from '../wire/frame.ts';
import { DATAGRAM_HEADER_BYTES, type Datagram } from '../wire/link-message.ts';
import { decodeReceiverReport, encodeReceiverReport, encodeSenderReport } from '../wire/reports.ts';
import {
  type Ack,
  decodeSessionPacket,
  type Ends,
  encodeAck,
  encodeMessage3,
  encodeSetup,
  type Message3,
  type SessionMessage,
  SessionType,
  type Setup,
  SetupFlag,
} from '../wire/session-packet.ts';
import { decodeSignal, type Signal } from '../wire/signals.ts';
import { type Arrival, Resending, Session } from './session.ts';
import { SessionKeys } from './session-keys.ts';
import {
  CUT_OVER_MS,
  IDLE_MS,
  LEAST_MTU,
  MOST_QUEUED,
  MOST_UNOPENED,
  MTU_NOTICE_MS,
  TAKE_OVER_MS,
  WARM_UP_MS,
} from './times.ts';

export interface SessionPorts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
  readonly identity: Identity;
  /** Eight bytes, drawn once in the life of this node. */
  readonly epoch: Buffer;
  /** As a datagram. */
  send(destination: NodeAddr, payload: Buffer): Sending;
  coordinates(): Coordinates;
  coordinatesOf(addr: NodeAddr): Coordinates | undefined;
  /** What was known of the way there is wrong. */
  forget(addr: NodeAddr): void;
  keyOf(addr: NodeAddr): Buffer | undefined;
  /** Remembers a key that was proven. */
  know(xOnly: Buffer): void;
  received(from: NodeAddr, message: SessionMessage, congestion: boolean): void;
  established(addr: NodeAddr): void;
  /** There is no way to it, or no answer from it; what waited is lost. */
  failed(addr: NodeAddr): void;
}

/** `queued`: it goes once there are keys and a way. */
export type Saying = 'sent' | 'queued' | 'full' | 'too-large' | 'no-key';

const NOTHING = Buffer.alloc(0);
/** What a datagram and its frame take besides the payload. */
const ENVELOPE_BYTES = DATAGRAM_HEADER_BYTES - 1 + FRAME_OVERHEAD_BYTES;

export class Sessions {
  readonly #ports: SessionPorts;
  readonly #held = new Map<NodeAddr, Session>();
  readonly #setups: TokenBucket;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#setups = new TokenBucket(FIPS.setups, FIPS.setupsRefill, this.#now());
  }

  get all(): ReadonlyMap<NodeAddr, Session> {
    return this.#held;
  }

  send(addr: NodeAddr, message: SessionMessage): Saying {
    const now = this.#now();
    const session = this.#held.get(addr) ?? this.#open(addr, now);
    if (!session) return this.#ports.keyOf(addr) ? 'full' : 'no-key';
    session.usedAt = now;
    const sent = session.current ? this.#say(session, message) : 'lookup';
    if (sent === 'sent' || sent === 'too-large') return sent;
    if (session.queue.length >= MOST_QUEUED) return 'full';
    session.queue.push(message);
    return 'queued';
  }

  /** Where it stands is known now. */
  found(addr: NodeAddr, pathMtu: number): void {
    const session = this.#held.get(addr);
    if (!session) return;
    session.pathMtu = Math.max(LEAST_MTU, pathMtu);
    if (!session.current && session.outgoing) this.#sendSetup(session);
    this.#flush(session);
  }

  /** It was looked for in vain. */
  lost(addr: NodeAddr): void {
    const session = this.#held.get(addr);
    if (session && !session.current) this.#drop(session);
    else if (session && session.queue.splice(0).length > 0) this.#ports.failed(addr);
  }

  receive({ source, payload, pathMtu }: Datagram, congestion: boolean): void {
    const signal = decodeSignal(payload);
    if (signal) {
      this.#onSignal(signal);
      return;
    }
    const packet = decodeSessionPacket(payload);
    switch (packet?.kind) {
      case 'setup':
        this.#onSetup(source, packet);
        break;
      case 'ack':
        this.#onAck(source, packet);
        break;
      case 'message3':
        this.#onMessage3(source, packet);
        break;
      case 'sealed':
        this.#onSealed(source, { packet, pathMtu, congestion, bytes: payload.length });
        break;
      case undefined:
        break;
    }
  }

  tick(): void {
    const now = this.#now();
    for (const session of this.#held.values()) {
      // The other end may have nothing to answer: without a word it would go on with keys that are soon forgotten here.
      if (session.tick(now)) this.#warmUp(session, session.current!, now);
      this.#resend(session, now);
      const isIdle = now - session.usedAt >= IDLE_MS;
      if (isIdle || (!session.current && !session.isRenewing)) this.#drop(session);
      else if (session.current) this.#upkeep(session, session.current, now);
    }
  }

  #upkeep(session: Session, keys: SessionKeys, now: number): void {
    const old = now - keys.startedAt >= REKEY_MS || keys.sent >= REKEY_FRAMES;
    // Anybody on the way can send what can't be opened: so it brings no more new keys than time does.
    const lost = session.unopened >= MOST_UNOPENED && now - keys.startedAt >= REKEY_PAUSE_MS;
    if ((old || lost) && !session.isRenewing && now - session.askedAt >= REKEY_PAUSE_MS) {
      session.unopened = 0;
      this.#begin(session, now);
    }
    const sent = session.meter.senderReport(now);
    if (sent) this.#say(session, { type: SessionType.senderReport, body: encodeSenderReport('session', sent) });
    const received = session.meter.receiverReport(now);
    if (received)
      this.#say(session, { type: SessionType.receiverReport, body: encodeReceiverReport('session', received) });
    const { inbound } = session;
    if (inbound.mtu === inbound.reported || now - inbound.reportedAt < MTU_NOTICE_MS) return;
    inbound.reported = inbound.mtu;
    inbound.reportedAt = now;
    const body = Buffer.alloc(2);
    body.writeUInt16LE(inbound.mtu);
    this.#say(session, { type: SessionType.pathMtu, body });
  }

  #resend(session: Session, now: number): void {
    const { outgoing, incoming } = session;
    if (incoming?.resending.isOver(now)) {
      session.incoming = undefined;
      session.early.length = 0;
    } else if (incoming?.resending.isDue(now)) this.#sendAck(session);
    if (outgoing?.resending.isOver(now)) session.outgoing = undefined;
    else if (outgoing?.resending.isDue(now)) this.#sendSetup(session);
  }

  /** A session with a node whose key is known, as long as there is room. */
  #open(addr: NodeAddr, now: number): Session | undefined {
    if (this.#held.size >= FIPS.sessions) return undefined;
    const session = new Session(addr, now);
    if (!this.#begin(session, now)) return undefined;
    this.#held.set(addr, session);
    return session;
  }

  #begin(session: Session, now: number): boolean {
    const { identity, random } = this.#ports;
    const key = this.#ports.keyOf(session.addr);
    const handshake = key && XkInitiator.begin(identity, key, EphemeralKey.from(random));
    if (!handshake) return false;
    session.outgoing = { handshake, resending: new Resending(now), tries: 0 };
    this.#sendSetup(session);
    return true;
  }

  #sendSetup({ addr, outgoing }: Session): void {
    if (!outgoing) return;
    const flags = SetupFlag.requestAck | SetupFlag.bidirectional;
    this.#ports.send(addr, encodeSetup({ flags, ...this.#ends(addr), noise: outgoing.handshake.message1 }));
  }

  #sendAck({ addr, incoming }: Session): void {
    if (!incoming) return;
    const ends = { source: this.#ports.coordinates(), destination: incoming.coordinates };
    this.#ports.send(addr, encodeAck({ ...ends, noise: incoming.handshake.message2 }));
  }

  #onSetup(source: NodeAddr, { noise, source: coordinates }: Setup): void {
    const now = this.#now();
    const { identity, random, epoch } = this.#ports;
    const known = this.#held.get(source);
    if (known?.incoming?.message1.equals(noise)) {
      this.#sendAck(known);
      return;
    }
    if (source === identity.nodeAddr || coordinates[0] !== source || !this.#setups.take(now)) return;
    if (known?.incoming && now - known.incoming.resending.began < ANSWER_MS) return;
    // Of two that begin at once, the smaller one goes on, and the other answers.
    if (known?.outgoing && identity.nodeAddr < source) return;
    if (!known && this.#held.size >= FIPS.sessions) return;
    const message1 = Buffer.from(noise);
    const handshake = XkResponder.answer(identity, message1, EphemeralKey.from(random), epoch);
    if (!handshake) return;
    const session = known ?? new Session(source, now);
    this.#held.set(source, session);
    session.outgoing = undefined;
    session.incoming = { handshake, message1, coordinates, resending: new Resending(now), tries: 0 };
    this.#sendAck(session);
  }

  #onAck(source: NodeAddr, { noise }: Ack): void {
    const now = this.#now();
    const session = this.#held.get(source);
    if (session?.finished?.message2.equals(noise)) {
      this.#ports.send(source, session.finished.message3);
      return;
    }
    const outgoing = session?.outgoing;
    if (!session || !outgoing || outgoing.tries >= FIPS.answersTried) return;
    outgoing.tries += 1;
    const end = outgoing.handshake.finish(noise, this.#ports.epoch);
    if (!end) return;
    const message3 = encodeMessage3(end.message3);
    session.outgoing = undefined;
    session.incoming = undefined;
    session.finished = { message2: Buffer.from(noise), message3 };
    this.#ports.send(source, message3);
    const keyEpoch = session.nextKeyEpoch(end.established.epoch);
    const keys = new SessionKeys(end.established, { isInitiator: true, keyEpoch, now });
    this.#adopt(session, keys, now + CUT_OVER_MS, now);
  }

  #onMessage3(source: NodeAddr, { noise }: Message3): void {
    const now = this.#now();
    const session = this.#held.get(source);
    const incoming = session?.incoming;
    if (!session || !incoming || incoming.tries >= FIPS.answersTried) return;
    incoming.tries += 1;
    const end = incoming.handshake.finish(noise);
    if (!end) return;
    session.incoming = undefined;
    const xOnly = end.publicKey.subarray(1);
    // A node is there, but not the one that the datagram names.
    if (nodeAddrOf(xOnly) !== source) return;
    this.#ports.know(xOnly);
    session.outgoing = undefined;
    session.finished = undefined;
    session.askedAt = now;
    const keyEpoch = session.nextKeyEpoch(end.established.epoch);
    const keys = new SessionKeys(end.established, { isInitiator: false, keyEpoch, now });
    this.#adopt(session, keys, now + TAKE_OVER_MS, now);
  }

  #adopt(session: Session, keys: SessionKeys, from: number, now: number): void {
    const isNew = session.current === undefined;
    session.usedAt = isNew ? now : session.usedAt;
    session.adopt(keys, from, now);
    if (isNew) this.#ports.established(session.addr);
    this.#flush(session);
    for (const arrival of session.early.splice(0)) this.#onSealed(session.addr, arrival);
  }

  #onSealed(source: NodeAddr, arrival: Arrival): void {
    const { packet, pathMtu, congestion, bytes } = arrival;
    const now = this.#now();
    const session = this.#held.get(source);
    const opened = session?.open(packet, now);
    if (!session || !opened) {
      if (session?.incoming && session.early.length < MOST_QUEUED) session.early.push(arrival);
      else if (session) session.unopened += 1;
      return;
    }
    const { type, body, timestamp } = opened;
    session.unopened = 0;
    session.inbound.mtu = pathMtu;
    if (opened.isCurrent) session.meter.recordReceived({ counter: packet.counter, timestamp, bytes, congestion }, now);
    switch (type) {
      case SessionType.senderReport:
      case SessionType.coordinates:
        return;
      case SessionType.receiverReport: {
        const report = decodeReceiverReport('session', body);
        if (report && session.current) session.meter.takeReport(report, session.current.timestamp(now));
        return;
      }
      case SessionType.pathMtu:
        if (body.length === 2) session.pathMtu = Math.max(LEAST_MTU, body.readUInt16LE(0));
        return;
      default:
        session.usedAt = now;
        this.#ports.received(source, { type, body }, congestion);
    }
  }

  /** From any router, or a stranger that passes for one. */
  #onSignal(signal: Signal): void {
    const session = this.#held.get(signal.destination);
    if (!session) return;
    if (signal.kind === 'mtuExceeded') {
      session.pathMtu = Math.max(LEAST_MTU, Math.min(session.pathMtu, signal.mtu));
      return;
    }
    const now = this.#now();
    if (now - session.warmedAt < WARM_UP_MS) return;
    session.warmedAt = now;
    if (signal.kind === 'pathBroken') this.#ports.forget(session.addr);
    if (session.current) this.#warmUp(session, session.current, now);
    else this.#sendSetup(session);
  }

  /** A packet with nothing in it but where both ends stand, for the routers on the way. */
  #warmUp(session: Session, keys: SessionKeys, now: number): void {
    const message = { type: SessionType.coordinates, body: NOTHING };
    this.#ports.send(session.addr, keys.seal(message, this.#ends(session.addr), now));
  }

  #flush(session: Session): void {
    if (!session.current) return;
    for (let message = session.queue[0]; message; message = session.queue[0]) {
      const sent = this.#say(session, message);
      if (sent !== 'sent' && sent !== 'too-large') return;
      session.queue.shift();
    }
  }

  #say(session: Session, message: SessionMessage): Sending {
    const keys = session.current;
    if (!keys) return 'lookup';
    const now = this.#now();
    const ends = session.located > 0 ? this.#ends(session.addr) : undefined;
    const counter = keys.sent;
    let payload = keys.seal(message, ends, now);
    let sent = this.#send(session, payload);
    if (sent === 'too-large' && ends) {
      // With coordinates it would be: they go ahead.
      this.#warmUp(session, keys, now);
      payload = keys.seal(message, undefined, now);
      sent = this.#send(session, payload);
    }
    if (sent !== 'sent') return sent;
    session.located -= session.located > 0 ? 1 : 0;
    session.meter.recordSent(counter, keys.timestamp(now), payload.length);
    return sent;
  }

  #send({ addr, pathMtu }: Session, payload: Buffer): Sending {
    if (payload.length + ENVELOPE_BYTES > pathMtu) return 'too-large';
    const sent = this.#ports.send(addr, payload);
    if (sent !== 'no-way') return sent;
    this.#ports.forget(addr);
    return this.#ports.send(addr, payload);
  }

  #ends(addr: NodeAddr): Ends {
    const source = this.#ports.coordinates();
    // The protocol wants some: a neighbour needs none to be reached.
    return { source, destination: this.#ports.coordinatesOf(addr) ?? source };
  }

  #drop(session: Session): void {
    this.#held.delete(session.addr);
    if (!session.current) this.#ports.failed(session.addr);
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
