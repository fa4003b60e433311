// MeshLLM: OpenAI's chat and completions in front of whatever machines form the mesh, with `/readyz` to say whether any of them
// serves. With two models or more it lists one of its own beside them, `mesh`, which chooses among them.
// Source: crates/openai-frontend of the mesh-llm project.

import { sendJson } from '../http-server.ts';
import { type Exchange, ModelError, type ModelStore, type Shape } from './exchange.ts';
import { type Dialect, entryOf, openaiError, openaiRoute } from './openai.ts';

const ROUTES = ['/v1/chat/completions', '/v1/completions'];

const dialect: Dialect = {
  fingerprint: 'fp_meshllm',
  entry: (_, id) => ({ ...entryOf(id, 'mesh-llm'), display_name: id, capabilities: ['text'] }),
  missing: (name) => new ModelError(404, `model not found: ${name}`, 'invalid_request_error', 'model_not_found'),
  keepMs: -1,
};

export const meshllm = (): Shape => ({
  starting: ({ path, res }) => {
    if (path === '/health' || path === '/healthz') return false;
    const error = new ModelError(503, 'no model is served', 'server_error', 'service_unavailable');
    sendJson(res, 503, openaiError(error));
    return true;
  },
  route,
  unknown: ({ path }) => {
    throw new ModelError(404, `route not found: ${path}`, 'invalid_request_error', 'not_found');
  },
  error: openaiError,
});

async function route(store: ModelStore, exchange: Exchange): Promise<boolean> {
  const { method, path, res } = exchange;
  switch (`${method} ${path}`) {
    case 'GET /health':
    case 'GET /healthz':
      sendJson(res, 200, { status: 'ok' });
      return true;
    case 'GET /readyz':
      sendJson(res, 200, { status: 'ready' });
      return true;
    case 'GET /v1/models': {
      const names = store.names();
      const listed = names.length > 1 ? [...names, 'mesh'] : names;
      sendJson(res, 200, { object: 'list', data: listed.map((id) => dialect.entry(store, id)) });
      return true;
    }
    default:
      return method === 'POST' && ROUTES.includes(path) && openaiRoute(store, exchange, dialect);
  }
}
