// What Anthropic's Messages API answers, as a chat completion of the OpenAI dialect. Only known members are read and written
// anew, so that nothing else of the reply goes any further.

import { isWithin, type Json, objectOf } from './shapes.ts';

/** Beyond it a count is nonsense, and it would be paid for. */
const LARGEST_COUNT = 100_000_000;

/** Levels of a call's arguments. */
const MOST_DEPTH = 64;

/** Anything unlisted counts as a natural end. A pause is for tools of Anthropic's own, of which none is ever offered. */
const FINISHES: ReadonlyMap<unknown, string> = new Map([
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/**
 * A reply to POST /v1/messages as an OpenAI chat completion; undefined where it is none. Text blocks become the content, calls
 * of tools stay calls, and what the model thought stays out. Tokens read from a cache or written to one count as read.
 */
export function toCompletion(reply: Json, { model, created }: { model: string; created: number }): Json | undefined {
  const { id, content, usage } = reply;
  if (reply.type !== 'message' || !Array.isArray(content)) return undefined;
  const blocks = content.map(objectOf);
  const text: string[] = [];
  const calls: Json[] = [];
  for (const block of blocks) {
    if (block?.type === 'text' && typeof block.text === 'string') text.push(block.text);
    else if (block?.type === 'tool_use') {
      const { id: call, name, input } = block;
      if (typeof call !== 'string' || typeof name !== 'string' || !objectOf(input) || !isWithin(MOST_DEPTH, input))
        return undefined;
      calls.push({ id: call, type: 'function', function: { name, arguments: JSON.stringify(input) } });
    } else if (typeof block?.type !== 'string' || block.type === 'text') return undefined;
  }
  const {
    input_tokens: fresh,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    output_tokens,
  } = objectOf(usage) ?? {};
  const prompt_tokens = count(fresh) + count(written) + count(cached);
  const completion_tokens = count(output_tokens);
  const message = { role: 'assistant', content: text.join(''), ...(calls.length > 0 && { tool_calls: calls }) };
  return {
    id: typeof id === 'string' && /^[\w-]{1,128}$/.test(id) ? id : 'msg',
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, finish_reason: FINISHES.get(reply.stop_reason) ?? 'stop' }],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

function count(value: unknown): number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_COUNT
    ? (value as number)
    : 0;
}
