// One bounded HTTP exchange with a router, from our own address on its line. Routers' servers are old, odd and sometimes hang:
// one connection for each request, a limit for all of it, and no redirects, for they would lead wherever the router likes.

import { type IncomingHttpHeaders, request } from 'node:http';
import { UPNP } from '../bounds.ts';
import type { Place } from './lan.ts';

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpQuestion {
  readonly place: Place;
  /** Our own address, which the connection leaves from. */
  readonly local: string;
  /** A POST with this body; without it a GET, or what `event` says. */
  readonly post?: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  /** What subscriptions are made and ended with; without a body. */
  readonly event?: {
    readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE';
    readonly headers: Readonly<Record<string, string>>;
  };
  /** Ends it at any moment, with its reason. */
  readonly signal: AbortSignal;
}

/** Refused, reset, too long, or not HTTP. */
export class HttpError extends Error {}

/** Rejects with HttpError or the signal's reason; nothing is left open in the end. */
export function exchange({ place, local, post, event, signal }: HttpQuestion): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const req = request({
      host: place.host,
      port: place.port,
      path: place.path,
      method: post ? 'POST' : (event?.method ?? 'GET'),
      localAddress: local,
      // Its own connection: with an agent a router that keeps one open would be met again after its reboot.
      agent: false,
      maxHeaderSize: UPNP.headerBytes,
      headers: {
        ...post?.headers,
        ...event?.headers,
        ...(post ? { 'content-length': Buffer.byteLength(post.body) } : {}),
        'accept-encoding': 'identity',
        connection: 'close',
      },
    });
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      req.destroy();
      settle();
    };
    const fail = (cause: unknown) => end(() => reject(new HttpError('the router did not answer in full', { cause })));
    const abort = () => end(() => reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    req.on('error', fail);
    req.on('response', (res) => {
      const parts: Buffer[] = [];
      let size = 0;
      res.on('error', fail);
      res.on('data', (part: Buffer) => {
        size += part.length;
        if (size > UPNP.body) return fail(new RangeError('the answer is too long'));
        parts.push(part);
      });
      res.on('end', () => {
        if (!res.complete) return fail(new Error('the answer was cut off'));
        const { statusCode: status = 0, headers } = res;
        end(() => resolve({ status, headers, body: Buffer.concat(parts, size).toString('utf8') }));
      });
    });
    // What a server sends instead of an answer: a socket of the upgraded kind has no other owner.
    req.on('upgrade', (_, socket) => {
      socket.destroy();
      fail(new Error('the router wanted another protocol'));
    });
    req.end(post?.body);
  });
}
