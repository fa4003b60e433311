// What two nodes send each other through the mesh (FSP), as the payload of datagrams: the messages of their handshake, and what is
// sealed between them. `signals` has what routers on the way send in plain text.

import { chacha20Poly1305 } from '../../../keys/chacha20-poly1305.ts';
import { nonceOf } from '../noise/symmetric.ts';
import { XK_MESSAGE_1_BYTES, XK_MESSAGE_2_BYTES, XK_MESSAGE_3_BYTES } from '../noise/xk.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import {
  type Coordinates,
  coordinatesBytes,
  readAnyCoordinates,
  readCoordinates,
  writeCoordinates,
} from './coordinates.ts';

const PREFIX_BYTES = 4;
const HEADER_BYTES = 12;
const TAG_BYTES = 16;
const INNER_BYTES = 6;

const Phase = { sealed: 0x00, setup: 0x01, ack: 0x02, message3: 0x03 } as const;
/** Coordinates come in front of the sealed part; the epoch of keys; a signal in plain text. */
export const PacketFlag = { coordinates: 0x01, keyEpoch: 0x02, plain: 0x04 } as const;
/** Of a setup. */
export const SetupFlag = { requestAck: 0x01, bidirectional: 0x02 } as const;

export const SessionType = {
  data: 0x10,
  senderReport: 0x11,
  receiverReport: 0x12,
  pathMtu: 0x13,
  coordinates: 0x14,
  endpointData: 0x15,
  /** Offers to punch a hole and answers to them, JSON, of newer nodes. */
  offer: 0x16,
  answer: 0x17,
} as const;

/** Where the two ends stand in the tree. Routers on the way remember both. */
export interface Ends {
  readonly source: Coordinates;
  readonly destination: Coordinates;
}

export interface Setup extends Ends {
  readonly kind: 'setup';
  readonly flags: number;
  readonly noise: Buffer;
}

export interface Ack extends Ends {
  readonly kind: 'ack';
  readonly noise: Buffer;
}

export interface Message3 {
  readonly kind: 'message3';
  readonly noise: Buffer;
}

export interface SealedPacket {
  readonly kind: 'sealed';
  readonly flags: number;
  readonly counter: number;
  readonly ends: Ends | undefined;
  /** The first 12 bytes, which cannot be changed without breaking the seal. */
  readonly header: Buffer;
  readonly sealed: Buffer;
}

export type SessionPacket = Setup | Ack | Message3 | SealedPacket;

/** Undefined: it is no such packet, or a signal. */
export function decodeSessionPacket(bytes: Buffer): SessionPacket | undefined {
  const reader = new ByteReader(bytes);
  const [phase, flags, length] = [reader.u8(), reader.u8(), reader.u16()];
  if (phase === Phase.sealed)
    return (flags & PacketFlag.plain) === 0 ? readSealed(bytes, reader, flags, length) : undefined;
  if (length !== reader.left) return undefined;
  if (phase === Phase.setup) return readSetup(reader);
  if (phase === Phase.ack) return readAck(reader);
  if (phase === Phase.message3) return readMessage3(reader);
  return undefined;
}

function readSetup(reader: ByteReader): Setup | undefined {
  const flags = reader.u8();
  const [source, destination] = [readCoordinates(reader), readCoordinates(reader)];
  const noise = readNoise(reader, XK_MESSAGE_1_BYTES);
  return reader.whole ? { kind: 'setup', flags, source, destination, noise } : undefined;
}

function readAck(reader: ByteReader): Ack | undefined {
  reader.u8();
  const [source, destination] = [readCoordinates(reader), readCoordinates(reader)];
  const noise = readNoise(reader, XK_MESSAGE_2_BYTES);
  return reader.whole ? { kind: 'ack', source, destination, noise } : undefined;
}

function readMessage3(reader: ByteReader): Message3 | undefined {
  reader.u8();
  const noise = readNoise(reader, XK_MESSAGE_3_BYTES);
  return reader.whole ? { kind: 'message3', noise } : undefined;
}

function readNoise(reader: ByteReader, length: number): Buffer {
  if (reader.u16() !== length) reader.refuse();
  return reader.bytes(length);
}

