// Who may use the console: links that work once, and the sessions they become. Kept in memory as hashes and compared in
// constant time, so that neither a heap dump nor a stopwatch tells a working secret.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { CONSOLE_LIMITS } from './bounds.ts';

/** 256 bits: out of reach of guessing. */
const SECRET_BYTES = 32;

/** A page that was let in, for as long as this run of the server or until all are shut out. */
export interface Session {
  /** When its link was used. Epoch milliseconds. */
  readonly openedAt: number;
}

export type Verdict =
  | { readonly kind: 'admitted'; readonly secret: string; readonly session: Session }
  /** The link let another page in, at `at` (epoch milliseconds). `first`: no other page came with it since. */
  | { readonly kind: 'used'; readonly at: number; readonly first: boolean }
  | { readonly kind: 'wrong' }
  /** Wrong, and so were too many in the last minute. A right secret is let in all the same: shutting everybody out would
   *  give any local program the power to do so, and guessing is hopeless anyway. */
  | { readonly kind: 'throttled' };

interface Link {
  readonly hash: Buffer;
  readonly expiresAt: number;
  readonly onUsed: (() => void) | undefined;
}

interface Spent {
  readonly hash: Buffer;
  readonly at: number;
  again: boolean;
}

export class ConsoleAccess {
  readonly #clock: Clock;
  readonly #random: Random;
  #links: Link[] = [];
  #spent: Spent[] = [];
  #sessions: { readonly hash: Buffer; readonly session: Session }[] = [];
  #wrongAt: number[] = [];

  constructor(deps: { clock: Clock; random: Random }) {
    this.#clock = deps.clock;
    this.#random = deps.random;
  }

  /** A token good once within ten minutes. With more than 16 outstanding the oldest stops working. */
  issue(onUsed?: () => void): string {
    const token = this.#secret();
    const now = this.#clock.monotonic();
    const alive = this.#links.filter(({ expiresAt }) => expiresAt > now);
    const link = { hash: hash(token), expiresAt: now + CONSOLE_LIMITS.linkMs, onUsed };
    this.#links = [...alive, link].slice(-CONSOLE_LIMITS.links);
    return token;
  }

  /** Trades a link's token for a session. */
  redeem(token: string): Verdict {
    const given = hash(token);
    const found = pick(this.#links, ({ hash: held }) => timingSafeEqual(held, given));
    if (found === undefined) return this.#usedBefore(given) ?? this.#refuse();
    this.#links = this.#links.filter((link) => link !== found);
    if (found.expiresAt <= this.#clock.monotonic()) return this.#refuse();
    const at = this.#clock.now();
    this.#spent = [...this.#spent, { hash: given, at, again: false }].slice(-CONSOLE_LIMITS.spentLinks);
    const secret = this.#secret();
    const session: Session = { openedAt: at };
    this.#sessions = [...this.#sessions, { hash: hash(secret), session }].slice(-CONSOLE_LIMITS.sessions);
    found.onUsed?.();
    return { kind: 'admitted', secret, session };
  }

  /** Admits a page that comes back. */
  resume(secret: string): Verdict {
    const given = hash(secret);
    const found = pick(this.#sessions, ({ hash: held }) => timingSafeEqual(held, given));
    if (found === undefined) return this.#refuse();
    // Used last, dropped last.
    this.#sessions = [...this.#sessions.filter((held) => held !== found), found];
    return { kind: 'admitted', secret, session: found.session };
  }

  /** Ends all links and all sessions. Answers how many pages could have come back. */
  revoke(): number {
    const count = this.#sessions.length;
    this.#links = [];
    this.#sessions = [];
    return count;
  }

  #usedBefore(given: Buffer): Verdict | undefined {
    const spent = pick(this.#spent, ({ hash: held }) => timingSafeEqual(held, given));
    if (spent === undefined) return undefined;
    const first = !spent.again;
    spent.again = true;
    return { kind: 'used', at: spent.at, first };
  }

  #refuse(): Verdict {
    const now = this.#clock.monotonic();
    const most = CONSOLE_LIMITS.wrongSecrets;
    this.#wrongAt = [...this.#wrongAt.filter((at) => at > now - 60_000), now].slice(-most - 1);
    return { kind: this.#wrongAt.length > most ? 'throttled' : 'wrong' };
  }

  #secret(): string {
    return this.#random.bytes(SECRET_BYTES).toString('base64url');
  }
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Looks at every element, so that the time taken does not tell where the right one stood. */
function pick<T>(items: readonly T[], matches: (item: T) => boolean): T | undefined {
  let found: T | undefined;
  for (const item of items) if (matches(item)) found = item;
  return found;
}
