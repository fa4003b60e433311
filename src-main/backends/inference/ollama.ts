// Ollama: tasks go through its OpenAI dialect, looks through its own API, which also tells what is in memory.

import type { BackendFactory } from '../backend.ts';
import { call } from './call.ts';
import { Upstream } from './http.ts';
import { ask, CHECK_MS, type Look, notAModelServer, troubled, within } from './look.ts';
import { ollamaLoaded, ollamaTags, ollamaVersion } from './shapes.ts';

export const createOllama: BackendFactory = ({ clock }, options) => {
  const upstream = new Upstream(options);
  return {
    id: upstream.root,
    kind: 'ollama',
    url: upstream.root,
    async check(signal) {
      const look = await within(clock, CHECK_MS, signal, (bounded) => lookAt(upstream, bounded));
      return { ...look, checkedAt: clock.now() };
    },
    infer: (request) => call(clock, upstream, request),
    close: () => upstream.close(),
  };
};

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
    const action = 'Download one, for example with "ollama pull llama3.2".';
    return { ...troubled('no-model', 'no-model', 'Ollama is running but has no model.', action), version };
  }
  // Older versions have no such list; then nothing is known, and the model is loaded when a task needs it as ever.
  const loaded = 'json' in running ? ollamaLoaded(running.json) : undefined;
  const models = names.map((id) => ({ id, loaded: loaded ? loaded.includes(id) : null }));
  if (!loaded || models.some((model) => model.loaded)) return { state: 'ready', reason: null, version, models };
  const reason = { code: 'backends.cold', message: 'No model is loaded. The first task waits while Ollama loads one.' };
  return { state: 'cold', reason, version, models };
}
