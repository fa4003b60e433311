// Bytes as they come, made into lines of a bounded length. Of a longer one the beginning is kept; the rest is dropped as it comes, so that
// a line without an end takes no memory.

const NEWLINE = 0x0a;

export interface Line {
  readonly bytes: Buffer;
  /** It was longer. */
  readonly cut: boolean;
}

export class Lines {
  readonly #most: number;
  #pieces: Buffer[] = [];
  #kept = 0;
  #cut = false;

  /** `most`: bytes of one line, its end left out. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The lines that are whole now. */
  *take(bytes: Uint8Array): Generator<Line> {
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, at);
      this.#keep(bytes.subarray(at, end < 0 ? bytes.length : end));
      if (end < 0) return;
      yield this.#line();
      at = end + 1;
    }
  }

  /** What came after the last line end. */
  rest(): Line | undefined {
    return this.#kept > 0 || this.#cut ? this.#line() : undefined;
  }

  #keep(piece: Uint8Array): void {
    const room = this.#most - this.#kept;
    if (piece.length > room) this.#cut = true;
    const kept = piece.subarray(0, room);
    if (kept.length === 0) return;
    // A copy: what it came in may be used again.
    this.#pieces.push(Buffer.from(kept));
    this.#kept += kept.length;
  }

  #line(): Line {
    const line = { bytes: Buffer.concat(this.#pieces), cut: this.#cut };
    this.#pieces = [];
    this.#kept = 0;
    this.#cut = false;
    return line;
  }
}
