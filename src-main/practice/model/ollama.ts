// Ollama's own dialect: version, tags, ps, chat, generate, embed and show, with NDJSON streaming that is on by default;
// beside it it speaks OpenAI's. Source: docs/api.md of the Ollama project, and its OpenAI compatibility notes.

import { createHash } from 'node:crypto';
import { sendJson } from '../http-server.ts';
import { answer, countTokens, embed } from './answers.ts';
import {
  type Exchange,
  isEmbedder,
  isObject,
  type Json,
  ModelError,
  type ModelStore,
  type Shape,
  textOf,
} from './exchange.ts';
import { type Dialect, entryOf, openaiRoute } from './openai.ts';

const VERSION = '0.12.6';
const KEEP_LOADED_MS = 5 * 60_000;
const NS_PER_TOKEN = 1_000_000;

const dialect: Dialect = {
  fingerprint: 'fp_ollama',
  entry: (_, id) => entryOf(id, 'library'),
  missing: (name) => new ModelError(404, `model '${name}' not found`, 'not_found_error'),
};

export const ollama = (): Shape => ({
  route: async (store, exchange) => (await ollamaRoute(store, exchange)) || openaiRoute(store, exchange, dialect),
  unknown: ({ res }) => void res.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found'),
  error: ({ message, type }, path) =>
    path.startsWith('/v1/') ? { error: { message, type, param: null, code: null } } : { error: message },
});

/** Answers one of Ollama's own routes; false when the path is not one of them. Throws ModelError for refusals. */
export async function ollamaRoute(store: ModelStore, exchange: Exchange): Promise<boolean> {
  const { method, path, body, res } = exchange;
  switch (`${method} ${path}`) {
    case 'GET /':
    case 'HEAD /':
      res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('Ollama is running');
      return true;
    case 'GET /api/version':
      sendJson(res, 200, { version: VERSION });
      return true;
    case 'GET /api/tags':
      sendJson(res, 200, { models: store.names().map(tag) });
      return true;
    case 'GET /api/ps':
      sendJson(res, 200, {
        models: store.loaded().map(({ model, expiresAt }) => ({
          ...tag(model),
          expires_at: new Date(Math.min(expiresAt, 8.64e15)).toISOString(),
          size_vram: 0,
          context_length: 4096,
        })),
      });
      return true;
    case 'POST /api/show': {
      const model = pick(store, body);
      const capabilities = isEmbedder(model) ? ['embedding'] : ['completion', 'tools'];
      sendJson(res, 200, { details: details(model), model_info: {}, capabilities });
      return true;
    }
    case 'POST /api/chat':
    case 'POST /api/generate':
      await generate(store, exchange, path === '/api/chat');
      return true;
    case 'POST /api/embed': {
      const model = pick(store, body);
      const inputs = typeof body.input === 'string' ? [body.input] : body.input;
      if (!Array.isArray(inputs) || !inputs.every((text) => typeof text === 'string')) {
        throw new ModelError(400, 'invalid input type');
      }
      await store.keep(model, keepAliveMs(body.keep_alive));
      const embeddings = inputs.map((text: string) => embed(model, text, store.dimensions));
      const tokens = inputs.reduce((sum: number, text: string) => sum + countTokens(text), 0);
      sendJson(res, 200, { model, embeddings, total_duration: tokens * NS_PER_TOKEN, prompt_eval_count: tokens });
      return true;
    }
    default:
      return false;
  }
}

function pick(store: ModelStore, body: Json): string {
  const name = body.model ?? body.name;
  if (typeof name !== 'string' || name === '') throw new ModelError(400, 'model is required');
  const model = store.find(name);
  if (model === undefined) throw new ModelError(404, `model '${name}' not found`);
  return model;
}

const details = (name: string): Json => ({
  parent_model: '',
  format: 'gguf',
  family: isEmbedder(name) ? 'bert' : 'practice',
  families: null,
  parameter_size: '1B',
  quantization_level: 'Q4_K_M',
});

const tag = (name: string): Json => ({
  name,
  model: name,
  modified_at: '2026-01-01T00:00:00Z',
  size: 800_000_000,
  digest: createHash('sha256').update(name).digest('hex'),
  details: details(name),
});

async function generate(store: ModelStore, exchange: Exchange, chat: boolean): Promise<void> {
  const { body, res, gone } = exchange;
  const model = pick(store, body);
  const messages = Array.isArray(body.messages) ? body.messages : [];
  const prompt = chat ? textOf(messages) : typeof body.prompt === 'string' ? body.prompt : '';
  const keepMs = keepAliveMs(body.keep_alive);
  const head = { model, created_at: new Date(store.now()).toISOString() };
  const say = (text: string): Json => (chat ? { message: { role: 'assistant', content: text } } : { response: text });

  // A request without a prompt only loads the model, or with keep_alive 0 unloads it.
  const empty = chat ? messages.length === 0 : prompt === '';
  if (isEmbedder(model) && !(empty && keepMs === 0)) {
    throw new ModelError(400, `"${model}" does not support ${chat ? 'chat' : 'generate'}`);
  }
  if (empty) {
    await store.keep(model, keepMs);
    sendJson(res, 200, { ...head, ...say(''), done_reason: keepMs === 0 ? 'unload' : 'load', done: true });
    return;
  }

  const numPredict = isObject(body.options) ? body.options.num_predict : undefined;
  const limit = typeof numPredict === 'number' && numPredict > 0 ? Math.floor(numPredict) : undefined;
  await store.keep(model, keepMs === 0 ? KEEP_LOADED_MS : keepMs);
  const { words, cut } = answer(model, prompt, limit);
  const promptTokens = countTokens(prompt);
  const last = {
    done_reason: cut ? 'length' : 'stop',
    done: true,
    total_duration: (promptTokens + words.length) * NS_PER_TOKEN,
    load_duration: 0,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: promptTokens * NS_PER_TOKEN,
    eval_count: words.length,
    eval_duration: words.length * NS_PER_TOKEN,
  };
  if (body.stream === false) {
    sendJson(res, 200, { ...head, ...say(words.join(' ')), ...last });
  } else {
    res.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const [i, word] of words.entries()) {
      if (i > 0) await store.pace(gone);
      res.write(`${JSON.stringify({ ...head, ...say(i === 0 ? word : ` ${word}`), done: false })}\n`);
    }
    res.end(`${JSON.stringify({ ...head, ...say(''), ...last })}\n`);
  }
  if (keepMs === 0) await store.keep(model, 0);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Seconds as a number, or a duration such as "5m"; negative keeps the model loaded for ever. */
function keepAliveMs(value: unknown): number {
  if (value === undefined || value === null) return KEEP_LOADED_MS;
  if (typeof value === 'number') return value * 1000;
  const [, amount, unit = 's'] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (amount === undefined) throw new ModelError(400, 'invalid keep_alive');
  return Number(amount) * (UNIT_MS[unit] ?? 1000);
}
