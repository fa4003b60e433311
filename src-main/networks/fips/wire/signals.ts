// What a router on the way says to the source of a datagram, in plain text, for it has no session with it: anybody on the way may
// have made it up. It asks for nothing but care.

import { NODE_ADDR_BYTES, type NodeAddr, nodeAddrBytes } from '../identity/names.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { type Coordinates, coordinatesBytes, readAnyCoordinates, writeCoordinates } from './coordinates.ts';
import { readNodeAddr } from './link-message.ts';
import { PacketFlag } from './session-packet.ts';

const SignalType = { coordinatesRequired: 0x20, pathBroken: 0x21, mtuExceeded: 0x22 } as const;

interface Reported {
  /** Where the datagram was to go. */
  readonly destination: NodeAddr;
  readonly reporter: NodeAddr;
}

/** The router does not know where the destination stands. */
export interface CoordinatesRequired extends Reported {
  readonly kind: 'coordinatesRequired';
}

/** It knows, or believes so, and has no way there. */
export interface PathBroken extends Reported {
  readonly kind: 'pathBroken';
  readonly coordinates: Coordinates;
}

/** The datagram is larger than the next link takes. */
export interface MtuExceeded extends Reported {
  readonly kind: 'mtuExceeded';
  readonly mtu: number;
}

export type Signal = CoordinatesRequired | PathBroken | MtuExceeded;

const FIXED_BYTES = 2 + 2 * NODE_ADDR_BYTES;

/** Undefined: it is no signal. */
export function decodeSignal(bytes: Buffer): Signal | undefined {
  const reader = new ByteReader(bytes);
  const [phase, flags, length] = [reader.u8(), reader.u8(), reader.u16()];
  if (phase !== 0 || (flags & PacketFlag.plain) === 0 || length !== reader.left) return undefined;
  const type = reader.u8();
  reader.u8();
  const reported = { destination: readNodeAddr(reader), reporter: readNodeAddr(reader) };
  const signal = readSignal(type, reported, reader);
  return reader.whole ? signal : undefined;
}

function readSignal(type: number, reported: Reported, reader: ByteReader): Signal | undefined {
  switch (type) {
    case SignalType.coordinatesRequired:
      return { kind: 'coordinatesRequired', ...reported };
    case SignalType.pathBroken:
      return { kind: 'pathBroken', ...reported, coordinates: readAnyCoordinates(reader) };
    case SignalType.mtuExceeded:
      return { kind: 'mtuExceeded', ...reported, mtu: reader.u16() };
    default:
      return undefined;
  }
}

export function encodeSignal(signal: Signal): Buffer {
  switch (signal.kind) {
    case 'coordinatesRequired':
      return headed(SignalType.coordinatesRequired, signal, 0).bytes;
    case 'pathBroken': {
      const writer = headed(SignalType.pathBroken, signal, coordinatesBytes(signal.coordinates));
      return writeCoordinates(writer, signal.coordinates).bytes;
    }
    case 'mtuExceeded':
      return headed(SignalType.mtuExceeded, signal, 2).u16(signal.mtu).bytes;
  }
}

function headed(type: number, { destination, reporter }: Reported, more: number): ByteWriter {
  const length = FIXED_BYTES + more;
  const writer = new ByteWriter(4 + length).u8(0).u8(PacketFlag.plain).u16(length).u8(type).u8(0);
  return writer.put(nodeAddrBytes(destination)).put(nodeAddrBytes(reporter));
}
