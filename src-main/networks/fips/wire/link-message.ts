// What neighbours send one another under the seal of their link: the first byte is the type. An unknown type is ignored.

import { NODE_ADDR_BYTES, type NodeAddr, nodeAddrBytes } from '../identity/names.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

export const LinkType = {
  datagram: 0x00,
  senderReport: 0x01,
  receiverReport: 0x02,
  treeAnnounce: 0x10,
  filterAnnounce: 0x20,
  lookupRequest: 0x30,
  lookupResponse: 0x31,
  disconnect: 0x50,
  heartbeat: 0x51,
} as const;

export const DisconnectReason = {
  shutdown: 0x00,
  restart: 0x01,
  protocolError: 0x02,
  transportFailure: 0x03,
  resourceExhaustion: 0x04,
  securityViolation: 0x05,
  configurationChange: 0x06,
  timeout: 0x07,
  other: 0xff,
} as const;

export const HEARTBEAT = Buffer.of(LinkType.heartbeat);

export function encodeDisconnect(reason: number): Buffer {
  return Buffer.of(LinkType.disconnect, reason);
}

/** The reason; undefined: it is no such message. */
export function decodeDisconnect(message: Buffer): number | undefined {
  return message.length === 2 && message[0] === LinkType.disconnect ? message[1] : undefined;
}

/** What travels through the mesh, from any node to any other; the payload is sealed between those two. */
export interface Datagram {
  /** Hops that it may still take. */
  readonly ttl: number;
  /** The smallest MTU of the links that it has come by. */
  readonly pathMtu: number;
  readonly source: NodeAddr;
  readonly destination: NodeAddr;
  readonly payload: Buffer;
}

/** With the type, which a frame counts as its own. */
export const DATAGRAM_HEADER_BYTES = 4 + 2 * NODE_ADDR_BYTES;

export function encodeDatagram({ ttl, pathMtu, source, destination, payload }: Datagram): Buffer {
  const writer = new ByteWriter(DATAGRAM_HEADER_BYTES + payload.length).u8(LinkType.datagram).u8(ttl).u16(pathMtu);
  return writer.put(nodeAddrBytes(source)).put(nodeAddrBytes(destination)).put(payload).bytes;
}

export function decodeDatagram(message: Buffer): Datagram | undefined {
  const reader = new ByteReader(message);
  const type = reader.u8();
  const [ttl, pathMtu] = [reader.u8(), reader.u16()];
  const [source, destination] = [readNodeAddr(reader), readNodeAddr(reader)];
  const payload = reader.rest();
  return reader.whole && type === LinkType.datagram ? { ttl, pathMtu, source, destination, payload } : undefined;
}

export function readNodeAddr(reader: ByteReader): NodeAddr {
  return reader.bytes(NODE_ADDR_BYTES).toString('hex');
}
