// IPv6 packets (RFC 8200): their fixed header, and the checksum that is over it and what follows. Network byte order, as on any wire.

export const IPV6_HEADER_BYTES = 40;
export const ADDRESS_BYTES = 16;
/** Every link of IPv6 takes that much (RFC 8200 5). */
export const LEAST_IPV6_MTU = 1280;

export const NextHeader = { tcp: 6, icmp: 58 } as const;
const VERSION = 6;

export interface Ipv6Packet {
  readonly source: Buffer;
  readonly destination: Buffer;
  /** Of what follows the fixed header, which may be an extension header. */
  readonly nextHeader: number;
  readonly payload: Buffer;
}

/** Undefined: it is no IPv6, or is not as long as it says. Views, not copies. */
export function decodeIpv6(packet: Buffer): Ipv6Packet | undefined {
  if (packet.length < IPV6_HEADER_BYTES || packet[0]! >> 4 !== VERSION) return undefined;
  if (packet.readUInt16BE(4) !== packet.length - IPV6_HEADER_BYTES) return undefined;
  return {
    source: packet.subarray(8, 24),
    destination: packet.subarray(24, IPV6_HEADER_BYTES),
    nextHeader: packet[6]!,
    payload: packet.subarray(IPV6_HEADER_BYTES),
  };
}

const HOP_LIMIT = 64;

export function encodeIpv6({ source, destination, nextHeader, payload }: Ipv6Packet): Buffer {
  const packet = Buffer.alloc(IPV6_HEADER_BYTES + payload.length);
  packet[0] = VERSION << 4;
  packet.writeUInt16BE(payload.length, 4);
  packet[6] = nextHeader;
  packet[7] = HOP_LIMIT;
  packet.set(source, 8);
  packet.set(destination, 24);
  packet.set(payload, IPV6_HEADER_BYTES);
  return packet;
}

/** Over the pseudo-header and the payload (RFC 8200 8.1): 0 where the payload has its right checksum in it. */
export function ipv6Checksum({ source, destination, nextHeader, payload }: Ipv6Packet): number {
  const sum = sumOf(source) + sumOf(destination) + payload.length + nextHeader + sumOf(payload);
  return ~folded(sum) & 0xffff;
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  const even = bytes.length & ~1;
  for (let at = 0; at < even; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  return even === bytes.length ? sum : sum + (bytes[even]! << 8);
}

/** In ones' complement, carries are added at the other end. */
export function folded(sum: number): number {
  let left = sum;
  while (left > 0xffff) left = (left & 0xffff) + Math.floor(left / 0x1_0000);
  return left;
}
