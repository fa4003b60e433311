// One model server's connections. undici's dispatcher is used directly: it is the cheapest client there is for Node, follows
// no redirect, reads no proxy settings, and a pool is bound to one origin, so that a key can't travel anywhere else.

import { type Dispatcher, errors, Pool } from 'undici';

export interface UpstreamOptions {
  /** http or https, with or without a path; a final `/v1` and credentials in it are left out. */
  readonly url: string;
  /** Sent with every request, as a bearer unless `keyHeader` names another header for it. */
  readonly apiKey?: string | undefined;
  readonly keyHeader?: string;
  /** Sent with every request; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds to reach the server; 2000 by default. */
  readonly connectMs?: number;
}

/** What came back, with any status; or why nothing whole did. */
export type Exchange =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly contentType: string;
      readonly bytes: Buffer;
    }
  /** Not reached, or the connection was lost before the reply was whole. */
  | { readonly kind: 'lost'; readonly refused: boolean }
  /** What answers does not speak HTTP. */
  | { readonly kind: 'not-http' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'aborted' };

/** Above what a node runs at once (256), so that a look at the server never waits behind the work it does. */
const MOST_CONNECTIONS = 264;
const CONNECT_MS = 2000;
const MOST_REPLY_BYTES = 16 * 1024 * 1024;
/** Below the five seconds after which Node's and uvicorn's servers hang up on an idle connection, perhaps just as it is used. */
const KEEP_ALIVE_MS = 4000;
/** A last resort: callers bound their wait by a signal, and no network grants a task more than five minutes. */
const LONGEST_SILENCE_MS = 360_000;

/** `http://host:port/path` of a server, without a final slash, `/v1`, credentials, query and fragment. Throws a TypeError. */
export function rootOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}

/** Calls never reject. */
export class Upstream {
  readonly root: string;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #headers: Record<string, string>;
  readonly #jsonHeaders: Record<string, string>;
  #closed = false;

  /** Throws a TypeError where `url` is no http(s) address. Nothing is connected yet. */
  constructor({ url, apiKey, keyHeader, headers, connectMs = CONNECT_MS }: UpstreamOptions) {
    this.root = rootOf(url);
    const { origin, pathname } = new URL(this.root);
    this.#path = pathname === '/' ? '' : pathname;
    this.#pool = new Pool(origin, {
      connections: MOST_CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      connectTimeout: connectMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: LONGEST_SILENCE_MS,
      bodyTimeout: LONGEST_SILENCE_MS,
    });
    this.#headers = { accept: 'application/json', ...headers };
    const key = apiKey?.trim();
    if (key) this.#headers[keyHeader ?? 'authorization'] = keyHeader ? key : `Bearer ${key}`;
    this.#jsonHeaders = { ...this.#headers, 'content-type': 'application/json' };
  }

  get(path: string, signal?: AbortSignal): Promise<Exchange> {
    return this.#send({ method: 'GET', path: this.#path + path, headers: this.#headers }, signal);
  }

  /** JSON, unless `contentType` says what it is. */
  post(path: string, body: string | Uint8Array, signal?: AbortSignal, contentType?: string): Promise<Exchange> {
    const headers = contentType ? { ...this.#headers, 'content-type': contentType } : this.#jsonHeaders;
    return this.#send({ method: 'POST', path: this.#path + path, headers, body }, signal);
  }

  /** Running calls end as `aborted`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.destroy();
  }

  #send(options: Dispatcher.DispatchOptions, signal: AbortSignal | undefined): Promise<Exchange> {
    if (signal?.aborted || this.#closed) return Promise.resolve({ kind: 'aborted' });
    return new Promise((resolve) => {
      const reading = new Reading(resolve, signal);
      this.#pool.dispatch(options, reading);
    });
  }
}

const ABORTED = new Error('the call was aborted');
const TOO_LARGE = new Error('the reply is too large');

/** Collects one reply. The first end it meets counts, whatever undici still has to tell afterwards. */
class Reading implements Dispatcher.DispatchHandler {
  readonly #settle: (exchange: Exchange) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  #status = 0;
  #retryAfter: string | undefined;
  #contentType = '';
  #bytes = 0;

  constructor(settle: (exchange: Exchange) => void, signal: AbortSignal | undefined) {
    this.#settle = settle;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it still waited for a connection.
    if (this.#ended) controller.abort(ABORTED);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    // Interim replies (1xx) come this way too; the last one stands.
    this.#status = status;
    const { 'retry-after': retryAfter, 'content-length': length, 'content-type': type } = headers;
    this.#retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
    this.#contentType = typeof type === 'string' ? type : '';
    if (Number(length) > MOST_REPLY_BYTES) this.#giveUp(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_REPLY_BYTES) this.#giveUp(controller);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#end({
      kind: 'reply',
      status: this.#status,
      retryAfter: this.#retryAfter,
      contentType: this.#contentType,
      bytes,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) {
      this.#end({ kind: 'aborted' });
    } else if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
      this.#end({ kind: 'not-http' });
    } else {
      this.#end({ kind: 'lost', refused: codeOf(error) === 'ECONNREFUSED' });
    }
  }

  readonly #onAbort = () => {
    this.#end({ kind: 'aborted' });
    this.#controller?.abort(ABORTED);
  };

  #giveUp(controller: Dispatcher.DispatchController): void {
    this.#end({ kind: 'too-large' });
    controller.abort(TOO_LARGE);
  }

  #end(exchange: Exchange): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#settle(exchange);
  }
}

/** Connecting to a name with several addresses fails with one error for all of them. */
function codeOf(error: Error): unknown {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return (first as { code?: unknown } | undefined)?.code ?? (error as { code?: unknown }).code;
}
