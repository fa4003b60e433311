// What a relay answers over HTTP (IICP 2.7, 2.8): callers who want a worker, and workers who poll, which are mostly web pages. It
// passes texts on and can't read what is sealed in them. Answers are passed on whole: no caller can ask a relay for pieces.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { callerOf } from '../callers.ts';
import type { Asked, Route, RouteAnswer } from '../routes.ts';
import * as wire from '../wire.ts';
import { POLL_S, PollCarrier, Pollers } from './poll.ts';
import type { BindRefusal, Relayed, Sessions } from './sessions.ts';

export interface RelayRoutesDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined while this node is no relay: then there are no such routes. */
  readonly sessions: () => Sessions | undefined;
  /** Hands a task to a node that is known and not bound here; undefined: there is none of that name, or it did not answer. */
  readonly toPeer: (nodeId: string, task: string, signal: AbortSignal) => Promise<Relayed | 'unknown' | undefined>;
}

const text = (most: number) => z.string().min(1).max(most);
const Bind = z.object({
  worker_id: text(64),
  models: z.array(z.string().max(255)).max(64).catch([]),
  bind_ticket: text(4096).nullish(),
});
const Result = z.object({
  call_id: text(256),
  result: z.record(z.string(), z.unknown()).optional(),
  event: z.unknown().optional(),
});
const Wanted = z.object({ target_node_id: text(64), task: z.record(z.string(), z.unknown()) });
const SMALL = 16 * 1024;
const MOST_RETRY_MS = 3_600_000;

const NOTHING: RouteAnswer = { status: 204, text: '' };
const unknown = () => wire.refusal(404, 'IICP-E030', 'worker_not_bound');
const failed = () => wire.refusal(502, 'IICP-E031', 'relay_forward_failed');
const badToken = () => wire.refusal(401, 'IICP-E021', 'invalid_session_token');

const REFUSALS: Readonly<Record<BindRefusal, wire.Refusal>> = {
  malformed: wire.refusal(422, 'IICP-E001', 'malformed: worker_id'),
  ticket: wire.refusal(401, 'IICP-E040', 'relay_bind_ticket_invalid'),
  replayed: wire.refusal(409, 'IICP-E040', 'relay_bind_ticket_replayed'),
  alive: wire.refusal(409, 'IICP-E038', 'worker_already_bound'),
  rate: wire.refusal(429, 'IICP-E039', 'relay_bind_rate_limited', { reason: 'relay_bind_rate_limited' }),
  full: wire.refusal(503, 'IICP-E039', 'relay_full', { reason: 'relay_full' }),
};

