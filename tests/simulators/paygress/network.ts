// Relays and the lines to them, in simulated time: what is published arrives later or never, an answer may be lost on its way back, and a
// relay keeps of each address the newest event.
import { matchFilter } from 'nostr-tools/filter';
import type { Answers } from '../../../src-main/networks/paygress/durable/look.ts';
import { addressOf, type NostrEvent } from '../../../src-main/nostr/event.ts';
import type { Filter } from '../../../src-main/nostr/relay-message.ts';
import type { EventTemplate } from '../../../src-main/nostr/signer.ts';
import { seededRandom } from '../../support/random.ts';

const ANSWER_MS = 20_000;
export const START = 1_790_000_000_000;

export class SimNetwork {
  readonly relays: readonly string[];
  readonly random;
  #now = START;
  #serial = 0;
  #due: { readonly at: number; readonly serial: number; readonly fn: () => void }[] = [];
  readonly #stored = new Map<string, Map<string, NostrEvent>>();
  readonly #listeners: { readonly node: string; readonly take: (event: NostrEvent) => void }[] = [];
  /** Lines that are down: `node relay`, or one of the two for all of its lines; `deaf node`: what it says arrives, and it hears nothing. */
  readonly down = new Set<string>();
  /** Whether engines fail to start a box now and then. */
  startsFail = false;

  constructor(seed: number, relays = 3) {
    this.random = seededRandom(seed * 7919 + 17);
    for (let skipped = 0; skipped < 20; skipped += 1) this.random.int(2);
    this.relays = Array.from({ length: relays }, (_, n) => `relay-${n}`);
    for (const relay of this.relays) this.#stored.set(relay, new Map());
  }

  get now(): number {
    return this.#now;
  }

  between(least: number, most: number): number {
    return least + this.random.int(most - least + 1);
  }

  after(ms: number, fn: () => void): void {
    const at = this.#now + ms;
    this.#serial += 1;
    const entry = { at, serial: this.#serial, fn };
    let low = 0;
    let high = this.#due.length;
    // Latest first: what is next is taken from the end.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due[middle]!.at > at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, entry);
  }

  run(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#due.at(-1); next && next.at <= end; next = this.#due.at(-1)) {
      this.#due.pop();
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }

  sign(pubkey: string, { kind, content, tags = [], created_at }: EventTemplate): NostrEvent {
    this.#serial += 1;
    const id = this.#serial.toString(16).padStart(64, '0');
    const at = created_at ?? Math.floor(this.#now / 1000);
    return { id, pubkey, kind, content, tags, created_at: at, sig: '0'.repeat(128) };
  }

  publish(node: string, relay: string, event: NostrEvent, taken: () => void): void {
    this.#travel(node, relay, () => {
      const kept = this.#stored.get(relay)!;
      const address = addressOf(event) ?? event.id;
      const older = kept.get(address);
      if (!older || older.created_at < event.created_at) {
        kept.set(address, event);
        for (const { node: other, take } of this.#listeners) this.#back(other, relay, () => take(event));
      }
      this.#back(node, relay, taken);
    });
  }

  ask(node: string, filters: readonly Filter[], done: (answers: Answers) => void): void {
    const found = new Map<string, { event: NostrEvent; relays: string[] }>();
    const answered: string[] = [];
    let open = true;
    const end = () => {
      if (open) done({ events: [...found.values()], answered });
      open = false;
    };
    for (const relay of this.relays) {
      this.#travel(node, relay, () => {
        const events = [...this.#stored.get(relay)!.values()].filter((event) =>
          filters.some((filter) => matchFilter(filter as never, event as never)),
        );
        this.#back(node, relay, () => {
          if (!open) return;
          answered.push(relay);
          for (const event of events) {
            const known = found.get(event.id);
            if (known) known.relays.push(relay);
            else found.set(event.id, { event, relays: [relay] });
          }
          if (answered.length === this.relays.length) end();
        });
      });
    }
    this.after(ANSWER_MS, end);
  }

  /** All that any relay is given from now on, as far as the lines carry it. */
  listen(node: string, take: (event: NostrEvent) => void): void {
    this.#listeners.push({ node, take });
  }

  isUp(node: string, relay: string): boolean {
    return !this.down.has(node) && !this.down.has(relay) && !this.down.has(`${node} ${relay}`);
  }

  #back(node: string, relay: string, arrive: () => void): void {
    this.#travel(node, relay, () => {
      if (!this.down.has(`deaf ${node}`)) arrive();
    });
  }

  #travel(node: string, relay: string, arrive: () => void): void {
    if (!this.isUp(node, relay)) return;
    this.after(this.between(20, 900), () => {
      if (this.isUp(node, relay)) arrive();
    });
  }
}
