// Ollama: tasks go through its OpenAI dialect, looks through its own API, which also tells what is in memory.

import type { Moved } from '../backend.ts';
import { adapter, type Tools } from './adapter.ts';
import type { Exchange, Upstream } from './http.ts';
import { ask, type Look, noModel, notAModelServer, standing } from './look.ts';
import { movedTo, notMoved } from './move.ts';
import { ollamaLoaded, ollamaTags, ollamaVersion } from './shapes.ts';

export const createOllama = adapter({
  kind: 'ollama',
  tasks: ['llm:chat', 'llm:completion', 'llm:embedding'],
  look: lookAt,
  load: async (tools, model, { keep, signal }) => {
    // Without a prompt nothing is generated, the model is only loaded; a model that only embeds is loaded by embedding nothing.
    const order = { model, stream: false, ...(keep && { keep_alive: -1 }) };
    const asked = await post(tools, '/api/generate', order, signal);
    const refused = isRefused(asked) ? await post(tools, '/api/embed', { ...order, input: '' }, signal) : asked;
    return accepted(refused) ? movedTo(tools, model, (state) => state === 'loaded', signal) : failed(model, 'load');
  },
  unload: async (tools, model, { signal }) => {
    const asked = await post(tools, '/api/generate', { model, stream: false, keep_alive: 0 }, signal);
    return accepted(asked) ? movedTo(tools, model, (state) => state === 'cold', signal) : failed(model, 'unload');
  },
});

async function lookAt(upstream: Upstream, signal: AbortSignal): Promise<Look> {
  const [about, tags, running] = await Promise.all([
    ask(upstream, '/api/version', signal),
    ask(upstream, '/api/tags', signal),
    ask(upstream, '/api/ps', signal),
  ]);
  if ('trouble' in about) return about.trouble;
  if ('trouble' in tags) return tags.trouble;
  const version = ollamaVersion(about.json);
  const names = ollamaTags(tags.json);
  if (version === undefined || !names) return notAModelServer(upstream.root);
  if (names.length === 0) {
    return noModel(
      'Ollama is running but has no model.',
      'Download one, for example with "ollama pull llama3.2".',
      version,
    );
  }
  // Older versions have no such list; then nothing is known, and the model is loaded when a task needs it as ever.
  const loaded = 'json' in running ? ollamaLoaded(running.json) : undefined;
  const stateOf = (id: string) => (!loaded ? 'unknown' : loaded.includes(id) ? 'loaded' : 'cold');
  return standing(
    names.map((id) => ({ id, state: stateOf(id) })),
    { version },
  );
}

function post({ upstream }: Tools, path: string, order: unknown, signal: AbortSignal): Promise<Exchange> {
  return upstream.post(path, JSON.stringify(order), signal);
}

const accepted = (exchange: Exchange) => exchange.kind === 'reply' && exchange.status >= 200 && exchange.status < 300;
const isRefused = (exchange: Exchange) => exchange.kind === 'reply' && exchange.status === 400;
const failed = (model: string, what: string): Moved =>
  notMoved('backends.move-refused', `Ollama did not ${what} ${model}.`);
