// The one listener to the outside: a small HTTP server with a table of routes, and native framing on the same port; the first bytes
// of a connection say which. Everything that arrives is bounded before it is looked at.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { RefusalReason } from '../../../../src-preload/contract/work.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import { listenRefused } from '../errors.ts';
import type { Shown } from '../inbound/access.ts';
import { type Answer, GONE, type Piecemeal, toAnswer } from '../inbound/answer.ts';
import { OriginWindow } from '../inbound/callers.ts';
import { type Asked, type Found, type Route, type RouteAnswer, Routes } from '../inbound/routes.ts';
import { NATIVE } from '../native/bounds.ts';
import { peek } from '../native/peek.ts';
import { type SessionDeps, serveNative } from '../native/session.ts';
import { METRICS_TYPE } from '../observe/prometheus.ts';
import { readBody } from '../tasks/body.ts';
import { reasonOf } from '../tasks/rejection-reason.ts';
import { type Room, SharedRoom } from '../tasks/room.ts';
import * as wire from '../tasks/wire.ts';
import { limitsFor, type TaskServerLimits } from './bounds.ts';
import { Connections } from './connections.ts';
import { bringsJson, pathOf, shownBy, traceparentOf } from './head.ts';
import { Replies } from './replies.ts';

export interface TaskServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly admission: {
    handle(
      body: readonly Buffer[],
      stop: AbortController,
      traceparent?: string,
      shown?: Shown,
      partial?: Piecemeal,
    ): Promise<Answer>;
  };
  /** The body of GET /iicp/health. */
  readonly health: () => Readonly<Record<string, unknown>>;
  /** The text of GET /metrics; undefined while they are off. */
  readonly metrics?: () => string | undefined;
  /** A task that was turned away before admission saw it. */
  readonly refused: (reason: RefusalReason) => void;
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
  /** Others than the usual ones. */
  readonly limits?: Partial<TaskServerLimits>;
}

export class TaskServer {
  readonly #deps: TaskServerDeps;
  readonly #options: TaskServerOptions;
  readonly #limits: TaskServerLimits;
  readonly #room: SharedRoom;
  readonly #origins: OriginWindow;
  readonly #routes: Routes;
  readonly #connections: Connections;
  readonly #replies: Replies;
  #server: Server | undefined;

