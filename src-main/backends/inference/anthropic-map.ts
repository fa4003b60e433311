// A chat in the OpenAI dialect as Anthropic's Messages API takes it (version 2023-06-01). Pure; the way back is in
// anthropic-reply.ts.

import { isWithin, type Json, objectOf, parseObject } from './shapes.ts';

/** Anthropic asks for a bound; this one where the payload has none. */
const MOST_TOKENS = 4096;
/** Levels of a call's arguments; a stranger's text may have any number. */
const MOST_DEPTH = 64;
const DATA_IMAGE = /^data:(image\/(?:png|jpeg|webp|gif));base64,/;

/** Thrown and caught in this file only. */
class Unmappable extends Error {}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: Json[];
}

/**
 * The body of POST /v1/messages for a filtered chat payload; undefined where it can't say what the payload asks for.
 *
 * Refused, for leaving it out would answer another question: sound, images by address, log probabilities, JSON without a
 * schema, stops of white space alone, a tool's result that belongs to no call. Left out, for it only nudges chance or names
 * a caller: seed, penalties, biases, the detail of images, names of speakers. Temperatures above 1 become 1, Anthropic's
 * highest and its default, and `top_p` goes only where no temperature does: newer models refuse the two together.
 */
export function toMessages(payload: Json, model: string): Json | undefined {
  try {
    if (payload.logprobs === true) throw new Unmappable();
    const { system, yielder } = conversation(listOf(payload.messages));
    const asked = payload.max_tokens;
    return {
      model,
      max_tokens: typeof asked === 'number' && asked > 0 ? asked : MOST_TOKENS,
      ...(system && { system }),
      messages: yielder,
      ...samplingOf(payload),
      ...stopsOf(payload.stop),
      ...toolsOf(payload),
      ...formatOf(payload.response_format),
    };
  } catch (error) {
    if (error instanceof Unmappable) return undefined;
    throw error;
  }
}

/** The system's words are one text beside the turns, and neighbours of one role are one turn (as Anthropic would have it). */
function conversation(messages: readonly unknown[]): { readonly system: string; readonly yielder: readonly Turn[] } {
  const system: string[] = [];
  const yielder: Turn[] = [];
  const calls = new Calls();
  for (const each of messages) {
    const message = objectOf(each);
    switch (message?.role) {
      case 'system':
      case 'developer':
        system.push(...blocksOf(message.content).map(wordsOf));
        break;
      case 'user':
        say(yielder, 'user', blocksOf(message.content));
        break;
      case 'assistant':
        say(yielder, 'assistant', [...blocksOf(message.content ?? ''), ...calls.made(message.tool_calls)]);
        break;
      case 'tool':
        say(yielder, 'user', [calls.answered(message)]);
        break;
      default:
        throw new Unmappable();
    }
  }
  if (yielder.length === 0) throw new Unmappable();
  return { system: system.join('\n\n'), yielder };
}

function say(yielder: Turn[], role: Turn['role'], content: Json[]): void {
  // A message without content is refused, and says nothing.
  if (content.length === 0) return;
  const last = yielder.at(-1);
  if (last?.role === role) last.content.push(...content);
  else yielder.push({ role, content });
}

/** Blocks of white space alone are refused, and say nothing. */
function blocksOf(content: unknown): Json[] {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
  return parts.map(blockOf).filter(({ type, text }) => type !== 'text' || String(text).trim() !== '');
}

function blockOf(part: unknown): Json {
  const { type, text, image_url: image } = objectOf(part) ?? {};
  if (type === 'text' && typeof text === 'string') return { type, text };
  const url = objectOf(image)?.url;
  const start = typeof url === 'string' ? DATA_IMAGE.exec(url) : null;
  if (type !== 'image_url' || !start) throw new Unmappable();
  const data = start.input.slice(start[0].length);
  return { type: 'image', source: { type: 'base64', media_type: start[1], data } };
}

function wordsOf({ type, text }: Json): string {
  if (type !== 'text') throw new Unmappable();
  return text as string;
}

/**
 * Calls of tools and what came of them, under numbers of ours: a client's ids may be missing, come twice, or have characters
 * that Anthropic refuses.
 */
class Calls {
  #made = 0;
  /** Of the latest message with calls: those without a result. */
  #open: { readonly id: string; readonly theirs: unknown }[] = [];

  made(calls: unknown): Json[] {
    const blocks = listOf(calls ?? []).map((each) => {
      const call = objectOf(each);
      const { name, arguments: words } = objectOf(call?.function) ?? {};
      // Some clients write no arguments as no text.
      const input = words === '' ? {} : typeof words === 'string' ? parseObject(words) : undefined;
      if (!input || !isWithin(MOST_DEPTH, input)) throw new Unmappable();
      this.#made += 1;
      return { theirs: call?.id, block: { type: 'tool_use', id: `call_${this.#made}`, name, input } };
    });
    if (blocks.length > 0) this.#open = blocks.map(({ theirs, block }) => ({ id: block.id, theirs }));
    return blocks.map(({ block }) => block);
  }

  answered({ tool_call_id: theirs, content }: Json): Json {
    const call = this.#open.find((open) => theirs === undefined || open.theirs === theirs);
    if (!call) throw new Unmappable();
    this.#open = this.#open.filter((open) => open !== call);
    const blocks = blocksOf(content);
    return { type: 'tool_result', tool_use_id: call.id, ...(blocks.length > 0 && { content: blocks }) };
  }
}

function samplingOf({ temperature, top_p: topP }: Json): Json {
  if (typeof temperature === 'number' && temperature < 1) return { temperature: Math.max(0, temperature) };
  return typeof topP === 'number' && topP < 1 ? { top_p: topP } : {};
}

function stopsOf(stop: unknown): Json {
  const stops = typeof stop === 'string' ? [stop] : listOf(stop ?? []);
  if (stops.some((each) => typeof each !== 'string' || each.trim() === '')) throw new Unmappable();
  return stops.length > 0 ? { stop_sequences: stops } : {};
}

function toolsOf({ tools, tool_choice: choice, parallel_tool_calls: parallel }: Json): Json {
  if (tools === undefined) return {};
  const alone = parallel === false && choice !== 'none' && { disable_parallel_tool_use: true };
  const chosen = choice === undefined ? alone && { type: 'auto', ...alone } : { ...choiceOf(choice), ...alone };
  return { tools: listOf(tools).map(toolOf), ...(chosen && { tool_choice: chosen }) };
}

function toolOf(tool: unknown): Json {
  const { name, description, parameters, strict } = objectOf(objectOf(tool)?.function) ?? {};
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: { type: 'object', ...objectOf(parameters) },
    ...(strict === true && { strict }),
  };
}

function choiceOf(choice: unknown): Json {
  switch (choice) {
    case 'auto':
    case 'none':
      return { type: choice };
    case 'required':
      return { type: 'any' };
    default:
      return { type: 'tool', name: objectOf(objectOf(choice)?.function)?.name };
  }
}

function formatOf(format: unknown): Json {
  const { type = 'text', json_schema: wanted } = objectOf(format) ?? {};
  if (type === 'text') return {};
  const schema = objectOf(objectOf(wanted)?.schema);
  if (type !== 'json_schema' || !schema) throw new Unmappable();
  return { output_config: { format: { type, schema } } };
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unmappable();
  return value;
}
