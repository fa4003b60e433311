// How a customer reaches relays and closes its letters: by nostr-tools alone, so that a mistake in the house's own can't hide in it.

import { AbstractRelay } from 'nostr-tools/abstract-relay';
import type { Filter } from 'nostr-tools/filter';
import * as nip04 from 'nostr-tools/nip04';
import { wrapEvent } from 'nostr-tools/nip17';
import { unwrapEvent } from 'nostr-tools/nip59';
import { finalizeEvent, getPublicKey, type NostrEvent, verifyEvent } from 'nostr-tools/pure';
import { WebSocket } from 'ws';
import type { Clock } from '../../base/clock.ts';

/** As the official programs do, or as its library does when it is told so. */
export type Way = 'nip04' | 'nip17';

const OLD_LETTER = 4;
const WRAP = 1059;
const RELAY_MS = 30_000;
/** So far back official programs look for an answer. */
const LOOK_BACK_S = 60;

export class Post {
  readonly #relays: readonly AbstractRelay[];
  readonly #secret: Uint8Array;
  readonly #clock: Clock;
  readonly key: string;

  private constructor(relays: readonly AbstractRelay[], secret: Uint8Array, clock: Clock) {
    this.#relays = relays;
    this.#secret = secret;
    this.#clock = clock;
    this.key = getPublicKey(secret);
  }

  /** Rejects when one of the relays can't be reached. */
  static async open(urls: readonly string[], secret: Uint8Array, clock: Clock): Promise<Post> {
    const relays = urls.map((url) => {
      // Of `ws`, whose type says the same in other words.
      const websocketImplementation = WebSocket as unknown as typeof globalThis.WebSocket;
      const relay = new AbstractRelay(url, { verifyEvent, websocketImplementation });
      relay.publishTimeout = RELAY_MS;
      return relay;
    });
    await Promise.all(relays.map((relay) => relay.connect({ timeout: RELAY_MS })));
    return new Post(relays, secret, clock);
  }

  close(): void {
    for (const relay of this.#relays) relay.close();
  }

  /** To ask one that is gone fails where nobody hears of it. */
  get #connected(): readonly AbstractRelay[] {
    return this.#relays.filter(({ connected }) => connected);
  }

  /** What the relays have stored, each event once. */
  async stored(filter: Filter): Promise<readonly NostrEvent[]> {
    const found = new Map<string, NostrEvent>();
    await Promise.all(
      this.#connected.map(
        (relay) =>
          new Promise<void>((resolve) => {
            const asked = relay.subscribe([filter], {
              onevent: (event) => found.set(event.id, event),
              oneose: () => {
                asked.close();
                resolve();
              },
              onclose: () => resolve(),
              eoseTimeout: RELAY_MS,
            });
          }),
      ),
    );
    return [...found.values()];
  }

  /**
   * Writes to that key, and waits for the first letter from it that is not older than a minute, as official programs do. undefined:
   * none came. Rejects when no relay takes the letter.
   */
  async ask(to: string, text: string, by: Way, waitMs: number): Promise<string | undefined> {
    const since = this.#now() - LOOK_BACK_S;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const filter = { kinds: [OLD_LETTER, WRAP], '#p': [this.key], since };
    const onevent = (event: NostrEvent) => {
      const letter = this.#opened(event);
      if (letter?.from === to) resolve(letter.text);
    };
    const listening = this.#connected.map((relay) => relay.subscribe([filter], { onevent }));
    const cancel = this.#clock.after(waitMs, () => resolve(undefined));
    try {
      const letter = this.#letter(to, text, by);
      await Promise.any(this.#connected.map((relay) => relay.publish(letter)));
      return await promise;
    } finally {
      cancel();
      for (const one of listening) one.close();
    }
  }

  #letter(to: string, text: string, by: Way): NostrEvent {
    if (by === 'nip17') return wrapEvent(this.#secret, { publicKey: to }, text);
    const tags = [
      ['p', to],
      ['alt', 'Private Message'],
    ];
    const content = nip04.encrypt(this.#secret, to, text);
    return finalizeEvent({ kind: OLD_LETTER, created_at: this.#now(), tags, content }, this.#secret);
  }

  #opened(event: NostrEvent): { readonly from: string; readonly text: string } | undefined {
    try {
      if (event.kind === OLD_LETTER) {
        return { from: event.pubkey, text: nip04.decrypt(this.#secret, event.pubkey, event.content) };
      }
      const { pubkey, content } = unwrapEvent(event, this.#secret);
      return { from: pubkey, text: content };
    } catch {
      return undefined;
    }
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
