// The listener to the outside as this protocol has it: tasks, health and metrics over HTTP, and native framing on the same port.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RefusalReason } from '../../../../src-preload/contract/work.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import { whyNotListening } from '../../../inbound/listen.ts';
import type { InboundMemory } from '../../../inbound/memory.ts';
import type { Fault } from '../../../inbound/refusals.ts';
import type { Route, RouteAnswer } from '../../../inbound/routes.ts';
import { InboundServer, type OtherProtocol } from '../../../inbound/server.ts';
import { listenRefused } from '../errors.ts';
import { NATIVE } from '../native/bounds.ts';
import { beginsFramed } from '../native/frame.ts';
import { type SessionDeps, serveNative } from '../native/session.ts';
import { METRICS_TYPE } from '../observe/prometheus.ts';
import { reasonOf } from '../tasks/rejection-reason.ts';
import * as wire from '../tasks/wire.ts';
import type { Shown } from './access.ts';
import { type Answer, type Piecemeal, toAnswer } from './answer.ts';
import { limitsFor, type TaskServerLimits } from './bounds.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

export interface TaskServerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What all listeners of this node share. */
  readonly memory: InboundMemory;
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
  /** Called with each connection that is let in. */
  readonly connected?: (socket: Socket) => void;
}

export interface TaskServerOptions {
  readonly bind: string;
  readonly port: number;
  /** The largest body of a task; the usual size where it is left out. */
  readonly maxBodyBytes?: number;
  /** Lets web pages of any origin use the node. */
  readonly cors?: boolean;
  /** Others than the usual ones. */
  readonly limits?: Partial<TaskServerLimits>;
}

export class TaskServer {
  readonly #server: InboundServer;
  readonly #bind: string;
  readonly #port: number;

  constructor(deps: TaskServerDeps, { bind, port, maxBodyBytes, cors = false, limits: others }: TaskServerOptions) {
    const limits = limitsFor(maxBodyBytes, others);
    this.#bind = bind;
    this.#port = port;
    this.#server = new InboundServer(
      { ...deps, routes: routesOf(deps), refuse, other: deps.native && framing(deps, deps.native, limits) },
      { bind, port, cors, limits },
    );
  }

  get address(): InboundServer['address'] {
    return this.#server.address;
  }

  /** Rejects with PortTaken, PortReserved or BindRefused. */
  async start(): Promise<void> {
    await this.#server.start().catch((error: NodeJS.ErrnoException) => {
      throw listenRefused(whyNotListening(error, this.#port), { bind: this.#bind, port: this.#port, cause: error });
    });
  }

  /** Sends the answers under way, within a time; takes nothing new. Drain before. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }
}

function routesOf({ admission, health, metrics, refused, routes = [] }: TaskServerDeps): Route[] {
  return [
    {
      path: '/v1/task',
      method: 'POST',
      worked: true,
      limited: true,
      turnedAway: (fault) => refused(reasonOf(REFUSALS[fault](0))),
      handle: ({ request, body, stop }) => admission.handle(body, stop, traceparentOf(request)?.[0], shownBy(request)),
    } satisfies Route,
    {
      path: '/iicp/health',
      method: 'GET',
      handle: () => ({ status: 200, text: JSON.stringify(health()) }),
    } satisfies Route,
    { path: '/metrics', method: 'GET', handle: () => metricsAnswer(metrics?.()) } satisfies Route,
    ...routes,
  ].map((route) => (route.method === 'POST' ? traced(route) : route));
}

/** The answer to what a trace is part of names that trace. */
function traced(route: Route): Route {
  return {
    ...route,
    handle: async (asked) => {
      const answer = await route.handle(asked);
      const trace = traceparentOf(asked.request)?.[1];
      return trace === undefined ? answer : { ...answer, headers: { 'X-IICP-Trace-Id': trace } };
    },
  };
}

const RETRY_WITHOUT_ROOM_S = 2;
const ORIGIN_RETRY_S = 60;

const REFUSALS: Readonly<Record<Fault, (most: number) => wire.Refusal>> = {
  'not-found': wire.notFound,
  'wrong-method': wire.wrongMethod,
  'wrong-type': wire.wrongType,
  'too-large': wire.tooLarge,
  'too-slow': wire.tooSlow,
  'no-room': () => wire.draining('memory', RETRY_WITHOUT_ROOM_S),
  'origin-limited': () => wire.originLimited(ORIGIN_RETRY_S),
  'not-http': wire.notHttp,
  'header-too-large': wire.headerTooLarge,
  'header-too-slow': wire.requestTooSlow,
  internal: () => wire.refusal(500, 'internal', 'internal error'),
};

function refuse(fault: Fault, most: number): RouteAnswer {
  return toAnswer(REFUSALS[fault](most));
}

function framing(
  { clock, logger, admission, refused }: TaskServerDeps,
  native: NonNullable<TaskServerDeps['native']>,
  limits: TaskServerLimits,
): OtherProtocol {
  return {
    begins: beginsFramed,
    serve: ({ socket, head, ...held }) => {
      const handle: SessionDeps['handle'] = (body, stop, partial) =>
        admission.handle(body, stop, undefined, { address: socket.remoteAddress }, partial);
      serveNative({ ...native, ...held, clock, logger, refused, handle }, socket, head, {
        frameBytes: Math.min(NATIVE.frame, limits.body + NATIVE.frameExtra),
        frameMs: limits.bodyMs,
        idleMs: limits.nativeIdleMs,
        sendMs: limits.sendMs,
      });
    },
  };
}

function metricsAnswer(text: string | undefined): RouteAnswer {
  if (text === undefined) return { status: 503, text: 'metrics are off', type: 'text/plain' };
  return { status: 200, text, type: METRICS_TYPE };
}

/** What a caller shows of itself; of a header that comes twice Node keeps the first or both, and both are nothing. */
function shownBy({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Shown {
  const token = headers['x-iicp-consumer-token'];
  const bearer = headers.authorization;
  return {
    address: socket.remoteAddress,
    consumerToken: typeof token === 'string' ? token : undefined,
    bearer: bearer === undefined ? undefined : /^Bearer (\S{1,4096})$/i.exec(bearer)?.[1],
  };
}

/** W3C Trace Context, all of it and the trace's id; in two headers of that name neither is believed. */
function traceparentOf({ headers }: IncomingMessage): RegExpExecArray | null {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
}
