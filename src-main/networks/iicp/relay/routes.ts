// What a relay answers over HTTP (IICP 2.7, 2.8): callers who want a worker, and workers who poll, which are mostly web pages. It
// passes texts on as they came, looked through and never parsed, and can't read what is sealed in them. Answers are passed on whole:
// no caller can ask a relay for pieces.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { type JsonBounds, type JsonFault, parseJson } from '../../../base/json-scan.ts';
import type { Random } from '../../../base/random.ts';
import { callerOf } from '../../../inbound/callers.ts';
import type { Asked, Route, RouteAnswer } from '../../../inbound/routes.ts';
import { PASSED_ANSWER, TASK_JSON } from '../bounds.ts';
import { RETRY_WHEN_BUSY_S, toAnswer } from '../inbound/answer.ts';
import { type Offload, OffloadLost, type PassedJson } from '../tasks/offload.ts';
import * as wire from '../tasks/wire.ts';
import { POLL_S, PollCarrier, Pollers } from './poll.ts';
import type { BindRefusal, Relayed, Sessions } from './sessions.ts';

export interface RelayRoutesDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined while this node is no relay: then there are no such routes. */
  readonly sessions: () => Sessions | undefined;
  readonly offload: Pick<Offload, 'scan'>;
  /** Hands a task to a node that is known and not bound here; undefined: there is none of that name, or it did not answer. */
  readonly toPeer: (nodeId: string, task: Buffer, signal: AbortSignal) => Promise<Relayed | 'unknown' | undefined>;
}

