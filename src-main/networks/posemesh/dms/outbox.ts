// What a runner has said and the manager has not heard yet: the newest progress, and the events since the last heartbeat that arrived.

import { HearthError } from '../../../base/errors.ts';
import { POSEMESH } from '../bounds.ts';
import type { Json } from './receipts.ts';

/** A runner says more of its progress than a manager takes. */
export class ProgressTooLarge extends HearthError {
  constructor() {
    super({
      code: 'posemesh.progress-too-large',
      category: 'invalid',
      message: 'The runner says more of its progress at once than a manager takes: at most 64 KiB of JSON.',
    });
  }
}

export class Outbox {
  #progress: Json = {};
  #events: { readonly event: Json; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Events that were dropped since there was no room for them. */
  dropped = 0;

  get progress(): Json {
    return this.#progress;
  }

  get events(): Json[] {
    return this.#events.map(({ event }) => event);
  }

  /** Takes the place of what was said before. Throws `posemesh.progress-too-large`. */
  say(progress: Json): void {
    if (sizeOf(progress) > POSEMESH.progressBytes) throw new ProgressTooLarge();
    this.#progress = progress;
  }

  /** Throws the same where one event is larger than all may be. The oldest make room for it. */
  note(event: Json): void {
    const bytes = sizeOf(event);
    if (bytes > POSEMESH.eventBytes) throw new ProgressTooLarge();
    this.#events.push({ event, bytes });
    this.#bytes += bytes;
    while (this.#events.length > POSEMESH.events || this.#bytes > POSEMESH.eventBytes) {
      this.#bytes -= this.#events.shift()!.bytes;
      this.dropped += 1;
    }
  }

  /** What a heartbeat carries now, and what is to be called when it arrived. */
  take(): { readonly progress: Json; readonly events: Json[]; readonly arrived: () => void } {
    const sent = [...this.#events];
    const arrived = () => {
      const gone = new Set(sent);
      this.#events = this.#events.filter((one) => !gone.has(one));
      this.#bytes = this.#events.reduce((sum, { bytes }) => sum + bytes, 0);
    };
    return { progress: this.#progress, events: sent.map(({ event }) => event), arrived };
  }
}

const sizeOf = (json: Json) => Buffer.byteLength(JSON.stringify(json) ?? '');
