// The one door to the outside: a small HTTP server with a table of routes, and native framing on the same port; the first bytes
// of a connection say which. Everything that arrives is bounded before it is looked at.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Shown } from './access.ts';
import { drain, Room, readBody } from './body.ts';
import { callerOf, OriginWindow } from './callers.ts';
import { type Answer, GONE } from './desk.ts';
import { BindRefused, PortTaken } from './errors.ts';
import { beginsFramed, MOST_FRAME_BYTES } from './native/frame.ts';
import { type SessionDeps, serveNative } from './native/session.ts';
import { type Asked, type Found, type Route, type RouteAnswer, Routes } from './routes.ts';
import { METRICS_TYPE } from './tally.ts';
import * as wire from './wire.ts';

export interface TaskServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: {
    handle(body: readonly Buffer[], stop: AbortController, traceparent?: string, shown?: Shown): Promise<Answer>;
  };
  /** The body of GET /iicp/health. */
  readonly health: () => Readonly<Record<string, unknown>>;
  /** The text of GET /metrics; undefined while they are off. */
  readonly metrics?: () => string | undefined;
  /** A task that was turned away before the desk saw it. */
  readonly refused: () => void;
  /** Beside those of tasks, health and metrics. */
  readonly routes?: readonly Route[];
  /** Undefined: native framing is not spoken. */
  readonly native?: Pick<SessionDeps, 'nodeId' | 'discover'> | undefined;
  /** Told of each connection that is let in. */
  readonly connected?: (socket: Socket) => void;
}

export interface TaskServerOptions {
  readonly bind: string;
  readonly port: number;
  /** The largest body of a task; 2 MiB where it is left out. */
  readonly maxBodyBytes?: number;
  /** Lets web pages of any origin use the node. */
  readonly cors?: boolean;
  /** For tests that can't wait half a minute or send many megabytes. */
  readonly limits?: Partial<TaskServerLimits>;
}

/** Bounds on strangers. Sizes in bytes, times in milliseconds. */
export type TaskServerLimits = Readonly<Record<keyof typeof LIMITS, number>>;

const LIMITS = {
  /** Room for an image that travels inline. */
  body: 2 * 1024 * 1024,
  bodyMs: 30_000,
  /** All bodies being read or worked on, together. */
  bodiesTogether: 64 * 1024 * 1024,
  /** How long a sender that was refused may go on sending before it is cut off. */
  lingerMs: 5000,
  headersMs: 10_000,
  headerBytes: 16 * 1024,
  keepAliveMs: 65_000,
  /** The longest task and a little: until then silence means that the model is at work, afterwards that nobody reads. */
  silentMs: wire.TIMEOUT_MS.most + 30_000,
  /** For the first bytes, which tell HTTP from native framing. */
  peekMs: 200,
  /** A native connection on which nothing happens. */
  nativeIdleMs: 120_000,
  connections: 1024,
  /** Connections of one caller, except this host: a tunnel or reverse proxy here brings everybody's. */
  perAddress: 64,
  /** Answers handed over that readers have yet to take, together; above it no more tasks are taken. */
  repliesTogether: 128 * 1024 * 1024,
  /** How long an answer may take to be sent once it is its turn. */
  sendMs: 120_000,
  /** What `stop` gives answers under way. */
  stopMs: 5000,
  /** Requests of one web page in a minute, and pages that are told apart. */
  perOrigin: 120,
  origins: 1000,
};

/** Of a frame, beside the task in it. */
const FRAME_EXTRA = 4096;
const NOTHING = Buffer.alloc(0);
const JSON_TYPE = 'application/json';
const CORS = { 'Access-Control-Allow-Origin': '*' };
const PREFLIGHT = {
  ...CORS,
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
  'Access-Control-Max-Age': '86400',
};
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

interface Head {
  readonly type?: string | undefined;
  readonly retryAfterS?: number | undefined;
  readonly trace?: string | undefined;
}

