// What a listener sends back: answers, refusals of what is not read to its end, and a last word to what was no request.
// Each is accounted for until it is sent.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { drain } from './body.ts';
import type { InboundLimits } from './bounds.ts';
import type { Connections } from './connections.ts';
import type { Fault } from './refusals.ts';
import type { RouteAnswer } from './routes.ts';

export interface RepliesDeps {
  readonly clock: Clock;
  readonly connections: Pick<Connections, 'unsent'>;
  /** Nothing more is taken: connections are not kept. */
  readonly ending: () => boolean;
  /** In the shapes of the network's protocol. */
  readonly refusal: (fault: Fault) => RouteAnswer;
}

export type RepliesOptions = Pick<InboundLimits, 'sendMs' | 'lingerMs'>;

type Text = string | Buffer;
type Head = Pick<RouteAnswer, 'type' | 'retryAfterS' | 'headers'>;

const JSON_TYPE = 'application/json';
const ALLOW_ORIGIN = ['Access-Control-Allow-Origin', '*'] as const;
const PREFLIGHT = {
  [ALLOW_ORIGIN[0]]: ALLOW_ORIGIN[1],
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
  'Access-Control-Max-Age': '86400',
};

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

  answer(response: ServerResponse, answer: RouteAnswer): void {
    const { status, text } = answer;
    if (text !== undefined && !response.destroyed) this.#send(response, status, text, answer);
  }

  /** Before the network sees it: the body may be unread, so the connection is not used again. */
  refuse(request: IncomingMessage, response: ServerResponse, refusal: RouteAnswer): void {
    const { status, text = '' } = refusal;
    if (request.complete) return void this.#send(response, status, text, refusal);
    response.shouldKeepAlive = false;
    this.#head(response, status, text, refusal);
    if (request.method !== 'HEAD') response.write(text);
    void drain(request, this.#deps.clock, this.#options.lingerMs).then(() => response.end());
  }

  preflight(response: ServerResponse): void {
    response.writeHead(204, PREFLIGHT).end();
  }

  /** Of our own fault. */
  failed(response: ServerResponse): void {
    if (response.headersSent) response.destroy();
    else this.answer(response, this.#deps.refusal('internal'));
  }

  /** What came was no request, or not in time. */
  notHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable) return void socket.destroy();
    const refusal = this.#deps.refusal(faultOf(error.code));
    const { status, text = '', type = JSON_TYPE } = refusal;
    const under = this.#newest.get(socket);
    if (under && !under.writableFinished) {
      // Each further piece of garbage comes here again.
      if (this.#last.has(socket)) return;
      this.#last.add(socket);
      // Garbage behind a request does not take its answer away; garbage within one is answered in its turn.
      under.shouldKeepAlive = false;
      under.once('finish', () => {
        // Node lets go of a request once it is answered; a reader of its body would never hear of the end.
        under.req.destroy();
        socket.destroy();
      });
      if (!under.req.complete && !under.headersSent) this.#send(under, status, text, refusal);
      return;
    }
    const head = `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close`;
    const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n\r\n`;
    socket.end(Buffer.concat([Buffer.from(line), Buffer.from(text)]), () => socket.destroy());
  }

  #send(response: ServerResponse, status: number, text: Text, head: Head = {}): void {
    if (this.#deps.ending()) response.shouldKeepAlive = false;
    this.#head(response, status, text, head);
    response.end(response.req.method === 'HEAD' ? undefined : text);
    // Mostly the system has taken all of it by now.
    if (response.socket?.writableLength !== 0) this.#watch(response, Buffer.byteLength(text));
  }

  #head(response: ServerResponse, status: number, text: Text, { type, retryAfterS, headers: more }: Head): void {
    const headers: Record<string, string | number> =
      status === 204 ? {} : { 'Content-Type': type ?? JSON_TYPE, 'Content-Length': Buffer.byteLength(text) };
    if (retryAfterS !== undefined) headers['Retry-After'] = retryAfterS;
    response.writeHead(status, more ? { ...headers, ...more } : headers);
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

/** By the codes of Node's parser. */
function faultOf(code: string | undefined): Fault {
  if (code === 'HPE_HEADER_OVERFLOW') return 'header-too-large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'header-too-slow';
  return 'not-http';
}
