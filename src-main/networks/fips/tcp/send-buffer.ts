// What was written to a connection and is not acknowledged yet: a ring, by the offsets of its bytes in the stream.

export class SendBuffer {
  readonly #size: number;
  #ring: Buffer | undefined;
  #start: number;
  #end: number;

  /** `first`: the offset of the first byte. */
  constructor(size: number, first: number) {
    this.#size = size;
    this.#start = first;
    this.#end = first;
  }

  get end(): number {
    return this.#end;
  }

  get room(): number {
    return this.#size - (this.#end - this.#start);
  }

  /** How many of them it has room for. */
  write(bytes: Uint8Array): number {
    const taken = Math.min(this.room, bytes.length);
    this.#ring ??= Buffer.allocUnsafe(this.#size);
    const at = this.#end % this.#size;
    const first = Math.min(taken, this.#size - at);
    this.#ring.set(bytes.subarray(0, first), at);
    this.#ring.set(bytes.subarray(first, taken), 0);
    this.#end += taken;
    return taken;
  }

  /** A copy. */
  read(offset: number, length: number): Buffer {
    const at = offset % this.#size;
    const ring = this.#ring!;
    const first = ring.subarray(at, Math.min(at + length, this.#size));
    return first.length === length
      ? Buffer.from(first)
      : Buffer.concat([first, ring.subarray(0, length - first.length)]);
  }

  /** Those before that offset are not wanted again. */
  drop(offset: number): void {
    this.#start = Math.min(Math.max(this.#start, offset), this.#end);
  }
}
