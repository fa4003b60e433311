// The wire shapes of POST /v1/task: what is read from a stranger's body, and each documented answer.

import type { JsonFault } from '../../../base/json-scan.ts';
import { TASK_JSON } from '../bounds.ts';
import type { SealedReply } from './cx.ts';

export const QOS_RANK = { realtime: 0, interactive: 1, batch: 2, 'best-effort': 3 } as const;
export type Qos = keyof typeof QOS_RANK;

/** Bounds of `constraints.timeout_ms`, and what holds where it is missing (IICP 2.1). */
export const TIMEOUT_MS = { least: 100, most: 300_000, usual: 30_000 };

export interface TaskRequest {
  readonly taskId: string;
  readonly intent: string;
  readonly payload: unknown;
  readonly envelope: unknown;
  readonly nonce: string | undefined;
  readonly wantsSealedReply: boolean;
  readonly qos: Qos;
  readonly timeoutMs: number;
  readonly maxTokens: number | undefined;
  readonly model: string | undefined;
  /** `auth.node_token`, with which a caller may prove to know this node. */
  readonly nodeToken: string | undefined;
  /** A part of work that another node has split. */
  readonly cooperative: boolean;
  /** The node that asks, where it says so: it goes into the receipt. */
  readonly sourceNodeId: string | undefined;
}

/** An answer other than success: nothing was earned. */
export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterS?: number;
}

const LONGEST = 255;
const LONGEST_TOKEN = 4096;
/** As directories take it (IICP 3.8). */
const NODE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,35}$/;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a parsed body by hand, on the path of every task. What is not read here is ignored. A refusal names the member that is
 * wrong, never its value; inside `constraints` a wrong one counts as absent.
 */
