// Where a node says it stands in the spanning tree: its parent, and the way from there to the root. The signature covers who says it,
// the parent, sequence and time; the rest of the way is the parent's word.

import { FIPS } from '../bounds.ts';
import { NODE_ADDR_BYTES, type NodeAddr, nodeAddrBytes } from '../identity/names.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { LinkType, readNodeAddr } from './link-message.ts';

/** One node on the way to the root. */
export interface Ancestor {
  readonly addr: NodeAddr;
  readonly sequence: bigint;
  /** Seconds since 1970. */
  readonly timestamp: bigint;
}

export interface TreeAnnounce {
  readonly sequence: bigint;
  /** Seconds since 1970. */
  readonly timestamp: bigint;
  /** Its own address where it is a root. */
  readonly parent: NodeAddr;
  /** The one that says so first, the root last. */
  readonly ancestry: readonly Ancestor[];
  /** 64 bytes. */
  readonly signature: Buffer;
}

const VERSION = 1;
const SIGNATURE_BYTES = 64;
const ANCESTOR_BYTES = NODE_ADDR_BYTES + 16;
const FIXED_BYTES = 2 + 16 + NODE_ADDR_BYTES + 2 + SIGNATURE_BYTES;

export function encodeTreeAnnounce({ sequence, timestamp, parent, ancestry, signature }: TreeAnnounce): Buffer {
  const writer = new ByteWriter(FIXED_BYTES + ancestry.length * ANCESTOR_BYTES);
  writer.u8(LinkType.treeAnnounce).u8(VERSION).u64(sequence).u64(timestamp).put(nodeAddrBytes(parent));
  writer.u16(ancestry.length);
  for (const each of ancestry) writer.put(nodeAddrBytes(each.addr)).u64(each.sequence).u64(each.timestamp);
  return writer.put(signature).bytes;
}

export function decodeTreeAnnounce(message: Buffer): TreeAnnounce | undefined {
  const reader = new ByteReader(message);
  if (reader.u8() !== LinkType.treeAnnounce || reader.u8() !== VERSION) return undefined;
  const [sequence, timestamp, parent] = [reader.u64(), reader.u64(), readNodeAddr(reader)];
  const count = reader.u16();
  // Nothing is made of a count that the bytes do not bear out.
  if (count > FIPS.treeDepth || reader.left !== count * ANCESTOR_BYTES + SIGNATURE_BYTES) return undefined;
  const ancestry = Array.from({ length: count }, () => ({
    addr: readNodeAddr(reader),
    sequence: reader.u64(),
    timestamp: reader.u64(),
  }));
  const signature = reader.bytes(SIGNATURE_BYTES);
  return reader.whole ? { sequence, timestamp, parent, ancestry, signature } : undefined;
}

/** The 48 bytes that `addr` signs. */
export function treeSigningBytes(
  addr: NodeAddr,
  { parent, sequence, timestamp }: Pick<TreeAnnounce, 'parent' | 'sequence' | 'timestamp'>,
): Buffer {
  const writer = new ByteWriter(2 * NODE_ADDR_BYTES + 16).put(nodeAddrBytes(addr)).put(nodeAddrBytes(parent));
  return writer.u64(sequence).u64(timestamp).bytes;
}
