// The keys that two neighbours have agreed on, and what was counted with them. A link has a new one at each rekey.

import type { Established } from '../noise/ik.ts';
import { type Opened, openFrame, type SealedFrame, sealFrame } from '../wire/frame.ts';
import { ReplayWindow } from './replay-window.ts';

export interface Indices {
  /** By which the other end sends to us. */
  readonly ours: number;
  /** By which we send to it. */
  readonly theirs: number;
}

export class LinkSession {
  readonly indices: Indices;
  readonly #sendKey: Buffer;
  readonly #receiveKey: Buffer;
  readonly #window = new ReplayWindow();
  #sent = 0;
  #startedAt: number;

  constructor(indices: Indices, { keys: [initiator, responder] }: Established, isInitiator: boolean, now: number) {
    this.indices = indices;
    this.#sendKey = isInitiator ? initiator : responder;
    this.#receiveKey = isInitiator ? responder : initiator;
    this.#startedAt = now;
  }

  /** Frames that were sealed. */
  get sent(): number {
    return this.#sent;
  }

  /** The counter after the highest that came. */
  get nextExpected(): number {
    return this.#window.next;
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  /** Times in frames count from here. */
  begin(now: number): void {
    this.#startedAt = now;
  }

  timestamp(now: number): number {
    return Math.floor(now - this.#startedAt) >>> 0;
  }

  seal(message: Uint8Array, flags: number, now: number): Buffer {
    const counter = this.#sent;
    this.#sent += 1;
    const timestamp = this.timestamp(now);
    return sealFrame({ key: this.#sendKey, receiver: this.indices.theirs, counter, flags, timestamp }, message);
  }

  open(frame: SealedFrame): Opened | 'replayed' | 'forged' {
    if (!this.#window.isNew(frame.counter)) return 'replayed';
    const opened = openFrame(this.#receiveKey, frame);
    if (!opened) return 'forged';
    this.#window.mark(frame.counter);
    return opened;
  }
}
