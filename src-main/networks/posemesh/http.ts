// One exchange with a server of this network, bounded in time and size. No redirect is followed: requests carry tokens.

import { Agent, type Dispatcher, errors, request } from 'undici';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { Garbled, type Party, Unreachable } from './errors.ts';

export interface Exchange {
  readonly party: Party;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
  /** Of a body that streams, and is sent as Content-Length. */
  readonly bodyBytes?: number;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface WholeReply extends Reply {
  readonly bytes: Buffer;
}

export interface StreamedReply extends Reply {
  /** Ends it, and what waits for its body: that throws this. */
  readonly end: (reason: Error) => void;
  /** Must be read to its end or left by `break`. Throws Unreachable where the server falls silent. */
  readonly body: AsyncIterable<Buffer>;
}

const CONNECT_MS = 10_000;

export interface HttpOptions {
  /** How long a server may be silent, before its answer and within it, milliseconds. */
  readonly idleMs: number;
}

export class Http {
  readonly #agent: Agent;

  constructor({ idleMs }: HttpOptions) {
    this.#agent = new Agent({
      connections: 8,
      connect: { timeout: Math.min(CONNECT_MS, idleMs) },
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      keepAliveTimeout: 60_000,
    });
  }

  /** The answer whole, within a time and a size. Rejects with Unreachable or Garbled; the signal's reason passes through. */
  async whole(
    exchange: Exchange,
    { withinMs, mostBytes }: { withinMs: number; mostBytes: number },
  ): Promise<WholeReply> {
    const { party, signal } = exchange;
    const first = firstOf(signal, AbortSignal.timeout(withinMs));
    try {
      const { status, headers, body } = await this.#send({ ...exchange, signal: first.signal });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body) {
        size += chunk.length;
        if (size > mostBytes) throw new Garbled(party, 'it is too long');
        chunks.push(chunk);
      }
      return { status, headers, bytes: Buffer.concat(chunks) };
    } catch (error) {
      throw this.#meant(error, exchange);
    } finally {
      first.done();
    }
  }

  /** The answer as it comes: bounded by silence, not by size. */
  async streamed(exchange: Exchange): Promise<StreamedReply> {
    const ended = new AbortController();
    const bounded = { ...exchange, signal: AbortSignal.any([exchange.signal, ended.signal]) };
    try {
      const { body, ...reply } = await this.#send(bounded);
      return { ...reply, body: this.#passedOn(body, bounded), end: (reason) => ended.abort(reason) };
    } catch (error) {
      throw this.#meant(error, bounded);
    }
  }

  /** Ends all connections, and what is under way on them. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send({ method, url, headers, body, bodyBytes, signal }: Exchange): Promise<Omit<StreamedReply, 'end'>> {
    const { statusCode, ...reply } = await request(url, {
      method,
      dispatcher: this.#agent,
      signal,
      headers: { ...headers, ...(bodyBytes !== undefined && { 'content-length': String(bodyBytes) }) },
      body: (body ?? null) as Dispatcher.DispatchOptions['body'] | null,
    } as Parameters<typeof request>[1]);
    return { status: statusCode, headers: reply.headers, body: reply.body as AsyncIterable<Buffer> };
  }

  async *#passedOn(body: AsyncIterable<Buffer>, exchange: Exchange): AsyncIterable<Buffer> {
    try {
      yield* body;
    } catch (error) {
      throw this.#meant(error, exchange);
    }
  }

  /** What happened to a request in our own words; what its own body threw, such as of the disk, passes through. */
  #meant(error: unknown, { party, signal }: Exchange): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof Garbled || error instanceof Unreachable) return error;
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    const ofNetwork =
      error instanceof errors.UndiciError ||
      name === 'TimeoutError' ||
      name === 'AbortError' ||
      (typeof code === 'string' &&
        /^(E(CONN|HOST|NET|PIPE|PROTO|TIMEDOUT|ADDR|AI_)|ENOTFOUND|CERT_|ERR_(TLS|SSL)|SELF_|DEPTH_|UNABLE_|HPE_|UND_)/.test(
          code,
        ));
    return ofNetwork ? new Unreachable(party, error) : error;
  }
}

/** As `AbortSignal.any`, which would leave something of each call with a signal that outlives it: `done` leaves nothing. */
function firstOf(...signals: readonly AbortSignal[]): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener('abort', abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  return {
    signal: controller.signal,
    done: () => {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}

/** A base, and a path behind it: slashes at its end are no part of it. */
export function joinUrl(base: string, path: string): string {
  return base.replace(/\/+$/, '') + path;
}
