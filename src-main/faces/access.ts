// Who may use the console: links that work once, and the sessions they become. Kept in memory as hashes and compared in
// constant time, so that neither a heap dump nor a stopwatch tells a working secret.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** 256 bits: out of reach of guessing. */
const SECRET_BYTES = 32;
/** Long enough to copy a link from a terminal to a browser behind a tunnel, short enough to be useless in a scrollback. */
const LINK_LIFE_MS = 10 * 60_000;
const MOST_LINKS = 16;
const MOST_SESSIONS = 64;
const WRONG_PER_MINUTE = 20;

export type Verdict =
  | { readonly kind: 'admitted'; readonly session: string }
  | { readonly kind: 'wrong' }
  /** Wrong, and so were too many in the last minute. A right secret is let in all the same: shutting everybody out would
   *  give any local program the power to do so, and guessing is hopeless anyway. */
  | { readonly kind: 'throttled' };

export class ConsoleAccess {
  readonly #clock: Clock;
  readonly #random: Random;
  #links: { readonly hash: Buffer; readonly expiresAt: number }[] = [];
  #sessions: Buffer[] = [];
  #wrongAt: number[] = [];

  constructor(deps: { clock: Clock; random: Random }) {
    this.#clock = deps.clock;
    this.#random = deps.random;
  }

  /** A token good once within ten minutes. With more than 16 outstanding the oldest stops working. */
  issue(): string {
    const token = this.#secret();
    const now = this.#clock.monotonic();
    const alive = this.#links.filter(({ expiresAt }) => expiresAt > now);
    this.#links = [...alive, { hash: hash(token), expiresAt: now + LINK_LIFE_MS }].slice(-MOST_LINKS);
    return token;
  }

  /** Trades a link's token for a session. */
  redeem(token: string): Verdict {
    const given = hash(token);
    const now = this.#clock.monotonic();
    const found = pick(this.#links, ({ hash: held }) => timingSafeEqual(held, given));
    if (found === undefined) return this.#refuse();
    this.#links = this.#links.filter((link) => link !== found);
    if (found.expiresAt <= now) return this.#refuse();
    const session = this.#secret();
    this.#sessions = [...this.#sessions, hash(session)].slice(-MOST_SESSIONS);
    return { kind: 'admitted', session };
  }

  /** Admits a page that comes back. Sessions last as long as this run of the server. */
  resume(session: string): Verdict {
    const given = hash(session);
    const found = pick(this.#sessions, (held) => timingSafeEqual(held, given));
    if (found === undefined) return this.#refuse();
    // Used last, dropped last.
    this.#sessions = [...this.#sessions.filter((held) => held !== found), found];
    return { kind: 'admitted', session };
  }

  #refuse(): Verdict {
    const now = this.#clock.monotonic();
    this.#wrongAt = [...this.#wrongAt.filter((at) => at > now - 60_000), now].slice(-WRONG_PER_MINUTE - 1);
    return { kind: this.#wrongAt.length > WRONG_PER_MINUTE ? 'throttled' : 'wrong' };
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
