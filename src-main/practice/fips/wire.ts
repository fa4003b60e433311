// Messages of FIPS as bytes, written apart from the node's own. All numbers are little-endian.

import { createHash } from 'node:crypto';

export const LINK = {
  datagram: 0x00,
  senderReport: 0x01,
  receiverReport: 0x02,
  tree: 0x10,
  filter: 0x20,
  lookup: 0x30,
  found: 0x31,
  disconnect: 0x50,
  heartbeat: 0x51,
} as const;

export const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
export const u64 = (value: bigint | number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** A node's place: itself, with when it said so, and those above it up to the root. */
export interface Step {
  readonly addr: Buffer;
  readonly sequence: bigint;
  readonly at: bigint;
}

/** What is signed of an announcement. */
export const signedOf = (own: Step, parent: Buffer): Buffer =>
  Buffer.concat([own.addr, parent, u64(own.sequence), u64(own.at)]);

/** `steps`: the announcer first. */
export function treeAnnounce(steps: readonly Step[], signature: Uint8Array): Buffer {
  const [own, parent = own] = steps;
  const entries = steps.map(({ addr, sequence, at }) => Buffer.concat([addr, u64(sequence), u64(at)]));
  const head = [Buffer.from([LINK.tree, 1]), u64(own!.sequence), u64(own!.at), parent!.addr, u16(steps.length)];
  return Buffer.concat([...head, ...entries, signature]);
}

/** Of the announcement of a neighbour, behind its type; undefined: it is cut short. */
export function readTree(body: Buffer): readonly Step[] | undefined {
  const count = body.length < 35 ? 0 : body.readUInt16LE(33);
  if (count === 0 || body.length !== 35 + count * 32 + 64) return undefined;
  return Array.from({ length: count }, (_, nth) => {
    const at = 35 + nth * 32;
    return {
      addr: Buffer.from(body.subarray(at, at + 16)),
      sequence: body.readBigUInt64LE(at + 16),
      at: body.readBigUInt64LE(at + 24),
    };
  });
}

const FILTER_BYTES = 1024;

/** Says that these can be reached this way. */
export function filterAnnounce(sequence: number, addrs: readonly Buffer[]): Buffer {
  const bits = Buffer.alloc(FILTER_BYTES);
  for (const addr of addrs) {
    const hash = createHash('sha256').update(addr).digest();
    const [first, second] = [hash.readBigUInt64LE(0), hash.readBigUInt64LE(8)];
    for (let nth = 0n; nth < 5n; nth += 1n) {
      const bit = Number(BigInt.asUintN(64, first + nth * second) % BigInt(8 * FILTER_BYTES));
      bits[bit >> 3]! |= 1 << (bit & 7);
    }
  }
  return Buffer.concat([Buffer.from([LINK.filter]), u64(sequence), Buffer.from([5, 1]), bits]);
}

export const coordinates = (addrs: readonly Buffer[]): Buffer => Buffer.concat([u16(addrs.length), ...addrs]);

/** How many bytes the coordinates there have. */
export const coordinateBytes = (bytes: Buffer, at: number): number => 2 + 16 * bytes.readUInt16LE(at);

/** What a node has received, for the fields that reports of links and of sessions have in common. */
export class Received {
  #highest = 0n;
  #packets = 0n;
  #bytes = 0n;
  #since = 0;
  #bytesSince = 0;
  #echo = 0;
  #heardAt = 0;

  /** `timestamp`: of the sender; `at`: ours, milliseconds. */
  count(counter: bigint, timestamp: number, length: number, at: number): void {
    if (counter > this.#highest) this.#highest = counter;
    this.#packets += 1n;
    this.#bytes += BigInt(length);
    this.#since += 1;
    this.#bytesSince += length;
    this.#echo = timestamp;
    this.#heardAt = at;
  }

  /** Undefined: nothing came since the last one. */
  report(at: number): Buffer | undefined {
    if (this.#since === 0) return undefined;
    const dwell = Math.min(0xffff, Math.round(at - this.#heardAt));
    const fields = [
      u64(this.#highest),
      u64(this.#packets),
      u64(this.#bytes),
      u32(this.#echo),
      u16(dwell),
      Buffer.alloc(2 + 2 + 2 + 4 + 4 + 4 + 4 + 4),
      u32(this.#since),
      u32(this.#bytesSince),
    ];
    this.#since = 0;
    this.#bytesSince = 0;
    return Buffer.concat(fields);
  }
}
