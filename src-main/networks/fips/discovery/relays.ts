// What discovery says and hears through relays: adverts, where we read letters, and sealed offers and answers.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { RELAY } from '../../../nostr/bounds.ts';
import { unwrap, wrap } from '../../../nostr/envelope.ts';
import { addressOf, eventId, type NostrEvent } from '../../../nostr/event.ts';
import type { RelayPool } from '../../../nostr/pool.ts';
import { relayUrl } from '../../../nostr/relay-url.ts';
import type { EventTemplate, Signer } from '../../../nostr/signer.ts';
import { TokenBucket } from '../links/token-bucket.ts';
import { ADVERT_KIND, type Advert, type AdvertContent, advertTemplate, IDENTIFIER, readAdvert } from './advert.ts';
import { DISCOVERY } from './bounds.ts';
import type { MayReach } from './routable.ts';
import { type Answer, encodeSignal, type Offer, readSignal } from './signal.ts';
import { ADVERT_ASK_MS, ADVERT_MS, SIGNAL_MS, SKEW_MS } from './times.ts';

const SIGNAL_KIND = 21_059;
const RUMOR_KIND = 14;
/** NIP-17: where this node reads what is written to it. */
const INBOX_KIND = 10_050;
const DELETION_KIND = 5;
const DAY_MS = 86_400_000;

export interface RelayPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly pool: Pick<RelayPool, 'subscribe' | 'publish' | 'send' | 'ask' | 'health' | 'outbox'>;
  readonly app: string;
  readonly mayReach: MayReach;
  /** Of others; each is valid. */
  advert(advert: Advert): void;
  /** From the node with that key, proven. */
  signal(pubkey: string, signal: Offer | Answer): void;
  /** A publication could not be kept. */
  unpublished(error: unknown): void;
}

export class Relays {
  readonly #ports: RelayPorts;
  readonly #opened: TokenBucket;
  #offs: readonly (() => void)[] = [];

  constructor(ports: RelayPorts) {
    this.#ports = ports;
    this.#opened = new TokenBucket(DISCOVERY.signalsAtOnce, DISCOVERY.signals, ports.clock.monotonic());
  }

  start(): void {
    const { pool, clock, app } = this.#ports;
    const since = Math.floor(clock.now() / 1000);
    // Nothing of either is committed as seen: adverts are kept in memory alone, and signals are of no use later.
    const adverts = {
      filter: { kinds: [ADVERT_KIND], '#d': [...new Set([IDENTIFIER, app])] },
      overlapS: (2 * ADVERT_MS) / 1000,
    };
    const signals = {
      filter: { kinds: [SIGNAL_KIND], '#p': [this.#own], limit: 0 },
      overlapS: (SIGNAL_MS + 2 * SKEW_MS) / 1000,
    };
    this.#offs = [
      pool.subscribe({ name: 'adverts', filters: [adverts], since }, ({ event }) => this.#onAdvert(event)),
      pool.subscribe({ name: 'signals', filters: [signals], since }, ({ event }) => this.#onSignal(event)),
    ];
  }

  stop(): void {
    for (const off of this.#offs) off();
    this.#offs = [];
  }

  /** The advert of one node as relays have it; undefined: they have none. `known`: whether any relay has answered. */
  async ask(
    pubkey: string,
    signal: AbortSignal,
  ): Promise<{ readonly advert: Advert | undefined; readonly known: boolean }> {
    const { pool } = this.#ports;
    const question = { filters: [{ kinds: [ADVERT_KIND], authors: [pubkey], limit: 4 }], forMs: ADVERT_ASK_MS };
    const { events, answered } = await pool.ask(question, signal);
    for (const { event } of events) {
      const advert = event.pubkey === pubkey ? this.#read(event) : undefined;
      if (advert) return { advert, known: true };
    }
    return { advert: undefined, known: answered.length > 0 };
  }

  publish(content: AdvertContent): void {
    const now = this.#ports.clock.now();
    this.#publish(advertTemplate(content, this.#ports.app, now), now + ADVERT_MS);
  }

  publishInbox(relays: readonly string[]): void {
    // Official nodes read `r` tags, everybody else `relay` tags.
    const tags = relays.flatMap((url) => [
      ['relay', url],
      ['r', url],
    ]);
    this.#publish({ kind: INBOX_KIND, content: '', tags }, this.#ports.clock.now() + DAY_MS);
  }

  /** Whether an advert of ours may still be read, of this run or the one before. */
  get mayBeRead(): boolean {
    const { pool, clock } = this.#ports;
    const next = pool.outbox.nextAt(`${ADVERT_KIND}:${this.#own}:${IDENTIFIER}`, 0);
    return next * 1000 + ADVERT_MS > clock.now();
  }

  withdraw(): void {
    const tags = [
      ['a', `${ADVERT_KIND}:${this.#own}:${IDENTIFIER}`],
      ['k', String(ADVERT_KIND)],
    ];
    this.#publish({ kind: DELETION_KIND, content: '', tags }, this.#ports.clock.now() + DAY_MS);
  }

  /** Whether any of these is a relay of ours: one that a stranger names is not dialled. */
  shares(relays: readonly string[]): boolean {
    const open = new Set(this.#ports.pool.health().map(({ url }) => url));
    return relays.some((text) => {
      try {
        return open.has(relayUrl(text).url);
      } catch {
        return false;
      }
    });
  }

  /** False: no relay is there to take it. */
  tell(pubkey: string, signal: Offer | Answer): boolean {
    const { clock, random, signer, pool } = this.#ports;
    const now = clock.now();
    const seconds = Math.floor(now / 1000);
    const content = encodeSignal(signal);
    const rumor = { kind: RUMOR_KIND, pubkey: this.#own, created_at: seconds, tags: [['p', pubkey]], content };
    const tags = [['expiration', String(Math.floor((now + SIGNAL_MS) / 1000))]];
    const how = { kind: SIGNAL_KIND, wrapAt: seconds, tags };
    return pool.send(wrap({ ...rumor, id: eventId(rumor) }, pubkey, { signer, random, now }, how)) > 0;
  }

  get #own(): string {
    return this.#ports.signer.publicKey ?? '';
  }

  #read(event: NostrEvent): Advert | undefined {
    const { app, mayReach, clock } = this.#ports;
    return readAdvert(event, { app, mayReach, now: clock.now() });
  }

  #onAdvert(event: NostrEvent): void {
    const advert = this.#read(event);
    if (advert && advert.pubkey !== this.#own) this.#ports.advert(advert);
  }

  #onSignal(event: NostrEvent): void {
    if (!this.#opened.take(this.#ports.clock.monotonic())) return;
    const rumor = unwrap(event, this.#ports.signer);
    if (typeof rumor === 'string' || rumor.kind !== RUMOR_KIND) return;
    const signal = readSignal(rumor.content);
    if (signal) this.#ports.signal(rumor.pubkey, signal);
  }

  #publish(template: EventTemplate, until: number): void {
    const { signer, pool, clock } = this.#ports;
    const unsigned = { tags: [], ...template, pubkey: this.#own, created_at: 0 };
    const address = addressOf(unsigned);
    const now = Math.floor(clock.now() / 1000);
    const created_at = address === undefined ? now : pool.outbox.nextAt(address, now);
    const event = signer.sign({ ...template, created_at });
    // All of them: readers look at some relay of theirs.
    pool.publish(event, { wanted: RELAY.relays, until }).catch((error: unknown) => this.#ports.unpublished(error));
  }
}
