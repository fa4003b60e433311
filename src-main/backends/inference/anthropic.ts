// Anthropic: models that are bought by the token and run elsewhere. They are asked in a dialect of their own, so that answers
// are put together here from what they say, never passed on as they came.

import type { Clock } from '../../base/clock.ts';
import type { BackendFactory, InferenceOutcome, InferenceRequest } from '../backend.ts';
import { adapter } from './adapter.ts';
import { toMessages } from './anthropic-map.ts';
import { toCompletion } from './anthropic-reply.ts';
import { StreamedMessage } from './anthropic-streamed.ts';
import type { Exchange, Upstream } from './http.ts';
import { declined, judge, MALFORMED, SERVER_ERROR, saysError, usageOf } from './judge.ts';
import { ask, type Look, noModel, notAModelServer, standing } from './look.ts';
import { type Json, objectOf, openaiModels, parseObject } from './shapes.ts';

const VERSION = '2023-06-01';
/** All of them at once; there are some dozen. */
const MODELS = '/v1/models?limit=1000';
const OVERLOADED = 529;

export const createAnthropic: BackendFactory = (deps, options) => {
  /** Models that take no temperature: the newer ones refuse what all others take, and no list says which they are. */
  const untuned = new Set<string>();
  return adapter({
    kind: 'anthropic',
    tasks: ['llm:chat'],
    look: lookAt,
    call: (clock, upstream, request) => chat(clock, upstream, request, untuned),
    upstream: { keyHeader: 'x-api-key', headers: { 'anthropic-version': VERSION } },
  })(deps, options);
};

async function lookAt(upstream: Upstream, signal: AbortSignal): Promise<Look> {
  const asked = await ask(upstream, MODELS, signal);
  if ('trouble' in asked) return asked.trouble;
  const names = isCatalogue(asked.json) ? openaiModels(asked.json) : undefined;
  if (!names) return notAModelServer(upstream.root);
  if (names.length === 0) {
    return noModel('Anthropic lists no model for this key.', 'Look which models the account may use.');
  }
  return standing(names.map((id) => ({ id, state: 'unknown' })));
}

/** `{data: [{type: 'model', id, display_name, ...}], has_more}`: the lists of others don't say `type`. */
function isCatalogue({ data }: Json): boolean {
  return Array.isArray(data) && data.every((entry: unknown) => objectOf(entry)?.type === 'model');
}

async function chat(
  clock: Clock,
  upstream: Upstream,
  { model, payload, signal, encoded, partial }: InferenceRequest,
  untuned: Set<string>,
): Promise<InferenceOutcome> {
  // Who sends a large payload waits long anyway.
  const tell = encoded ? undefined : partial;
  const body = toMessages(payload, model);
  if (!body) return { kind: 'refused', code: 'bad-request' };
  const { temperature, top_p: topP, ...plain } = body;
  const tuned = (temperature !== undefined || topP !== undefined) && !untuned.has(model);
  const send = (json: Json) => asked(clock, upstream, json, { model, signal, tell });
  const { exchange, outcome: first } = await send(tuned ? body : plain);
  if (!tuned || !/\b(?:temperature|top_p)\b/.test(complaintOf(exchange))) return first;
  // What only nudges chance is not worth a refusal, and one that was refused costs nothing.
  const { outcome } = await send(plain);
  if (outcome.kind === 'done') untuned.add(model);
  return outcome;
}

interface Asking {
  readonly model: string;
  readonly signal: AbortSignal;
  /** Wants the text as it comes; undefined: it comes whole. */
  readonly tell: ((text: string) => void) | undefined;
}

async function asked(
  clock: Clock,
  upstream: Upstream,
  json: Json,
  { model, signal, tell }: Asking,
): Promise<{ readonly exchange: Exchange; readonly outcome: InferenceOutcome }> {
  const began = clock.monotonic();
  let firstMs: number | undefined;
  const streamed =
    tell &&
    new StreamedMessage((text) => {
      firstMs ??= Math.round(clock.monotonic() - began);
      tell(text);
    });
  const body = JSON.stringify(streamed ? { ...json, stream: true } : json);
  const heard = streamed && ((bytes: Buffer) => streamed.feed(bytes));
  const exchange = await upstream.post('/v1/messages', body, signal, undefined, heard);
  const outcome = judged(clock, exchange, model, streamed);
  const timed = outcome.kind === 'done' && firstMs !== undefined;
  return { exchange, outcome: timed ? { ...outcome, firstMs } : outcome };
}

function judged(
  clock: Clock,
  exchange: Exchange,
  model: string,
  streamed: StreamedMessage | undefined,
): InferenceOutcome {
  if (exchange.kind === 'reply' && exchange.status === OVERLOADED) return declined(clock, 429, exchange.retryAfter);
  // An account that has run dry is answered as a bad request would be, though the sender of the task can't help it.
  if (/credit balance|usage limits/.test(complaintOf(exchange))) return { kind: 'failed', code: 'denied' };
  return judge(clock, exchange, ({ bytes, contentType }) => {
    const inPieces = streamed && /^text\/event-stream\b/i.test(contentType);
    const reply = inPieces ? streamed.answer() : parseObject(bytes.toString());
    if (!reply) return MALFORMED;
    // Too much to do can come up on the way, when the status has been sent.
    if (objectOf(reply.error)?.type === 'overloaded_error') return declined(clock, 429, undefined);
    if (saysError(reply)) return SERVER_ERROR;
    const json = toCompletion(reply, { model, created: Math.floor(clock.now() / 1000) });
    return json ? { kind: 'done', text: JSON.stringify(json), json, usage: usageOf(json) } : MALFORMED;
  });
}

/** What it says against a request that it calls bad (`{type: 'error', error: {type, message}}`): to be looked at, never shown. */
function complaintOf(exchange: Exchange): string {
  if (exchange.kind !== 'reply' || exchange.status !== 400) return '';
  const message = objectOf(parseObject(exchange.bytes.toString())?.error)?.message;
  return typeof message === 'string' ? message : '';
}
