// The one door to the outside: a small HTTP server with two routes. Everything that arrives is bounded before it is looked at.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { readBody } from './body.ts';
import type { Answer } from './desk.ts';
import { BindRefused, PortTaken } from './errors.ts';
import * as wire from './wire.ts';

export interface TaskServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: { handle(json: unknown, gone: AbortSignal): Promise<Answer> };
  /** The body of GET /iicp/health. */
  readonly health: () => Readonly<Record<string, unknown>>;
  /** A request that was turned away before the desk saw it. */
  readonly refused: () => void;
}

export interface TaskServerOptions {
  readonly bind: string;
  readonly port: number;
}

/** Bounds on strangers. Sizes in bytes, times in milliseconds. */
const LIMITS = {
  /** Images and audio travel inline, so well above the 2 MiB of the first nodes. */
  body: 16 * 1024 * 1024,
  bodyMs: 30_000,
  /** All bodies being read or worked on, together. */
  bodiesTogether: 256 * 1024 * 1024,
  headersMs: 10_000,
  headerBytes: 16 * 1024,
  keepAliveMs: 65_000,
  connections: 1024,
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
  #server: Server | undefined;
  #held = 0;

  constructor(deps: TaskServerDeps, options: TaskServerOptions) {
    this.#deps = deps;
    this.#options = options;
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
    const server = createServer(
      {
        maxHeaderSize: LIMITS.headerBytes,
        headersTimeout: LIMITS.headersMs,
        // A body has its own deadline that answers 408; this one only ends what even that could not.
        requestTimeout: LIMITS.bodyMs + LIMITS.headersMs,
        keepAliveTimeout: LIMITS.keepAliveMs,
        noDelay: true,
      },
      (request, response) => {
        this.#route(request, response).catch((error: unknown) => {
          this.#deps.logger.error('a request failed in an unforeseen way', { error });
          if (!response.headersSent) this.#reply(response, 500, INTERNAL);
          else response.destroy();
        });
      },
    );
    server.maxConnections = LIMITS.connections;
    server.on('clientError', (_error, socket) => socket.destroy());
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
    const path = (request.url ?? '/').split('?', 1)[0];
    if (request.method === 'OPTIONS') return void response.writeHead(204, PREFLIGHT).end();
    if (path === '/v1/task' && request.method === 'POST') return this.#task(request, response);
    if (path === '/iicp/health' && (request.method === 'GET' || request.method === 'HEAD')) {
      return this.#reply(response, 200, JSON.stringify(this.#deps.health()));
    }
    this.#refuse(request, response, wire.notFound());
  }

  async #task(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const type = request.headers['content-type'] ?? '';
    if (type.split(';', 1)[0]!.trim().toLowerCase() !== JSON_TYPE) {
      return this.#refuse(request, response, wire.wrongType());
    }
    const room = LIMITS.bodiesTogether - this.#held;
    const body = await readBody(request, this.#deps.clock, {
      most: Math.min(LIMITS.body, Math.max(0, room)),
      withinMs: LIMITS.bodyMs,
    });
    switch (body.kind) {
      case 'gone':
        return;
      case 'too-large':
        return this.#refuse(
          request,
          response,
          room < LIMITS.body ? wire.draining('memory', 2) : wire.tooLarge(LIMITS.body),
        );
      case 'too-slow':
        return this.#refuse(request, response, wire.tooSlow());
      case 'read':
    }
    const { bytes } = body;
    const gone = new AbortController();
    const onClose = () => gone.abort();
    response.on('close', onClose);
    this.#held += bytes.length;
    try {
      const json = parse(bytes);
      if (json === undefined) return this.#refuse(request, response, wire.notJson());
      const answer = await this.#deps.desk.handle(json, gone.signal);
      response.off('close', onClose);
      if (answer.text === undefined || response.destroyed) return;
      const trace = TRACEPARENT.exec(String(request.headers.traceparent ?? ''))?.[1];
      this.#reply(response, answer.status, answer.text, answer.retryAfterS, trace);
    } finally {
      this.#held -= bytes.length;
    }
  }

  /** Before the desk: the body may be unread, so the connection is not used again. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: wire.Refusal): void {
    this.#deps.refused();
    if (!request.complete) {
      response.shouldKeepAlive = false;
      // Let the answer arrive before the connection goes: what is still on its way is read and thrown away, within reason.
      request.resume();
    }
    this.#reply(response, refusal.status, JSON.stringify(refusal.body), refusal.retryAfterS);
  }

  #reply(response: ServerResponse, status: number, text: string, retryAfterS?: number, trace?: string): void {
    const headers: Record<string, string | number> = {
      'Content-Type': JSON_TYPE,
      'Content-Length': Buffer.byteLength(text),
      ...CORS,
    };
    if (retryAfterS !== undefined) headers['Retry-After'] = retryAfterS;
    if (trace !== undefined) headers['X-IICP-Trace-Id'] = trace;
    response.writeHead(status, headers).end(response.req.method === 'HEAD' ? undefined : text);
  }
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
