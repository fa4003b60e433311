// Native framing (IICP 6.5): twelve bytes of header, then CBOR. Pure; bytes that are no frame end the connection, silently.

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
export const MOST_FRAME_BYTES = 16 * 1024 * 1024;
const GZIP_OR_FRAGMENT = 0b11;

/** What can't be read as frames: whoever sent it is cut off. */
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

/** Cuts a stream of bytes into frames; holds at most one unfinished frame of `most` bytes, in the pieces it came in. */
export class FrameReader {
  readonly #most: number;
  #pieces: Buffer[] = [];
  #held = 0;
  /** How many bytes the frame that is being read takes, as far as its header is there. */
  #wanted = HEADER_BYTES;

  constructor(most = MOST_FRAME_BYTES) {
    this.#most = most;
  }

  /** Bytes of an unfinished frame. */
  get held(): number {
    return this.#held;
  }

  /** The frames that are complete with these bytes. Throws NotFramed. */
  push(bytes: Buffer): Frame[] {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
    const frames: Frame[] = [];
    while (this.#held >= this.#wanted) {
      const head = this.#take(this.#wanted);
      const length = payloadLength(head);
      const whole = HEADER_BYTES + length;
      if (whole > this.#most) throw new NotFramed('a frame is too large');
      if (head.length < whole) {
        this.#give(head);
        this.#wanted = whole;
        if (this.#held < whole) break;
        continue;
      }
      frames.push({ type: head[5]!, payload: head.subarray(HEADER_BYTES) });
      this.#wanted = HEADER_BYTES;
    }
    return frames;
  }

  #take(size: number): Buffer {
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = all.length > size ? [all.subarray(size)] : [];
    this.#held -= size;
    return all.subarray(0, size);
  }

  #give(bytes: Buffer): void {
    this.#pieces.unshift(bytes);
    this.#held += bytes.length;
  }
}

function payloadLength(head: Buffer): number {
  if (!beginsFramed(head)) throw new NotFramed('not a frame');
  if (head[4] !== VERSION) throw new NotFramed('another version of framing');
  if ((head[6]! & GZIP_OR_FRAGMENT) !== 0) throw new NotFramed('compressed and split frames are not taken');
  return head.readUInt32BE(8);
}
