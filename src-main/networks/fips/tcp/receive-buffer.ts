// The stream as it comes, by offsets: what is in order goes on at once, what came too early is kept, within the window that was granted.

export class ReceiveBuffer {
  readonly #size: number;
  readonly #mostEarly: number;
  /** Of the next byte. */
  #next: number;
  /** The first that is not granted. It never goes back. */
  #edge: number;
  #unread = 0;
  readonly #early = new Map<number, Buffer>();

  constructor(size: number, mostEarly: number, first: number) {
    this.#size = size;
    this.#mostEarly = mostEarly;
    this.#next = first;
    this.#edge = first + size;
  }

  get next(): number {
    return this.#next;
  }

  get edge(): number {
    return this.#edge;
  }

  /** What of it can be handed on now. */
  take(offset: number, bytes: Buffer): readonly Buffer[] {
    const from = Math.max(offset, this.#next);
    const to = Math.min(offset + bytes.length, this.#edge);
    if (from >= to) return [];
    const fresh = bytes.subarray(from - offset, to - offset);
    if (from > this.#next) {
      const known = this.#early.get(from);
      if (known ? known.length < fresh.length : this.#early.size < this.#mostEarly)
        this.#early.set(from, Buffer.from(fresh));
      return [];
    }
    const whole = [fresh];
    this.#next = to;
    for (let more = this.#nextEarly(); more; more = this.#nextEarly()) {
      whole.push(more);
      this.#next += more.length;
    }
    this.#unread += this.#next - from;
    return whole;
  }

  /** So many were handed on and taken: the window opens. */
  consumed(bytes: number): void {
    this.#unread -= bytes;
    this.#edge = Math.max(this.#edge, this.#next + this.#size - this.#unread);
  }

  /** The end of the stream takes an offset like a byte. */
  end(): void {
    this.#next += 1;
    this.#early.clear();
  }

  #nextEarly(): Buffer | undefined {
    if (this.#early.size === 0) return undefined;
    for (const [offset, bytes] of this.#early) {
      if (offset > this.#next) continue;
      this.#early.delete(offset);
      if (offset + bytes.length > this.#next) return bytes.subarray(this.#next - offset);
    }
    return undefined;
  }
}
