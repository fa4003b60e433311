// Where customers come over HTTP, while its user has it on: for computers of their own, or behind a proxy that speaks TLS. It follows its
// settings; a port that can't be had takes nothing away from what is sold over Nostr.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import { inboundLimits } from '../../../inbound/bounds.ts';
import { whyNotListening } from '../../../inbound/listen.ts';
import type { InboundMemory } from '../../../inbound/memory.ts';
import type { Fault } from '../../../inbound/refusals.ts';
import type { Route, RouteAnswer } from '../../../inbound/routes.ts';
import { InboundServer } from '../../../inbound/server.ts';
import { HTTP_REFUSED, HTTP_TAKEN } from '../causes.ts';
import { ADMISSION } from '../leases/bounds.ts';
import { WIRE } from '../wire/bounds.ts';
import { type HttpService, refused } from './service.ts';

export interface Wanted {
  readonly bind: string;
  readonly port: number;
}

export interface HttpListenerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly memory: InboundMemory;
  readonly service: Pick<HttpService, 'health' | 'offers' | 'spawn' | 'topUp'>;
  /** undefined: it is off. */
  readonly wanted: () => Wanted | undefined;
  readonly changed: () => void;
}

export class HttpListener {
  readonly #deps: HttpListenerDeps;
  #held: Wanted | undefined;
  #server: InboundServer | undefined;
  #problem: Reason | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: HttpListenerDeps) {
    this.#deps = deps;
  }

  /** Why it does not listen although it should. */
  get problem(): Reason | undefined {
    return this.#problem;
  }

  /** `host:port`; undefined while it does not listen. */
  get address(): string | undefined {
    return this.#server?.address?.text;
  }

  /** Begins, moves or ends where its settings have changed. */
  look(): void {
    this.#turn = this.#turn.then(() => this.#follow());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.look();
    await this.#turn;
  }

  async #follow(): Promise<void> {
    const { wanted, logger, changed } = this.#deps;
    const next = this.#stopped ? undefined : wanted();
    if (next?.bind === this.#held?.bind && next?.port === this.#held?.port) return;
    this.#held = next;
    await this.#server?.stop();
    this.#server = undefined;
    this.#problem = undefined;
    if (next) {
      const server = this.#make(next);
      try {
        await server.start();
        this.#server = server;
      } catch (error) {
        const why = whyNotListening(error as NodeJS.ErrnoException, next.port);
        this.#problem = why === 'taken' ? HTTP_TAKEN : HTTP_REFUSED;
        logger.warn('paygress can not listen for HTTP', { ...next, why, error });
      }
    }
    changed();
  }

  #make({ bind, port }: Wanted): InboundServer {
    const { clock, logger, memory, service } = this.#deps;
    const routes: readonly Route[] = [
      { path: '/health', method: 'GET', handle: () => service.health() },
      { path: '/offers', method: 'GET', handle: () => service.offers() },
      { path: '/pods/spawn', method: 'POST', worked: true, limited: true, handle: (asked) => service.spawn(asked) },
      { path: '/pods/topup', method: 'POST', worked: true, limited: true, handle: (asked) => service.topUp(asked) },
    ];
    return new InboundServer(
      { clock, logger, memory, routes, refuse: (fault) => REFUSALS[fault] },
      { bind, port, limits: inboundLimits({ body: WIRE.message, silentMs: ADMISSION.answerMs + 30_000 }) },
    );
  }
}

const answer = (status: number, message: string): RouteAnswer => ({
  ...refused({ error_type: 'invalid_request', message, details: null }),
  status,
});

const BUSY: RouteAnswer = { ...answer(503, 'This provider is very busy.'), retryAfterS: 5 };

const REFUSALS: Readonly<Record<Fault, RouteAnswer>> = {
  'not-found': answer(404, 'There is nothing here. Paygress has /health, /offers, /pods/spawn and /pods/topup.'),
  'wrong-method': answer(405, 'That is not asked in this way.'),
  'wrong-type': answer(415, 'The body has to be application/json.'),
  'too-large': answer(413, 'The body is too large.'),
  'too-slow': answer(408, 'The body came too slowly.'),
  'no-room': BUSY,
  'origin-limited': { ...answer(429, 'This page asks too often.'), retryAfterS: 60 },
  'not-http': answer(400, 'This is no HTTP.'),
  'header-too-large': answer(431, 'The headers are too large. A long token fits into the body, as cashu_token.'),
  'header-too-slow': answer(408, 'The headers came too slowly.'),
  internal: answer(500, 'Something went wrong here. Send the same request again to hear what came of it.'),
};