function readSealed(bytes: Buffer, reader: ByteReader, flags: number, length: number): SealedPacket | undefined {
  const counter = reader.count();
  const located = (flags & PacketFlag.coordinates) !== 0;
  const ends = located ? { source: readAnyCoordinates(reader), destination: readAnyCoordinates(reader) } : undefined;
  if (ends && ends.source.length === 0) return undefined;
  const sealed = reader.rest();
  if (!reader.whole || length < INNER_BYTES || sealed.length !== length + TAG_BYTES) return undefined;
  return { kind: 'sealed', flags, counter, ends, header: bytes.subarray(0, HEADER_BYTES), sealed };
}

export function encodeSetup({ flags, source, destination, noise }: Omit<Setup, 'kind'>): Buffer {
  const size = 3 + coordinatesBytes(source) + coordinatesBytes(destination) + noise.length;
  const writer = prefixed(Phase.setup, size).u8(flags);
  return writeNoise(writeCoordinates(writeCoordinates(writer, source), destination), noise);
}

export function encodeAck({ source, destination, noise }: Omit<Ack, 'kind'>): Buffer {
  const size = 3 + coordinatesBytes(source) + coordinatesBytes(destination) + noise.length;
  const writer = prefixed(Phase.ack, size).u8(0);
  return writeNoise(writeCoordinates(writeCoordinates(writer, source), destination), noise);
}

export function encodeMessage3(noise: Buffer): Buffer {
  return writeNoise(prefixed(Phase.message3, 3 + noise.length).u8(0), noise);
}

function prefixed(phase: number, length: number): ByteWriter {
  return new ByteWriter(PREFIX_BYTES + length).u8(phase).u8(0).u16(length);
}

function writeNoise(writer: ByteWriter, noise: Buffer): Buffer {
  return writer.u16(noise.length).put(noise).bytes;
}

export interface PacketSealWith {
  readonly key: Uint8Array;
  readonly counter: number;
  readonly keyEpoch: boolean;
  /** Milliseconds since the sender's session began; it wraps. */
  readonly timestamp: number;
  readonly ends?: Ends | undefined;
}

/** What was sealed: its type, and a body. */
export interface SessionMessage {
  readonly type: number;
  readonly body: Buffer;
}

export function sealPacket(
  { key, counter, keyEpoch, timestamp, ends }: PacketSealWith,
  message: SessionMessage,
): Buffer {
  const inner = new ByteWriter(INNER_BYTES + message.body.length).u32(timestamp).u8(message.type).u8(0);
  const plaintext = inner.put(message.body).bytes;
  const flags = (ends ? PacketFlag.coordinates : 0) | (keyEpoch ? PacketFlag.keyEpoch : 0);
  const header = new ByteWriter(HEADER_BYTES).u8(Phase.sealed).u8(flags).u16(plaintext.length).u64(counter).bytes;
  const sealed = chacha20Poly1305().seal(key, nonceOf(counter), plaintext, header);
  if (!ends) return Buffer.concat([header, sealed]);
  const clear = new ByteWriter(coordinatesBytes(ends.source) + coordinatesBytes(ends.destination));
  return Buffer.concat([
    header,
    writeCoordinates(writeCoordinates(clear, ends.source), ends.destination).bytes,
    sealed,
  ]);
}

/** Undefined: it was changed on the way, or sealed with another key. */
export function openPacket(
  key: Uint8Array,
  { counter, header, sealed }: SealedPacket,
): (SessionMessage & { readonly timestamp: number }) | undefined {
  const plaintext = chacha20Poly1305().open(key, nonceOf(counter), sealed, header);
  return (
    plaintext && { timestamp: plaintext.readUInt32LE(0), type: plaintext[4]!, body: plaintext.subarray(INNER_BYTES) }
  );
}

/** A datagram between two ports. Port 256 carries IPv6. */
export interface PortData {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
}

export function encodePortData({ sourcePort, destinationPort, payload }: PortData): Buffer {
  return new ByteWriter(4 + payload.length).u16(sourcePort).u16(destinationPort).put(payload).bytes;
}

export function decodePortData(body: Buffer): PortData | undefined {
  const reader = new ByteReader(body);
  const data = { sourcePort: reader.u16(), destinationPort: reader.u16(), payload: reader.rest() };
  return reader.whole ? data : undefined;
}
