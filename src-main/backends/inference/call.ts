// One task at a model server in the OpenAI dialect, which Ollama speaks too: buffered, so that usage, tool calls and log
// probabilities arrive whole, and judged, so that an error never passes for an answer.

import type { Clock } from '../../base/clock.ts';
import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../backend.ts';
import type { Upstream } from './http.ts';
import { judge, judgeJson } from './judge.ts';
import { type Json, objectOf } from './shapes.ts';

const PATHS: Readonly<Record<InferenceTask, string>> = {
  'llm:chat': '/v1/chat/completions',
  'llm:completion': '/v1/completions',
  'llm:embedding': '/v1/embeddings',
  'audio:transcribe': '/v1/audio/transcriptions',
  'audio:speech': '/v1/audio/speech',
  'safety:moderate': '/v1/moderations',
};

export async function call(clock: Clock, upstream: Upstream, request: InferenceRequest): Promise<InferenceOutcome> {
  const { task, model, payload, signal } = request;
  const body = JSON.stringify(payload.model === model ? payload : { ...payload, model });
  const answers = task === 'llm:chat' ? hasChoice : hasEmbeddings;
  return judge(clock, await upstream.post(PATHS[task], body, signal), ({ bytes }) =>
    judgeJson(bytes.toString(), answers),
  );
}

function hasChoice({ choices }: Json): boolean {
  if (!Array.isArray(choices) || choices.length === 0) return false;
  return choices.every((choice: unknown) => objectOf(objectOf(choice)?.message) !== undefined);
}

function hasEmbeddings({ data }: Json): boolean {
  if (!Array.isArray(data) || data.length === 0) return false;
  return data.every((entry: unknown) => {
    const embedding = objectOf(entry)?.embedding;
    if (typeof embedding === 'string') return embedding.length > 0;
    return Array.isArray(embedding) && typeof embedding[0] === 'number';
  });
}
