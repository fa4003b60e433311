// Native framing (IICP 6.5): twelve bytes of header, then CBOR. Pure; bytes that are no frame end the connection, silently.

import { NATIVE } from './bounds.ts';

/** SDKs use 0x0B and 0x0C for relays, where the specification's text has CONTROL and ADVERTISE; so do we. */
export const FrameType = {
  init: 0x01,
  ack: 0x02,
  discover: 0x03,
  subProtocol: 0x04,
  call: 0x05,
  response: 0x06,
  close: 0x07,
  feedback: 0x08,
  ping: 0x09,
  pong: 0x0a,
  relayBind: 0x0b,
  relayAck: 0x0c,
} as const;

export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

const MAGIC = Buffer.from('IICP');
const VERSION = 1;
const HEADER_BYTES = 12;
/** With its header. */
export const MOST_FRAME_BYTES = NATIVE.frame;
const GZIP_OR_FRAGMENT = 0b11;

/** What can't be read as frames: its sender is cut off. */
export class NotFramed extends Error {}

/** Whether a connection that begins so speaks native framing; undefined: too few bytes to tell. */
export function beginsFramed(head: Buffer): boolean | undefined {
  const most = Math.min(head.length, MAGIC.length);
  if (!head.subarray(0, most).equals(MAGIC.subarray(0, most))) return false;
  return most === MAGIC.length ? true : undefined;
}

export function encodeFrame(type: number, payload: Uint8Array): Buffer {
  if (payload.length + HEADER_BYTES > MOST_FRAME_BYTES) throw new RangeError('a frame holds at most 16 MiB');
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  MAGIC.copy(frame);
  frame.writeUInt32BE(((VERSION << 24) | (type << 16)) >>> 0, 4);
  frame.writeUInt32BE(payload.length, 8);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** How many bytes a frame of a type may have, with its header. */
export type MostOf = (type: number) => number;

/**
 * Cuts a stream of bytes into frames, one at a time: thousands of empty ones fit into what comes at once. Holds at most one unfinished
 * frame, in few buffers however small the pieces are, which are put together once it is whole; one that is larger than its type may be
 * is refused by its header, before anything of it is gathered.
 */
export class FrameReader {
  readonly #mostOf: MostOf;
  /** What has come and was not looked at. */
  #rest: Buffer = NOTHING;
  /** Of the unfinished frame: its header, then what has come of it. The last buffer is filled as far as `#filled` says of all. */
  readonly #head = Buffer.alloc(HEADER_BYTES);
  #gathered: Buffer[] = [];
  #room = 0;
  #filled = 0;

  constructor(mostOf: MostOf = () => MOST_FRAME_BYTES) {
    this.#mostOf = mostOf;
  }

  /** Whether a frame is unfinished. */
  get underway(): boolean {
    return this.#filled > 0;
  }

  /** Whether there are bytes that were not looked at. */
  get waiting(): boolean {
    return this.#rest.length > 0;
  }

  /** Bytes that are kept, and those that an unfinished frame takes for what is still to come. */
  get held(): number {
    return Math.min(this.#filled, HEADER_BYTES) + this.#room + this.#rest.length;
  }

  feed(bytes: Buffer): void {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
  }

  /** The next frame that is complete; undefined: none is, and nothing waits. Throws NotFramed. */
  next(): Frame | undefined {
    let done: Frame | undefined;
    while (done === undefined && this.#rest.length > 0) {
      const rest = this.#rest;
      // Frames that have come whole are not copied.
      const whole = this.#filled === 0 && rest.length >= HEADER_BYTES ? this.#sizeOf(rest) : undefined;
      if (whole !== undefined && whole <= rest.length) {
        this.#leave(whole);
        done = frameOf(rest.subarray(0, whole));
      } else {
        this.#leave(this.#gather(rest));
        done = this.#finished();
      }
    }
    return done;
  }

  /** All frames that are complete with these bytes. Throws NotFramed. */
  push(bytes: Buffer): Frame[] {
    this.feed(bytes);
    const frames: Frame[] = [];
    for (let frame = this.next(); frame; frame = this.next()) frames.push(frame);
    return frames;
  }

  /** So many bytes are done with; nothing that has come is kept for the sake of none. */
  #leave(bytes: number): void {
    this.#rest = bytes < this.#rest.length ? this.#rest.subarray(bytes) : NOTHING;
  }

  /** Of the frame that begins so, with its header. */
  #sizeOf(head: Buffer): number {
    const whole = HEADER_BYTES + payloadLength(head);
    if (whole > this.#mostOf(head[5]!)) throw new NotFramed('a frame is too large');
    return whole;
  }

  /** Takes what the unfinished frame still wants, as far as that is known; says how many bytes that were. */
  #gather(bytes: Buffer): number {
    if (this.#filled < HEADER_BYTES) {
      const count = bytes.copy(this.#head, this.#filled);
      this.#filled += count;
      return count;
    }
    const wanted = this.#sizeOf(this.#head);
    const taken = Math.min(wanted - this.#filled, bytes.length);
    for (let from = 0; from < taken; ) {
      const begun = this.#filled - HEADER_BYTES;
      // As much again as there is, so that they are few; not more, so that little is kept for what may never come.
      if (begun === this.#room)
        this.#grow(Math.min(wanted - this.#filled, Math.max(taken - from, begun, LEAST_BUFFER), MOST_BUFFER));
      const last = this.#gathered.at(-1)!;
      const at = last.length - (this.#room - begun);
      const count = bytes.copy(last, at, from, taken);
      this.#filled += count;
      from += count;
    }
    return taken;
  }

  #grow(bytes: number): void {
    this.#gathered.push(Buffer.allocUnsafeSlow(bytes));
    this.#room += bytes;
  }

  #finished(): Frame | undefined {
    if (this.#filled < HEADER_BYTES || this.#filled < this.#sizeOf(this.#head)) return undefined;
    const [only = NOTHING, ...more] = this.#gathered;
    const payload = more.length === 0 ? only : Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#room = 0;
    this.#filled = 0;
    return { type: this.#head[5]!, payload };
  }
}

/** Buffers of an unfinished frame. */
const LEAST_BUFFER = 256;
const MOST_BUFFER = 1024 * 1024;

const NOTHING = Buffer.alloc(0);

const frameOf = (bytes: Buffer): Frame => ({ type: bytes[5]!, payload: bytes.subarray(HEADER_BYTES) });

function payloadLength(head: Buffer): number {
  if (!beginsFramed(head)) throw new NotFramed('not a frame');
  if (head[4] !== VERSION) throw new NotFramed('another version of framing');
  if ((head[6]! & GZIP_OR_FRAGMENT) !== 0) throw new NotFramed('compressed and split frames are not taken');
  return head.readUInt32BE(8);
}
