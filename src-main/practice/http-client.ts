// One bounded HTTP exchange: a deadline, a largest answer, no private hosts unless allowed, no redirects followed here.
// The directory dials nodes back with it and the consumer makes all its calls with it.

import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../base/clock.ts';
import { looksPublic, PrivateHost, publicLookup } from './addresses.ts';

export interface OutgoingRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Bytes; a longer answer is an error. Default 16 MiB. */
  readonly longest?: number;
  readonly signal?: AbortSignal;
}

export interface IncomingReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class DeadlinePassed extends Error {}

const LONGEST_REPLY = 16 * 1024 * 1024;

/** Keeps connections open between calls until `close`. */
export class HttpClient {
  readonly #clock: Clock;
  readonly #allowPrivate: boolean;
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: 32 });
  readonly #https = new HttpsAgent({ keepAlive: true, maxFreeSockets: 32 });

  constructor({ clock }: { readonly clock: Clock }, { allowPrivate }: { readonly allowPrivate: boolean }) {
    this.#clock = clock;
    this.#allowPrivate = allowPrivate;
  }

  /** Rejects with PrivateHost, DeadlinePassed, the signal's reason, or the socket's error. */
  async send(outgoing: OutgoingRequest): Promise<IncomingReply> {
    const url = new URL(outgoing.url);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('only http and https');
    if (!this.#allowPrivate && !looksPublic(url.hostname)) throw new PrivateHost('the host is not public');
    outgoing.signal?.throwIfAborted();
    const secure = url.protocol === 'https:';
    const headers: Record<string, string> = { accept: 'application/json', ...outgoing.headers };
    if (outgoing.body !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(outgoing.body));
    }
    const options = {
      method: outgoing.method ?? 'GET',
      headers,
      agent: secure ? this.#https : this.#http,
      ...(this.#allowPrivate ? {} : { lookup: publicLookup }),
    };
    return await new Promise((resolve, reject) => {
      const req = (secure ? httpsRequest : httpRequest)(url, options);
      const disarm = this.#clock.after(outgoing.timeoutMs, () => req.destroy(new DeadlinePassed('no answer in time')));
      const abort = () => req.destroy(outgoing.signal?.reason as Error);
      outgoing.signal?.addEventListener('abort', abort, { once: true });
      const settle = () => {
        disarm();
        outgoing.signal?.removeEventListener('abort', abort);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      req.on('error', fail);
      req.on('response', (res) => {
        const parts: Buffer[] = [];
        let size = 0;
        res.on('data', (part: Buffer) => {
          size += part.length;
          if (size > (outgoing.longest ?? LONGEST_REPLY)) req.destroy(new RangeError('the answer is too long'));
          else parts.push(part);
        });
        res.on('error', fail);
        res.on('end', () => {
          settle();
          resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(parts) });
        });
      });
      req.end(outgoing.body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
