// Cuts what a connection brings (TCP, Tor) into frames, which stand there one behind another with nothing in between. Holds at most
// one unfinished frame.

import { FRAME_PREFIX_BYTES, frameBytes } from './frame.ts';

export class FrameCutter {
  readonly #mostBytes: number;
  #rest: Buffer = NOTHING;
  #broken = false;

  /** `mostBytes`: of one frame. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether something came that is no frame; where the next would begin can't be known, so the connection has to be closed. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Bytes of the unfinished frame. */
  get held(): number {
    return this.#rest.length;
  }

  /** The frames that are whole with these bytes. */
  push(bytes: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    while (!this.#broken && rest.length >= FRAME_PREFIX_BYTES) {
      const length = frameBytes(rest);
      if (length === undefined || length > this.#mostBytes) {
        this.#broken = true;
        break;
      }
      if (length > rest.length) break;
      frames.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    // A copy, so that a few bytes do not hold all that came with them.
    this.#rest = this.#broken || rest.length === 0 ? NOTHING : Buffer.from(rest);
    return frames;
  }
}

const NOTHING = Buffer.alloc(0);
