// Who can be reached by way of a neighbour, as a Bloom filter of node_addrs: 8192 bits, five of which each address sets.

import { hash } from 'node:crypto';
import { ownCopy } from '../../../base/own-copy.ts';
import { type NodeAddr, nodeAddrBytes } from '../identity/names.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { LinkType } from './link-message.ts';

const HASHES = 5;
/** The only size that there is, of several to come. */
const SIZE_CLASS = 1;
const FILTER_BYTES = 1024;
const BITS = 8 * FILTER_BYTES;
const MESSAGE_BYTES = 11 + FILTER_BYTES;

export interface FilterAnnounce {
  readonly sequence: bigint;
  readonly filter: BloomFilter;
}

export class BloomFilter {
  readonly #bits: Buffer;

  private constructor(bits: Buffer) {
    this.#bits = bits;
  }

  static empty(): BloomFilter {
    return new BloomFilter(Buffer.alloc(FILTER_BYTES));
  }

  /** Of 1024 bytes, which are copied. */
  static of(bits: Buffer): BloomFilter {
    return new BloomFilter(ownCopy(bits));
  }

  /** A view: not to be changed. */
  get bits(): Buffer {
    return this.#bits;
  }

  add(addr: NodeAddr): void {
    for (const bit of bitsOf(addr)) this.#bits[bit >> 3]! |= 1 << (bit & 7);
  }

  /** All that the other has, too. */
  merge(other: BloomFilter): void {
    for (let at = 0; at < FILTER_BYTES; at += 1) this.#bits[at]! |= other.#bits[at]!;
  }

  /** False is certain; true may be an accident. */
  has(addr: NodeAddr): boolean {
    return bitsOf(addr).every((bit) => (this.#bits[bit >> 3]! & (1 << (bit & 7))) !== 0);
  }

  equals(other: BloomFilter): boolean {
    return this.#bits.equals(other.#bits);
  }

  /** How likely it says yes of an address that is not in it. */
  get falsePositives(): number {
    return this.fill ** HASHES;
  }

  get setBits(): number {
    let set = 0;
    for (const byte of this.#bits) for (let rest = byte; rest > 0; rest &= rest - 1) set += 1;
    return set;
  }

  /** The part of its bits that are set, 0 to 1. */
  get fill(): number {
    return this.setBits / BITS;
  }
}

/** Which bits an address sets: those of two numbers, of its hash, added up. */
export function bitsOf(addr: NodeAddr): readonly number[] {
  const digest = hash('sha256', nodeAddrBytes(addr), 'buffer');
  // The number of bits is a power of two: the lowest of either number are all that counts.
  const [first, second] = [digest.readUInt32LE(0), digest.readUInt32LE(8)];
  return Array.from({ length: HASHES }, (_, nth) => (first + nth * second) % BITS);
}

export function encodeFilterAnnounce({ sequence, filter }: FilterAnnounce): Buffer {
  const writer = new ByteWriter(MESSAGE_BYTES).u8(LinkType.filterAnnounce).u64(sequence).u8(HASHES).u8(SIZE_CLASS);
  return writer.put(filter.bits).bytes;
}

export function decodeFilterAnnounce(message: Buffer): FilterAnnounce | undefined {
  if (message.length !== MESSAGE_BYTES) return undefined;
  const reader = new ByteReader(message);
  const type = reader.u8();
  const sequence = reader.u64();
  const [hashes, sizeClass] = [reader.u8(), reader.u8()];
  if (type !== LinkType.filterAnnounce || hashes !== HASHES || sizeClass !== SIZE_CLASS) return undefined;
  return { sequence, filter: BloomFilter.of(reader.rest()) };
}