  constructor(deps: TaskServerDeps, options: TaskServerOptions) {
    this.#deps = deps;
    this.#options = options;
    const limits = limitsFor(options.maxBodyBytes, options.limits);
    this.#limits = limits;
    this.#origins = new OriginWindow(deps.clock, limits);
    this.#room = new SharedRoom(limits.bodiesTogether);
    const ending = () => this.#server === undefined;
    const connections = new Connections({ clock: deps.clock, ending }, limits);
    this.#connections = connections;
    this.#replies = new Replies({ clock: deps.clock, connections, ending }, limits);
    this.#routes = new Routes([
      {
        path: '/v1/task',
        method: 'POST',
        task: true,
        limited: true,
        handle: ({ request, body, stop }) =>
          deps.admission.handle(body, stop, traceparentOf(request)?.[0], shownBy(request)),
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

  /** Rejects with PortTaken, PortReserved or BindRefused. */
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
        if (!this.#connections.expects(request.socket, response)) return this.#connections.shutOut(request.socket);
        this.#replies.expect(response);
        this.#route(request, response).catch((error: unknown) => {
          this.#deps.logger.error('a request failed in an unforeseen way', { error });
          this.#replies.failed(response);
        });
      },
    );
    server.maxConnections = limits.connections;
    server.timeout = limits.silentMs;
    // HTTP gets the connections that are its own, once that is known.
    const http = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      if (!this.#connections.admit(socket)) return;
      this.#deps.connected?.(socket);
      const toHttp = () => {
        for (const listener of http) listener.call(server, socket);
      };
      const { clock, native } = this.#deps;
      if (!native) return toHttp();
      peek(clock, socket, limits.peekMs, { framed: (head) => this.#native(native, socket, head), http: toHttp });
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#replies.notHttp(error, socket));
    const { bind, port } = this.#options;
    const failed = (error: NodeJS.ErrnoException) => {
      throw listenRefused(bind, port, error);
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
    this.#connections.endIdle();
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(this.#limits.stopMs, resolve);
    });
    await Promise.race([gone, late]);
    cancel();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      this.#connections.destroy();
    });
  }

  #native(native: NonNullable<TaskServerDeps['native']>, socket: Socket, head: Buffer): void {
    const { clock, logger, admission, refused } = this.#deps;
    const connections = this.#connections;
    const limits = this.#limits;
    if (!connections.has(socket) || !this.#server) return void socket.destroy();
    socket.setNoDelay(true);
    const deps: SessionDeps = {
      ...native,
      clock,
      logger,
      refused,
      room: this.#roomOf(socket),
      handle: (body, stop, partial) =>
        admission.handle(body, stop, undefined, { address: socket.remoteAddress }, partial),
      open: () => connections.roomForReplies(socket) && this.#server !== undefined,
      mayAsk: () => {
        const may = connections.asks(socket);
        if (!may) connections.shutOut(socket);
        return may;
      },
      unsent: (bytes) => connections.unsent(socket, bytes) ?? (() => {}),
      working: () => connections.working(socket),
    };
    serveNative(deps, socket, head, {
      frameBytes: Math.min(NATIVE.frame, limits.body + NATIVE.frameExtra),
      frameMs: limits.bodyMs,
      idleMs: limits.nativeIdleMs,
      sendMs: limits.sendMs,
    });
  }

  #roomOf(socket: Socket): Room {
    return this.#room.of(this.#connections.callerOn(socket));
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = this.#routes.find(pathOf(request.url ?? '/'));
    const pages = (this.#options.cors || found?.route.pages?.()) ?? false;
    if (request.method === 'OPTIONS' && pages) return this.#replies.preflight(response);
    if (pages) this.#replies.openToPages(response);
    if (!found) return this.#replies.refuse(request, response, wire.notFound());
    if (!found.methods.includes(request.method ?? '')) {
      response.setHeader('Allow', found.methods.join(', '));
      return this.#replies.refuse(request, response, wire.wrongMethod());
    }
    if (found.route.method === 'POST') return this.#take(found, request, response);
    const answer = this.#ask(found, { request, response, body: [] });
    // Most are there at once.
    this.#answer(found.route, response, answer instanceof Promise ? await answer : answer);
  }

  /** What was worked on here is sent in any case; of what is only passed on there is no end, so without room it is left out. */
  #answer(route: Route, response: ServerResponse, answer: RouteAnswer, trace?: string): void {
    const passedOn = !route.task && (answer.text?.length ?? 0) > SMALL_ANSWER;
    const room = !passedOn || this.#connections.roomForReplies(response.req.socket);
    this.#replies.answer(response, room ? answer : toAnswer(wire.draining('memory', 2)), trace);
  }

  #ask(
    { route, params }: Found,
    { request, response, body }: Pick<Asked, 'request' | 'body'> & { response: ServerResponse },
  ) {
    const stop = new AbortController();
    const onClose = () => stop.abort(GONE);
    response.on('close', onClose);
    // It may have gone with the last of its body, before anything could hear of it.
    if (response.destroyed || request.socket.destroyed) onClose();
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
      if (route.task) this.#deps.refused(reasonOf(refusal));
      this.#replies.refuse(request, response, refusal);
    };
    const { origin } = request.headers;
    if (route.limited && origin !== undefined && !this.#origins.admits(origin)) return refuse(wire.originLimited(60));
    if (!this.#connections.roomForReplies(request.socket)) return refuse(wire.draining('memory', 2));
    if (!bringsJson(request)) return refuse(wire.wrongType());
    const { bodyMs: withinMs, pieces, pieceBytes } = this.#limits;
    const most = Math.min(this.#limits.body, route.mostBytes ?? this.#limits.body);
    const room = this.#roomOf(request.socket);
    const body = await readBody(request, this.#deps.clock, room, { most, withinMs, pieces, pieceBytes });
    switch (body.kind) {
      case 'gone':
        return;
      case 'crumbs':
        return this.#connections.shutOut(request.socket);
      case 'too-large':
        return refuse(wire.tooLarge(most));
      case 'no-room':
        return refuse(wire.draining('memory', 2));
      case 'too-slow':
        return refuse(wire.tooSlow());
      case 'read':
    }
    const { parts, held } = body;
    const done = this.#connections.working(request.socket);
    try {
      const answer = await this.#ask(found, { request, response, body: parts });
      this.#answer(route, response, answer, traceparentOf(request)?.[1]);
    } finally {
      room.give(held);
      done();
    }
  }
}

/** Such as health and metrics: these are there for everybody who asks. */
const SMALL_ANSWER = 64 * 1024;

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

function metricsAnswer(text: string | undefined): RouteAnswer {
  if (text === undefined) return { status: 503, text: 'metrics are off', type: 'text/plain' };
  return { status: 200, text, type: METRICS_TYPE };
}
