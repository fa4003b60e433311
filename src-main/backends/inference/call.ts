// One task at a model server in the OpenAI dialect, which Ollama speaks too: buffered, so that usage, tool calls and log
// probabilities arrive whole, and judged, so that an error never passes for an answer.

import type { Clock } from '../../base/clock.ts';
import type { InferenceOutcome, InferenceRequest, InferenceTask, Usage } from '../backend.ts';
import type { Exchange, Upstream } from './http.ts';
import { type Json, objectOf, parseObject } from './shapes.ts';

const PATHS: Readonly<Record<InferenceTask, string>> = {
  'llm:chat': '/v1/chat/completions',
  'llm:completion': '/v1/completions',
  'llm:embedding': '/v1/embeddings',
  'audio:transcribe': '/v1/audio/transcriptions',
  'audio:speech': '/v1/audio/speech',
  'safety:moderate': '/v1/moderations',
};
const LONGEST_RETRY_MS = 3_600_000;
/** Beyond it a count is nonsense, and it would be paid for. */
const MOST_TOKENS = 100_000_000;

export async function call(clock: Clock, upstream: Upstream, request: InferenceRequest): Promise<InferenceOutcome> {
  const { task, model, payload, signal } = request;
  const body = JSON.stringify(payload.model === model ? payload : { ...payload, model });
  return judge(clock, task, await upstream.post(PATHS[task], body, signal));
}

function judge(clock: Clock, task: InferenceTask, exchange: Exchange): InferenceOutcome {
  switch (exchange.kind) {
    case 'aborted':
      return { kind: 'aborted' };
    case 'lost':
      return { kind: 'failed', code: 'unreachable' };
    case 'not-http':
      return { kind: 'failed', code: 'malformed' };
    case 'too-large':
      return { kind: 'failed', code: 'too-large' };
    case 'reply':
      return exchange.status >= 200 && exchange.status < 300
        ? accepted(task, exchange.bytes.toString())
        : declined(clock, exchange.status, exchange.retryAfter);
  }
}

function declined(clock: Clock, status: number, retryAfter: string | undefined): InferenceOutcome {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return { kind: 'refused', code: 'bad-request' };
    case 404:
      return { kind: 'refused', code: 'unknown-model' };
    case 429: {
      const retryAfterMs = retryMs(clock, retryAfter);
      return { kind: 'refused', code: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    case 401:
    case 402:
    case 403:
    case 407:
      return { kind: 'failed', code: 'denied' };
    default:
      // A redirect is not followed: it would take the payload, and perhaps the key, to another host.
      return { kind: 'failed', code: status < 400 ? 'malformed' : 'server-error' };
  }
}

/** Retry-After as seconds or as a date (RFC 9110 section 10.2.3). */
function retryMs(clock: Clock, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  let ms = Number.NaN;
  if (/^\d{1,9}$/.test(value)) ms = Number(value) * 1000;
  else if (/^[A-Z][a-z]{2,}, /.test(value)) ms = Date.parse(value) - clock.now();
  return Number.isFinite(ms) ? Math.min(LONGEST_RETRY_MS, Math.max(0, ms)) : undefined;
}

function accepted(task: InferenceTask, text: string): InferenceOutcome {
  const json = parseObject(text);
  if (!json) return { kind: 'failed', code: 'malformed' };
  // Some servers answer 200 and say in the body that they could not.
  if (json.error !== undefined && json.error !== null) return { kind: 'failed', code: 'server-error' };
  const answers = task === 'llm:chat' ? hasChoice(json) : hasEmbeddings(json);
  return answers ? { kind: 'done', text, json, usage: usageOf(json) } : { kind: 'failed', code: 'malformed' };
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

function usageOf(json: Json): Usage {
  const usage = objectOf(json.usage) ?? {};
  const tokensIn = count(usage.prompt_tokens) ?? 0;
  const total = count(usage.total_tokens) ?? 0;
  return { tokensIn, tokensOut: count(usage.completion_tokens) ?? Math.max(0, total - tokensIn) };
}

function count(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_TOKENS
    ? (value as number)
    : undefined;
}
