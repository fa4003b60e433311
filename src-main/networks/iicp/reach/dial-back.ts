// Tries for other nodes whether they are reached, as AutoNAT does in other networks: a caller is called back at the address
// that they came from, never at one that they name, so no caller can have a third one scanned or bothered. And the other half: the
// answer to the nodes that were asked to try us. The wire shape is in docs/dial-back.md.

import { isIP } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { callerOf, OriginWindow } from '../../../inbound/callers.ts';
import type { Asked, Route, RouteAnswer } from '../../../inbound/routes.ts';
import { isPublicAddress } from '../../../reachability/addresses.ts';
import { toAnswer } from '../inbound/answer.ts';
import * as wire from '../tasks/wire.ts';
import { REACH } from './bounds.ts';
import { type Call, type CallAnswer, callOnce } from './call.ts';
import { NONCE, type PendingNonces } from './pending-nonces.ts';

export const DIAL_BACK_PATH = '/hearth/v1/dial-back';
export const REACH_PATH = '/iicp/reach';
/** Below it are services that are not to be tried. */
export const LEAST_PORT = 1024;

export interface DialBackDeps {
  readonly clock: Clock;
  /** Whether it is done for others; asked each time. */
  readonly on: () => boolean;
  readonly pendingNonces: Pick<PendingNonces, 'bring'>;
  /** For tests. */
  readonly call?: (call: Call, signal: AbortSignal) => Promise<CallAnswer>;
}

const Body = z.object({
  port: z.number().int().min(LEAST_PORT).max(65_535),
  nonce: z.string().regex(NONCE),
});

/** Of an address of a socket: IPv4 that comes in by an IPv6 socket is IPv4, and a zone stays private. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

export class DialBack {
  readonly #deps: DialBackDeps;
  readonly #local: boolean;
  readonly #rate: OriginWindow;
  #under = 0;

  /** `local`: callers in private networks are right here, in a practice network or with a directory next door. */
  constructor(deps: DialBackDeps, options: { readonly local: boolean }) {
    this.#deps = deps;
    this.#local = options.local;
    this.#rate = new OriginWindow(deps.clock, { perOrigin: REACH.perCaller, origins: REACH.callers });
  }

  readonly routes: readonly Route[] = [
    { path: DIAL_BACK_PATH, method: 'POST', mostBytes: REACH.body, handle: (asked) => this.#tryFor(asked) },
    {
      path: `${REACH_PATH}/:nonce`,
      method: 'GET',
      handle: ({ request, params }) => {
        const family = isIP(plainAddress(request.socket.localAddress ?? '')) === 6 ? 6 : 4;
        const nonce = params.nonce!;
        if (!this.#deps.pendingNonces.bring(nonce, family)) return toAnswer(wire.notFound());
        return { status: 200, text: JSON.stringify({ nonce }) };
      },
    },
  ];

  async #tryFor({ request, body, stop }: Asked): Promise<RouteAnswer> {
    if (!this.#deps.on()) return toAnswer(wire.notFound());
    const address = plainAddress(request.socket.remoteAddress ?? '');
    const may = isIP(address) !== 0 && (this.#local || isPublicAddress(address));
    // A web page would have its reader's computer tried, who knows nothing of it.
    if (!may || request.headers.origin !== undefined) return toAnswer(wire.refusal(403, 'forbidden', 'not_for_you'));
    if (!this.#rate.admits(callerOf(address))) return toAnswer(LIMITED);
    const asked = Body.safeParse(parsed(body));
    if (!asked.success) return toAnswer(wire.refusal(400, 'bad_request', 'port_and_nonce_are_needed'));
    if (this.#under >= REACH.atOnce) return toAnswer(BUSY);
    this.#under += 1;
    try {
      return await this.#call(address, asked.data, stop.signal);
    } finally {
      this.#under -= 1;
    }
  }

  async #call(address: string, { port, nonce }: z.infer<typeof Body>, gone: AbortSignal): Promise<RouteAnswer> {
    const { clock, call = callOnce } = this.#deps;
    const began = clock.monotonic();
    const late = new AbortController();
    const cancel = clock.after(REACH.callMs, () => late.abort(new DOMException('no answer in time', 'TimeoutError')));
    const family = isIP(address) === 6 ? 6 : 4;
    const url = new URL(`http://${family === 6 ? `[${address}]` : address}:${port}${REACH_PATH}/${nonce}`);
    let reached = false;
    try {
      const signal = AbortSignal.any([gone, late.signal]);
      const { status, text } = await call({ method: 'GET', url, family, mostBytes: REACH.answer }, signal);
      reached = status === 200 && Answer.safeParse(parsed([Buffer.from(text)])).data?.nonce === nonce;
    } catch {
      // Why not is the caller's affair; telling would make a scanner's tool of it.
      if (gone.aborted) return { status: 200, text: undefined };
    } finally {
      cancel();
    }
    const tookMs = Math.round(clock.monotonic() - began);
    const answer = { reached, nonce: reached ? nonce : null, seen_from: address, took_ms: tookMs };
    return { status: 200, text: JSON.stringify(answer) };
  }
}

const Answer = z.object({ nonce: z.string() });
const LIMITED = { ...wire.refusal(429, 'rate_limited', 'rate_limited'), retryAfterS: 60 };
const BUSY = { ...wire.refusal(503, 'busy', 'busy'), retryAfterS: 2 };

/** Undefined where it is no JSON. */
function parsed(body: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(body).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
