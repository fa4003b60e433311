// vLLM: OpenAI's dialect behind uvicorn, with `/health`, `/version` and `/metrics` of its own, and endpoints that put it to
// sleep where it runs in developer mode. It serves one model, which is loaded for as long as the server runs; which routes it
// has depends on that model, and its OpenAPI document tells. Source: the vLLM documentation, online serving and sleep mode.

import { sendJson } from '../http-server.ts';
import { type Exchange, isEmbedder, type Json, ModelError, type ModelStore, type Shape } from './exchange.ts';
import { mediaRoute } from './media.ts';
import { type Dialect, entryOf, openaiRoute, use } from './openai.ts';

const VERSION = '0.14.0';
const CONTEXT = 4096;

const dialect: Dialect = {
  fingerprint: 'fp_vllm',
  choices: true,
  entry: (_, id) => ({ ...entryOf(id, 'vllm'), root: id, parent: null, max_model_len: CONTEXT, permission: [] }),
  missing: (name) => new ModelError(404, `The model \`${name}\` does not exist.`),
  keepMs: -1,
};

export const vllm = (): Shape => ({
  headers: { server: 'uvicorn' },
  open: (path) => !path.startsWith('/v1'),
  // The process answers, but its engine does not.
  starting: ({ path, res }) => {
    if (path !== '/health') return false;
    res.writeHead(503, { 'content-length': 0 }).end();
    return true;
  },
  route,
  unknown: ({ res }) => sendJson(res, 404, { detail: 'Not Found' }),
  error: ({ status, message }) => {
    if (status === 401) return { error: 'Unauthorized' };
    return { error: { message, type: TYPES[status] ?? 'BadRequestError', param: null, code: status } };
  },
});

const TYPES: Readonly<Record<number, string>> = { 404: 'NotFoundError', 500: 'InternalServerError' };

async function route(store: ModelStore, exchange: Exchange): Promise<boolean> {
  const { method, path, query, res } = exchange;
  const [model] = store.names();
  const asleep = model !== undefined && store.word(model) === 'sleeping';
  switch (`${method} ${path}`) {
    case 'GET /health':
    case 'GET /ping':
      res.writeHead(200, { 'content-length': 0 }).end();
      return true;
    case 'GET /version':
      sendJson(res, 200, { version: VERSION });
      return true;
    case 'GET /openapi.json':
      sendJson(res, 200, documentOf(store));
      return true;
    case 'GET /metrics':
      res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metricsOf(store));
      return true;
    case 'GET /is_sleeping':
      if (store.traits.developer) sendJson(res, 200, { is_sleeping: asleep });
      return store.traits.developer;
    case 'POST /sleep':
    case 'POST /wake_up': {
      if (!store.traits.developer || model === undefined) return false;
      const level = new URLSearchParams(query).get('level') ?? '1';
      if (path === '/sleep' && !/^[012]$/.test(level)) throw new ModelError(400, 'no such level');
      store.setWord(model, path === '/sleep' ? 'sleeping' : undefined);
      res.writeHead(200, { 'content-length': 0 }).end();
      return true;
    }
    default:
      if (method === 'POST' && !routesOf(store).includes(path)) return false;
      // Asked while it sleeps, the real engine is lost.
      if (method === 'POST' && asleep) throw new ModelError(500, 'EngineCore encountered an issue.');
      return (await openaiRoute(store, exchange, dialect)) || mediaRoute(exchange, use(store, dialect));
  }
}

function routesOf(store: ModelStore): readonly string[] {
  const routes = store.names().flatMap((model) => {
    if (isEmbedder(model)) return ['/v1/embeddings'];
    if (model.includes('whisper')) return ['/v1/audio/transcriptions'];
    return ['/v1/chat/completions', '/v1/completions'];
  });
  return [...new Set(routes)];
}

function documentOf(store: ModelStore): Json {
  const own = [
    '/health',
    '/version',
    '/v1/models',
    ...(store.traits.developer ? ['/sleep', '/wake_up', '/is_sleeping'] : []),
  ];
  const paths = Object.fromEntries([...own, ...routesOf(store)].map((path) => [path, {}]));
  return { openapi: '3.1.0', info: { title: 'FastAPI', version: '0.1.0' }, paths };
}

function metricsOf(store: ModelStore): string {
  const [model = ''] = store.names();
  return ['running', 'waiting']
    .map((what) => `# TYPE vllm:num_requests_${what} gauge\nvllm:num_requests_${what}{model_name="${model}"} 0.0\n`)
    .join('');
}
