// Events of our own on their way to relays: each is published until enough relays have taken it, through breaks and restarts, until a
// newer one takes its place or its time is over.

import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Random } from '../base/random.ts';
import type { Write } from '../storage/write.ts';
import { EVENT } from './bounds.ts';
import { OutboxFull } from './errors.ts';
import { addressOf, type NostrEvent } from './event.ts';
import type { NostrStore, OutboxRow } from './store.ts';
import type { PublishAnswer } from './talk.ts';

export interface PublishOptions {
  /** So many relays are to take it; all of them, where there are fewer. By default one. */
  readonly wanted?: number;
  /** Epoch milliseconds: after that it is of no use to anybody. */
  readonly until: number;
}

export interface Taken {
  readonly id: string;
  readonly relay: string;
  /** So many relays have it by now. */
  readonly taken: number;
  readonly enough: boolean;
}

interface AtRelay {
  readonly state: 'due' | 'sent' | 'taken' | 'refused';
  readonly attempt: number;
  /** Of the monotonic clock. */
  readonly dueAt: number;
}

interface Waiting extends OutboxRow {
  readonly address: string | undefined;
  readonly relays: Map<string, AtRelay>;
}

const RETRY = { firstMs: 5000, longestMs: 900_000 };
const FIRST: AtRelay = { state: 'due', attempt: 0, dueAt: 0 };

export class Outbox {
  readonly #deps: { readonly clock: Clock; readonly random: Random; readonly store: NostrStore };
  readonly #waiting = new Map<string, Waiting>();
  readonly #events = new Emitter<{
    due: undefined;
    taken: Taken;
    refused: { id: string; relay: string; said: string };
  }>();
  readonly on = this.#events.on.bind(this.#events);

  constructor(deps: { readonly clock: Clock; readonly random: Random; readonly store: NostrStore }) {
    this.#deps = deps;
    for (const row of deps.store.waiting()) this.#add(row);
    for (const { id, relay, answer } of deps.store.answers()) {
      this.#waiting.get(id)?.relays.set(relay, { ...FIRST, state: answer });
    }
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** How many no relay has taken yet: of the others somebody can know. */
  get unheard(): number {
    const isTaken = ({ relays }: Waiting) => [...relays.values()].some(({ state }) => state === 'taken');
    return [...this.#waiting.values()].filter((waiting) => !isTaken(waiting)).length;
  }

  /** So that each event at an address is newer than the one before, even within a second: epoch seconds, `now` or later. */
  nextAt(address: string, now: number): number {
    return Math.max(now, (this.#deps.store.newestAt(address) ?? -1) + 1);
  }

  /** To be committed, alone or with what it is about; it is published from then on. Throws OutboxFull. */
  put(event: NostrEvent, { wanted = 1, until }: PublishOptions): readonly Write[] {
    if (this.#waiting.size >= EVENT.waiting) throw new OutboxFull(EVENT.waiting);
    const row: OutboxRow = { event, wanted, until };
    const [first, ...rest] = this.#deps.store.putWaiting(row);
    const committed = () => {
      this.#supersede(event);
      this.#add(row);
      this.#events.emit('due', undefined);
    };
    return [{ ...first!, committed }, ...rest];
  }

  /** What is to be published at this relay now; it counts as sent. */
  take(relay: string): readonly NostrEvent[] {
    const at = this.#deps.clock.monotonic();
    const due: NostrEvent[] = [];
    for (const { event, relays } of this.#waiting.values()) {
      const held = relays.get(relay) ?? FIRST;
      if (held.state !== 'due' || held.dueAt > at) continue;
      relays.set(relay, { ...held, state: 'sent' });
      due.push(event);
    }
    return due;
  }

  /** When something is to be published at this relay again, by the monotonic clock; undefined: nothing waits for it. */
  dueAt(relay: string): number | undefined {
    const times = [...this.#waiting.values()].flatMap(({ relays }) => {
      const held = relays.get(relay) ?? FIRST;
      return held.state === 'due' ? [held.dueAt] : [];
    });
    return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
  }

  /** What a relay answered; the writes that keep it. `relays`: how many there are. */
  answered(id: string, relay: string, answer: PublishAnswer, relays: number): readonly Write[] {
    const waiting = this.#waiting.get(id);
    const { clock, random, store } = this.#deps;
    if (!waiting) {
      // Enough others have it, or it was superseded: that this one has it too is still worth knowing.
      if (answer.is !== 'taken') return [];
      return [store.putAnswer(id, relay, 'taken', answer.said, clock.now())];
    }
    const attempt = waiting.relays.get(relay)?.attempt ?? 0;
    if (answer.is === 'silent' || (answer.is === 'refused' && answer.again)) {
      const dueAt = clock.monotonic() + backoffMs(attempt, RETRY, random);
      waiting.relays.set(relay, { state: 'due', attempt: attempt + 1, dueAt });
      return [];
    }
    waiting.relays.set(relay, { state: answer.is, attempt, dueAt: 0 });
    const kept = store.putAnswer(id, relay, answer.is, answer.said, clock.now());
    if (answer.is === 'refused') {
      this.#events.emit('refused', { id, relay, said: answer.said });
      return [kept];
    }
    const taken = [...waiting.relays.values()].filter(({ state }) => state === 'taken').length;
    const enough = taken >= Math.min(waiting.wanted, relays);
    if (enough) this.#waiting.delete(id);
    this.#events.emit('taken', { id, relay, taken, enough });
    return enough ? [kept, store.setState(id, 'done')] : [kept];
  }

  /** Lets go of what is of no use any more. */
  expire(): readonly Write[] {
    const now = this.#deps.clock.now();
    const old = [...this.#waiting].filter(([, { until }]) => until <= now).map(([id]) => id);
    for (const id of old) this.#waiting.delete(id);
    return old.map((id) => this.#deps.store.setState(id, 'expired'));
  }

  #add(row: OutboxRow): void {
    if (this.#waiting.has(row.event.id)) return;
    this.#waiting.set(row.event.id, { ...row, address: addressOf(row.event), relays: new Map() });
  }

  #supersede(event: NostrEvent): void {
    const address = addressOf(event);
    if (address === undefined) return;
    for (const [id, held] of this.#waiting) {
      const older =
        held.event.created_at < event.created_at ||
        (held.event.created_at === event.created_at && held.event.id > event.id);
      if (held.address === address && older) this.#waiting.delete(id);
    }
  }
}
