// What a stranger sends is rebuilt here before a model server sees it: only members on a list, each with its type, range and
// size checked. Servers take much more than their documentation tells (options that load models, keep memory, fetch addresses,
// run tools), so what is not known to be harmless does not pass.

import type { InferenceTask } from '../backend.ts';
import { PAYLOAD } from '../bounds.ts';
import { readSpeech, readTranscription } from './filter-audio.ts';
import { flag, oneOf, oneOrMore, type Read, Refusal, type RefusalCode, shape, text, whole } from './filter-fields.ts';
import { messages, partsOf, responseFormat, schemasIn, toolChoice, tools } from './filter-messages.ts';
import { sampling, tokenCount } from './filter-sampling.ts';
import { boundTogether } from './filter-schema.ts';

export interface FilterLimits {
  /** The most tokens an answer may have; also used where the caller names no number. */
  readonly maxTokens: number;
  /** The model to ask, as the server calls it. Whatever the payload names is replaced. */
  readonly model: string;
}

/** `message` is a plain sentence made of our own words: it may be shown to the caller. */
export type Filtered =
  | { readonly ok: true; readonly payload: Readonly<Record<string, unknown>>; readonly model: string }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

const inputs = oneOrMore(text(PAYLOAD.input, 1), 1, PAYLOAD.inputs);

const chat = shape(
  {
    messages,
    max_tokens: tokenCount,
    max_completion_tokens: tokenCount,
    ...sampling,
    tools,
    tool_choice: toolChoice,
    parallel_tool_calls: flag,
    response_format: responseFormat,
    logprobs: flag,
    top_logprobs: whole(0, 20),
  },
  ['messages'],
);

const completion = shape(
  {
    // Token numbers in place of text are for one model's own vocabulary, and wrong ones have brought servers down.
    prompt: oneOrMore(text(PAYLOAD.text, 1), 1, PAYLOAD.prompts),
    suffix: text(PAYLOAD.input),
    max_tokens: tokenCount,
    ...sampling,
    echo: flag,
    logprobs: whole(0, 5),
  },
  ['prompt'],
);

const embedding = shape({ input: inputs, dimensions: whole(1, 65_536), encoding_format: oneOf('float', 'base64') }, [
  'input',
]);

const judgedParts = partsOf('text', 'image_url');
const judged: Read = (value, at) => {
  const parts = Array.isArray(value) && typeof value[0] === 'object';
  return parts ? judgedParts(value, at) : inputs(value, at);
};
const moderation = shape({ input: judged }, ['input']);

const READERS: Readonly<Record<InferenceTask, (payload: unknown, limits: FilterLimits) => Record<string, unknown>>> = {
  'llm:chat': readChat,
  'llm:completion': readCompletion,
  'llm:embedding': (payload) => embedding(payload, 'payload'),
  'audio:transcribe': readTranscription,
  'audio:speech': readSpeech,
  'safety:moderate': (payload) => moderation(payload, 'payload'),
};

/**
 * Pure, never throws, and the same again when applied to its own answer; plain data in and out. A chat or a completion comes
 * out with `max_tokens` set, one answer asked for and streaming off; who the caller's user is (`user`) stays out.
 */
export function filterPayload(task: InferenceTask, payload: unknown, limits: FilterLimits): Filtered {
  try {
    return { ok: true, payload: { model: limits.model, ...READERS[task](payload, limits) }, model: limits.model };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }
}

function readChat(payload: unknown, { maxTokens }: FilterLimits): Record<string, unknown> {
  // One name for the bound, the one that every server obeys: some ignore the newer `max_completion_tokens`.
  const { max_tokens: older, max_completion_tokens: newer, ...members } = chat(payload, 'payload');
  boundTogether(schemasIn(members));
  if (!Array.isArray(members.tools) || members.tools.length === 0) {
    // Servers refuse a choice among no tools.
    for (const name of ['tools', 'tool_choice', 'parallel_tool_calls']) delete members[name];
  }
  return { ...members, max_tokens: least(maxTokens, older, newer), stream: false };
}

function readCompletion(payload: unknown, { maxTokens }: FilterLimits): Record<string, unknown> {
  const { max_tokens: asked, ...members } = completion(payload, 'payload');
  // Servers grant it to each prompt, while the user's limit is for the whole answer.
  const prompts = Array.isArray(members.prompt) ? members.prompt.length : 1;
  const share = Math.max(1, Math.floor(maxTokens / prompts));
  return { ...members, max_tokens: least(share, asked), stream: false };
}

function least(limit: number, ...asked: readonly unknown[]): number {
  return Math.min(limit, ...asked.filter((value) => typeof value === 'number'));
}
