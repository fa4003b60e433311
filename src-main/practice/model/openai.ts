// The /v1 dialect: OpenAI's own shapes, which all other servers answer too, each with small differences of its own.
// Source: the OpenAI API reference (chat, completions, embeddings, models).

import { sendJson } from '../http-server.ts';
import { answer, countTokens, embed } from './answers.ts';
import { type Exchange, isEmbedder, type Json, ModelError, type ModelStore, type Shape, textOf } from './exchange.ts';
import { mediaRoute, type Use } from './media.ts';

const KEEP_LOADED_MS = 5 * 60_000;
const MOST_INPUTS = 2048;
const MOST_CHOICES = 8;

/** How a server of one make speaks this dialect. */
export interface Dialect {
  readonly fingerprint: string;
  /** One entry of its model list. */
  entry(store: ModelStore, id: string): Json;
  /** For a model that it does not have. */
  missing(name: string): ModelError;
  /** For a model that is not loaded, where it loads none on demand. */
  cold?(name: string): ModelError;
  /** Answers with its one model whatever name it is asked for. */
  readonly anyName?: boolean;
  /** Takes `n`, the number of answers. */
  readonly choices?: boolean;
  /** How long a model stays loaded after a request; five minutes by default. */
  readonly keepMs?: number;
}

export const dialect: Dialect = {
  fingerprint: 'fp_practice',
  choices: true,
  entry: (_, id) => entryOf(id, 'practice'),
  missing: (name) => {
    const message = `The model \`${name}\` does not exist or you do not have access to it.`;
    return new ModelError(404, message, 'invalid_request_error', 'model_not_found');
  },
};

export const openai = (): Shape => ({
  route: async (store, exchange) =>
    (await openaiRoute(store, exchange, dialect)) || mediaRoute(exchange, use(store, dialect)),
  unknown: ({ method, path }) => {
    throw new ModelError(404, `Invalid URL (${method} ${path})`);
  },
  error: openaiError,
});

/** Answers a /v1 request; false when the path is not one of them. Throws ModelError for refusals. */
export async function openaiRoute(store: ModelStore, exchange: Exchange, way: Dialect): Promise<boolean> {
  const { method, path, body, res } = exchange;
  if (method === 'GET' && path === '/v1/models') {
    const data = store.names().map((id) => way.entry(store, id));
    sendJson(res, 200, { object: 'list', data });
    return true;
  }
  if (method === 'GET' && path.startsWith('/v1/models/')) {
    sendJson(res, 200, way.entry(store, pick(store, decodeURIComponent(path.slice('/v1/models/'.length)), way)));
    return true;
  }
  if (method !== 'POST') return false;
  switch (path) {
    case '/v1/chat/completions':
      await complete(store, exchange, chatOf(body), way);
      return true;
    case '/v1/completions':
      await complete(store, exchange, { chat: false, prompt: promptOf(body) }, way);
      return true;
    case '/v1/embeddings':
      await embeddings(store, exchange, way);
      return true;
    default:
      return false;
  }
}

export function openaiError(error: ModelError): Json {
  return { error: { message: error.message, type: error.type, param: null, code: error.code } };
}

export const entryOf = (id: string, owner: string): Json => ({
  id,
  object: 'model',
  created: 1_700_000_000,
  owned_by: owner,
});

function pick(store: ModelStore, name: unknown, way: Dialect): string {
  const [first] = store.names();
  if (way.anyName && first !== undefined) return first;
  if (typeof name !== 'string' || name === '') throw new ModelError(400, 'you must provide a model parameter');
  const model = store.find(name);
  if (model === undefined) throw way.missing(name);
  return model;
}

async function load(store: ModelStore, model: string, way: Dialect): Promise<void> {
  if (way.cold && !store.traits.onDemand && !store.isLoaded(model)) throw way.cold(model);
  await store.keep(model, way.keepMs ?? KEEP_LOADED_MS);
}

export function use(store: ModelStore, way: Dialect): Use {
  return async (name) => {
    const model = pick(store, name, way);
    await load(store, model, way);
    return model;
  };
}

interface Question {
  readonly chat: boolean;
  readonly prompt: string;
}

function chatOf(body: Json): Question {
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    throw new ModelError(400, '[] is too short - messages');
  }
  return { chat: true, prompt: textOf(body.messages) };
}

function promptOf(body: Json): string {
  if (typeof body.prompt === 'string') return body.prompt;
  if (Array.isArray(body.prompt) && body.prompt.every((p) => typeof p === 'string')) return body.prompt.join('\n');
  throw new ModelError(400, 'prompt must be a string or a list of strings');
}

