// One model server's connections. A client of our own, because it is on the path of every task and a general one takes
// half as much processor again: it knows POST and GET of bodies at hand and buffers replies. It follows no redirect, reads no proxy
// settings, and goes to one origin only, so that a key can't travel anywhere else.

import { Connection, type Ending, type Place } from './connection.ts';

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
export type Exchange = Ending;

/** Above what a node runs at once (256), so that a look at the server never waits behind the work it does. */
const MOST_CONNECTIONS = 264;
const CONNECT_MS = 2000;

/** `http://host:port/path` of a server, without a final slash, `/v1`, credentials, query and fragment. Throws a TypeError. */
export function rootOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}

/** Calls never reject. */
export class Upstream {
  readonly root: string;
  readonly #path: string;
  readonly #place: Place;
  readonly #lines: string;
  readonly #jsonLines: string;
  readonly #connections = new Set<Connection>();
  /** The one used last is used next: those not needed grow old and are closed. */
  readonly #idle: Connection[] = [];
  /**
   * Calls not yet on a connection, in the order they came; those given up since among them. No Set: one that changes with every
   * call leaves a chain of old tables, and through them each call lives on until the next full collection.
   */
  #waiting: Call[] = [];
  #scheduled = false;
  #closed = false;

  /** Throws a TypeError where `url` is no http(s) address. Nothing is connected yet. */
  constructor({ url, apiKey, keyHeader, headers, connectMs = CONNECT_MS }: UpstreamOptions) {
    this.root = rootOf(url);
    const { protocol, host, hostname, port, pathname } = new URL(this.root);
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('neither http nor https');
    const tls = protocol === 'https:';
    this.#path = pathname === '/' ? '' : pathname;
    this.#place = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (tls ? 443 : 80),
      tls,
      connectMs,
    };
    const key = apiKey?.trim() ?? '';
    // One that no header can carry is as good as none, and the server will say so.
    const keyLine = SENDABLE.test(key) && { [keyHeader ?? 'authorization']: keyHeader ? key : `Bearer ${key}` };
    this.#lines = linesOf({ host, connection: 'keep-alive', accept: 'application/json', ...headers, ...keyLine });
    this.#jsonLines = this.#lines + linesOf({ 'content-type': 'application/json' });
  }

  get(path: string, signal?: AbortSignal): Promise<Exchange> {
    return this.#send(`GET ${this.#path}${path} HTTP/1.1\r\n${this.#lines}\r\n`, undefined, signal);
  }

  /** JSON, unless `contentType` says what it is. `heard` gets the body of a good answer as it comes, in bytes that are only lent. */
  post(
    path: string,
    body: string | Uint8Array,
    signal?: AbortSignal,
    contentType?: string,
    heard?: (bytes: Buffer) => void,
  ): Promise<Exchange> {
    const lines = contentType ? this.#lines + linesOf({ 'content-type': contentType }) : this.#jsonLines;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const head = `POST ${this.#path}${path} HTTP/1.1\r\n${lines}content-length: ${length}\r\n\r\n`;
    return this.#send(head, body, signal, heard);
  }

  /** Running calls end as `aborted`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#waiting.splice(0)) call.end({ kind: 'aborted' });
    for (const connection of this.#connections) connection.abort();
  }

  #send(
    head: string,
    body: string | Uint8Array | undefined,
    signal: AbortSignal | undefined,
    heard?: (bytes: Buffer) => void,
  ): Promise<Exchange> {
    if (signal?.aborted || this.#closed) return Promise.resolve({ kind: 'aborted' });
    return new Promise((resolve) => {
      const onAbort = () => {
        if (call.connection) call.connection.abort();
        else call.end({ kind: 'aborted' });
      };
      const call: Call = {
        head,
        body,
        heard,
        connection: undefined,
        over: false,
        end: (exchange) => {
          call.over = true;
          signal?.removeEventListener('abort', onAbort);
          resolve(exchange);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiting.push(call);
      this.#schedule();
    });
  }

  /**
   * All that comes in one turn of the event loop is written at its end: each write may wake the server, and what is woken on
   * a busy computer takes this thread's place on its processor. Saves a tenth of a task's time.
   */
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const calls = this.#waiting.filter(({ over }) => !over);
      const begun = calls.findIndex((call) => !this.#begin(call));
      this.#waiting = begun < 0 ? [] : calls.slice(begun);
    });
  }

  #begin(call: Call): boolean {
    const connection = this.#take();
    if (!connection) return false;
    call.connection = connection;
    connection.send(call.head, call.body, call.end, call.heard);
    return true;
  }

  #take(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.open) return idle;
    if (this.#connections.size >= MOST_CONNECTIONS || this.#closed) return undefined;
    const connection = new Connection(this.#place, {
      idle: (free) => {
        this.#idle.push(free);
        this.#schedule();
      },
      gone: (lost) => {
        this.#connections.delete(lost);
        const at = this.#idle.indexOf(lost);
        if (at >= 0) this.#idle.splice(at, 1);
        this.#schedule();
      },
    });
    this.#connections.add(connection);
    return connection;
  }
}

interface Call {
  readonly head: string;
  readonly body: string | Uint8Array | undefined;
  readonly heard: ((bytes: Buffer) => void) | undefined;
  connection: Connection | undefined;
  over: boolean;
  readonly end: (exchange: Exchange) => void;
}

const SENDABLE = /^[\x20-\x7e]+$/;

function linesOf(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
