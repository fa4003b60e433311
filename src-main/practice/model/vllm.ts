// vLLM: OpenAI's dialect behind uvicorn, with `/health`, `/version` and `/metrics` of its own, and endpoints that put it to
// sleep where it runs in developer mode. It serves one model, which is loaded for as long as the server runs; which routes it
// has depends on that model, and its OpenAPI document tells. Source: the vLLM documentation, online serving and sleep mode.

import { sendJson } from '../http-server.ts';
import { type Exchange, isEmbedder, type Json, ModelError, type Shape, type Shelf } from './exchange.ts';
import { mediaRoute } from './media.ts';
import { entryOf, type Manner, openaiRoute, use } from './openai.ts';

const VERSION = '0.14.0';
const CONTEXT = 4096;

const manner: Manner = {
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

async function route(shelf: Shelf, exchange: Exchange): Promise<boolean> {
  const { method, path, query, res } = exchange;
  const [model] = shelf.names();
  const asleep = model !== undefined && shelf.word(model) === 'sleeping';
  switch (`${method} ${path}`) {
    case 'GET /health':
    case 'GET /ping':
      res.writeHead(200, { 'content-length': 0 }).end();
      return true;
    case 'GET /version':
      sendJson(res, 200, { version: VERSION });
      return true;
    case 'GET /openapi.json':
      sendJson(res, 200, documentOf(shelf));
      return true;
    case 'GET /metrics':
      res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metricsOf(shelf));
      return true;
    case 'GET /is_sleeping':
      if (shelf.traits.developer) sendJson(res, 200, { is_sleeping: asleep });
      return shelf.traits.developer;
    case 'POST /sleep':
    case 'POST /wake_up': {
      if (!shelf.traits.developer || model === undefined) return false;
      const level = new URLSearchParams(query).get('level') ?? '1';
      if (path === '/sleep' && !/^[012]$/.test(level)) throw new ModelError(400, 'no such level');
      shelf.setWord(model, path === '/sleep' ? 'sleeping' : undefined);
      res.writeHead(200, { 'content-length': 0 }).end();
      return true;
    }
    default:
      if (method === 'POST' && !routesOf(shelf).includes(path)) return false;
      // Asked while it sleeps, the real engine is lost.
      if (method === 'POST' && asleep) throw new ModelError(500, 'EngineCore encountered an issue.');
      return (await openaiRoute(shelf, exchange, manner)) || mediaRoute(exchange, use(shelf, manner));
  }
}

function routesOf(shelf: Shelf): readonly string[] {
  const routes = shelf.names().flatMap((model) => {
    if (isEmbedder(model)) return ['/v1/embeddings'];
    if (model.includes('whisper')) return ['/v1/audio/transcriptions'];
    return ['/v1/chat/completions', '/v1/completions'];
  });
  return [...new Set(routes)];
}

function documentOf(shelf: Shelf): Json {
  const own = [
    '/health',
    '/version',
    '/v1/models',
    ...(shelf.traits.developer ? ['/sleep', '/wake_up', '/is_sleeping'] : []),
  ];
  const paths = Object.fromEntries([...own, ...routesOf(shelf)].map((path) => [path, {}]));
  return { openapi: '3.1.0', info: { title: 'FastAPI', version: '0.1.0' }, paths };
}

function metricsOf(shelf: Shelf): string {
  const [model = ''] = shelf.names();
  return ['running', 'waiting']
    .map((what) => `# TYPE vllm:num_requests_${what} gauge\nvllm:num_requests_${what}{model_name="${model}"} 0.0\n`)
    .join('');
}
