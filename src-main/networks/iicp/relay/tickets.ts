// Tickets that a directory signs for workers (IICP 3.6): good for one bind at one relay, until they run out.

import type { Clock } from '../../../base/clock.ts';
import { type Claims, openToken, TOKEN_DOMAINS } from '../tokens.ts';

export type TicketVerdict = 'good' | 'bad' | 'replayed';

/** Tickets remembered until they run out; above it none is taken. */
const MOST_USED = 100_000;
const JTI = /^[0-9a-f]{32}$/;

export class Tickets {
  readonly #clock: Clock;
  readonly #nodeId: string;
  readonly #key: () => string | undefined;
  /** Until when each is remembered, in epoch seconds. */
  readonly #used = new Map<string, number>();

  /** `key`: the directory's, 64 digits of hex; undefined while it is not known, and then no ticket is good. */
  constructor(clock: Clock, nodeId: string, key: () => string | undefined) {
    this.#clock = clock;
    this.#nodeId = nodeId;
    this.#key = key;
  }

  /** Uses it up where it is good. */
  check(ticket: string | undefined, worker: string): TicketVerdict {
    const key = this.#key();
    const claims =
      ticket === undefined || key === undefined ? undefined : openToken(ticket, TOKEN_DOMAINS.relayBind, key);
    const good = claims && this.#read(claims, worker);
    if (!good) return 'bad';
    if (this.#used.has(good.jti)) return 'replayed';
    if (this.#used.size >= MOST_USED) this.#forget();
    if (this.#used.size >= MOST_USED) return 'bad';
    this.#used.set(good.jti, good.exp);
    return 'good';
  }

  #read({ v, typ, jti, sub, aud, exp }: Claims, worker: string) {
    if (v !== 1 || typ !== 'relay-bind-ticket' || sub !== worker) return undefined;
    if (aud !== this.#nodeId && aud !== '*') return undefined;
    if (typeof jti !== 'string' || !JTI.test(jti) || typeof exp !== 'number') return undefined;
    return exp > this.#clock.now() / 1000 ? { jti, exp } : undefined;
  }

  #forget(): void {
    const now = this.#clock.now() / 1000;
    for (const [jti, until] of this.#used) if (until <= now) this.#used.delete(jti);
  }
}
