// What model servers were lost over: payloads that were sent, and whose connection broke before there was an answer. The server
// may have ended by it, so the next one is not tried with the same, whichever caller asks. Another cause can't be ruled out, and
// then some callers go to another node for ten minutes; the other way round one caller could end all servers of this one.

import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { InferenceRequest, InferenceTask } from './backend.ts';
import { LOST } from './bounds.ts';

export type Sent = Pick<InferenceRequest, 'payload' | 'encoded'>;

export class LostPayloads {
  readonly #clock: Clock;
  /** By digest, oldest first. */
  readonly #lost = new Map<string, { readonly at: number; readonly length: number }>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  remember(task: InferenceTask, model: string, sent: Sent): void {
    this.#forget();
    const bytes = essenceOf(model, sent);
    const digest = digestOf(task, bytes);
    this.#lost.delete(digest);
    this.#lost.set(digest, { at: this.#clock.monotonic(), length: bytes.length });
    for (const oldest of this.#lost.keys()) {
      if (this.#lost.size <= LOST.most) break;
      this.#lost.delete(oldest);
    }
  }

  /** On the path of every task: as long as nothing was lost, or nothing as long, no payload is looked into. */
  has(task: InferenceTask, model: string, sent: Sent): boolean {
    this.#forget();
    if (this.#lost.size === 0) return false;
    const bytes = essenceOf(model, sent);
    const asLong = [...this.#lost.values()].some(({ length }) => length === bytes.length);
    return asLong && this.#lost.has(digestOf(task, bytes));
  }

  #forget(): void {
    const now = this.#clock.monotonic();
    for (const [digest, { at }] of this.#lost) {
      if (now - at < LOST.keepMs) break;
      this.#lost.delete(digest);
    }
  }
}

function digestOf(task: InferenceTask, bytes: Uint8Array): string {
  return createHash('sha256').update(`${task}\n`).update(bytes).digest('base64');
}

/** How the filter ends what it lets through; the user's limits are others for another model. */
const END = /,"max_tokens":\d+,"stream":false\}$/;
const LONGEST_END = 64;

/** A payload as text without what differs from one server to the next. */
function essenceOf(model: string, sent: Sent): Uint8Array {
  const { encoded } = sent;
  // To read the payload of a large one is to parse it anew.
  const bytes = encoded
    ? Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length)
    : Buffer.from(JSON.stringify(sent.payload));
  const named = `${JSON.stringify({ model }).slice(0, -1)},`;
  const begin = Buffer.byteLength(named);
  const start = bytes.subarray(0, begin).toString() === named ? begin : 0;
  const end = END.exec(bytes.subarray(-LONGEST_END).toString('latin1'))?.[0].length ?? 0;
  return bytes.subarray(start, bytes.length - end);
}
