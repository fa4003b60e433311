// Workers that can't hold a connection open, such as web pages, and fetch what is meant for them by HTTP (IICP 2.8).

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { RELAY } from './bounds.ts';
import type { Carrier, Relayed, Session } from './sessions.ts';

export const POLL_S = 25;
/** Without a pull for so long a worker counts as gone. */
const GONE_MS = 90_000;

interface Waiting {
  readonly callId: string;
  readonly task: Buffer;
}

/** One worker's letterbox. */
export class PollCarrier implements Carrier {
  readonly token: string;
  readonly #clock: Clock;
  #queue: Waiting[] = [];
  #pulledAt: number;
  #pull: ((next: Waiting | undefined) => void) | undefined;
  #closed = false;

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#pulledAt = clock.monotonic();
    this.token = random.bytes(16).toString('hex');
  }

  alive(): boolean {
    return !this.#closed && (this.#pull !== undefined || this.#clock.monotonic() - this.#pulledAt < GONE_MS);
  }

  push(callId: string, task: Buffer): boolean {
    if (this.#pull) this.#pull({ callId, task });
    else if (this.#queue.length >= RELAY.waiting) return false;
    else this.#queue.push({ callId, task });
    return true;
  }

  drop(callId: string): void {
    this.#queue = this.#queue.filter((waiting) => waiting.callId !== callId);
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#pull?.(undefined);
  }

  /** The next task, undefined where none comes in time. A second pull ends the first. */
  pull(signal: AbortSignal): Promise<Waiting | undefined> {
    this.#pulledAt = this.#clock.monotonic();
    this.#pull?.(undefined);
    const next = this.#queue.shift();
    if (next || this.#closed || signal.aborted) return Promise.resolve(next);
    return new Promise((resolve) => {
      const settle = (found: Waiting | undefined) => {
        if (this.#pull === settle) this.#pull = undefined;
        cancel();
        signal.removeEventListener('abort', gone);
        this.#pulledAt = this.#clock.monotonic();
        resolve(found);
      };
      const gone = () => settle(undefined);
      const cancel = this.#clock.after(POLL_S * 1000, gone);
      signal.addEventListener('abort', gone, { once: true });
      this.#pull = settle;
    });
  }
}

interface Held {
  readonly session: Session;
  readonly carrier: PollCarrier;
}

/** Those who poll, by the token that each was given. */
export class Pollers {
  readonly #held = new Map<string, Held>();

  add(held: Held): void {
    this.#sweep();
    this.#held.set(held.carrier.token, held);
  }

  /** By the header of a request; undefined: not one of ours, or gone. */
  of(authorization: string | undefined): PollCarrier | undefined {
    return this.#of(authorization)?.carrier;
  }

  settle(authorization: string | undefined, callId: string, answer: Relayed): void {
    this.#of(authorization)?.session.settle(callId, answer);
  }

  end(authorization: string | undefined): void {
    const held = this.#of(authorization);
    if (!held) return;
    this.#held.delete(held.carrier.token);
    held.session.end();
  }

  #of(authorization: string | undefined): Held | undefined {
    const token = /^Bearer ([0-9a-f]{32})$/i.exec(authorization ?? '')?.[1];
    const held = token === undefined ? undefined : this.#held.get(token.toLowerCase());
    return held?.carrier.alive() ? held : undefined;
  }

  #sweep(): void {
    for (const [token, { carrier }] of this.#held) if (!carrier.alive()) this.#held.delete(token);
  }
}
