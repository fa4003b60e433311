// A listener to the outside, for one network: a small HTTP server with the routes that the network gives, and any other protocol that
// it speaks on the same port; the first bytes of a connection say which. Everything that arrives is bounded before it is looked at.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { readBody } from './body.ts';
import type { InboundLimits } from './bounds.ts';
import { OriginWindow } from './callers.ts';
import { Connections } from './connections.ts';
import { bringsJson, pathOf } from './head.ts';
import { listen } from './listen.ts';
import type { InboundMemory } from './memory.ts';
import { peek } from './peek.ts';
import type { Fault, Refuse } from './refusals.ts';
import { Replies } from './replies.ts';
import type { Room } from './room.ts';
import { type Asked, type Found, GONE, type Route, type RouteAnswer, Routes } from './routes.ts';

/** A connection that speaks another protocol than HTTP, and what the listener holds it to. */
export interface OtherConnection {
  readonly socket: Socket;
  /** What was read of it already. */
  readonly head: Buffer;
  /** Of its caller, for what is read of it and worked on. */
  readonly room: Room;
  /** Whether there is room for more answers that the caller has yet to take, and more is taken at all. */
  open(): boolean;
  /** Counts a request. False: it is one too many of its caller, who was cut off. */
  mayAsk(): boolean;
  /** An answer of so many bytes waits to be sent, until what is returned is called. */
  unsent(bytes: number): () => void;
  /** A request is worked on until what is returned is called, once. */
  working(): () => void;
}

export interface OtherProtocol {
  /** Whether these first bytes are how it begins; undefined: too few to tell. */
  begins(head: Buffer): boolean | undefined;
  serve(connection: OtherConnection): void;
}

export interface InboundServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What all listeners of this node share. */
  readonly memory: InboundMemory;
  readonly routes: readonly Route[];
  readonly refuse: Refuse;
  /** Spoken on the same port. */
  readonly other?: OtherProtocol | undefined;
  /** Called with each connection that is let in. */
  readonly connected?: ((socket: Socket) => void) | undefined;
}

export interface InboundServerOptions {
  readonly bind: string;
  readonly port: number;
  /** Lets web pages of any origin use all routes. */
  readonly cors?: boolean;
  readonly limits: InboundLimits;
}

export class InboundServer {
  readonly #deps: InboundServerDeps;
  readonly #options: InboundServerOptions;
  readonly #limits: InboundLimits;
  readonly #origins: OriginWindow;
  readonly #routes: Routes;
  readonly #connections: Connections;
  readonly #replies: Replies;
  #server: Server | undefined;
  #closeMemory = () => {};

  constructor(deps: InboundServerDeps, options: InboundServerOptions) {
    const { clock, memory, refuse, routes } = deps;
    const { limits } = options;
    this.#deps = deps;
    this.#options = options;
    this.#limits = limits;
    this.#origins = new OriginWindow(clock, limits);
    this.#routes = new Routes(routes);
    const ending = () => this.#server === undefined;
    const connections = new Connections({ clock, ending, replies: memory.replies }, limits);
    this.#connections = connections;
    const refusal = (fault: Fault) => refuse(fault, limits.body);
    this.#replies = new Replies({ clock, connections, ending, refusal }, limits);
  }

  /** Where it listens, as `host:port`, IPv6 in brackets; undefined while it does not. */
  get address(): { readonly port: number; readonly text: string } | undefined {
    const at = this.#server?.address() as AddressInfo | null | undefined;
    if (!at) return undefined;
    return { port: at.port, text: `${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}` };
  }

