// One task at a model server in the OpenAI dialect, which Ollama speaks too: buffered, so that usage, tool calls and log
// probabilities arrive whole, and judged, so that an error never passes for an answer. A caller that wants an answer's text as it comes
// hears it beside that.

import type { Clock } from '../../base/clock.ts';
import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../backend.ts';
import * as answers from './answers.ts';
import { asForm, asJson, type Body } from './encode.ts';
import type { Upstream } from './http.ts';
import { judge, MALFORMED } from './judge.ts';
import { type Json, objectOf } from './shapes.ts';
import { StreamedAnswer } from './streamed.ts';

interface Route {
  readonly path: string;
  readonly encode: (request: InferenceRequest) => Body;
  readonly read: answers.ReadAnswer;
}

const ROUTES: Readonly<Record<InferenceTask, Route>> = {
  'llm:chat': { path: '/v1/chat/completions', encode: asJson, read: answers.chat },
  'llm:completion': { path: '/v1/completions', encode: asJson, read: answers.completion },
  'llm:embedding': { path: '/v1/embeddings', encode: asJson, read: answers.embedding },
  'audio:transcribe': { path: '/v1/audio/transcriptions', encode: asForm, read: answers.transcription },
  'audio:speech': { path: '/v1/audio/speech', encode: asJson, read: answers.speech },
  'safety:moderate': { path: '/v1/moderations', encode: asJson, read: answers.moderation },
};

/** Never rejects. */
export async function call(clock: Clock, upstream: Upstream, request: InferenceRequest): Promise<InferenceOutcome> {
  if (request.partial && comesInPieces(request)) {
    const outcome = await streamed(clock, upstream, request, request.partial);
    // So says a server that knows no streaming, or none that counts; if it is the task that it refuses, it does so again.
    if (outcome.kind !== 'refused' || outcome.code !== 'bad-request') return outcome;
  }
  const { path, encode, read } = ROUTES[request.task];
  const { body, contentType } = encode(request);
  const exchange = await upstream.post(path, body, request.signal, contentType);
  const outcome = judge(clock, exchange, (reply) => read(reply, request));
  return outcome.kind === 'done' ? withFirst(outcome, promptMs(outcome.json)) : outcome;
}

/** llama.cpp tells in `timings` how long it read the prompt: the first token comes right after it. */
function promptMs(json: Json): number | undefined {
  const promptMs = objectOf(json.timings)?.prompt_ms;
  return typeof promptMs === 'number' && promptMs >= 0 && promptMs < MOST_FIRST_MS ? promptMs : undefined;
}

/** Beyond it a server's clock is nonsense. */
const MOST_FIRST_MS = 86_400_000;

function withFirst(
  outcome: Extract<InferenceOutcome, { kind: 'done' }>,
  firstMs: number | undefined,
): InferenceOutcome {
  return firstMs === undefined ? outcome : { ...outcome, firstMs: Math.round(firstMs) };
}

/** Large payloads are written elsewhere, and who sends them waits long anyway; of many prompts the texts would mix. */
function comesInPieces({ task, encoded, payload }: InferenceRequest): boolean {
  return !encoded && (task === 'llm:chat' || (task === 'llm:completion' && !Array.isArray(payload.prompt)));
}

async function streamed(
  clock: Clock,
  upstream: Upstream,
  request: InferenceRequest,
  tell: (text: string) => void,
): Promise<InferenceOutcome> {
  const { task, model, signal } = request;
  const { path, read } = ROUTES[task];
  const payload = { ...request.payload, model, stream: true, stream_options: { include_usage: true } };
  const began = clock.monotonic();
  let firstMs: number | undefined;
  const answer = new StreamedAnswer(task === 'llm:chat', (text) => {
    firstMs ??= clock.monotonic() - began;
    tell(text);
  });
  const body = JSON.stringify(payload);
  const exchange = await upstream.post(path, body, signal, undefined, (bytes) => answer.feed(bytes));
  const outcome = judge(clock, exchange, (reply) => {
    if (!/^text\/event-stream\b/i.test(reply.contentType)) return read(reply, request);
    const whole = answer.answer();
    return whole ? read({ ...reply, bytes: Buffer.from(JSON.stringify(whole)) }, request) : MALFORMED;
  });
  return outcome.kind === 'done' ? withFirst(outcome, firstMs) : outcome;
}
