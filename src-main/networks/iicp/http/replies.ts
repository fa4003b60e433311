// What the task server sends back: answers, refusals of what is not read to its end, and a last word to what was no request.
// Each is accounted for until it is sent.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../base/clock.ts';
import type { RouteAnswer } from '../inbound/routes.ts';
import { drain } from '../tasks/body.ts';
import * as wire from '../tasks/wire.ts';
import type { TaskServerLimits } from './bounds.ts';
import type { Connections } from './connections.ts';

export interface RepliesDeps {
  readonly clock: Clock;
  readonly connections: Pick<Connections, 'unsent'>;
  /** Nothing more is taken: connections are not kept. */
  readonly ending: () => boolean;
}

export type RepliesOptions = Pick<TaskServerLimits, 'sendMs' | 'lingerMs'>;

interface Head {
  readonly type?: string | undefined;
  readonly retryAfterS?: number | undefined;
  readonly trace?: string | undefined;
}

const JSON_TYPE = 'application/json';
const ALLOW_ORIGIN = ['Access-Control-Allow-Origin', '*'] as const;
const PREFLIGHT = {
  [ALLOW_ORIGIN[0]]: ALLOW_ORIGIN[1],
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
  'Access-Control-Max-Age': '86400',
};
const INTERNAL = JSON.stringify({ error: { code: 'internal', message: 'internal error' } });

export class Replies {
  readonly #deps: RepliesDeps;
  readonly #options: RepliesOptions;
  /** The newest answer on each connection. */
  readonly #newest = new WeakMap<Duplex, ServerResponse>();
  /** Connections on which nothing more is expected than the answers under way. */
  readonly #last = new WeakSet<Duplex>();

  constructor(deps: RepliesDeps, options: RepliesOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** There will be an answer to this one. */
  expect(response: ServerResponse): void {
    this.#newest.set(response.req.socket, response);
  }

  /** Web pages of any origin may read what is answered. */
  openToPages(response: ServerResponse): void {
    response.setHeader(...ALLOW_ORIGIN);
  }

  answer(response: ServerResponse, answer: RouteAnswer, trace?: string): void {
    const { status, text } = answer;
    if (text !== undefined && !response.destroyed) this.#send(response, status, text, { ...answer, trace });
  }

  /** Before admission: the body may be unread, so the connection is not used again. */
  refuse(request: IncomingMessage, response: ServerResponse, refusal: wire.Refusal): void {
    const text = JSON.stringify(refusal.body);
    const { status, retryAfterS } = refusal;
    if (request.complete) return void this.#send(response, status, text, { retryAfterS });
    response.shouldKeepAlive = false;
    this.#head(response, status, text, { retryAfterS });
    if (request.method !== 'HEAD') response.write(text);
    void drain(request, this.#deps.clock, this.#options.lingerMs).then(() => response.end());
  }

  preflight(response: ServerResponse): void {
    response.writeHead(204, PREFLIGHT).end();
  }

  /** Of our own fault. */
  failed(response: ServerResponse): void {
    if (response.headersSent) response.destroy();
    else this.#send(response, 500, INTERNAL);
  }

  /** What came was no request, or not in time. */
  notHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable) return void socket.destroy();
    const [status, refusal] = notHttp(error.code);
    const text = JSON.stringify(refusal.body);
    const under = this.#newest.get(socket);
    if (under && !under.writableFinished) {
      // Each further piece of garbage comes here again.
      if (this.#last.has(socket)) return;
      this.#last.add(socket);
      // Garbage behind a request does not take its answer away; garbage within one is answered in its turn.
      under.shouldKeepAlive = false;
      under.once('finish', () => {
        // Node lets go of a request once it is answered; whoever still reads its body would never hear of the end.
        under.req.destroy();
        socket.destroy();
      });
      if (!under.req.complete && !under.headersSent) this.#send(under, refusal.status, text);
      return;
    }
    const head = `Content-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close`;
    socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${text}`, () => socket.destroy());
  }

  #send(response: ServerResponse, status: number, text: string | Buffer, head: Head = {}): void {
    if (this.#deps.ending()) response.shouldKeepAlive = false;
    this.#head(response, status, text, head);
    response.end(response.req.method === 'HEAD' ? undefined : text);
    // Mostly the system has taken all of it by now.
    if (response.socket?.writableLength !== 0) this.#watch(response, Buffer.byteLength(text));
  }

  #head(response: ServerResponse, status: number, text: string | Buffer, { type, retryAfterS, trace }: Head): void {
    const headers: Record<string, string | number> =
      status === 204 ? {} : { 'Content-Type': type ?? JSON_TYPE, 'Content-Length': Buffer.byteLength(text) };
    if (retryAfterS !== undefined) headers['Retry-After'] = retryAfterS;
    if (trace !== undefined) headers['X-IICP-Trace-Id'] = trace;
    response.writeHead(status, headers);
  }

  /** Accounts for an answer until it is sent, and ends the connection where that takes too long. */
  #watch(response: ServerResponse, bytes: number): void {
    const { clock, connections } = this.#deps;
    const { socket } = response.req;
    let cancel = () => {};
    const itsTurn = () => {
      cancel = clock.after(this.#options.sendMs, () => socket.destroy());
    };
    const release = connections.unsent(socket, bytes, () => {
      cancel();
      response.off('socket', itsTurn);
    });
    if (!release) return;
    response.once('finish', release);
    // Behind an earlier request of its connection it has no socket yet.
    if (response.socket) itsTurn();
    else response.once('socket', itsTurn);
  }
}

function notHttp(code: string | undefined): [status: string, refusal: wire.Refusal] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['431 Request Header Fields Too Large', wire.headerTooLarge()];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', wire.requestTooSlow()];
  return ['400 Bad Request', wire.notHttp()];
}
