// llama.cpp's llama-server: OpenAI's dialect, `/props` and `/slots`, and some of Ollama's lists. With one model it says
// 503 to everything until that is loaded and answers for it whatever name it is asked for; with several it is a router, which
// loads and unloads them. Source: tools/server/README.md of the llama.cpp project.

import { sendJson } from '../http-server.ts';
import { type Exchange, isEmbedder, type Json, ModelError, type ModelStore, type Shape } from './exchange.ts';
import { type Dialect, entryOf, openaiRoute } from './openai.ts';

const BUILD = 'b7400-practice';
const CONTEXT = 4096;

const one: Dialect = {
  fingerprint: BUILD,
  entry: (_, id) => ({
    ...entryOf(id, 'llamacpp'),
    meta: { vocab_type: 2, n_vocab: 32_000, n_ctx_train: CONTEXT, n_embd: 32, n_params: 1e9, size: 8e8 },
  }),
  missing: (name) => refuse(404, `model '${name}' not found`),
  anyName: true,
  keepMs: -1,
};

const several: Dialect = {
  fingerprint: BUILD,
  entry: (store, id) => ({ ...entryOf(id, 'llamacpp'), status: statusOf(store, id) }),
  missing: () => refuse(400, 'model not found'),
  cold: () => refuse(400, 'model is not loaded'),
  keepMs: -1,
};

export const llamacpp = (): Shape => ({
  headers: { server: 'llama.cpp' },
  open: (path) => path === '/health' || path === '/v1/health' || path === '/',
  starting: ({ res }) => {
    sendJson(res, 503, bodyOf(refuse(503, 'Loading model')));
    return true;
  },
  route,
  unknown: ({ path }) => {
    if (path !== '/slots' && path !== '/metrics') throw refuse(404, 'File Not Found');
    throw refuse(501, `This server does not support ${path.slice(1)} endpoint. Start it with \`--${path.slice(1)}\``);
  },
  error: bodyOf,
});

async function route(store: ModelStore, exchange: Exchange): Promise<boolean> {
  const { method, path, res } = exchange;
  const { router } = store.traits;
  switch (`${method} ${path}`) {
    case 'GET /health':
    case 'GET /v1/health':
      sendJson(res, 200, { status: 'ok' });
      return true;
    case 'GET /props':
      sendJson(res, 200, router ? ROUTER : propsOf(store));
      return true;
    case 'GET /slots':
      sendJson(
        res,
        200,
        Array.from({ length: store.traits.slots }, (_, id) => ({ id, is_processing: false })),
      );
      return true;
    case 'GET /models':
    case 'GET /v1/models':
      sendJson(res, 200, listOf(store));
      return true;
    case 'GET /api/tags':
      if (router) return false;
      sendJson(res, 200, listOf(store));
      return true;
    case 'POST /api/show':
      if (router) return false;
      sendJson(res, 200, { template: '', model_info: '', modelfile: '', capabilities: ['completion'] });
      return true;
    case 'POST /completion':
      if (router) return false;
      wake(store, path);
      sendJson(res, 200, { content: '', stop: true });
      return true;
    case 'POST /models/load':
    case 'POST /models/unload':
      if (!router) return false;
      move(store, exchange, path === '/models/load');
      return true;
    default:
      if (method === 'POST') wake(store, path);
      return openaiRoute(store, exchange, router ? several : one);
  }
}

/** Answers at once; the list tells when it has happened. */
function move(store: ModelStore, { body, res }: Exchange, load: boolean): void {
  const model = store.find(body.model);
  if (model === undefined) throw refuse(load ? 404 : 400, 'model is not found');
  if (load && store.isLoaded(model)) throw refuse(400, 'model is already loaded');
  if (!load && !store.isLoaded(model) && !store.isLoading(model)) throw refuse(400, 'model is not loaded');
  void store.keep(model, load ? -1 : 0);
  sendJson(res, 200, { success: true });
}

/** A sleeping server wakes for work. What its model is not for, it says so. */
function wake(store: ModelStore, path: string): void {
  const [model] = store.names();
  if (model === undefined || store.traits.router) return;
  if (store.word(model) === 'sleeping') store.setWord(model, undefined);
  if (path === '/v1/embeddings' && !isEmbedder(model)) {
    throw refuse(501, 'This server does not support embeddings. Start it with `--embeddings`');
  }
}

const ROUTER: Json = {
  role: 'router',
  max_instances: 4,
  model_alias: 'llama-server',
  model_path: 'none',
  default_generation_settings: { params: {}, n_ctx: 0 },
  build_info: BUILD,
};

function propsOf(store: ModelStore): Json {
  const [model = ''] = store.names();
  return {
    default_generation_settings: { params: { n_predict: -1, temperature: 0.8 }, n_ctx: CONTEXT },
    total_slots: store.traits.slots,
    model_alias: model,
    model_path: `/models/${model}.gguf`,
    modalities: { vision: false, audio: false },
    chat_template: 'chatml',
    build_info: BUILD,
    is_sleeping: store.word(model) === 'sleeping',
  };
}

/** One body in both dialects, where there is one model. */
function listOf(store: ModelStore): Json {
  const { router } = store.traits;
  const data = store.names().map((id) => (router ? several : one).entry(store, id));
  if (router) return { data, object: 'list' };
  const models = store.names().map((name) => {
    return { name, model: name, modified_at: '', size: '', digest: '', type: 'model', capabilities: ['completion'] };
  });
  return { models, object: 'list', data };
}

function statusOf(store: ModelStore, model: string): Json {
  const word = store.word(model);
  if (word === 'failed') return { value: 'unloaded', args: [], exit_code: 1, failed: true };
  const value = store.isLoading(model) ? 'loading' : store.isLoaded(model) ? 'loaded' : 'unloaded';
  return { value: word ?? value, args: [] };
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  500: 'server_error',
  501: 'not_supported_error',
  503: 'unavailable_error',
};

const refuse = (status: number, message: string) => new ModelError(status, message);

/** Whatever went wrong, the code is the status. */
function bodyOf({ status, message }: ModelError): Json {
  const text = status === 401 ? 'Invalid API Key' : message;
  return { error: { code: status, message: text, type: TYPES[status] ?? 'invalid_request_error' } };
}
