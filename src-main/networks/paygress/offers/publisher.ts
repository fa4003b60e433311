// Tells relays what is on offer and that this provider is there: the offer when it has changed and every quarter of an hour, so that a
// relay which has forgotten or never had it gets it; a heartbeat each minute, with what is free by then.

import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { Outbox } from '../../../nostr/outbox.ts';
import type { RelayPool } from '../../../nostr/pool.ts';
import type { EventTemplate, Signer } from '../../../nostr/signer.ts';
import type { Committer, Write } from '../../../storage/write.ts';
import type { Heartbeats } from '../durable/heartbeats.ts';
import { heartbeatEvents } from '../wire/heartbeat.ts';
import { offerEvent } from '../wire/offer.ts';
import type { Beats } from './beats.ts';
import { type Free, heartbeatOf, type OfferFacts, offerOf } from './offer.ts';

export interface PublisherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly signer: Pick<Signer, 'publicKey' | 'sign'>;
  readonly pool: Pick<RelayPool, 'send' | 'outbox'> & { readonly outbox: Pick<Outbox, 'put' | 'nextAt'> };
  readonly beats: Beats;
  readonly heartbeats: Pick<Heartbeats, 'next' | 'signed'>;
  readonly facts: () => OfferFacts;
  /** Null while nothing is sold. */
  readonly free: () => Free | null;
  readonly active: () => number;
  readonly changed: () => void;
}

export interface PublisherTimes {
  readonly beatMs: number;
  readonly offerMs: number;
  /** A change is told after that long, with those that follow it. */
  readonly settleMs: number;
}

export const TIMES: PublisherTimes = { beatMs: 60_000, offerMs: 15 * 60_000, settleMs: 1000 };
const ALL_RELAYS = 16;
const DAY_MS = 86_400_000;

export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #times: PublisherTimes;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #soon: (() => void) | undefined;
  #offered = '';
  #offeredAt: number | null = null;
  #beatAt: number | null = null;
  #wasFree = '';

  constructor(deps: PublisherDeps, times: PublisherTimes = TIMES) {
    this.#deps = deps;
    this.#times = times;
  }

  /** When the last offer was handed to the relays, epoch milliseconds. */
  get offeredAt(): number | null {
    return this.#offeredAt;
  }

  get beatAt(): number | null {
    return this.#beatAt;
  }

  start(): void {
    const { beatMs, offerMs } = this.#times;
    this.#running = Promise.all([
      this.#every(offerMs, () => this.#offer(true)),
      this.#every(beatMs, () => this.#beat()),
    ]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#soon?.();
    await this.#running;
  }

  /** Something that others are told may have changed. */
  look(): void {
    if (this.#stop.signal.aborted) return;
    this.#soon?.();
    this.#soon = this.#deps.clock.after(this.#times.settleMs, () => {
      this.#soon = undefined;
      this.#running = Promise.all([this.#running, this.#now()]);
    });
  }

  /** A heartbeat at once. */
  beatNow(): void {
    if (this.#stop.signal.aborted) return;
    const beat = this.#beat().catch((error: unknown) => this.#warn(error));
    this.#running = Promise.all([this.#running, beat]);
  }

  /** Nothing is free any more. */
  async farewell(): Promise<void> {
    await this.#beat(null).catch((error: unknown) => this.#warn(error));
  }

  async #now(): Promise<void> {
    try {
      await this.#offer(false);
      if (JSON.stringify(this.#deps.free()) !== this.#wasFree) await this.#beat();
    } catch (error) {
      this.#warn(error);
    }
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await work().catch((error: unknown) => this.#warn(error));
      await this.#deps.clock.sleep(ms, signal).catch(() => undefined);
    }
  }

  async #offer(always: boolean): Promise<void> {
    const offer = offerOf(this.#deps.facts());
    // Uptime moves all the time, and is told with the next one.
    const what = JSON.stringify({ ...offer, uptime_percent: 0 });
    if (!always && what === this.#offered) return;
    this.#offered = what;
    const template = offerEvent(offer);
    await this.#publish(template, DAY_MS);
    this.#offeredAt = this.#deps.clock.now();
    this.#deps.changed();
  }

  async #beat(free: Free | null = this.#deps.free()): Promise<void> {
    const { clock, committer, signer, pool, beats, active, heartbeats } = this.#deps;
    const now = clock.now();
    const stamp = heartbeats.next();
    const { stored, live } = heartbeatEvents(heartbeatOf(signer.publicKey ?? '', stamp, active(), free));
    this.#wasFree = JSON.stringify(free);
    await this.#publish(stored, this.#times.beatMs * 2, ({ id }) => heartbeats.signed(id, stamp));
    const sent = pool.send(signer.sign(live));
    if (sent > 0) await committer.commit(beats.count(now));
    this.#beatAt = now;
    this.#deps.changed();
  }

  async #publish(
    template: EventTemplate,
    forMs: number,
    also: (event: NostrEvent) => readonly Write[] = () => [],
  ): Promise<void> {
    const { clock, committer, signer, pool } = this.#deps;
    const d = template.tags?.find(([name]) => name === 'd')?.[1] ?? '';
    const now = template.created_at ?? Math.floor(clock.now() / 1000);
    const at = pool.outbox.nextAt(`${template.kind}:${signer.publicKey}:${d}`, now);
    const event = signer.sign({ ...template, created_at: at });
    const put = pool.outbox.put(event, { wanted: ALL_RELAYS, until: clock.now() + forMs });
    await committer.commit([...put, ...also(event)]);
  }

  #warn(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#deps.logger.warn('relays could not be told what is on offer', { error });
  }
}
