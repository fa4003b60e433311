// What a stranger sends is rebuilt here before a model server sees it: only members on a list, each with its type, range and
// size checked. Servers take much more than their documentation tells (options that load models, keep memory, fetch addresses,
// run tools), so what is not known to be harmless does not pass.

import type { InferenceTask } from '../backend.ts';
import {
  bad,
  clamped,
  flag,
  isRecord,
  list,
  oneOf,
  type Read,
  Refusal,
  type RefusalCode,
  shape,
  text,
  whole,
} from './filter-fields.ts';
import { messages, responseFormat, toolChoice, tools } from './filter-messages.ts';

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

const MOST_BIASES = 1024;
const MOST_STOPS = 16;
const MOST_STOP = 256;
const MOST_INPUTS = 2048;
const MOST_INPUT = 1024 * 1024;

const stopText = text(MOST_STOP, 1);
const stopTexts = list(stopText, 0, MOST_STOPS);
const stop: Read = (value, at) => (typeof value === 'string' ? stopText(value, at) : stopTexts(value, at));

const bias = clamped(-100, 100);
/** Token numbers to what is added to their likelihood. */
const logitBias: Read = (value, at) => {
  if (!isRecord(value)) throw bad(at, 'must be an object');
  const entries = Object.entries(value);
  if (entries.length > MOST_BIASES) throw new Refusal('too-large', `${at} may have at most ${MOST_BIASES} entries`);
  if (!entries.every(([token]) => /^\d{1,9}$/.test(token))) throw bad(at, 'must have token numbers as names');
  return Object.fromEntries(entries.map(([token, by]) => [token, bias(by, at)]));
};

const inputText = text(MOST_INPUT, 1);
const inputTexts = list(inputText, 1, MOST_INPUTS);
const input: Read = (value, at) => (typeof value === 'string' ? inputText(value, at) : inputTexts(value, at));

const chat = shape(
  {
    messages,
    temperature: clamped(0, 2),
    top_p: clamped(0, 1),
    max_tokens: whole(1, Number.MAX_SAFE_INTEGER),
    max_completion_tokens: whole(1, Number.MAX_SAFE_INTEGER),
    stop,
    seed: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    presence_penalty: clamped(-2, 2),
    frequency_penalty: clamped(-2, 2),
    tools,
    tool_choice: toolChoice,
    parallel_tool_calls: flag,
    response_format: responseFormat,
    logprobs: flag,
    top_logprobs: whole(0, 20),
    logit_bias: logitBias,
  },
  ['messages'],
);

const embedding = shape(
  {
    input,
    dimensions: whole(1, 65_536),
    encoding_format: oneOf('float', 'base64'),
  },
  ['input'],
);

/**
 * Pure, never throws, and the same again when applied to its own answer. A chat comes out with `max_tokens` set, one answer
 * asked for and streaming off; who the caller's user is (`user`) stays out.
 */
export function filterPayload(task: InferenceTask, payload: unknown, limits: FilterLimits): Filtered {
  try {
    const members = task === 'llm:chat' ? readChat(payload, limits) : embedding(payload, 'payload');
    return { ok: true, payload: { model: limits.model, ...members }, model: limits.model };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }
}

function readChat(payload: unknown, { maxTokens }: FilterLimits): Record<string, unknown> {
  // One name for the bound, the one that every server obeys: some ignore the newer `max_completion_tokens`.
  const { max_tokens: older, max_completion_tokens: newer, ...members } = chat(payload, 'payload');
  const asked = [older, newer].filter((value) => typeof value === 'number');
  if (!Array.isArray(members.tools) || members.tools.length === 0) {
    // Servers refuse a choice among no tools.
    for (const name of ['tools', 'tool_choice', 'parallel_tool_calls']) delete members[name];
  }
  return { ...members, max_tokens: Math.min(maxTokens, ...asked), stream: false };
}
