// Where the discovery service calls a node back, and looks whether it is there. It does not show who it is, so what comes in here is only
// ever a sign: it is counted, bounded, and the secret that it brings is thrown away.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { type JsonBounds, parseJson } from '../../../base/json-scan.ts';
import type { Logger } from '../../../base/logger.ts';
import { inboundLimits } from '../../../inbound/bounds.ts';
import { callerOf, OriginWindow } from '../../../inbound/callers.ts';
import { whyNotListening } from '../../../inbound/listen.ts';
import type { InboundMemory } from '../../../inbound/memory.ts';
import type { Fault } from '../../../inbound/refusals.ts';
import type { Asked, RouteAnswer } from '../../../inbound/routes.ts';
import { InboundServer } from '../../../inbound/server.ts';
import { POSEMESH } from '../bounds.ts';
import { ListenRefused } from '../errors.ts';

export interface CallbackServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly memory: InboundMemory;
  /** This node registers, or is registered: only then a call back is expected. */
  readonly expected: () => boolean;
  readonly calledBack: () => void;
  readonly probed: () => void;
}

export interface CallbackServerOptions {
  readonly host: string;
  readonly port: number;
}

const PLAIN = 'text/plain; charset=utf-8';
const plain = (status: number, text: string): RouteAnswer => ({ status, text, type: PLAIN });

/** As the framework of official nodes answers. */
const REFUSALS: Readonly<Record<Fault, RouteAnswer>> = {
  'not-found': plain(404, ''),
  'wrong-method': plain(405, ''),
  'wrong-type': plain(415, 'Expected request with `Content-Type: application/json`'),
  'too-large': plain(413, 'length limit exceeded'),
  'too-slow': plain(408, ''),
  'no-room': { ...plain(503, ''), retryAfterS: 5 },
  'origin-limited': { ...plain(429, ''), retryAfterS: 60 },
  'not-http': plain(400, ''),
  'header-too-large': plain(431, ''),
  'header-too-slow': plain(408, ''),
  internal: plain(500, ''),
};

const Registration = z.object({
  id: z.string().nullish(),
  secret: z.string().nullish(),
  organization_id: z.string().nullish(),
});

const JSON_BOUNDS: JsonBounds = { depth: POSEMESH.jsonDepth, values: POSEMESH.jsonValues };

export class CallbackServer {
  readonly #deps: CallbackServerDeps;
  readonly #options: CallbackServerOptions;
  readonly #server: InboundServer;
  readonly #callers: OriginWindow;

  constructor(deps: CallbackServerDeps, options: CallbackServerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#callers = new OriginWindow(deps.clock, { perOrigin: POSEMESH.callbacks, origins: POSEMESH.callbackCallers });
    this.#server = new InboundServer(
      {
        clock: deps.clock,
        logger: deps.logger,
        memory: deps.memory,
        refuse: (fault) => REFUSALS[fault],
        routes: [
          { path: '/health', method: 'GET', handle: (asked) => this.#health(asked) },
          {
            path: '/internal/v1/registrations',
            method: 'POST',
            limited: true,
            handle: ({ body, request }) =>
              this.#take(Buffer.concat(body), callerOf(request.socket.remoteAddress ?? '')),
          },
        ],
      },
      {
        bind: options.host,
        port: options.port,
        limits: inboundLimits({ body: POSEMESH.callbackBodyBytes, silentMs: POSEMESH.callbackSilentMs }),
      },
    );
  }

  get address(): InboundServer['address'] {
    return this.#server.address;
  }

  /** Rejects with ListenRefused. */
  async start(): Promise<void> {
    const { host, port } = this.#options;
    await this.#server.start().catch((error: NodeJS.ErrnoException) => {
      throw new ListenRefused(whyNotListening(error, port), host, port, error);
    });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  #health({ request }: Asked): RouteAnswer {
    if (request.headers['user-agent']?.startsWith('DDS v')) this.#deps.probed();
    return plain(200, '');
  }

  #take(body: Buffer, caller: string): RouteAnswer {
    const { expected, logger, calledBack } = this.#deps;
    // A stranger who calls without end does not keep the discovery service out.
    if (!this.#callers.admits(caller)) return { ...plain(429, 'too many registrations'), retryAfterS: 60 };
    // A few bytes each, and a hundred once decoded: what nests deep or holds much is not decoded at all.
    const json = parseJson(body, JSON_BOUNDS);
    if (typeof json === 'string') return plain(400, 'the body is no JSON');
    const parsed = Registration.safeParse(json.value);
    if (!parsed.success) return plain(422, 'the body has another shape');
    const { id, secret, organization_id } = parsed.data;
    if (!id?.trim()) return plain(422, 'missing id');
    if (!secret?.trim()) return plain(422, 'missing secret');
    const secretBytes = Buffer.byteLength(secret);
    if (secretBytes > POSEMESH.callbackSecretBytes) return plain(403, 'the secret is too long');
    if (!expected()) return plain(409, 'this node does not register');
    logger.info('the discovery service called back', {
      id: id.slice(0, 64),
      organization: organization_id?.slice(0, 64) ?? null,
      secretBytes,
    });
    calledBack();
    return { status: 200, text: '{"ok":true}' };
  }
}
