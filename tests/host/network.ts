// net: requests of the main process, to loopback alone, as for the pages.
import { EventEmitter } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Emits } from './event.ts';
import { record } from './journal.ts';
import { namesMissing, naming } from './missing.ts';

interface Options extends RequestOptions {
  url?: string;
  redirect?: 'follow' | 'error' | 'manual';
  session?: unknown;
}

const EVENTS = ['abort', 'close', 'error', 'finish', 'login', 'redirect', 'response'] as const;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/** A request as Electron's, by Node's own client. Redirects are reported and never followed: `manual` is all there is. */
export class ClientRequest extends EventEmitter<Emits<typeof EVENTS>> {
  static {
    namesMissing(this, 'ClientRequest.prototype');
  }
  static readonly EVENTS = EVENTS;
  readonly #request: ReturnType<typeof httpRequest> | undefined;

  constructor(options: Options | string) {
    super();
    const {
      url,
      session: _session,
      redirect: _redirect,
      ...rest
    } = typeof options === 'string' ? { url: options } : options;
    const parsed = url === undefined ? undefined : new URL(url);
    const hostname = parsed?.hostname ?? rest.hostname ?? rest.host ?? '';
    if (!LOOPBACK.has(hostname)) {
      record('network-blocked', { url: url ?? `${hostname}${rest.path ?? ''}` });
      setImmediate(() => this.emit('error', new Error('net::ERR_BLOCKED_BY_CLIENT')));
      return;
    }
    const target = parsed
      ? { hostname, port: parsed.port, path: `${parsed.pathname}${parsed.search}` }
      : { ...rest, host: hostname };
    this.#request = httpRequest({ ...target, method: rest.method ?? 'GET', headers: rest.headers ?? {} });
    this.#request.on('response', (response) => this.#answered(response));
    this.#request.on('error', (error) => this.emit('error', error));
    this.#request.on('close', () => this.emit('close'));
  }

  #answered(response: IncomingMessage): void {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.resume();
      this.emit('redirect', statusCode, 'GET', headers.location, headers);
    } else this.emit('response', response);
  }

  setHeader(name: string, value: string): void {
    this.#request?.setHeader(name, value);
  }

  write(chunk: string | Buffer): void {
    this.#request?.write(chunk);
  }

  end(chunk?: string | Buffer): this {
    this.#request?.end(chunk);
    return this;
  }

  abort(): void {
    this.#request?.destroy();
    this.emit('abort');
  }
}

export const net = naming('net', {
  fetch: (input: string | Request, init?: RequestInit) => fetch(input, init),
  isOnline: () => true,
  request: (options: Options | string) => new ClientRequest(options),
});
