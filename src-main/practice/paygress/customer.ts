// A customer of Paygress: looks for providers, rents from one, tops up, asks how it stands, and takes refunds. It pays with real ecash of
// whatever mint it is given, over whatever relays.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { Post, type Way } from './post.ts';
import { Purse } from './purse.ts';
import {
  type Answer,
  readAnswer,
  readBeat,
  readSeen,
  type SeenProvider,
  spawnText,
  statusText,
  topUpText,
  type Wanted,
} from './words.ts';

export interface CustomerOptions {
  readonly relays: readonly string[];
  readonly mint: string;
  /** 32 bytes; by default a new key. */
  readonly secret?: Uint8Array;
  /** For an answer; by default as long as the official programs. */
  readonly waitMs?: number;
}

/** A paid request, what was paid with, and what came of it. */
export interface Paid {
  readonly answer: Answer;
  readonly token: string;
}

const OFFER = 38_383;
const HEARTBEAT = 38_384;
const FRESH_S = 300;
const SPAWN_MS = 120_000;

export class PaygressCustomer {
  readonly #post: Post;
  readonly #clock: Clock;
  readonly #waitMs: number;
  readonly purse: Purse;

  private constructor(post: Post, purse: Purse, clock: Clock, waitMs: number) {
    this.#post = post;
    this.purse = purse;
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  /** Rejects when a relay or the mint can't be reached. */
  static async open(
    { clock, random }: { readonly clock: Clock; readonly random: Random },
    { relays, mint, secret = random.bytes(32), waitMs = SPAWN_MS }: CustomerOptions,
  ): Promise<PaygressCustomer> {
    const purse = await Purse.open(mint, clock);
    return new PaygressCustomer(await Post.open(relays, secret, clock), purse, clock, waitMs);
  }

  /** Hex. */
  get key(): string {
    return this.#post.key;
  }

  close(): void {
    this.#post.close();
  }

  /** Cheapest first. */
  async providers(): Promise<readonly SeenProvider[]> {
    const offers = await this.#post.stored({ kinds: [OFFER], '#t': ['paygress'] });
    const seen = offers.flatMap(({ pubkey, content }) => readSeen(pubkey, content) ?? []);
    const since = Math.floor(this.#clock.now() / 1000) - FRESH_S;
    const beats = await this.#post.stored({ kinds: [HEARTBEAT], authors: seen.map(({ key }) => key), since });
    return seen
      .map((provider) => {
        const own = beats.filter(({ pubkey }) => pubkey === provider.key).map(({ content }) => readBeat(content));
        const newest = own.reduce<(typeof own)[number] | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined);
        return { ...provider, beatAt: newest?.at, freeCpu: newest?.freeCpu };
      })
      .sort((a, b) => cheapest(a) - cheapest(b));
  }

  /** `by`: the way that it is asked, and answered. */
  async spawn(provider: string, sats: number, wanted: Wanted = {}, by: Way = 'nip04'): Promise<Paid> {
    const token = await this.purse.take(sats);
    return { token, answer: await this.ask(provider, spawnText(token, wanted), by) };
  }

  async topUp(provider: string, pod: string, sats: number, by: Way = 'nip04'): Promise<Paid> {
    const token = await this.purse.take(sats);
    return { token, answer: await this.ask(provider, topUpText(pod, token), by) };
  }

  status(provider: string, pod: string, by: Way = 'nip04'): Promise<Answer> {
    return this.ask(provider, statusText(pod), by);
  }

  /** Any text at all, as it stands. */
  async ask(provider: string, text: string, by: Way = 'nip04'): Promise<Answer> {
    const said = await this.#post.ask(provider, text, by, this.#waitMs);
    return said === undefined ? { is: 'silence' } : readAnswer(said);
  }

  /** What comes back of a request that failed: the refund that was answered, or the token itself, where nobody has taken it. */
  async claim({ answer, token }: Paid): Promise<number> {
    if (answer.is === 'error' && answer.refund !== undefined) return this.purse.claim(answer.refund);
    return this.purse.claim(token);
  }
}

const cheapest = ({ specs }: SeenProvider) => Math.min(...specs.map(({ msatsPerSecond }) => msatsPerSecond));