export function relayRoutes(deps: RelayRoutesDeps): Route[] {
  const pollers = new Pollers();
  const open =
    (handle: (sessions: Sessions, asked: Asked) => RouteAnswer | Promise<RouteAnswer>): Route['handle'] =>
    (asked) => {
      const sessions = deps.sessions();
      return sessions ? handle(sessions, asked) : toAnswer(wire.notFound());
    };
  const auth = ({ request }: Asked) => request.headers.authorization;
  const pages = () => deps.sessions() !== undefined;

  return [
    {
      path: '/v1/relay',
      method: 'POST',
      limited: true,
      handle: open(async (sessions, { body, stop }) => {
        const wanted = Wanted.safeParse(jsonOf(body));
        if (!wanted.success) return toAnswer(wire.refusal(422, 'IICP-E000', 'target_node_id and task are needed'));
        const { target_node_id, task } = wanted.data;
        const taskText = JSON.stringify(task);
        const relayed = await sessions.forward(target_node_id, Buffer.from(taskText), stop.signal);
        if (relayed !== 'unbound') return responseOf(relayed, () => idIn(task), nested);
        const passed = await deps.toPeer(target_node_id, taskText, stop.signal);
        if (passed === 'unknown') return toAnswer(unknown());
        return passed ?? toAnswer(failed());
      }),
    },
    {
      path: '/v1/relay-for/:worker/v1/task',
      method: 'POST',
      limited: true,
      pages,
      handle: open(async (sessions, { body, params, stop }) => {
        const task = Buffer.concat(body);
        const relayed = await sessions.forward(params.worker!, task, stop.signal);
        if (relayed === 'unbound') return toAnswer(unknown());
        return responseOf(relayed, () => idIn(objectOf(task.toString())), merged);
      }),
    },
    {
      path: '/v1/relay-for/:worker/iicp/health',
      method: 'GET',
      pages,
      handle: open((sessions, { params }) => {
        const models = sessions.modelsOf(params.worker!);
        if (!models) return toAnswer(unknown());
        const body = { status: 'ok', node_id: params.worker, via_relay: true, models };
        return { status: 200, text: JSON.stringify(body) };
      }),
    },
    {
      path: '/v1/relay/bind',
      method: 'POST',
      pages,
      mostBytes: SMALL,
      handle: open((sessions, { body, request }) => {
        const bind = Bind.safeParse(jsonOf(body));
        if (!bind.success) return toAnswer(wire.refusal(422, 'IICP-E001', 'worker_id is needed'));
        const { worker_id: worker, models, bind_ticket } = bind.data;
        const principal = callerOf(request.socket.remoteAddress ?? '');
        const carrier = new PollCarrier(deps);
        const session = sessions.bind({ worker, models, ticket: bind_ticket ?? undefined, principal }, carrier);
        if (typeof session === 'string') return toAnswer(REFUSALS[session]);
        pollers.add({ session, carrier });
        const reply = {
          session_token: carrier.token,
          poll_timeout_s: POLL_S,
          worker_endpoint_path: `/v1/relay-for/${encodeURIComponent(worker)}`,
        };
        return { status: 200, text: JSON.stringify(reply) };
      }),
    },
    {
      path: '/v1/relay/pull',
      method: 'GET',
      pages,
      handle: open(async (_sessions, asked) => {
        const carrier = pollers.of(auth(asked));
        if (!carrier) return toAnswer(badToken());
        const next = await carrier.pull(asked.stop.signal);
        if (asked.stop.signal.aborted) return { status: 204, text: undefined };
        if (!next) return NOTHING;
        const task = jsonOf([next.task]) === undefined ? 'null' : next.task.toString();
        return { status: 200, text: `{"call_id":${JSON.stringify(next.callId)},"task":${task}}` };
      }),
    },
    {
      path: '/v1/relay/result',
      method: 'POST',
      pages,
      handle: open((_sessions, asked) => {
        const authorization = auth(asked);
        if (!pollers.of(authorization)) return toAnswer(badToken());
        const result = Result.safeParse(jsonOf(asked.body));
        if (!result.success || (result.data.result === undefined && result.data.event === undefined)) {
          return toAnswer(wire.refusal(422, 'IICP-E001', 'call_id and result are needed'));
        }
        const { call_id, result: answer } = result.data;
        // Events of a stream are taken and wait for the result, which has everything.
        if (answer) pollers.settle(authorization, call_id, { status: 200, text: JSON.stringify(answer) });
        return NOTHING;
      }),
    },
    {
      path: '/v1/relay/unbind',
      method: 'POST',
      pages,
      mostBytes: SMALL,
      handle: open((_sessions, asked) => {
        if (!pollers.of(auth(asked))) return toAnswer(badToken());
        pollers.end(auth(asked));
        return NOTHING;
      }),
    },
  ];
}

/** What a worker answered, as the response to a task. */
function responseOf(relayed: Relayed | undefined, taskId: () => string, complete: (worked: Json) => Json): RouteAnswer {
  const json = relayed && objectOf(relayed.text);
  if (!relayed || !json) return toAnswer(failed());
  // A whole response already: passed on as it came.
  if (relayed.status !== 200 || ('task_id' in json && 'status' in json)) {
    return { status: relayed.status, text: relayed.text, retryAfterS: retryAfterIn(json) };
  }
  // Official workers have no status of their own to say that something went wrong.
  if (isFailure(json)) return { status: 502, text: JSON.stringify({ task_id: taskId(), status: 'error', ...json }) };
  return { status: 200, text: JSON.stringify({ task_id: taskId(), status: 'completed', ...complete(json) }) };
}

type Json = Readonly<Record<string, unknown>>;

/** `/v1/relay`: whatever it is that the worker answered is the result, unless it says which part of it is. */
const nested = (worked: Json): Json => ('result' in worked ? worked : { result: worked });

/** `/v1/relay-for`: its members. A worker that answers with a bare completion is read by none of the clients, so it is nested as well. */
const merged = (worked: Json): Json => ({ ...worked, ...nested(worked) });

const isFailure = (json: Json) => 'error' in json && !('result' in json) && !('choices' in json);

function retryAfterIn({ error }: Json): number | undefined {
  const ms = isObject(error) ? error.retry_after_ms : undefined;
  return typeof ms === 'number' && ms > 0 && ms <= MOST_RETRY_MS ? Math.ceil(ms / 1000) : undefined;
}

function idIn(task: Json | undefined): string {
  return typeof task?.task_id === 'string' ? task.task_id : '';
}

function objectOf(given: string): Json | undefined {
  const json = jsonOf([Buffer.from(given)]);
  return isObject(json) ? json : undefined;
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function jsonOf(body: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(body).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function toAnswer({ status, body, retryAfterS }: wire.Refusal): RouteAnswer {
  return { status, text: JSON.stringify(body), retryAfterS };
}