export function readTask(json: unknown): TaskRequest | Refusal {
  if (typeof json !== 'object' || json === null) return malformed('body');
  const { task_id, intent, payload, iicp_conf, nonce, cx_response_encryption, constraints, auth, cip, source_node_id } =
    json as Json;
  if (!isText(task_id)) return malformed('task_id');
  if (!isText(intent) || intent === '') return malformed('intent');
  if (nonce !== undefined && nonce !== null && !isText(nonce)) return malformed('nonce');
  if (constraints !== undefined && constraints !== null && typeof constraints !== 'object')
    return malformed('constraints');
  const hasPayload = payload !== undefined && payload !== null;
  const hasEnvelope = iicp_conf !== undefined && iicp_conf !== null;
  if (hasPayload === hasEnvelope) return refusal(422, 'IICP-E000', 'exactly one of payload and iicp_conf is needed');
  const { qos_class, qos, timeout_ms, max_tokens, model } = (constraints ?? {}) as Json;
  return {
    taskId: task_id,
    intent,
    payload: hasPayload ? payload : undefined,
    envelope: hasEnvelope ? iicp_conf : undefined,
    nonce: nonce ?? undefined,
    wantsSealedReply: cx_response_encryption === 'required',
    qos: qosOf(typeof qos_class === 'string' ? qos_class : qos),
    timeoutMs: clampTimeout(timeout_ms),
    maxTokens: Number.isSafeInteger(max_tokens) && (max_tokens as number) > 0 ? (max_tokens as number) : undefined,
    model: isText(model) && model !== '' ? model : undefined,
    nodeToken: tokenOf(auth),
    cooperative: typeof cip === 'object' && cip !== null,
    sourceNodeId: typeof source_node_id === 'string' && NODE_ID.test(source_node_id) ? source_node_id : undefined,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST;
}

function tokenOf(auth: unknown): string | undefined {
  const token = typeof auth === 'object' && auth !== null ? (auth as Json).node_token : undefined;
  return typeof token === 'string' && token.length <= LONGEST_TOKEN ? token : undefined;
}

function malformed(member: string): Refusal {
  return refusal(422, 'IICP-E000', `missing or malformed: ${member}`);
}

export function isRefusal(value: TaskRequest | Refusal): value is Refusal {
  return 'status' in value;
}

function qosOf(text: unknown): Qos {
  return text === 'realtime' || text === 'interactive' || text === 'batch' ? text : 'best-effort';
}

function clampTimeout(ms: unknown): number {
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return TIMEOUT_MS.usual;
  return Math.min(TIMEOUT_MS.most, Math.max(TIMEOUT_MS.least, ms));
}

export function refusal(status: number, code: string, message: string, more: Record<string, unknown> = {}): Refusal {
  return { status, body: { error: { code, message, ...more } } };
}

/** Full. The QoS class is echoed as the protocol spells it. */
export function full(qos: Qos): Refusal {
  const retryAfterS = 2;
  const more = { qos_class: qos === 'best-effort' ? 'best_effort' : qos, retry_after_ms: retryAfterS * 1000 };
  return { ...refusal(429, 'IICP-E021', 'capacity_exceeded', more), retryAfterS };
}

/** Not taking work: switched off, stopping, or without a model server. */
export function draining(reason: string, retryAfterS: number): Refusal {
  return { ...refusal(503, 'IICP-E024', 'draining', { reason, retry_after_ms: retryAfterS * 1000 }), retryAfterS };
}

/** The task's own time is below what any answer here took; `leastMs` is what it would need at least. */
export function tooHurried(leastMs: number, retryAfterS: number): Refusal {
  const more = { reason: 'deadline_too_short', least_timeout_ms: leastMs, retry_after_ms: retryAfterS * 1000 };
  return { ...refusal(503, 'IICP-E024', 'draining', more), retryAfterS };
}

/** A web page that asks too often. */
export function originLimited(retryAfterS: number): Refusal {
  return { ...refusal(429, 'IICP-E023', 'rate_limited', { retry_after_ms: retryAfterS * 1000 }), retryAfterS };
}

/** A caller that exchanges peers too often. */
export function peersLimited(retryAfterS: number): Refusal {
  return { ...refusal(429, 'IICP-E023', 'rate_limited', { retry_after_ms: retryAfterS * 1000 }), retryAfterS };
}

export const badSignature = (): Refusal => refusal(401, 'IICP-E012', 'invalid_signature');
export const unauthorized = (): Refusal => refusal(401, 'unauthorized', 'unauthorized');
export const notWorker = (): Refusal => refusal(403, 'cip_worker_denied', 'cip_worker_denied');
export const toolDenied = (): Refusal => refusal(403, 'tool_execution_denied', 'tool_execution_denied');
export const replayed = (): Refusal => refusal(409, 'IICP-E011', 'replay_detected');
export const duplicate = (): Refusal => refusal(409, 'IICP-E010', 'duplicate_task');
export const cantOpen = (): Refusal => refusal(400, 'IICP-CX-02', 'decrypt_failed');
export const notSealed = (): Refusal => refusal(400, 'IICP-CX-03', 'response_encryption_needs_sealed_request');
export const unknownModel = (): Refusal => refusal(404, 'IICP-E029', 'model_not_offered');
export const unknownIntent = (): Refusal => refusal(404, 'IICP-E029', 'intent_not_offered');
export const badPayload = (message: string): Refusal => refusal(422, 'IICP-E000', message);
export const tooLarge = (most: number): Refusal => refusal(413, 'IICP-E000', 'body_too_large', { max_bytes: most });
export const notJson = (): Refusal => refusal(400, 'IICP-E000', 'body_is_not_json');
/** A body that is no JSON, or more of it than anything of the protocol has; then with the bounds. */
export function faultyJson(fault: JsonFault): Refusal {
  if (fault === 'not-json') return notJson();
  const { depth, values } = TASK_JSON;
  return fault === 'too-deep'
    ? refusal(413, 'IICP-E000', 'json_too_deep', { max_depth: depth })
    : refusal(413, 'IICP-E000', 'json_has_too_many_values', { max_values: values });
}
export const wrongType = (): Refusal => refusal(415, 'IICP-E000', 'content_type_must_be_application_json');
export const tooSlow = (): Refusal => refusal(408, 'IICP-E000', 'body_too_slow');
export const requestTooSlow = (): Refusal => refusal(408, 'IICP-E000', 'request_too_slow');
export const headerTooLarge = (): Refusal => refusal(431, 'IICP-E000', 'header_too_large');
export const notHttp = (): Refusal => refusal(400, 'IICP-E000', 'not_http');
export const wrongMethod = (): Refusal => refusal(405, 'method_not_allowed', 'method_not_allowed');
export const notFound = (): Refusal => refusal(404, 'not_found', 'not_found');

/** A task that was taken and did not succeed. */
export function taskError(taskId: string, status: number, state: 'error' | 'timeout', code: string): Refusal {
  const message = TASK_ERRORS[code] ?? 'the task failed';
  return { status, body: { task_id: taskId, status: state, error: { code, message }, generated_by_ai: false } };
}

/** The same documented failure, so that a client goes on to another node; nothing was asked of a model server. */
export function lostBefore(taskId: string): Refusal {
  const error = {
    code: 'backend_error',
    message: 'a model server was lost over this payload; it is not tried again here for now',
  };
  return { status: 502, body: { task_id: taskId, status: 'error', error, generated_by_ai: false } };
}

const TASK_ERRORS: Readonly<Record<string, string>> = {
  backend_error: 'the model server did not give a usable answer',
  task_timeout: 'the task took longer than its timeout',
  storage_error: 'the provider could not record the outcome',
  node_stopping: 'the provider is stopping',
};

/** The one constant for success: older and newer clients accept it alike. */
const SUCCESS = 'completed';

export interface SuccessFacts {
  readonly taskId: string;
  readonly nodeId: string;
  readonly model: string;
  readonly latencyMs: number;
  readonly tokens: number;
  /** The model server's JSON object as it came: already parsed once, so it is put in as it stands. */
  readonly resultText: string;
}

/** The full reply as JSON text. */
export function successText(facts: SuccessFacts): string {
  const metrics = JSON.stringify({ latency_ms: facts.latencyMs, tokens_used: facts.tokens, node_id: facts.nodeId });
  return `{"task_id":${JSON.stringify(facts.taskId)},"status":"${SUCCESS}","result":${facts.resultText},"model_used":${JSON.stringify(facts.model)},"metrics":${metrics},"generated_by_ai":true}`;
}

/** The full reply to a task whose answer is sealed. Base64url wants no escaping, and that takes long in megabytes. */
export function sealedText(taskId: string, { version, nonce, encrypted_body }: SealedReply): string {
  const sealed = `{"version":${version},"nonce":"${nonce}","encrypted_body":"${encrypted_body}"}`;
  return `{"task_id":${JSON.stringify(taskId)},"status":"encrypted","iicp_conf_resp":${sealed},"generated_by_ai":true}`;
}
