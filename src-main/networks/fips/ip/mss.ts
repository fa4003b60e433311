// The largest segment that the ends of a TCP connection agree on, lowered on its way through: packets of the mesh are smaller than those
// of any network that TCP expects, and not every system heeds a Packet Too Big that asks for less than 1280 bytes.

import { folded, IPV6_HEADER_BYTES, NextHeader } from './ipv6.ts';

const TCP_HEADER_BYTES = 20;
const SYN = 0x02;
const Option = { end: 0, nothing: 1, mss: 2 } as const;
const MSS_BYTES = 4;

/** The packet, or a copy of it that asks for segments of that many bytes at most. Takes a whole IPv6 packet. */
export function clampMss(packet: Buffer, ceiling: number): Buffer {
  const tcp = packet.subarray(IPV6_HEADER_BYTES);
  if (packet[6] !== NextHeader.tcp || tcp.length < TCP_HEADER_BYTES || (tcp[13]! & SYN) === 0) return packet;
  const at = mssAt(tcp);
  if (at === undefined || tcp.readUInt16BE(at) <= ceiling) return packet;
  const clamped = Buffer.from(packet);
  write(clamped.subarray(IPV6_HEADER_BYTES), at, ceiling);
  return clamped;
}

/** Where the value is; undefined: the options have none, or make no sense. */
function mssAt(tcp: Buffer): number | undefined {
  const end = Math.min(tcp.length, (tcp[12]! >> 4) * 4);
  for (let at = TCP_HEADER_BYTES; at < end; ) {
    const kind = tcp[at]!;
    if (kind === Option.end) return undefined;
    if (kind === Option.nothing) {
      at += 1;
      continue;
    }
    const length = tcp[at + 1] ?? 0;
    if (length < 2 || at + length > end) return undefined;
    if (kind === Option.mss) return length === MSS_BYTES ? at + 2 : undefined;
    at += length;
  }
  return undefined;
}

/** With the checksum brought up to date by what changes (RFC 1624), so that one that was wrong stays wrong. */
function write(tcp: Buffer, at: number, value: number): void {
  const before = tcp.readUInt16BE(at);
  // An option may begin at an odd byte: its bytes then count the other way round.
  const swap = (word: number) => (at % 2 === 0 ? word : ((word & 0xff) << 8) | (word >> 8));
  const sum = (~tcp.readUInt16BE(16) & 0xffff) + (~swap(before) & 0xffff) + swap(value);
  tcp.writeUInt16BE(value, at);
  tcp.writeUInt16BE(~folded(sum) & 0xffff, 16);
}
