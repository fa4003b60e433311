// LM Studio: OpenAI's dialect, an older (v0) and a newer (v1) API of its own that tell what is loaded, and its oldest quirk,
// which is to answer every path it does not know with 200 and an error. Source: the LM Studio documentation, REST API.

import { sendJson } from '../http-server.ts';
import { type Exchange, isEmbedder, type Json, ModelError, type ModelStore, type Shape } from './exchange.ts';
import { type Dialect, entryOf, openaiError, openaiRoute } from './openai.ts';

/** Models loaded on demand stay for an hour. */
const KEEP_LOADED_MS = 60 * 60_000;
const CONTEXT = 4096;

const dialect: Dialect = {
  fingerprint: 'fp_lmstudio',
  entry: (_, id) => entryOf(id, 'organization_owner'),
  missing: (name) => new ModelError(404, `Model "${name}" not found.`, 'invalid_request_error', 'model_not_found'),
  cold: () => {
    const message = "No models loaded. Please load a model in the developer page or use the 'lms load' command.";
    return new ModelError(404, message, 'invalid_request_error', 'model_not_found');
  },
  keepMs: KEEP_LOADED_MS,
};

export function lmstudio(): Shape {
  /** A model may be in memory more than once, each time under another name. */
  const instances = new Map<string, string[]>();
  const instancesOf = (store: ModelStore, model: string): string[] => {
    if (!store.isLoaded(model)) instances.delete(model);
    else if (!instances.has(model)) instances.set(model, [model]);
    return instances.get(model) ?? [];
  };

  const newer = (store: ModelStore, model: string): Json => {
    const word = store.word(model) ?? (store.isLoading(model) ? 'loading' : undefined);
    const ids = instancesOf(store, model);
    const shown = word !== undefined && ids.length === 0 ? [model] : ids;
    return {
      type: isEmbedder(model) ? 'embedding' : 'llm',
      publisher: 'practice',
      key: model,
      display_name: model,
      quantization: { name: 'Q4_K_M', bits_per_weight: 4 },
      size_bytes: 800_000_000,
      params_string: '1B',
      loaded_instances: shown.map((id) => {
        return { id, config: { context_length: CONTEXT }, ...(word !== undefined && { state: word }) };
      }),
      max_context_length: CONTEXT,
      format: 'gguf',
      ...(!isEmbedder(model) && { capabilities: { vision: false, trained_for_tool_use: false }, description: null }),
    };
  };

  const load = async (store: ModelStore, { body, res }: Exchange): Promise<void> => {
    const model = pick(store, body.model);
    const others = instancesOf(store, model);
    const id = others.length === 0 ? model : `${model}:${others.length + 1}`;
    await store.keep(model, -1);
    instances.set(model, [...new Set([...instancesOf(store, model), id])]);
    const type = isEmbedder(model) ? 'embedding' : 'llm';
    sendJson(res, 200, { type, instance_id: id, load_time_seconds: 0.1, status: 'loaded' });
  };

  const unload = async (store: ModelStore, { body, res }: Exchange): Promise<void> => {
    const id = body.instance_id;
    const model = store.names().find((name) => instancesOf(store, name).includes(id as string));
    if (model === undefined) throw new ModelError(404, 'No such instance.', 'model_not_found');
    const left = instancesOf(store, model).filter((each) => each !== id);
    instances.set(model, left);
    if (left.length === 0) await store.keep(model, 0);
    sendJson(res, 200, { instance_id: id });
  };

  return {
    headers: { 'x-powered-by': 'Express' },
    async route(store, exchange) {
      const { method, path, res } = exchange;
      switch (`${method} ${path}`) {
        case 'GET /api/v1/models':
          sendJson(res, 200, { models: store.names().map((model) => newer(store, model)) });
          return true;
        case 'POST /api/v1/models/load':
          await load(store, exchange);
          return true;
        case 'POST /api/v1/models/unload':
          await unload(store, exchange);
          return true;
        case 'GET /api/v0/models':
          sendJson(res, 200, { object: 'list', data: store.names().map((model) => older(store, model)) });
          return true;
        case 'GET /v1/models': {
          const { onDemand } = store.traits;
          const names = store.names().filter((model) => onDemand || store.isLoaded(model));
          sendJson(res, 200, { object: 'list', data: names.map((id) => dialect.entry(store, id)) });
          return true;
        }
        default:
          return openaiRoute(store, exchange, dialect);
      }
    },
    unknown: ({ method, path, res }) =>
      sendJson(res, 200, { error: `Unexpected endpoint or method. (${method} ${path})` }),
    error: openaiError,
  };
}

const older = (store: ModelStore, model: string): Json => ({
  id: model,
  object: 'model',
  type: isEmbedder(model) ? 'embeddings' : 'llm',
  publisher: 'practice',
  arch: 'practice',
  compatibility_type: 'gguf',
  quantization: 'Q4_K_M',
  state: store.isLoaded(model) ? 'loaded' : 'not-loaded',
  max_context_length: CONTEXT,
});

function pick(store: ModelStore, name: unknown): string {
  const model = store.find(name);
  if (model === undefined) throw new ModelError(404, 'Model not found.', 'model_not_found');
  return model;
}
