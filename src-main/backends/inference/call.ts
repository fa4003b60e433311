// One task at a model server in the OpenAI dialect, which Ollama speaks too: buffered, so that usage, tool calls and log
// probabilities arrive whole, and judged, so that an error never passes for an answer.

import type { Clock } from '../../base/clock.ts';
import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../backend.ts';
import * as answers from './answers.ts';
import { asForm, asJson, type Body } from './encode.ts';
import type { Upstream } from './http.ts';
import { judge } from './judge.ts';

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
  const { path, encode, read } = ROUTES[request.task];
  const { body, contentType } = encode(request);
  const exchange = await upstream.post(path, body, request.signal, contentType);
  return judge(clock, exchange, (reply) => read(reply, request));
}
