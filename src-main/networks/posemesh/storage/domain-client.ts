// Requests to the domain server of one job. The token of its lease is read anew for each and goes to that server alone; where it is
// refused, a heartbeat may bring another, with which the request is made once more. What may be asked twice is tried again where the
// server failed.

import { backoffMs } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { POSEMESH } from '../bounds.ts';
import { Garbled, Refused, Unreachable } from '../errors.ts';
import { type Exchange, type Http, joinUrl, type StreamedReply, type WholeReply } from '../http.ts';
import { jsonOf } from '../json.ts';

export interface Domain {
  readonly id: string;
  readonly url: string;
}

export interface DomainClientDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: Http;
  /** As the lease says now. */
  readonly domain: () => Domain;
  readonly token: () => string;
  /** Has the lease renewed, which may bring another token. Never rejects. */
  readonly renew: () => Promise<void>;
  /** Aborted when the job is over. */
  readonly signal: AbortSignal;
}

export interface DomainRequest extends Pick<Exchange, 'method' | 'headers'> {
  /** A path at the job's own server; or an address, which gets the token where `own` says so. */
  readonly to: { readonly path: string } | { readonly url: string; readonly own: boolean };
  /** Made anew for each try. */
  readonly body?: () => string | Buffer | AsyncIterable<Buffer>;
  readonly bodyBytes?: number;
}

const TRIES = 3;
const PAUSE = { firstMs: 1000, longestMs: 8000 } as const;
const WHOLE_MS = 30_000;
const AFTERWARDS_MS = 5000;

export class DomainClient {
  readonly #deps: DomainClientDeps;
  readonly #clientId: string;

  constructor(deps: DomainClientDeps, { clientId }: { readonly clientId: string }) {
    this.#deps = deps;
    this.#clientId = clientId;
  }

  get domain(): Domain {
    return this.#deps.domain();
  }

  /** The answer whole, whatever its status. Rejects with Unreachable, Garbled, or the signal's reason. */
  async whole(request: DomainRequest): Promise<WholeReply> {
    const limits = { withinMs: WHOLE_MS, mostBytes: POSEMESH.domainReplyBytes };
    // How long an upload takes is its size's affair: it is bounded by silence.
    const bounded = request.body === undefined ? limits : { ...limits, withinMs: 2 ** 31 - 1 };
    return await this.#replayed(request, (exchange) => this.#deps.http.whole(exchange, bounded));
  }

  /** The answer as it comes. */
  async streamed(request: DomainRequest): Promise<StreamedReply> {
    return await this.#replayed(request, (exchange) => this.#deps.http.streamed(exchange));
  }

  /** One that came to be wanted whole: bounded in time and size as if it had been asked for so. */
  async rest({ body, end }: StreamedReply): Promise<Buffer> {
    const cancel = this.#deps.clock.after(WHOLE_MS, () => end(new Unreachable('domain')));
    try {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body) {
        size += chunk.length;
        if (size > POSEMESH.domainReplyBytes) throw new Garbled('domain', 'it is too long');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      cancel();
    }
  }

  /** The JSON of an answer that grants something. Rejects with Refused besides. */
  async json(request: DomainRequest): Promise<unknown> {
    return jsonOf('domain', granted(await this.whole(request)).bytes);
  }

  /** Tries what may be asked again: not what was refused for good, and not beyond the end of the job. */
  async tried<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, random, signal } = this.#deps;
    for (let count = 1; ; count += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (count >= TRIES || !passing(error)) throw error;
        await clock.sleep(backoffMs(count - 1, PAUSE, random), signal);
      }
    }
  }

  /** What the server should know of a job that has ended, tried once. Never rejects. */
  async afterwards(request: DomainRequest): Promise<void> {
    const { http, token } = this.#deps;
    const exchange = { ...this.#exchange(request, token()), signal: AbortSignal.timeout(AFTERWARDS_MS) };
    const limits = { withinMs: AFTERWARDS_MS, mostBytes: POSEMESH.domainReplyBytes };
    await http.whole(exchange, limits).catch(() => undefined);
  }

  async #replayed<R extends { readonly status: number }>(
    request: DomainRequest,
    send: (exchange: Exchange) => Promise<R>,
  ): Promise<R> {
    const { token, renew, signal } = this.#deps;
    signal.throwIfAborted();
    const used = token();
    const reply = await send(this.#exchange(request, used));
    if (reply.status !== 401 || !ownOf(request)) return reply;
    await renew();
    signal.throwIfAborted();
    if (token() === used) return reply;
    if ('body' in reply) await emptied(reply as unknown as StreamedReply);
    return await send(this.#exchange(request, token()));
  }

  #exchange(request: DomainRequest, token: string): Exchange {
    const { method, headers, body, bodyBytes, to } = request;
    const url = 'path' in to ? joinUrl(this.domain.url, to.path) : to.url;
    return {
      party: 'domain',
      method,
      url,
      headers: {
        'posemesh-client-id': this.#clientId,
        ...(ownOf(request) && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body && { body: body() }),
      ...(bodyBytes !== undefined && { bodyBytes }),
      signal: this.#deps.signal,
    };
  }
}

/** Of stored data at a domain server. */
export function dataPath({ id }: Domain, rest = ''): string {
  return `/api/v1/domains/${encodeURIComponent(id)}/data${rest}`;
}

const ownOf = ({ to }: DomainRequest) => 'path' in to || to.own;

/** Throws Refused where it grants nothing. */
export function granted<R extends { readonly status: number }>(reply: R): R {
  if (reply.status < 200 || reply.status > 299) throw new Refused('domain', reply.status);
  return reply;
}

/** Reads a short rest away, so that its connection can be used again; a long one ends it. */
export async function emptied({ body }: Pick<StreamedReply, 'body'>): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > POSEMESH.ddsReplyBytes) return;
    }
  } catch {
    // What it was is of no use any more.
  }
}

function passing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof Refused && (error.status === 408 || error.status === 429 || error.status >= 500);
}
