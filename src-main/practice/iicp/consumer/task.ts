// One task as it goes over the wire: sealing the request, opening the reply, and judging whether it is the answer asked
// for. Pure, so that every way to answer wrongly can be tested without a socket.

import { ConsumerError } from '../../errors.ts';
import { openReply, type SealedReply, sealRequest } from '../sealing.ts';
import type { Offer } from './offers.ts';

export interface Task {
  readonly taskId: string;
  readonly intent: string;
  readonly payload: unknown;
  readonly constraints: Readonly<Record<string, unknown>>;
  readonly consumerId?: string;
}

export interface Answer {
  readonly status: 'completed' | 'success';
  readonly result: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
}

export interface Packed {
  /** The JSON body of POST /v1/task. */
  readonly body: string;
  /** Present when the task was sealed. */
  readonly shared?: Buffer;
  /** The reply must come sealed too. */
  readonly replySealed: boolean;
}

/** Secrets for one request: a 32-byte X25519 key, a 12-byte nonce for sealing and a replay nonce. Never reused. */
export interface Fresh {
  readonly ephemeralKey: Uint8Array;
  readonly sealingNonce: Uint8Array;
  readonly replayNonce: string;
}

/** The request body for one node; sealed for its key unless `sealed` is false. */
export function packTask(task: Task, offer: Offer, fresh: Fresh, sealed: boolean): Packed {
  const { taskId, intent, payload, constraints, consumerId } = task;
  const common = { task_id: taskId, intent, constraints, nonce: fresh.replayNonce, source_node_id: consumerId };
  const recipient = offer.cxKey;
  if (!sealed || !recipient) return { body: JSON.stringify({ ...common, payload }), replySealed: false };
  const { envelope, shared } = sealRequest({
    recipient,
    taskId,
    intent,
    payload: JSON.stringify(payload),
    ephemeralKey: fresh.ephemeralKey,
    nonce: fresh.sealingNonce,
  });
  const replySealed = recipient.features.includes('response_encryption_v1');
  const wish = replySealed ? { cx_response_encryption: 'required' } : {};
  return { body: JSON.stringify({ ...common, ...wish, iicp_conf: envelope }), shared, replySealed };
}

/** The answer in a 2xx reply. Throws ConsumerError `practice.bad-reply` with the reason in its details. */
export function readAnswer(text: string, packed: Packed, { taskId, intent }: Task, nodeId: string): Answer {
  const bad = (reason: string, cause?: unknown): ConsumerError =>
    new ConsumerError(
      'practice.bad-reply',
      `The node's reply was not an answer: ${reason}.`,
      { nodeId, reason },
      cause,
    );
  const parse = (json: string): Readonly<Record<string, unknown>> => {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (cause) {
      throw bad('not JSON', cause);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('not an object');
    return value as Readonly<Record<string, unknown>>;
  };

  let reply = parse(text);
  if (reply.task_id !== taskId) throw bad('another task id');
  if (packed.replySealed || reply.status === 'encrypted') {
    if (reply.status !== 'encrypted' || !packed.shared) throw bad('not sealed although it had to be');
    let opened: string;
    try {
      opened = openReply(packed.shared, taskId, (reply.iicp_conf_resp ?? {}) as SealedReply);
    } catch (cause) {
      throw bad('the seal does not open', cause);
    }
    reply = parse(opened);
    if (reply.task_id !== taskId) throw bad('another task id inside the seal');
  }
  const { status, result, metrics } = reply;
  if (status !== 'completed' && status !== 'success') throw bad('not completed');
  if (typeof result !== 'object' || result === null || Array.isArray(result)) throw bad('no result');
  if (metrics !== undefined && (typeof metrics !== 'object' || metrics === null)) throw bad('metrics are no object');
  const flaw = flawOf(intent, result as Readonly<Record<string, unknown>>);
  if (flaw !== undefined) throw bad(flaw);
  return { status, result: result as Answer['result'], metrics: metrics as Answer['metrics'] };
}

/** What official clients insist on for the intents they know. */
function flawOf(intent: string, result: Readonly<Record<string, unknown>>): string | undefined {
  if (intent.startsWith('urn:iicp:intent:llm:chat:')) {
    const { choices } = result;
    if (!Array.isArray(choices) || choices.length === 0) return 'no choices';
    const talks = (choice: { message?: { content?: unknown } } | null) => typeof choice?.message?.content === 'string';
    return choices.every(talks) ? undefined : 'a choice without text';
  }
  if (intent.startsWith('urn:iicp:intent:llm:embedding:')) {
    const { data } = result;
    if (!Array.isArray(data) || data.length === 0) return 'no embeddings';
    const isVector = (item: { embedding?: unknown } | null) =>
      Array.isArray(item?.embedding) && item.embedding.length > 0 && item.embedding.every(Number.isFinite);
    return data.every(isVector) ? undefined : 'an embedding that is no vector';
  }
  return undefined;
}
