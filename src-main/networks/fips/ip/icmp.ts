// ICMPv6 (RFC 4443), as far as a node of the mesh says anything: errors about packets that can't go on, and answers to pings.

import { decodeIpv6, encodeIpv6, type Ipv6Packet, ipv6Checksum, LEAST_IPV6_MTU, NextHeader } from './ipv6.ts';

const IcmpType = { unreachable: 1, tooBig: 2, echoRequest: 128, echoReply: 129 } as const;
/** Types below that are errors. */
const FIRST_INFORMATIONAL = 128;
export const Unreachable = { noRoute: 0, address: 3 } as const;

const HEADER_BYTES = 8;
const MOST_QUOTED = LEAST_IPV6_MTU - 40 - HEADER_BYTES;
const MULTICAST = 0xff;

/** An error about a packet; undefined: about that one nothing may be said (RFC 4443 2.4 e). */
export function unreachable(cause: Buffer, from: Buffer, code: number): Buffer | undefined {
  return errorAbout(cause, from, (message) => {
    message[0] = IcmpType.unreachable;
    message[1] = code;
  });
}

export function packetTooBig(cause: Buffer, from: Buffer, mtu: number): Buffer | undefined {
  return errorAbout(cause, from, (message) => {
    message[0] = IcmpType.tooBig;
    message.writeUInt32BE(mtu, 4);
  });
}

function errorAbout(cause: Buffer, from: Buffer, head: (message: Buffer) => void): Buffer | undefined {
  const about = decodeIpv6(cause);
  if (!about || about.source[0] === MULTICAST || about.destination[0] === MULTICAST) return undefined;
  if (about.source.every((byte) => byte === 0)) return undefined;
  if (about.nextHeader === NextHeader.icmp && (about.payload[0] ?? 0) < FIRST_INFORMATIONAL) return undefined;
  const quoted = cause.subarray(0, MOST_QUOTED);
  const payload = Buffer.alloc(HEADER_BYTES + quoted.length);
  head(payload);
  payload.set(quoted, HEADER_BYTES);
  return sealed({ source: from, destination: about.source, nextHeader: NextHeader.icmp, payload });
}

/** The answer to a ping; undefined: it is none. */
export function echoReply(packet: Buffer): Buffer | undefined {
  const asked = decodeIpv6(packet);
  if (asked?.nextHeader !== NextHeader.icmp || asked.payload.length < HEADER_BYTES) return undefined;
  if (asked.payload[0] !== IcmpType.echoRequest || asked.payload[1] !== 0 || ipv6Checksum(asked) !== 0)
    return undefined;
  const payload = Buffer.from(asked.payload);
  payload[0] = IcmpType.echoReply;
  payload.writeUInt16BE(0, 2);
  return sealed({ source: asked.destination, destination: asked.source, nextHeader: NextHeader.icmp, payload });
}

/** What an error says, and the beginning of the packet that it is about. */
export type IcmpError =
  | { readonly kind: 'unreachable'; readonly quoted: Buffer }
  | { readonly kind: 'tooBig'; readonly mtu: number; readonly quoted: Buffer };

/** Undefined: it is no error, or one of another kind. */
export function decodeIcmpError(packet: Ipv6Packet): IcmpError | undefined {
  const { nextHeader, payload } = packet;
  if (nextHeader !== NextHeader.icmp || payload.length < HEADER_BYTES || ipv6Checksum(packet) !== 0) return undefined;
  const quoted = payload.subarray(HEADER_BYTES);
  if (payload[0] === IcmpType.unreachable) return { kind: 'unreachable', quoted };
  return payload[0] === IcmpType.tooBig ? { kind: 'tooBig', mtu: payload.readUInt32BE(4), quoted } : undefined;
}

function sealed(packet: Ipv6Packet): Buffer {
  packet.payload.writeUInt16BE(ipv6Checksum(packet), 2);
  return encodeIpv6(packet);
}
