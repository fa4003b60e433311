// One TCP connection (RFC 9293), as a machine: segments, bytes and time go in, segments and bytes come out. Without selective
// acknowledgments, timestamps and urgent data, which none of its ends may ask for. Positions in either stream are offsets from its SYN,
// which do not wrap as sequence numbers do.

import { TCP } from './bounds.ts';
import type { ConnectionOptions, ConnectionPorts, Failure } from './connection-ports.ts';
import { Pace } from './pace.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { Flag, type Segment } from './segment.ts';
import { SendBuffer } from './send-buffer.ts';

const SCALE = 3;
const MOST_SCALE = 14;
/** What is meant where a SYN does not say it (RFC 9293 3.7.1), and the least that is believed. */
const DEFAULT_MSS = 1220;
const LEAST_MSS = 400;
const ACK_LATER_MS = 40;
const MOST_SYN_RETRIES = 5;
const MOST_RETRIES = 10;
const PROBE_MS = TCP.silentMs / 5;
const NOTHING = Buffer.alloc(0);

export class Connection {
  readonly #ports: ConnectionPorts;
  readonly #initial: number;
  readonly #ownMss: number;
  readonly #pace: Pace;
  readonly #out = new SendBuffer(TCP.sendBytes, 1);
  readonly #in = new ReceiveBuffer(TCP.receiveBytes, TCP.early, 1);
  /** Where their sequence numbers begin; undefined: not known yet. */
  #theirs: number | undefined;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  readonly #isActive: boolean;
  /** Offsets: acknowledged up to, to be sent next, sent up to. */
  #una = 0;
  #nxt = 0;
  #max = 0;
  #peerWindow = 0;
  #peerScale = 0;
  #ownScale = 0;
  #isEnding = false;
  #isEnded = false;
  #endedFirst = false;
  #isBlocked = false;
  /** A segment whose answer tells the round trip. */
  #timed: { readonly end: number; readonly at: number } | undefined;
  #retryAt = Number.POSITIVE_INFINITY;
  #ackAt = Number.POSITIVE_INFINITY;
  #unacked = 0;
  #grantedEdge = 0;
  #heardAt: number;
  #probedAt: number;
  #failing: Failure | undefined;