const text = (most: number) => z.string().min(1).max(most);
const Bind = z.object({
  worker_id: text(64),
  models: z.array(z.string().max(255)).max(64).catch([]),
  bind_ticket: text(4096).nullish(),
});
const Target = text(64);
const CallId = text(256);
const RetryAfter = z.object({ retry_after_ms: z.number().positive().max(3_600_000) });
const NO_TARGET = wire.refusal(422, 'IICP-E000', 'target_node_id and task are needed');
const NO_RESULT = wire.refusal(422, 'IICP-E001', 'call_id and result are needed');
const SMALL = 16 * 1024;
/** Of what is read of a text that is passed on: an id, with each of its characters escaped, or why a task failed. */
const MOST_READ = 4096;

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
  /** Of a body that is passed on. `handle` is given no text but an object of JSON within the bounds. */
  const passing = (
    names: readonly string[],
    malformed: wire.Refusal,
    handle: (sessions: Sessions, json: PassedJson, asked: Asked) => RouteAnswer | Promise<RouteAnswer>,
    bounds?: JsonBounds,
  ): Route['handle'] =>
    open(async (sessions, asked) => {
      try {
        const json = await deps.offload.scan(asked.body, names, bounds);
        if (isFault(json)) return toAnswer(json === 'not-json' ? malformed : wire.faultyJson(json));
        return json.kind === 'object' ? await handle(sessions, json, asked) : toAnswer(malformed);
      } catch (error) {
        if (error instanceof OffloadLost) return toAnswer(wire.draining('overloaded', RETRY_WHEN_BUSY_S));
        throw error;
      }
    });
  const answerTo = async (relayed: Relayed | undefined, taskId: () => Promise<string>, complete: Complete) => {
    const json =
      relayed &&
      (await deps.offload.scan([relayed.text], ['task_id', 'status', 'result', 'choices', 'error'], PASSED_ANSWER));
    if (!json || isFault(json) || json.kind !== 'object') return toAnswer(failed());
    return responseOf(relayed.status, json, taskId, complete);
  };
  const settle = passing(
    ['call_id', 'result', 'event'],
    NO_RESULT,
    (_sessions, { members }, asked) => {
      const callId = CallId.safeParse(small(members.get('call_id')));
      const result = members.get('result');
      // Events of a stream are taken and wait for the result, which has everything.
      if (!callId.success || (result ? !isObject(result) : !members.has('event'))) return toAnswer(NO_RESULT);
      if (result) pollers.settle(auth(asked), callId.data, { status: 200, text: result });
      return NOTHING;
    },
    PASSED_ANSWER,
  );
  const auth = ({ request }: Asked) => request.headers.authorization;
  const pages = () => deps.sessions() !== undefined;

  return [
    {
      path: '/v1/relay',
      method: 'POST',
      limited: true,
      handle: passing(['target_node_id', 'task'], NO_TARGET, async (sessions, { members }, { stop }) => {
        const target = Target.safeParse(small(members.get('target_node_id')));
        const task = members.get('task');
        if (!target.success || !isObject(task)) return toAnswer(NO_TARGET);
        const relayed = await sessions.forward(target.data, task, stop.signal);
        const idIn = async () => {
          const json = await deps.offload.scan([task], ['task_id']);
          return isFault(json) ? NO_ID : idOf(json);
        };
        if (relayed !== 'unbound') return answerTo(relayed, idIn, nested);
        const passed = await deps.toPeer(target.data, task, stop.signal);
        if (passed === 'unknown') return toAnswer(unknown());
        return passed ?? toAnswer(failed());
      }),
    },
    {
      path: '/v1/relay-for/:worker/v1/task',
      method: 'POST',
      limited: true,
      pages,
      handle: passing(['task_id'], wire.notJson(), async (sessions, json, { params, stop }) => {
        const relayed = await sessions.forward(params.worker!, json.bytes, stop.signal);
        if (relayed === 'unbound') return toAnswer(unknown());
        return answerTo(relayed, async () => idOf(json), merged);
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
        const bind = Bind.safeParse(valueIn(Buffer.concat(body)));
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
        const head = `{"call_id":${JSON.stringify(next.callId)},"task":`;
        return { status: 200, text: Buffer.concat([Buffer.from(head), next.task, END]) };
      }),
    },
    {
      path: '/v1/relay/result',
      method: 'POST',
      pages,
      handle: (asked) => {
        if (deps.sessions() && !pollers.of(auth(asked))) return toAnswer(badToken());
        return settle(asked);
      },
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

/** How an answer that is no whole response is made one: its members beside which others, and what of it is the result. */
type Complete = (worked: PassedJson) => readonly Buffer[];

/** What a worker answered, as the response to a task. */
async function responseOf(
  status: number,
  json: PassedJson,
  taskId: () => Promise<string>,
  complete: Complete,
): Promise<RouteAnswer> {
  const has = (name: string) => json.members.has(name);
  // A whole response already: passed on as it came.
  if (status !== 200 || (has('task_id') && has('status'))) {
    return { status, text: json.bytes, retryAfterS: retryAfterIn(json.members.get('error')) };
  }
  // Official workers have no status of their own to say that something went wrong.
  const failure = has('error') && !has('result') && !has('choices');
  const said = failure ? 'error' : 'completed';
  const head = [
    ...(has('task_id') ? [] : [Buffer.from(`"task_id":${await taskId()}`)]),
    ...(has('status') ? [] : [Buffer.from(`"status":"${said}"`)]),
  ];
  const text = Buffer.concat([BEGIN, ...listed([...head, ...(failure ? inside(json) : complete(json))]), END]);
  return { status: failure ? 502 : 200, text };
}

/** `/v1/relay`: whatever it is that the worker answered is the result, unless it says which part of it is. */
const nested: Complete = (worked) => (worked.members.has('result') ? inside(worked) : [asResult(worked)]);

/** `/v1/relay-for`: its members. A worker that answers with a bare completion is read by none of the clients, so it is nested as well. */
const merged: Complete = (worked) => [...inside(worked), ...(worked.members.has('result') ? [] : [asResult(worked)])];

const asResult = ({ bytes }: PassedJson) => Buffer.concat([Buffer.from('"result":'), bytes]);

const [BEGIN, COMMA, END] = [Buffer.from('{'), Buffer.from(','), Buffer.from('}')];

/** An object's members as they stand in its text, if it has any. */
const inside = ({ bytes, values }: PassedJson) =>
  values > 1 ? [bytes.subarray(bytes.indexOf(BEGIN) + 1, bytes.lastIndexOf(END))] : [];

const listed = (members: readonly Buffer[]) => members.flatMap((each, at) => (at === 0 ? [each] : [COMMA, each]));

const isFault = (json: PassedJson | JsonFault): json is JsonFault => typeof json === 'string';

/** Of the text of a value. */
const isObject = (text: Buffer | undefined): text is Buffer => text?.[0] === BEGIN[0];

/** A value that is read; undefined where there is none, or none that is small. */
const small = (text: Buffer | undefined) => (text && text.length <= MOST_READ ? valueIn(text) : undefined);

function valueIn(text: Buffer): unknown {
  const json = parseJson(text, TASK_JSON);
  return typeof json === 'string' ? undefined : json.value;
}

function retryAfterIn(error: Buffer | undefined): number | undefined {
  const ms = RetryAfter.safeParse(small(error)).data?.retry_after_ms;
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}

const NO_ID = '""';

/** As it stands in the text. */
function idOf({ members }: PassedJson): string {
  const id = small(members.get('task_id'));
  return typeof id === 'string' ? JSON.stringify(id) : NO_ID;
}
