// What is asked of the relays once: each says what it has stored, and that is all.

import type { Clock } from '../base/clock.ts';
import { RELAY } from './bounds.ts';
import { isFuture, isGenuine, type NostrEvent } from './event.ts';
import type { Filter } from './relay-message.ts';
import type { SubscriptionSpec } from './subscription.ts';

export interface Question {
  readonly filters: readonly Filter[];
  /** Milliseconds; by default as long as a relay may take to bring what is stored. */
  readonly forMs?: number;
}

export interface Asked {
  /** Newest first. */
  readonly events: readonly { readonly event: NostrEvent; readonly relays: readonly string[] }[];
  /** Those that said that this was all. None: that nothing came means nothing. */
  readonly answered: readonly string[];
}

/** As much of a relay as a question needs. */
export interface AskedRelay {
  readonly at: { readonly url: string };
  readonly isResting: boolean;
  subscribe(spec: SubscriptionSpec): void;
  unsubscribe(name: string): void;
}

interface Open {
  readonly spec: SubscriptionSpec;
  readonly events: Map<string, { readonly event: NostrEvent; readonly relays: Set<string> }>;
  readonly waiting: Set<string>;
  readonly answered: Set<string>;
  readonly done: () => void;
}

/** No subscription may have a name that begins so. */
const PREFIX = 'question ';

export class Questions {
  readonly #clock: Clock;
  readonly #relays: () => readonly AskedRelay[];
  readonly #most: number;
  readonly #open = new Map<string, Open>();
  /** Those that wait, in their order. */
  readonly #turns = new Set<() => void>();
  #running = 0;
  #serial = 0;
  #stopping = new AbortController();

  /** `most`: events kept for one question. */
  constructor(clock: Clock, relays: () => readonly AskedRelay[], most: number = RELAY.asked) {
    this.#clock = clock;
    this.#relays = relays;
    this.#most = most;
  }

  async ask(question: Question, signal?: AbortSignal): Promise<Asked> {
    const either = signal ? AbortSignal.any([signal, this.#stopping.signal]) : this.#stopping.signal;
    await this.#turn(either);
    try {
      return await this.#answer(question, either);
    } finally {
      // The turn is handed on, or there is one more to be had.
      const next = this.#turns.values().next().value;
      if (next) {
        this.#turns.delete(next);
        next();
      } else this.#running -= 1;
    }
  }

  /** What waits is answered by nobody any more. */
  stop(): void {
    this.#stopping.abort(new Error('the relays are not asked any more'));
    this.#stopping = new AbortController();
  }

  /** Whether the event is genuine; undefined: it was no question that it answers. */
  judge(name: string, event: NostrEvent, relay: string): boolean | undefined {
    if (!name.startsWith(PREFIX)) return undefined;
    const open = this.#open.get(name);
    if (!open) return true;
    const known = open.events.get(event.id);
    if (!known && !isGenuine(event)) return false;
    if (known) known.relays.add(relay);
    else if (open.events.size < this.#most && !isFuture(event, this.#clock.now())) {
      open.events.set(event.id, { event, relays: new Set([relay]) });
    }
    return true;
  }

  /** A relay has said all; false: to no question. */
  heard(name: string, relay: string): boolean {
    this.#open.get(name)?.answered.add(relay);
    return this.notHeard(name, relay);
  }

  /** A relay will not say. */
  notHeard(name: string, relay: string): boolean {
    const open = this.#open.get(name);
    if (open?.waiting.delete(relay) && open.waiting.size === 0) open.done();
    return name.startsWith(PREFIX);
  }

  /** A relay was taken away, or its connection is gone: it is not waited for. */
  gone(relay: string): void {
    for (const name of this.#open.keys()) this.notHeard(name, relay);
  }

  /** The user has added one. */
  joined(relay: AskedRelay): void {
    for (const { spec, waiting } of this.#open.values()) {
      waiting.add(relay.at.url);
      relay.subscribe(spec);
    }
  }

  async #answer({ filters, forMs = RELAY.storedMs }: Question, signal: AbortSignal): Promise<Asked> {
    signal.throwIfAborted();
    this.#serial += 1;
    const name = `${PREFIX}${this.#serial}`;
    const spec = { name, filters: filters.map((filter) => ({ filter, overlapS: 0 })), since: 0, once: true };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const relays = this.#relays();
    const open: Open = {
      spec,
      events: new Map(),
      // One that rests may yet come in time, but is not waited for.
      waiting: new Set(relays.filter(({ isResting }) => !isResting).map(({ at }) => at.url)),
      answered: new Set(),
      done: resolve,
    };
    this.#open.set(name, open);
    const cancel = this.#clock.after(forMs, resolve);
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      for (const relay of relays) relay.subscribe(spec);
      if (open.waiting.size === 0) resolve();
      await promise;
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
      this.#open.delete(name);
      for (const relay of this.#relays()) relay.unsubscribe(name);
    }
    const events = [...open.events.values()].map(({ event, relays: from }) => ({ event, relays: [...from] }));
    events.sort(
      (one, other) => other.event.created_at - one.event.created_at || (one.event.id < other.event.id ? -1 : 1),
    );
    return { events, answered: [...open.answered] };
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < RELAY.questions) {
      this.#running += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => {
      if (this.#turns.delete(resolve)) reject(signal.reason);
    };
    this.#turns.add(resolve);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