  constructor(ports: ConnectionPorts, { mss, initial, now, syn }: ConnectionOptions) {
    this.#ports = ports;
    this.#initial = initial;
    this.#ownMss = mss;
    this.#pace = new Pace(mss);
    this.#heardAt = now;
    this.#probedAt = now;
    this.#isActive = syn === undefined;
    if (syn) this.#learn(syn);
    this.#sendSyn(now);
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Whether late segments of the other end may still come after a regular end, which have to be answered. */
  get lingers(): boolean {
    return this.#endedFirst;
  }

  /** When `tick` is wanted, at the latest. */
  get due(): number {
    if (this.#state === 'closed') return Number.POSITIVE_INFINITY;
    const probe =
      this.#state === 'open' ? Math.max(this.#heardAt, this.#probedAt) + PROBE_MS : Number.POSITIVE_INFINITY;
    return this.#failing ? 0 : Math.min(this.#retryAt, this.#ackAt, probe);
  }

  /** How many of the bytes it takes; less than all: `drained` says when to go on. */
  write(bytes: Uint8Array, now: number): number {
    if (this.#isEnding || this.#state === 'closed') return 0;
    const taken = this.#out.write(bytes);
    this.#isBlocked = taken < bytes.length;
    this.#pump(now);
    return taken;
  }

  /** No more is written. */
  end(now: number): void {
    if (this.#isEnding || this.#state === 'closed') return;
    this.#isEnding = true;
    this.#endedFirst = !this.#isEnded;
    this.#pump(now);
  }

  /** At once, with a reset for the other end. */
  abort(): void {
    if (this.#state === 'closed') return;
    if (this.#theirs !== undefined) this.#emit(this.#nxt, Flag.reset | Flag.ack, NOTHING);
    this.#close(undefined, true);
  }

  /** Those were taken by whom they are for. */
  consumed(bytes: number): void {
    this.#in.consumed(bytes);
    const opens = this.#in.edge - this.#grantedEdge;
    if (this.#state === 'open' && opens >= Math.min(TCP.receiveBytes / 2, 8 * this.#pace.mss)) this.#ack();
  }

  /** An error said that the way takes less. Called amid sending, so that it is heeded at the next tick. */
  tooBig(mss: number, now: number): void {
    const least = Math.max(LEAST_MSS, mss);
    if (least >= this.#pace.mss) return;
    this.#pace.mss = least;
    this.#retryAt = now;
  }

  /** An error said that there is no way. It is believed of the beginning alone (RFC 5461), and heeded at the next tick. */
  unreachable(): void {
    if (this.#state === 'opening' && this.#isActive) this.#failing = 'unreachable';
  }

  tick(now: number): void {
    if (this.#state === 'closed') return;
    if (this.#failing) {
      this.#close(this.#failing);
      return;
    }
    if (now >= this.#ackAt) this.#ack();
    if (now >= this.#retryAt) this.#retry(now);
    if (this.#state !== 'open') return;
    if (now - this.#heardAt >= TCP.silentMs) {
      this.#close('timeout');
    } else if (now - Math.max(this.#heardAt, this.#probedAt) >= PROBE_MS) {
      this.#probedAt = now;
      // A byte that it has already: it says so.
      this.#emit(this.#nxt - 1, Flag.ack, NOTHING);
    }
  }

  receive(segment: Segment, now: number): void {
    if (this.#state === 'closed') {
      // The answer to its end was lost.
      if (this.lingers && (segment.flags & Flag.fin) !== 0) this.#ack();
      return;
    }
    if (this.#theirs === undefined) this.#onAnswer(segment, now);
    else this.#onSegment(segment, this.#theirs, now);
  }

  /** To our SYN. */
  #onAnswer(segment: Segment, now: number): void {
    const { flags, acknowledgment } = segment;
    if ((flags & Flag.ack) === 0 || acknowledgment !== this.#sequence(1)) return;
    if ((flags & Flag.reset) !== 0) {
      this.#close('refused');
      return;
    }
    if ((flags & Flag.syn) === 0) return;
    this.#learn(segment);
    this.#onAck(segment, now);
    this.#ack();
  }

  #onSegment(segment: Segment, theirs: number, now: number): void {
    const { flags, payload } = segment;
    const { next, edge } = this.#in;
    const offset = next + ((segment.sequence - ((theirs + next) >>> 0)) | 0);
    const end = offset + payload.length;
    const isIn = offset <= edge && (end > next || (end === next && offset === next));
    if ((flags & Flag.reset) !== 0) {
      // Anybody on the way might guess a window, but not the place (RFC 5961).
      if (offset === next) this.#close(this.#state === 'opening' ? 'refused' : 'reset');
      else if (isIn) this.#ack();
      return;
    }
    if ((flags & Flag.syn) !== 0) {
      if (this.#state === 'opening' && !this.#isActive) this.#sendSyn(now);
      else this.#ack();
      return;
    }
    this.#heardAt = now;
    if ((flags & Flag.ack) === 0) return;
    if (!isIn && !(end === next && (flags & Flag.fin) !== 0)) {
      // It came before, or is not granted: where we are is news to the other end.
      if (payload.length > 0 || (flags & Flag.fin) !== 0 || offset < next) this.#ack();
      if (offset > edge) return;
    }
    this.#onAck(segment, now);
    if (this.isClosed || this.#state !== 'open') return;
    if (payload.length > 0) this.#onPayload(offset, payload, now);
    if ((flags & Flag.fin) !== 0 && end === this.#in.next && !this.#isEnded) this.#onFin();
  }

  #onPayload(offset: number, payload: Buffer, now: number): void {
    if (this.#isEnded) return;
    const isNext = offset <= this.#in.next;
    const whole = this.#in.take(offset, payload);
    this.#unacked += 1;
    // The first that is missing is to be seen by the other end at once, and so that it has come.
    if (!isNext || whole.length !== 1 || this.#unacked >= 2) this.#ack();
    else this.#ackAt = Math.min(this.#ackAt, now + ACK_LATER_MS);
    for (const bytes of whole) if (!this.isClosed) this.#ports.data(bytes);
  }

  #onFin(): void {
    this.#isEnded = true;
    this.#in.end();
    this.#ack();
    this.#ports.ended();
    this.#closeWhenDone();
  }

  #onAck({ acknowledgment, window, payload, flags }: Segment, now: number): void {
    const offset = this.#una + ((acknowledgment - this.#sequence(this.#una)) | 0);
    if (offset < this.#una || offset > this.#max) return;
    const before = this.#peerWindow;
    this.#peerWindow = (flags & Flag.syn) === 0 ? window * 2 ** this.#peerScale : window;
    // What was sent to see whether it opens was not taken.
    if (before === 0 && this.#peerWindow > 0 && this.#state === 'open') this.#nxt = this.#una;
    if (offset > this.#una) this.#onNew(offset, now);
    else if (this.#max > this.#una && payload.length === 0 && (flags & Flag.fin) === 0 && before === this.#peerWindow) {
      if (this.#pace.duplicate(this.#max - this.#una, this.#max)) this.#again(now);
    }
    this.#pump(now);
    this.#closeWhenDone();
  }

  #onNew(offset: number, now: number): void {
    const bytes = offset - this.#una;
    if (this.#timed && offset >= this.#timed.end) {
      this.#pace.measured(now - this.#timed.at);
      this.#timed = undefined;
    }
    this.#una = offset;
    this.#nxt = Math.max(this.#nxt, offset);
    this.#out.drop(offset);
    const isLost = this.#pace.acknowledged(bytes, offset);
    this.#retryAt = this.#max > offset ? now + this.#pace.rto : Number.POSITIVE_INFINITY;
    if (this.#state === 'opening') {
      this.#state = 'open';
      this.#ports.opened();
    }
    if (isLost) this.#again(now);
    if (this.#isBlocked && this.#out.room >= TCP.sendBytes / 2) {
      this.#isBlocked = false;
      this.#ports.drained();
    }
  }

  /** The first that is not acknowledged, once more. */
  #again(now: number): void {
    this.#timed = undefined;
    const size = Math.min(this.#pace.mss, this.#out.end - this.#una);
    if (this.#una > 0 && size > 0) this.#emit(this.#una, Flag.ack, this.#out.read(this.#una, size));
    else if (this.#isEnding && this.#una === this.#out.end) this.#emit(this.#una, Flag.ack | Flag.fin, NOTHING);
    this.#retryAt = now + this.#pace.rto;
  }

  #retry(now: number): void {
    // A window may stay closed for as long as its end says so.
    const isHeld = this.#peerWindow === 0 && this.#state === 'open';
    if (!isHeld && this.#pace.backoff >= (this.#state === 'opening' ? MOST_SYN_RETRIES : MOST_RETRIES)) {
      this.#close('timeout');
      return;
    }
    this.#pace.timedOut(this.#max - this.#una);
    this.#timed = undefined;
    if (this.#state === 'opening') {
      this.#sendSyn(now);
      return;
    }
    this.#nxt = this.#una;
    if (isHeld && this.#out.end > this.#una) {
      // A closed window may have opened unseen.
      this.#emit(this.#una, Flag.ack, this.#out.read(this.#una, 1));
      this.#nxt += 1;
      this.#max = Math.max(this.#max, this.#nxt);
      this.#retryAt = now + this.#pace.rto;
    } else this.#pump(now);
  }

  /** All that may go now. */
  #pump(now: number): void {
    if (this.#state !== 'open') return;
    const edge = this.#una + Math.min(this.#pace.window, this.#peerWindow);
    const { end } = this.#out;
    while (this.#nxt < end) {
      const left = end - this.#nxt;
      const size = Math.min(this.#pace.mss, left, edge - this.#nxt);
      // Less than a segment only where it is all there is, or nothing else is under way that opens the window.
      if (size <= 0 || (size < this.#pace.mss && size < left && this.#nxt > this.#una)) break;
      this.#timed ??= this.#nxt === this.#max ? { end: this.#nxt + size, at: now } : undefined;
      this.#emit(this.#nxt, size === left ? Flag.ack | Flag.push : Flag.ack, this.#out.read(this.#nxt, size));
      this.#nxt += size;
    }
    if (this.#isEnding && this.#nxt === end) {
      this.#emit(end, Flag.ack | Flag.fin, NOTHING);
      this.#nxt = end + 1;
    }
    this.#max = Math.max(this.#max, this.#nxt);
    const isWaiting = this.#max > this.#una || end > this.#una;
    if (isWaiting && this.#retryAt === Number.POSITIVE_INFINITY) this.#retryAt = now + this.#pace.rto;
    else if (isWaiting && this.#retryAt <= now) this.#retryAt = now + this.#pace.rto;
  }

  #learn({ sequence, mss = DEFAULT_MSS, scale, window }: Segment): void {
    this.#theirs = sequence;
    this.#pace.mss = Math.max(LEAST_MSS, Math.min(mss, this.#ownMss));
    this.#peerWindow = window;
    if (scale === undefined) return;
    this.#peerScale = Math.min(scale, MOST_SCALE);
    this.#ownScale = SCALE;
  }

  #sendSyn(now: number): void {
    const isAnswer = this.#theirs !== undefined;
    const flags = isAnswer ? Flag.syn | Flag.ack : Flag.syn;
    // What was not offered may not be answered with.
    const scale = !isAnswer || this.#ownScale > 0 ? SCALE : undefined;
    const window = Math.min(0xffff, TCP.receiveBytes);
    const acknowledgment = isAnswer ? this.#acknowledgment() : 0;
    const head = { sequence: this.#sequence(0), acknowledgment, flags, window };
    this.#grantedEdge = this.#in.next + window;
    this.#nxt = 1;
    this.#max = Math.max(this.#max, 1);
    this.#retryAt = now + this.#pace.rto;
    this.#ports.send({ ...head, mss: this.#ownMss, scale, payload: NOTHING });
  }

  #ack(): void {
    this.#emit(this.#nxt, Flag.ack, NOTHING);
  }

  #emit(offset: number, flags: number, payload: Buffer): void {
    const granted = Math.min(0xffff, Math.floor((this.#in.edge - this.#in.next) / 2 ** this.#ownScale));
    this.#grantedEdge = this.#in.next + granted * 2 ** this.#ownScale;
    this.#ackAt = Number.POSITIVE_INFINITY;
    this.#unacked = 0;
    this.#ports.send({
      sequence: this.#sequence(offset),
      acknowledgment: this.#acknowledgment(),
      flags,
      window: Math.max(0, granted),
      payload,
    });
  }

  #closeWhenDone(): void {
    if (this.#isEnding && this.#isEnded && this.#una > this.#out.end) this.#close(undefined);
  }

  #close(failure: Failure | undefined, isAbort = false): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (failure || isAbort) this.#endedFirst = false;
    this.#ports.closed(failure);
  }

  #sequence(offset: number): number {
    return (this.#initial + offset) >>> 0;
  }

  #acknowledgment(): number {
    return ((this.#theirs ?? 0) + this.#in.next) >>> 0;
  }
}