interface Connection {
  /** Tasks of it that are at the desk. */
  working: number;
  /** For each answer that waits to be sent, what gives up waiting. */
  readonly unsent: Set<() => void>;
}

export class TaskServer {
  readonly #deps: TaskServerDeps;
  readonly #options: TaskServerOptions;
  readonly #limits: TaskServerLimits;
  readonly #room: Room;
  readonly #origins: OriginWindow;
  readonly #routes: Routes;
  /** The newest answer on each connection. */
  readonly #answering = new WeakMap<Duplex, ServerResponse>();
  /** Connections on which nothing more is expected than the answers under way. */
  readonly #ending = new WeakSet<Duplex>();
  readonly #connections = new Map<Socket, Connection>();
  /** How many connections each caller has. */
  readonly #callers = new Map<string, number>();
  /** Bytes of answers that wait to be sent. */
  #unsent = 0;
  #server: Server | undefined;

  constructor(deps: TaskServerDeps, options: TaskServerOptions) {
    this.#deps = deps;
    this.#options = options;
    const body = options.maxBodyBytes ?? LIMITS.body;
    // The largest body fits whatever its size, with small ones beside it: it is charged thrice.
    const bodiesTogether = Math.max(LIMITS.bodiesTogether, 4 * body);
    this.#limits = { ...LIMITS, body, bodiesTogether, ...options.limits };
    this.#origins = new OriginWindow(deps.clock, this.#limits);
    this.#room = new Room(this.#limits.bodiesTogether);
    this.#routes = new Routes([
      {
        path: '/v1/task',
        method: 'POST',
        task: true,
        handle: ({ request, body, stop }) =>
          deps.desk.handle(body, stop, traceparentOf(request)?.[0], shownBy(request)),
      },
      { path: '/iicp/health', method: 'GET', handle: () => ({ status: 200, text: JSON.stringify(deps.health()) }) },
      { path: '/metrics', method: 'GET', handle: () => metricsAnswer(deps.metrics?.()) },
      ...(deps.routes ?? []),
    ]);
  }

  /** Where it listens, as `host:port`, IPv6 in brackets; undefined while it does not. */
  get address(): { readonly port: number; readonly text: string } | undefined {
    const at = this.#server?.address() as AddressInfo | null | undefined;
    if (!at) return undefined;
    return { port: at.port, text: `${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}` };
  }

  /** Rejects with PortTaken or BindRefused. */
  async start(): Promise<void> {
    if (this.#server) return;
    const limits = this.#limits;
    const server = createServer(
      {
        maxHeaderSize: limits.headerBytes,
        headersTimeout: limits.headersMs,
        // A body has its own deadline that answers 408; this one only ends what even that could not.
        requestTimeout: limits.bodyMs + limits.headersMs,
        // Node looks at those two only this often, every 30 s unless told otherwise.
        connectionsCheckingInterval: Math.ceil(limits.headersMs / 4),
        keepAliveTimeout: limits.keepAliveMs,
        noDelay: true,
      },
      (request, response) => {
        this.#answering.set(request.socket, response);
        this.#route(request, response).catch((error: unknown) => {
          this.#deps.logger.error('a request failed in an unforeseen way', { error });
          if (!response.headersSent) this.#reply(response, 500, INTERNAL);
          else response.destroy();
        });
      },
    );
    server.maxConnections = limits.connections;
    server.timeout = limits.silentMs;
    // HTTP gets the connections that are its own, once that is known.
    const http = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      if (!this.#admit(socket)) return;
      this.#peek(socket, () => {
        for (const listener of http) listener.call(server, socket);
      });
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#notHttp(error, socket));
    const { bind, port } = this.#options;
    const failed = (error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new PortTaken(bind, port, error) : new BindRefused(bind, port, error);
    };
    await listen(server, bind, port)
      // A system without IPv6 has no `::`; what was meant is all of its addresses.
      .catch((error: NodeJS.ErrnoException) =>
        bind === '::' && NO_IPV6.has(error.code) ? listen(server, '0.0.0.0', port) : Promise.reject(error),
      )
      .catch(failed);
    // Such as no file descriptor left for one more connection; without a listener that would end the process.
    server.on('error', (error) => this.#deps.logger.warn('a connection could not be accepted', { error }));
    this.#server = server;
  }

  /** Sends the answers under way, within a time; takes nothing new. Drain before. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    // Not yet the close of an HTTP server: it cuts connections whose answer is handed over but not sent.
    const gone = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve());
    });
    for (const [socket, connection] of this.#connections) endIfIdle(socket, connection);
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(this.#limits.stopMs, resolve);
    });
    await Promise.race([gone, late]);
    cancel();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const socket of this.#connections.keys()) socket.destroy();
    });
  }

  #admit(socket: Socket): boolean {
    const caller = callerOf(socket.remoteAddress ?? '');
    const count = this.#callers.get(caller) ?? 0;
    const { connections, perAddress } = this.#limits;
    if (count >= (caller === 'loopback' ? connections : perAddress)) {
      socket.destroy();
      return false;
    }
    const connection: Connection = { working: 0, unsent: new Set() };
    this.#callers.set(caller, count + 1);
    this.#connections.set(socket, connection);
    this.#deps.connected?.(socket);
    socket.once('close', () => {
      this.#connections.delete(socket);
      const left = this.#callers.get(caller)! - 1;
      if (left > 0) this.#callers.set(caller, left);
      else this.#callers.delete(caller);
      for (const release of connection.unsent) release();
    });
    return true;
  }

  /** Waits for the first bytes; who sends none in time speaks HTTP, whose own bounds then hold. */
  #peek(socket: Socket, http: () => void): void {
    if (!this.#deps.native) return void http();
    let head: Buffer = NOTHING;
    const decide = (framed: boolean) => {
      cancel();
      socket.off('data', onData).off('end', onEnd).off('error', onEnd).off('close', cancel);
      if (framed) return this.#native(socket, head);
      if (head.length > 0) socket.unshift(head);
      http();
    };
    const onData = (bytes: Buffer) => {
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const framed = beginsFramed(head);
      if (framed !== undefined) decide(framed);
    };
    const onEnd = () => socket.destroy();
    const cancel = this.#deps.clock.after(this.#limits.peekMs, () => {
      // What arrived while this process was busy elsewhere counts as in time.
      setImmediate(() => {
        if (!socket.destroyed && socket.listeners('data').includes(onData)) decide(false);
      });
    });
    socket.on('data', onData).on('end', onEnd).on('error', onEnd).once('close', cancel);
  }

  #native(socket: Socket, head: Buffer): void {
    const { clock, logger, desk, refused, native } = this.#deps;
    const limits = this.#limits;
    const connection = this.#connections.get(socket);
    if (!native || !connection || !this.#server) return void socket.destroy();
    socket.setNoDelay(true);
    const deps: SessionDeps = {
      ...native,
      clock,
      logger,
      refused,
      room: this.#room,
      handle: (body, stop) => desk.handle(body, stop),
      open: () => this.#unsent < limits.repliesTogether && this.#server !== undefined,
      unsent: (bytes) => {
        const release = () => {
          if (!connection.unsent.delete(release)) return;
          this.#unsent -= bytes;
          if (!this.#server) endIfIdle(socket, connection);
        };
        connection.unsent.add(release);
        this.#unsent += bytes;
        return release;
      },
      working: () => {
        connection.working += 1;
        return () => {
          connection.working -= 1;
          if (!this.#server) endIfIdle(socket, connection);
        };
      },
    };
    serveNative(deps, socket, head, {
      frameBytes: Math.min(MOST_FRAME_BYTES, limits.body + FRAME_EXTRA),
      frameMs: limits.bodyMs,
      idleMs: limits.nativeIdleMs,
      sendMs: limits.sendMs,
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS' && this.#options.cors) return void response.writeHead(204, PREFLIGHT).end();
    const found = this.#routes.find(pathOf(request.url ?? '/'));
    if (!found) return this.#refuse(request, response, wire.notFound());
    if (!found.methods.includes(request.method ?? '')) {
      response.setHeader('Allow', found.methods.join(', '));
      return this.#refuse(request, response, wire.wrongMethod());
    }
    if (found.route.method === 'POST') return this.#take(found, request, response);
    const answer = this.#ask(found, { request, response, body: [] });
    // Most are there at once.
    this.#answer(response, answer instanceof Promise ? await answer : answer);
  }

  #ask(
    { route, params }: Found,
    { request, response, body }: Pick<Asked, 'request' | 'body'> & { response: ServerResponse },
  ) {
    const stop = new AbortController();
    const onClose = () => stop.abort(GONE);
    response.on('close', onClose);
    const off = () => response.off('close', onClose);
    const answer = route.handle({ request, params, body, stop });
    if (answer instanceof Promise) return answer.finally(off);
    off();
    return answer;
  }

  /** A request with a body, within all bounds. */
  async #take(found: Found, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { route } = found;
    const refuse = (refusal: wire.Refusal) => {
      if (route.task) this.#deps.refused();
      this.#refuse(request, response, refusal);
    };
    const { origin } = request.headers;
    if (this.#options.cors && origin !== undefined && !this.#origins.admits(origin)) {
      return refuse(wire.originLimited(60));
    }
    if (this.#unsent >= this.#limits.repliesTogether) return refuse(wire.draining('memory', 2));
    const type = request.headers['content-type'] ?? '';
    if (type.split(';', 1)[0]!.trim().toLowerCase() !== JSON_TYPE) return refuse(wire.wrongType());
    const { bodyMs: withinMs } = this.#limits;
    const most = Math.min(this.#limits.body, route.mostBytes ?? this.#limits.body);
    const body = await readBody(request, this.#deps.clock, this.#room, { most, withinMs });
    switch (body.kind) {
      case 'gone':
        return;
      case 'too-large':
        return refuse(wire.tooLarge(most));
      case 'no-room':
        return refuse(wire.draining('memory', 2));
      case 'too-slow':
        return refuse(wire.tooSlow());
      case 'read':
    }
    const { parts, held } = body;
    const connection = this.#connections.get(request.socket);
    if (connection) connection.working += 1;
    try {
      const answer = await this.#ask(found, { request, response, body: parts });
      this.#answer(response, answer, traceparentOf(request)?.[1]);
    } finally {
      this.#room.give(held);
      if (connection) {
        connection.working -= 1;
        if (!this.#server) endIfIdle(request.socket, connection);
      }
    }
  }

  /** What came was no request, or not in time. */
  #notHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable) return void socket.destroy();
    const [status, refusal] = notHttp(error.code);
    const text = JSON.stringify(refusal.body);
    const under = this.#answering.get(socket);
    if (under && !under.writableFinished) {
      // Each further piece of garbage comes here again.
      if (this.#ending.has(socket)) return;
      this.#ending.add(socket);
      // Garbage behind a request does not take its answer away; garbage within one is answered in its turn.
      under.shouldKeepAlive = false;
      under.once('finish', () => {
        // Node lets go of a request once it is answered; whoever still reads its body would never hear of the end.
        under.req.destroy();
        socket.destroy();
      });
      if (!under.req.complete && !under.headersSent) this.#reply(under, refusal.status, text);
      return;
    }
    const head = `Content-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close`;
    socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${text}`, () => socket.destroy());
  }

  /** Before the desk: the body may be unread, so the connection is not used again. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: wire.Refusal): void {
    const text = JSON.stringify(refusal.body);
    const { status, retryAfterS } = refusal;
    if (request.complete) return void this.#reply(response, status, text, { retryAfterS });
    response.shouldKeepAlive = false;
    this.#head(response, status, text, { retryAfterS });
    if (request.method !== 'HEAD') response.write(text);
    void drain(request, this.#deps.clock, this.#limits.lingerMs).then(() => response.end());
  }

  #answer(response: ServerResponse, answer: RouteAnswer, trace?: string): void {
    const { status, text } = answer;
    if (text !== undefined && !response.destroyed) this.#reply(response, status, text, { ...answer, trace });
  }

  #reply(response: ServerResponse, status: number, text: string, head: Head = {}): void {
    if (!this.#server) response.shouldKeepAlive = false;
    this.#head(response, status, text, head);
    response.end(response.req.method === 'HEAD' ? undefined : text);
    // Mostly the system has taken all of it by now.
    if (response.socket?.writableLength !== 0) this.#watch(response, Buffer.byteLength(text));
  }

  /** Accounts for an answer until it is sent, and ends the connection where that takes too long. */
  #watch(response: ServerResponse, bytes: number): void {
    const { socket } = response.req;
    const connection = this.#connections.get(socket);
    if (!connection) return;
    let cancel = () => {};
    const itsTurn = () => {
      cancel = this.#deps.clock.after(this.#limits.sendMs, () => socket.destroy());
    };
    const release = () => {
      if (!connection.unsent.delete(release)) return;
      cancel();
      response.off('socket', itsTurn).off('finish', release);
      this.#unsent -= bytes;
      if (!this.#server) endIfIdle(socket, connection);
    };
    connection.unsent.add(release);
    this.#unsent += bytes;
    response.once('finish', release);
    // Behind an earlier request of its connection it has no socket yet.
    if (response.socket) itsTurn();
    else response.once('socket', itsTurn);
  }

  #head(response: ServerResponse, status: number, text: string, { type, retryAfterS, trace }: Head): void {
    const headers: Record<string, string | number> =
      status === 204 ? {} : { 'Content-Type': type ?? JSON_TYPE, 'Content-Length': Buffer.byteLength(text) };
    if (this.#options.cors) headers['Access-Control-Allow-Origin'] = CORS['Access-Control-Allow-Origin'];
    if (retryAfterS !== undefined) headers['Retry-After'] = retryAfterS;
    if (trace !== undefined) headers['X-IICP-Trace-Id'] = trace;
    response.writeHead(status, headers);
  }
}

const NO_IPV6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

/** With `::`, IPv4 comes in by the same socket. */
function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: false }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function endIfIdle(socket: Socket, connection: Connection): void {
  if (connection.working === 0 && connection.unsent.size === 0) socket.destroySoon();
}

/** What a caller shows of itself; of a header that comes twice Node keeps the first or both, and both are nothing. */
function shownBy({ headers }: IncomingMessage): Shown {
  const token = headers['x-iicp-consumer-token'];
  const bearer = headers.authorization;
  return {
    consumerToken: typeof token === 'string' ? token : undefined,
    bearer: bearer === undefined ? undefined : /^Bearer (\S{1,4096})$/i.exec(bearer)?.[1],
  };
}

/** W3C Trace Context; in two headers of that name neither is believed. */
function traceparentOf({ headers }: IncomingMessage): RegExpExecArray | null {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
}

/** Without the query, and without the origin that clients of a proxy put in front (RFC 9112, 3.2.2). */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 1)[0] || '/';
}

function notHttp(code: string | undefined): [status: string, refusal: wire.Refusal] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['431 Request Header Fields Too Large', wire.headerTooLarge()];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', wire.requestTooSlow()];
  return ['400 Bad Request', wire.notHttp()];
}

function metricsAnswer(text: string | undefined): RouteAnswer {
  if (text === undefined) return { status: 503, text: 'metrics are off', type: 'text/plain' };
  return { status: 200, text, type: METRICS_TYPE };
}

const INTERNAL = JSON.stringify({ error: { code: 'internal', message: 'internal error' } });