  /** Rejects with the system's error; see whyNotListening. */
  async start(): Promise<void> {
    if (this.#server) return;
    const limits = this.#limits;
    const server = createServer(
      {
        maxHeaderSize: limits.headerBytes,
        headersTimeout: limits.headersMs,
        // A body has its own deadline that answers 408; this one only ends what even that could not.
        requestTimeout: limits.bodyMs + limits.headersMs,
        // Node looks at those two only this often, every 30 s by default.
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
      const { clock, other } = this.#deps;
      if (!other) return toHttp();
      peek(clock, socket, limits.peekMs, {
        begins: (head) => other.begins(head),
        other: (head) => this.#serveOther(other, socket, head),
        http: toHttp,
      });
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#replies.notHttp(error, socket));
    await listen(server, this.#options.bind, this.#options.port);
    // Such as no file descriptor left for one more connection; without a listener that would end the process.
    server.on('error', (error) => this.#deps.logger.warn('a connection could not be accepted', { error }));
    this.#closeMemory = this.#deps.memory.open(limits);
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
    this.#closeMemory();
  }

  #serveOther(other: OtherProtocol, socket: Socket, head: Buffer): void {
    const connections = this.#connections;
    if (!connections.has(socket) || !this.#server) return void socket.destroy();
    socket.setNoDelay(true);
    other.serve({
      socket,
      head,
      room: this.#roomOf(socket),
      open: () => connections.roomForReplies(socket) && this.#server !== undefined,
      mayAsk: () => {
        const may = connections.asks(socket);
        if (!may) connections.shutOut(socket);
        return may;
      },
      unsent: (bytes) => connections.unsent(socket, bytes) ?? (() => {}),
      working: () => connections.working(socket),
    });
  }

  #roomOf(socket: Socket): Room {
    return this.#deps.memory.bodies.of(this.#connections.callerOn(socket));
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = this.#routes.find(pathOf(request.url ?? '/'));
    const pages = (this.#options.cors || found?.route.pages?.()) ?? false;
    if (request.method === 'OPTIONS' && pages) return this.#replies.preflight(response);
    if (pages) this.#replies.openToPages(response);
    const refuse = (fault: Fault) => this.#replies.refuse(request, response, this.#refusal(fault));
    if (!found) return refuse('not-found');
    if (!found.methods.includes(request.method ?? '')) {
      response.setHeader('Allow', found.methods.join(', '));
      return refuse('wrong-method');
    }
    if (found.route.method === 'POST') return this.#take(found, request, response);
    const answer = this.#ask(found, { request, response, body: [] });
    // Most are there at once.
    this.#answer(found.route, response, answer instanceof Promise ? await answer : answer);
  }

  #refusal(fault: Fault, most: number = this.#limits.body): RouteAnswer {
    return this.#deps.refuse(fault, most);
  }

  /** What was worked on here is sent in any case; of what is only passed on there is no end, so without room it is left out. */
  #answer(route: Route, response: ServerResponse, answer: RouteAnswer): void {
    const passedOn = !route.worked && (answer.text?.length ?? 0) > SMALL_ANSWER;
    const room = !passedOn || this.#connections.roomForReplies(response.req.socket);
    this.#replies.answer(response, room ? answer : this.#refusal('no-room'));
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
    const { bodyMs: withinMs, pieces, pieceBytes } = this.#limits;
    const most = Math.min(this.#limits.body, route.mostBytes ?? this.#limits.body);
    const refuse = (fault: Fault) => {
      const answer = this.#refusal(fault, most);
      route.turnedAway?.(fault, answer);
      this.#replies.refuse(request, response, answer);
    };
    const { origin } = request.headers;
    if (route.limited && origin !== undefined && !this.#origins.admits(origin)) return refuse('origin-limited');
    if (!this.#connections.roomForReplies(request.socket)) return refuse('no-room');
    if (!bringsJson(request)) return refuse('wrong-type');
    const room = this.#roomOf(request.socket);
    const body = await readBody(request, this.#deps.clock, room, { most, withinMs, pieces, pieceBytes });
    switch (body.kind) {
      case 'gone':
        return;
      case 'crumbs':
        return this.#connections.shutOut(request.socket);
      case 'too-large':
      case 'no-room':
      case 'too-slow':
        return refuse(body.kind);
      case 'read':
    }
    const { parts, held } = body;
    const done = this.#connections.working(request.socket);
    try {
      const answer = await this.#ask(found, { request, response, body: parts });
      this.#answer(route, response, answer);
    } finally {
      room.give(held);
      done();
    }
  }
}

/** Such as health and metrics: these are there for all who ask. */
const SMALL_ANSWER = 64 * 1024;
