// Segments of TCP (RFC 9293) as packets of IPv6.

import { decodeIpv6, encodeIpv6, type Ipv6Packet, ipv6Checksum, NextHeader } from '../ip/ipv6.ts';

const HEADER_BYTES = 20;
export const Flag = { fin: 0x01, syn: 0x02, reset: 0x04, push: 0x08, ack: 0x10 } as const;
const Option = { end: 0, nothing: 1, mss: 2, scale: 3 } as const;
const MSS_BYTES = 4;
const SCALE_BYTES = 3;

export interface Segment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  /** Of a SYN: the largest payload it wants, and by how many bits its windows are shifted. */
  readonly mss?: number | undefined;
  readonly scale?: number | undefined;
  readonly payload: Buffer;
}

/** Undefined: it is no segment, or was damaged. The payload is a view. */
export function decodeSegment(packet: Ipv6Packet): Segment | undefined {
  const { nextHeader, payload: tcp } = packet;
  if (nextHeader !== NextHeader.tcp || tcp.length < HEADER_BYTES || ipv6Checksum(packet) !== 0) return undefined;
  const start = (tcp[12]! >> 4) * 4;
  if (start < HEADER_BYTES || start > tcp.length) return undefined;
  const flags = tcp[13]!;
  return {
    ...portsOf(tcp),
    sequence: tcp.readUInt32BE(4),
    acknowledgment: tcp.readUInt32BE(8),
    flags,
    window: tcp.readUInt16BE(14),
    ...((flags & Flag.syn) !== 0 ? readOptions(tcp.subarray(HEADER_BYTES, start)) : {}),
    payload: tcp.subarray(start),
  };
}

/** Takes at least four bytes of a segment, as errors about it quote. */
export function portsOf(tcp: Buffer): Pick<Segment, 'sourcePort' | 'destinationPort'> {
  return { sourcePort: tcp.readUInt16BE(0), destinationPort: tcp.readUInt16BE(2) };
}

function readOptions(options: Buffer): Pick<Segment, 'mss' | 'scale'> {
  let mss: number | undefined;
  let scale: number | undefined;
  for (let at = 0; at < options.length && options[at] !== Option.end; ) {
    if (options[at] === Option.nothing) {
      at += 1;
      continue;
    }
    const length = options[at + 1] ?? 0;
    if (length < 2 || at + length > options.length) break;
    if (options[at] === Option.mss && length === MSS_BYTES) mss = options.readUInt16BE(at + 2);
    if (options[at] === Option.scale && length === SCALE_BYTES) scale = options[at + 2];
    at += length;
  }
  return { mss, scale };
}

export function encodeSegment(ends: Pick<Ipv6Packet, 'source' | 'destination'>, segment: Segment): Buffer {
  const { mss, scale, payload } = segment;
  const options = (mss === undefined ? 0 : MSS_BYTES) + (scale === undefined ? 0 : SCALE_BYTES + 1);
  const tcp = Buffer.alloc(HEADER_BYTES + options + payload.length);
  tcp.writeUInt16BE(segment.sourcePort, 0);
  tcp.writeUInt16BE(segment.destinationPort, 2);
  tcp.writeUInt32BE(segment.sequence, 4);
  tcp.writeUInt32BE(segment.acknowledgment, 8);
  tcp[12] = ((HEADER_BYTES + options) / 4) << 4;
  tcp[13] = segment.flags;
  tcp.writeUInt16BE(segment.window, 14);
  let at = HEADER_BYTES;
  if (mss !== undefined) {
    at = tcp.writeUInt8(Option.mss, at);
    at = tcp.writeUInt8(MSS_BYTES, at);
    at = tcp.writeUInt16BE(mss, at);
  }
  if (scale !== undefined) tcp.set([Option.nothing, Option.scale, SCALE_BYTES, scale], at);
  tcp.set(payload, HEADER_BYTES + options);
  const packet = { ...ends, nextHeader: NextHeader.tcp, payload: tcp };
  tcp.writeUInt16BE(ipv6Checksum(packet), 16);
  return encodeIpv6(packet);
}

/** What is said to a segment that nobody waits for (RFC 9293 3.10.7.1); undefined: nothing. */
export function refusalOf(packet: Buffer): Buffer | undefined {
  const decoded = decodeIpv6(packet);
  const segment = decoded && decodeSegment(decoded);
  if (!decoded || !segment || (segment.flags & Flag.reset) !== 0) return undefined;
  const { sourcePort, destinationPort, sequence, acknowledgment, flags, payload } = segment;
  const length = payload.length + ((flags & Flag.syn) !== 0 ? 1 : 0) + ((flags & Flag.fin) !== 0 ? 1 : 0);
  const isAck = (flags & Flag.ack) !== 0;
  return encodeSegment(
    { source: decoded.destination, destination: decoded.source },
    {
      sourcePort: destinationPort,
      destinationPort: sourcePort,
      sequence: isAck ? acknowledgment : 0,
      acknowledgment: isAck ? 0 : (sequence + length) >>> 0,
      flags: isAck ? Flag.reset : Flag.reset | Flag.ack,
      window: 0,
      payload: NOTHING,
    },
  );
}

const NOTHING = Buffer.alloc(0);
