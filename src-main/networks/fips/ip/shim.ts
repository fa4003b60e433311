// IPv6 packets as the data of a session, on port 256: without what both ends know from the session, the addresses and the length.

import { decodePortData, encodePortData, type SessionMessage, SessionType } from '../wire/session-packet.ts';
import { ADDRESS_BYTES, IPV6_HEADER_BYTES } from './ipv6.ts';

const IPV6_PORT = 256;
const FORMAT = 0;
/** Format, the first four bytes of the header, next header and hop limit. */
const SHIM_BYTES = 7;
/** What a packet takes in a frame besides itself: link, datagram, session, ports, and the shim in place of its header. */
export const IPV6_OVERHEAD_BYTES = 77;
/** ECN (RFC 3168): two bits across the bytes of version and traffic class. */
const ECN = 0x30;

/** Takes a whole IPv6 packet. */
export function toSessionMessage(packet: Buffer): SessionMessage {
  const payload = Buffer.alloc(SHIM_BYTES + packet.length - IPV6_HEADER_BYTES);
  payload[0] = FORMAT;
  packet.copy(payload, 1, 0, 4);
  packet.copy(payload, 5, 6, 8);
  packet.copy(payload, SHIM_BYTES, IPV6_HEADER_BYTES);
  return {
    type: SessionType.data,
    body: encodePortData({ sourcePort: IPV6_PORT, destinationPort: IPV6_PORT, payload }),
  };
}

export interface ShimEnds {
  /** Of the node that the session is with. */
  readonly source: Buffer;
  readonly destination: Buffer;
  /** Whether it met congestion on the way, which is told to packets that can be told. */
  readonly congestion: boolean;
}

/** Undefined: it is no packet. */
export function fromSessionMessage(
  { type, body }: SessionMessage,
  { source, destination, congestion }: ShimEnds,
): Buffer | undefined {
  const data = type === SessionType.data ? decodePortData(body) : undefined;
  if (data?.destinationPort !== IPV6_PORT || data.payload.length < SHIM_BYTES) return undefined;
  const { payload } = data;
  if (payload[0] !== FORMAT) return undefined;
  const packet = Buffer.alloc(IPV6_HEADER_BYTES + payload.length - SHIM_BYTES);
  payload.copy(packet, 0, 1, 5);
  packet[0] = 0x60 | (packet[0]! & 0x0f);
  packet.writeUInt16BE(payload.length - SHIM_BYTES, 4);
  payload.copy(packet, 6, 5, SHIM_BYTES);
  packet.set(source, 8);
  packet.set(destination, 8 + ADDRESS_BYTES);
  payload.copy(packet, IPV6_HEADER_BYTES, SHIM_BYTES);
  if (congestion && (packet[1]! & ECN) !== 0) packet[1]! |= ECN;
  return packet;
}
