// Tickets that a directory signs for workers (IICP 3.6): good for one bind at one relay, until they run out.

import type { Clock } from '../../../base/clock.ts';
import { type Claims, openToken, TOKEN_DOMAINS } from '../inbound/tokens.ts';

export type TicketVerdict = 'good' | 'bad' | 'replayed';

/** What is asked of workers, where it is not the user's settings that say so. */
export interface TicketRules {
  /** None comes in without one. */
  readonly required: boolean;
  /** The directory's key, where it is not to be asked for it; 64 digits of hex. */
  readonly key: string | undefined;
}

/** From the variables of official relays (IICP 6.6); a key that is none counts as not given. */
export function ticketRulesIn({
  IICP_RELAY_REQUIRE_BIND_TICKET: required,
  IICP_RELAY_BIND_TICKET_PUBLIC_KEY: key = '',
}: NodeJS.ProcessEnv): TicketRules {
  return { required: required === '1', key: /^[0-9a-f]{64}$/i.test(key) ? key.toLowerCase() : undefined };
}

/** Tickets remembered until they run out; above it none is taken. */
const MOST_USED = 100_000;
const JTI = /^[0-9a-f]{32}$/;

export class Tickets {
  readonly #clock: Clock;
  readonly #nodeId: string;
  readonly #key: () => string | undefined;
  readonly #required: boolean;
  /** Until when each is remembered, in epoch seconds. */
  readonly #used = new Map<string, number>();

  /** `key`: as above; undefined while it is not known, and then no ticket is good. `required`: without one is no good either. */
  constructor(clock: Clock, nodeId: string, key: () => string | undefined, required = true) {
    this.#required = required;
    this.#clock = clock;
    this.#nodeId = nodeId;
    this.#key = key;
  }

  /** Uses it up where it is good. */
  check(ticket: string | undefined, worker: string): TicketVerdict {
    if (!ticket && !this.#required) return 'good';
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
