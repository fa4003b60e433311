// The relays that the user has chosen, as one: what is asked for is asked of each of them, an event that several of them bring is
// handed on once, and what is published goes to all until enough have taken it.

import type { Database } from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Committer, Write } from '../storage/write.ts';
import { EVENT, RELAY } from './bounds.ts';
import { type RelayDocument, RelayDocuments, readDocument } from './documents.ts';
import { TooManyRelays } from './errors.ts';
import { isFuture, isGenuine, type NostrEvent } from './event.ts';
import { Outbox, type PublishOptions } from './outbox.ts';
import { type Asked, type Question, Questions } from './questions.ts';
import { RecentIds } from './recent.ts';
import { Relay, type RelayHealth } from './relay.ts';
import type { CountedConnection, Dial } from './relay-socket.ts';
import { relayUrl } from './relay-url.ts';
import { NostrStore } from './store.ts';
import type { SubscriptionSpec } from './subscription.ts';

export interface PoolDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  /** Counts what passes through a connection. */
  readonly dataUse?: { watch(connection: CountedConnection): void };
  readonly dial?: Dial;
}

export interface PoolOptions {
  /** Whose rows they are. */
  readonly network: string;
  /** Logs in where a relay wants it (NIP-42). Signs an event for this relay and challenge; undefined: without a key. */
  readonly logIn?: (relay: string, challenge: string) => NostrEvent | undefined;
}

export interface Received {
  readonly event: NostrEvent;
  /** The relay that brought it first. */
  readonly relay: string;
  /**
   * To be committed with what is made of the event: from then on it is not handed on again, in the next run neither. An event that it
   * was never committed for comes again after a restart, and so does all that came after it.
   */
  readonly seen: Write;
}

export interface RelayView extends RelayHealth {
  readonly document: RelayDocument | undefined;
  /** Epoch milliseconds. */
  readonly documentReadAt: number | undefined;
}

const HOUR = 3_600_000;
const DOCUMENT_MS = 24 * HOUR;
/** Places reached are written no more often than that: a crash costs a minute's events, which are known as seen. */
const MARK_S = 60;

export class RelayPool {
  readonly #deps: PoolDeps;
  readonly #options: PoolOptions;
  readonly #store: NostrStore;
  readonly outbox: Outbox;
  readonly #relays = new Map<string, Relay>();
  readonly #subscriptions = new Map<
    string,
    { readonly spec: SubscriptionSpec; readonly take: (got: Received) => void }
  >();
  /** Handed on in this run, by subscription and id: what is not yet on disk as seen is known by it. */
  readonly #passed = new RecentIds(EVENT.passed);
  /** What was handed on by each subscription and is not yet on disk as seen. */
  readonly #unseen = new Map<string, Set<string>>();
  readonly #marks = new Map<string, number>();
  readonly #questions: Questions;
  #documents: RelayDocuments | undefined;
  readonly #retries = new Map<string, () => void>();
  #stopping = new AbortController();
  #cancelUpkeep: (() => void) | undefined;
  #running = false;