async function complete(
  store: ModelStore,
  exchange: Exchange,
  { chat, prompt }: Question,
  way: Dialect,
): Promise<void> {
  const { body, res } = exchange;
  const model = pick(store, body.model, way);
  if (isEmbedder(model)) throw new ModelError(400, `"${model}" does not support ${chat ? 'chat' : 'generate'}`);
  const limit = body.max_completion_tokens ?? body.max_tokens;
  if (limit !== undefined && limit !== null && !(Number.isInteger(limit) && (limit as number) >= 1)) {
    throw new ModelError(400, 'max_tokens must be at least 1');
  }
  await load(store, model, way);

  // Where it is taken, every choice counts.
  const wanted = way.choices && Number.isInteger(body.n) ? (body.n as number) : 1;
  const count = Math.max(1, Math.min(wanted, MOST_CHOICES));
  const maxTokens = typeof limit === 'number' ? limit : undefined;
  const answers = Array.from({ length: count }, (_, i) =>
    answer(model, i === 0 ? prompt : `${i} ${prompt}`, maxTokens),
  );
  const completionTokens = answers.reduce((sum, { words }) => sum + words.length, 0);
  const promptTokens = countTokens(prompt);
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
  const head = {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-${promptTokens}-${completionTokens}`,
    created: Math.floor(store.now() / 1000),
    model,
    system_fingerprint: way.fingerprint,
  };
  if (body.stream === true) {
    await stream(store, exchange, { chat, head, usage, answers });
    return;
  }
  const called = chat ? toolCallOf(body) : undefined;
  const choices = answers.map(({ words, cut }, index) => {
    const text = words.join(' ');
    if (called) {
      const message = { role: 'assistant', content: '', tool_calls: [called] };
      return { index, message, finish_reason: 'tool_calls' };
    }
    const finish_reason = cut ? 'length' : 'stop';
    if (!chat) return { index, text, finish_reason };
    const logprobs = body.logprobs === true ? { logprobs: { content: words.map(logprob) } } : {};
    return { index, message: { role: 'assistant', content: text }, finish_reason, ...logprobs };
  });
  sendJson(res, 200, { ...head, object: chat ? 'chat.completion' : 'text_completion', choices, usage });
}

const logprob = (token: string): Json => ({ token, logprob: -0.5, bytes: [...Buffer.from(token)], top_logprobs: [] });

/** A caller that insists on a tool gets a call of the first one, with empty arguments. */
function toolCallOf(body: Json): Json | undefined {
  if (!Array.isArray(body.tools) || body.tool_choice === undefined) return undefined;
  if (body.tool_choice === 'auto' || body.tool_choice === 'none') return undefined;
  const tool = body.tools[0] as { function?: { name?: unknown } } | undefined;
  const name = tool?.function?.name;
  if (typeof name !== 'string') return undefined;
  return { id: 'call_practice', type: 'function', function: { name, arguments: '{}' } };
}

interface Streamed {
  readonly chat: boolean;
  readonly head: Json;
  readonly usage: Json;
  readonly answers: readonly { readonly words: readonly string[]; readonly cut: boolean }[];
}

async function stream(
  store: ModelStore,
  { body, res, gone }: Exchange,
  { chat, head, usage, answers }: Streamed,
): Promise<void> {
  const object = chat ? 'chat.completion.chunk' : 'text_completion';
  const send = (fields: Json) => res.write(`data: ${JSON.stringify({ ...head, object, ...fields })}\n\n`);
  const choice = (index: number, text: string, finish: string | null): Json =>
    chat
      ? { index, delta: text === '' ? {} : { role: 'assistant', content: text }, finish_reason: finish }
      : { index, text, finish_reason: finish };
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const [index, { words, cut }] of answers.entries()) {
    for (const [i, word] of words.entries()) {
      if (i > 0) await store.pace(gone);
      send({ choices: [choice(index, i === 0 ? word : ` ${word}`, null)] });
    }
    send({ choices: [choice(index, '', cut ? 'length' : 'stop')] });
  }
  const options = body.stream_options as { include_usage?: unknown } | undefined;
  if (options?.include_usage === true) send({ choices: [], usage });
  res.end('data: [DONE]\n\n');
}

async function embeddings(store: ModelStore, { body, res }: Exchange, way: Dialect): Promise<void> {
  const model = pick(store, body.model, way);
  const inputs = typeof body.input === 'string' ? [body.input] : body.input;
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every((text) => typeof text === 'string')) {
    throw new ModelError(400, 'input must be a string or a non-empty list of strings');
  }
  if (inputs.length > MOST_INPUTS) throw new ModelError(400, `input must have at most ${MOST_INPUTS} items`);
  await load(store, model, way);
  const base64 = body.encoding_format === 'base64';
  const data = inputs.map((text: string, index) => {
    const vector = embed(model, text, store.dimensions);
    return { object: 'embedding', index, embedding: base64 ? packed(vector) : vector };
  });
  const tokens = inputs.reduce((sum: number, text: string) => sum + countTokens(text), 0);
  sendJson(res, 200, { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

/** Little-endian 32-bit floats, as `encoding_format: base64` asks. */
function packed(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [i, x] of vector.entries()) bytes.writeFloatLE(x, i * 4);
  return bytes.toString('base64');
}
