// Reading and writing the integers and byte strings of the protocol: little-endian, without padding. A reader never throws, for all
// that it reads is a stranger's: it notes that bytes were missing, and `whole` says so once everything was read.

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;
  #short = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Whether all that was asked for was there, and nothing is left. */
  get whole(): boolean {
    return !this.#short && this.#at === this.#bytes.length;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** What was read does not make sense: the whole is refused. */
  refuse(): void {
    this.#short = true;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes.readUInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#bytes.readUInt16LE(at);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#bytes.readUInt32LE(at);
  }

  i32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#bytes.readInt32LE(at);
  }

  u64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.#bytes.readBigUInt64LE(at);
  }

  /** A u64 that counts something: above 2^53 - 1 it is refused. */
  count(): number {
    const value = this.u64();
    if (value > MOST_COUNT) this.refuse();
    return this.#short ? 0 : Number(value);
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return at < 0 ? NOTHING : this.#bytes.subarray(at, at + length);
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }

  #take(length: number): number {
    const at = this.#at;
    if (this.#short || length > this.#bytes.length - at) {
      this.#short = true;
      return -1;
    }
    this.#at = at + length;
    return at;
  }
}

/** Fills a buffer whose size is known beforehand. */
export class ByteWriter {
  readonly bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.bytes = Buffer.alloc(size);
  }

  u8(value: number): this {
    this.#at = this.bytes.writeUInt8(value, this.#at);
    return this;
  }

  u16(value: number): this {
    this.#at = this.bytes.writeUInt16LE(value, this.#at);
    return this;
  }

  u32(value: number): this {
    this.#at = this.bytes.writeUInt32LE(value, this.#at);
    return this;
  }

  i32(value: number): this {
    this.#at = this.bytes.writeInt32LE(value, this.#at);
    return this;
  }

  u64(value: bigint | number): this {
    this.#at = this.bytes.writeBigUInt64LE(BigInt(value), this.#at);
    return this;
  }

  put(value: Uint8Array): this {
    this.bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }
}

const NOTHING = Buffer.alloc(0);
const MOST_COUNT = BigInt(Number.MAX_SAFE_INTEGER);