  constructor(deps: PoolDeps, options: PoolOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#store = new NostrStore(deps.read, options.network);
    this.outbox = new Outbox({ ...deps, store: this.#store });
    this.#questions = new Questions(deps.clock, () => [...this.#relays.values()]);
    this.outbox.on('due', () => this.#publishAll());
  }

  /** `relays`: as the user typed them. Throws BadRelayAddress, TooManyRelays. */
  start(relays: readonly string[]): void {
    this.#running = true;
    this.#stopping = new AbortController();
    this.#documents = new RelayDocuments();
    this.setRelays(relays);
    this.#upkeep();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#stopping.abort();
    this.#cancelUpkeep?.();
    for (const cancel of this.#retries.values()) cancel();
    this.#retries.clear();
    for (const relay of this.#relays.values()) relay.stop();
    this.#relays.clear();
    this.#questions.stop();
    await this.#documents?.close();
  }

  setRelays(relays: readonly string[]): void {
    const wanted = new Map(relays.map((text) => relayUrl(text)).map((at) => [at.url, at]));
    if (wanted.size > RELAY.relays) throw new TooManyRelays(RELAY.relays);
    for (const [url, relay] of this.#relays) {
      if (wanted.has(url)) continue;
      relay.stop();
      this.#relays.delete(url);
      this.#questions.gone(url);
    }
    for (const [url, at] of wanted) {
      if (this.#relays.has(url)) continue;
      const relay = new Relay(this.#deps, at, {
        opened: () => this.#opened(relay),
        rests: () => this.#questions.gone(url),
        judge: (name, event) => this.#judge(url, name, event),
        answered: (id, answer) => {
          this.#write(this.outbox.answered(id, url, answer, this.#relays.size));
          this.#publishLater(relay);
        },
        caughtUp: (name, mark) => {
          if (!this.#questions.heard(name, url)) this.#reached(url, name, mark);
        },
        notHeard: (name) => void this.#questions.notHeard(name, url),
        mark: (name) => this.#store.mark(url, name),
        logIn: (challenge) => this.#options.logIn?.(url, challenge),
        watch: (connection) => this.#deps.dataUse?.watch(connection),
      });
      this.#relays.set(url, relay);
      for (const { spec } of this.#subscriptions.values()) relay.subscribe(spec);
      this.#questions.joined(relay);
      relay.start();
    }
  }

  /** Hands on each event that any relay has for it, once. Returns its off. */
  subscribe(spec: SubscriptionSpec, take: (got: Received) => void): () => void {
    if (this.#subscriptions.size >= RELAY.subscriptions) throw new RangeError('too many subscriptions');
    this.#subscriptions.set(spec.name, { spec, take });
    for (const relay of this.#relays.values()) relay.subscribe(spec);
    return () => {
      this.#subscriptions.delete(spec.name);
      for (const relay of this.#relays.values()) relay.unsubscribe(spec.name);
    };
  }

  /**
   * What the relays have stored for it, newest first and each once, by those that answered. Resolves when each has answered or would
   * not, or after `forMs` with what has come by then; rejects with the signal's reason. Nothing of it is remembered as seen.
   */
  ask(question: Question, signal?: AbortSignal): Promise<Asked> {
    return this.#questions.ask(question, signal);
  }

  /** Publishes it until enough relays have taken it; it is on disk when this resolves. Rejects with OutboxFull. */
  async publish(event: NostrEvent, options: PublishOptions): Promise<void> {
    await this.#deps.committer.commit(this.outbox.put(event, options));
  }

  /** Once, to the relays that are there now, for what is of no use a moment later. Answers to how many it went. */
  send(event: NostrEvent): number {
    const open = [...this.#relays.values()].filter(({ isOpen }) => isOpen);
    for (const relay of open) relay.send(event);
    return open.length;
  }

  health(): readonly RelayView[] {
    return [...this.#relays.values()].map((relay) => {
      const kept = this.#store.document(relay.at.url);
      const document = kept && readDocument(Buffer.from(kept.document));
      return { ...relay.health(), document, documentReadAt: kept?.at };
    });
  }

  #judge(relay: string, name: string, event: NostrEvent): boolean {
    const now = this.#deps.clock.now();
    const question = this.#questions.judge(name, event, relay);
    if (question !== undefined) return question;
    // The cheap question first: most of what several relays bring is known. An id counts as known only once it was proven.
    const key = `${name} ${event.id}`;
    if (this.#passed.has(key) || this.#store.isSeen(name, event.id)) return true;
    if (!isGenuine(event)) return false;
    // Not remembered: it may come again in its time.
    if (isFuture(event, now)) return true;
    this.#passed.add(key);
    const unseen = this.#unseen.get(name) ?? new Set();
    if (unseen.size < EVENT.passed) this.#unseen.set(name, unseen.add(event.id));
    const committed = () => void unseen.delete(event.id);
    this.#subscriptions.get(name)?.take({ event, relay, seen: { ...this.#store.see(name, event.id, now), committed } });
    return true;
  }

  /** Only what was acted on is behind us: the rest has to be asked for again after a crash. */
  #reached(relay: string, name: string, mark: number): void {
    if ((this.#unseen.get(name)?.size ?? 0) > 0) return;
    const key = `${relay} ${name}`;
    if (mark < (this.#marks.get(key) ?? -Infinity) + MARK_S) return;
    this.#marks.set(key, mark);
    this.#write([this.#store.putMark(relay, name, mark)]);
  }

  #opened(relay: Relay): void {
    this.#publish(relay);
    void this.#readDocument(relay);
  }

  #publishAll(): void {
    for (const relay of this.#relays.values()) this.#publish(relay);
  }

  #publish(relay: Relay): void {
    if (!this.#running || !relay.isOpen) return;
    for (const event of this.outbox.take(relay.at.url)) relay.publish(event);
    this.#publishLater(relay);
  }

  /** What this relay did not take at once is tried again. */
  #publishLater(relay: Relay): void {
    const { url } = relay.at;
    this.#retries.get(url)?.();
    const dueAt = this.outbox.dueAt(url);
    if (dueAt === undefined || !this.#running) return;
    const wait = Math.max(1, dueAt - this.#deps.clock.monotonic());
    this.#retries.set(
      url,
      this.#deps.clock.after(wait, () => this.#publish(relay)),
    );
  }

  async #readDocument({ at }: Relay): Promise<void> {
    const { clock } = this.#deps;
    const kept = this.#store.document(at.url);
    if (kept && clock.now() - kept.at < DOCUMENT_MS) return;
    const { signal } = this.#stopping;
    const document = await this.#documents?.read(at, signal).catch(() => undefined);
    if (document && !signal.aborted) {
      this.#write([this.#store.putDocument(at.url, JSON.stringify(document), clock.now())]);
    }
  }

  #upkeep(): void {
    this.#write([...this.outbox.expire(), ...this.#store.prune(this.#deps.clock.now())]);
    this.#cancelUpkeep = this.#deps.clock.after(HOUR, () => this.#upkeep());
  }

  /** What can be found out again: a failure costs nothing but a repetition. */
  #write(writes: readonly Write[]): void {
    if (writes.length === 0) return;
    this.#deps.committer.commit(writes).catch((error: unknown) => {
      this.#deps.logger.warn('what relays said could not be kept', { error });
    });
  }
}
