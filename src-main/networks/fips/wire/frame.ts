// Frames of links (FMP): a prefix of four bytes, `[version << 4 | phase][flags][length]`, and by its phase a message of the
// handshake or something sealed. Pure; what is no frame is undefined, and dropped.

import { chacha20Poly1305 } from '../../../keys/chacha20-poly1305.ts';
import { IK_MESSAGE_1_BYTES, IK_MESSAGE_2_BYTES } from '../noise/ik.ts';
import { nonceOf } from '../noise/symmetric.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

export const FRAME_PREFIX_BYTES = 4;
const HEADER_BYTES = 16;
const TAG_BYTES = 16;
const INDEX_BYTES = 4;
/** Sender's time and type, before the body of a message. */
const INNER_BYTES = 5;
/** What a sealed message takes besides its body. */
export const FRAME_OVERHEAD_BYTES = HEADER_BYTES + INNER_BYTES + TAG_BYTES;

const MESSAGE_1_LENGTH = INDEX_BYTES + IK_MESSAGE_1_BYTES;
const MESSAGE_2_LENGTH = 2 * INDEX_BYTES + IK_MESSAGE_2_BYTES;

const Phase = { established: 0x00, message1: 0x01, message2: 0x02 } as const;

/** The epoch of keys, which changes by each rekey; congestion that was met on the way; the spin bit. */
export const FrameFlag = { keyEpoch: 0x01, congestion: 0x02, spin: 0x04 } as const;

export interface Message1 {
  readonly kind: 'message1';
  /** The index by which the initiator wants to be sent to. */
  readonly sender: number;
  readonly noise: Buffer;
}

export interface Message2 {
  readonly kind: 'message2';
  /** The index by which the responder wants to be sent to. */
  readonly sender: number;
  /** The initiator's, as it came. */
  readonly receiver: number;
  readonly noise: Buffer;
}

export interface SealedFrame {
  readonly kind: 'sealed';
  readonly flags: number;
  /** The index that its receiver has chosen. */
  readonly receiver: number;
  readonly counter: number;
  /** The first 16 bytes, which cannot be changed without breaking the seal. */
  readonly header: Buffer;
  readonly sealed: Buffer;
}

export type Frame = Message1 | Message2 | SealedFrame;

/** What was sealed: when, milliseconds since the sender's session began (it wraps), and a message whose first byte is its type. */
export interface Opened {
  readonly timestamp: number;
  readonly message: Buffer;
}

export function decodeFrame(bytes: Buffer): Frame | undefined {
  if (frameBytes(bytes) !== bytes.length) return undefined;
  const reader = new ByteReader(bytes);
  const phase = reader.u8();
  const flags = reader.u8();
  reader.u16();
  if (phase === Phase.message1) {
    return flags === 0 ? { kind: 'message1', sender: reader.u32(), noise: reader.rest() } : undefined;
  }
  if (phase === Phase.message2) {
    return flags === 0
      ? { kind: 'message2', sender: reader.u32(), receiver: reader.u32(), noise: reader.rest() }
      : undefined;
  }
  const [receiver, counter, sealed] = [reader.u32(), reader.count(), reader.rest()];
  return reader.whole
    ? { kind: 'sealed', flags, receiver, counter, header: bytes.subarray(0, HEADER_BYTES), sealed }
    : undefined;
}

/**
 * How long the frame is that begins so, by its first four bytes. Undefined: there are fewer, or no frame begins so: the version and
 * each phase but 0 have one length only.
 */
export function frameBytes(head: Buffer): number | undefined {
  if (head.length < FRAME_PREFIX_BYTES) return undefined;
  const length = head.readUInt16LE(2);
  switch (head[0]) {
    case Phase.established:
      return length >= INNER_BYTES - 1 ? HEADER_BYTES + length + TAG_BYTES : undefined;
    case Phase.message1:
      return length === MESSAGE_1_LENGTH ? FRAME_PREFIX_BYTES + length : undefined;
    case Phase.message2:
      return length === MESSAGE_2_LENGTH ? FRAME_PREFIX_BYTES + length : undefined;
    default:
      return undefined;
  }
}

export function encodeMessage1({ sender, noise }: Omit<Message1, 'kind'>): Buffer {
  return prefixed(Phase.message1, MESSAGE_1_LENGTH).u32(sender).put(noise).bytes;
}

export function encodeMessage2({ sender, receiver, noise }: Omit<Message2, 'kind'>): Buffer {
  return prefixed(Phase.message2, MESSAGE_2_LENGTH).u32(sender).u32(receiver).put(noise).bytes;
}

function prefixed(phase: number, length: number): ByteWriter {
  return new ByteWriter(FRAME_PREFIX_BYTES + length).u8(phase).u8(0).u16(length);
}

export interface SealWith {
  readonly key: Uint8Array;
  readonly receiver: number;
  readonly counter: number;
  readonly flags: number;
  readonly timestamp: number;
}

export function sealFrame({ key, receiver, counter, flags, timestamp }: SealWith, message: Uint8Array): Buffer {
  const plaintext = new ByteWriter(INNER_BYTES - 1 + message.length).u32(timestamp).put(message).bytes;
  const header = new ByteWriter(HEADER_BYTES).u8(Phase.established).u8(flags).u16(plaintext.length);
  header.u32(receiver).u64(counter);
  return Buffer.concat([header.bytes, chacha20Poly1305().seal(key, nonceOf(counter), plaintext, header.bytes)]);
}

/** Undefined: it was changed on the way, or sealed with another key. */
export function openFrame(key: Uint8Array, { counter, header, sealed }: SealedFrame): Opened | undefined {
  const plaintext = chacha20Poly1305().open(key, nonceOf(counter), sealed, header);
  return plaintext && { timestamp: plaintext.readUInt32LE(0), message: plaintext.subarray(INNER_BYTES - 1) };
}
