// The one door to the outside: a small HTTP server with three routes. Everything that arrives is bounded before it is looked at.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { drain, Room, readBody } from './body.ts';
import { OriginWindow } from './callers.ts';
import { type Answer, GONE } from './desk.ts';
import { BindRefused, PortTaken } from './errors.ts';
import * as wire from './wire.ts';

export interface TaskServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: { handle(json: unknown, stop: AbortController): Promise<Answer> };
  /** The body of GET /iicp/health. */
  readonly health: () => Readonly<Record<string, unknown>>;
  /** A task that was turned away before the desk saw it. */
  readonly refused: () => void;
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
  connections: 1024,
  /** Requests of one web page in a minute, and pages that are told apart. */
  perOrigin: 120,
  origins: 1000,
};

const JSON_TYPE = 'application/json';
const CORS = { 'Access-Control-Allow-Origin': '*' };
const PREFLIGHT = {
  ...CORS,
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
  'Access-Control-Max-Age': '86400',
};
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

export class TaskServer {
  readonly #deps: TaskServerDeps;
  readonly #options: TaskServerOptions;
  readonly #limits: TaskServerLimits;
  readonly #room: Room;
  readonly #origins: OriginWindow;
  /** The newest answer on each connection. */
  readonly #answering = new WeakMap<Duplex, ServerResponse>();
  /** Connections on which nothing more is expected than the answers under way. */
  readonly #ending = new WeakSet<Duplex>();
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
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#notHttp(error, socket));
    const { bind, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new PortTaken(bind, port, error) : new BindRefused(bind, port, error));
      });
      server.listen({ host: bind, port, ipv6Only: false }, resolve);
    });
    this.#server = server;
  }

  /** Ends at once; drain before. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url ?? '/');
    if (request.method === 'OPTIONS' && this.#options.cors) return void response.writeHead(204, PREFLIGHT).end();
    const allowed = METHODS.get(path);
    if (!allowed) return this.#refuse(request, response, wire.notFound());
    if (!allowed.includes(request.method ?? '')) {
      response.setHeader('Allow', allowed.join(', '));
      return this.#refuse(request, response, wire.wrongMethod());
    }
    if (path === '/v1/task') return this.#task(request, response);
    if (path === '/metrics') return this.#noMetrics(response);
    this.#reply(response, 200, JSON.stringify(this.#deps.health()));
  }

  #noMetrics(response: ServerResponse): void {
    response.writeHead(503, { 'Content-Type': 'text/plain', ...(this.#options.cors ? CORS : {}) });
    response.end('metrics are off');
  }

  async #task(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origin } = request.headers;
    if (this.#options.cors && origin !== undefined && !this.#origins.admits(origin)) {
      return this.#refuseTask(request, response, wire.originLimited(60));
    }
    const type = request.headers['content-type'] ?? '';
    if (type.split(';', 1)[0]!.trim().toLowerCase() !== JSON_TYPE) {
      return this.#refuseTask(request, response, wire.wrongType());
    }
    const { body: most, bodyMs: withinMs } = this.#limits;
    const body = await readBody(request, this.#deps.clock, this.#room, { most, withinMs });
    switch (body.kind) {
      case 'gone':
        return;
      case 'too-large':
        return this.#refuseTask(request, response, wire.tooLarge(most));
      case 'no-room':
        return this.#refuseTask(request, response, wire.draining('memory', 2));
      case 'too-slow':
        return this.#refuseTask(request, response, wire.tooSlow());
      case 'read':
    }
    const { bytes, held } = body;
    const stop = new AbortController();
    const onClose = () => stop.abort(GONE);
    response.on('close', onClose);
    try {
      const json = parse(bytes);
      if (json === undefined) return this.#refuseTask(request, response, wire.notJson());
      const answer = await this.#deps.desk.handle(json, stop);
      response.off('close', onClose);
      if (answer.text === undefined || response.destroyed) return;
      const trace = TRACEPARENT.exec(String(request.headers.traceparent ?? ''))?.[1];
      this.#reply(response, answer.status, answer.text, answer.retryAfterS, trace);
    } finally {
      this.#room.give(held);
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

  #refuseTask(request: IncomingMessage, response: ServerResponse, refusal: wire.Refusal): void {
    this.#deps.refused();
    this.#refuse(request, response, refusal);
  }

  /** Before the desk: the body may be unread, so the connection is not used again. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: wire.Refusal): void {
    const text = JSON.stringify(refusal.body);
    if (request.complete) return void this.#reply(response, refusal.status, text, refusal.retryAfterS);
    response.shouldKeepAlive = false;
    this.#head(response, refusal.status, text, refusal.retryAfterS);
    if (request.method !== 'HEAD') response.write(text);
    void drain(request, this.#deps.clock, this.#limits.lingerMs).then(() => response.end());
  }

  #reply(response: ServerResponse, status: number, text: string, retryAfterS?: number, trace?: string): void {
    this.#head(response, status, text, retryAfterS, trace);
    response.end(response.req.method === 'HEAD' ? undefined : text);
  }

  #head(response: ServerResponse, status: number, text: string, retryAfterS?: number, trace?: string): void {
    const headers: Record<string, string | number> = {
      'Content-Type': JSON_TYPE,
      'Content-Length': Buffer.byteLength(text),
    };
    if (this.#options.cors) headers['Access-Control-Allow-Origin'] = CORS['Access-Control-Allow-Origin'];
    if (retryAfterS !== undefined) headers['Retry-After'] = retryAfterS;
    if (trace !== undefined) headers['X-IICP-Trace-Id'] = trace;
    response.writeHead(status, headers);
  }
}

const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/v1/task', ['POST']],
  ['/iicp/health', ['GET', 'HEAD']],
  ['/metrics', ['GET', 'HEAD']],
]);

/** Without the query, and without the origin that clients of a proxy put in front (RFC 9112, 3.2.2). */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 1)[0] || '/';
}

function notHttp(code: string | undefined): [status: string, refusal: wire.Refusal] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['431 Request Header Fields Too Large', wire.headerTooLarge()];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', wire.requestTooSlow()];
  return ['400 Bad Request', wire.notHttp()];
}

const INTERNAL = JSON.stringify({ error: { code: 'internal', message: 'internal error' } });

function parse(bytes: Buffer): unknown {
  try {
    // Undefined is no JSON value, so it can stand for "not JSON".
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
