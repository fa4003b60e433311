// Ollama: tasks go through its OpenAI dialect, looks through its own API, which also tells what is in memory and what each model
// is for. Source: docs/api.md of the Ollama project.

import type { BackendFactory, InferenceTask, Moved } from '../backend.ts';
import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { ask, type Look, noModel, notAModelServer, standing, within } from './look.ts';
import { GIVEN_UP, isTaken, type Load, REFUSED, seen, type Unload } from './move.ts';
import { ollamaDigests, ollamaLoaded, ollamaTags, ollamaTasks, ollamaVersion, parseObject } from './shapes.ts';

/** Models asked about in one look. */
const MOST_SHOWN = 4;
const SHOW_MS = 500;

export const createOllama: BackendFactory = (deps, options) => {
  /** What each model is for, by its digest; null where this version does not tell. A model never changes its mind. */
  const shown = new Map<string, readonly InferenceTask[] | null>();

  const lookAt = async (upstream: Upstream, signal: AbortSignal): Promise<Look> => {
    const [about, tags, running] = await Promise.all([
      ask(upstream, '/api/version', signal),
      ask(upstream, '/api/tags', signal),
      ask(upstream, '/api/ps', signal),
    ]);
    if ('trouble' in about) return about.trouble;
    if ('trouble' in tags) return tags.trouble;
    // Older versions have no such list; then nothing is known, and the model is loaded when a task needs it as ever.
    if ('trouble' in running && running.status !== 404) return running.trouble;
    const version = ollamaVersion(about.json);
    const names = ollamaTags(tags.json);
    if (version === undefined || !names) return notAModelServer(upstream.root);
    if (names.length === 0) {
      const action = 'Download one, for example with "ollama pull llama3.2".';
      return noModel('Ollama is running but has no model.', action, version);
    }
    const digests = ollamaDigests(tags.json);
    await learn(upstream, names, digests, signal);
    const loaded = 'json' in running ? ollamaLoaded(running.json) : undefined;
    const stateOf = (id: string) => (!loaded ? 'unknown' : loaded.has(id) ? 'loaded' : 'cold');
    const models = names.map((id) => {
      const tasks = shown.get(digests.get(id) ?? '');
      const memory = loaded?.get(id);
      return { id, state: stateOf(id), ...(tasks && { tasks }), ...(memory && { memory }) } as const;
    });
    return standing(models, { version });
  };

  /** Asks about a few of those not known yet, so that a look stays short however many there are. */
  const learn = async (
    upstream: Upstream,
    names: readonly string[],
    digests: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<void> => {
    const known = new Set(digests.values());
    for (const digest of shown.keys()) if (!known.has(digest)) shown.delete(digest);
    const fresh = names.filter((id) => digests.has(id) && !shown.has(digests.get(id)!)).slice(0, MOST_SHOWN);
    const show = async (model: string, bounded: AbortSignal) => {
      const exchange = await upstream.post('/api/show', JSON.stringify({ model }), bounded);
      if (exchange.kind !== 'reply' || exchange.status >= 500) return;
      const details = exchange.status < 300 ? parseObject(exchange.bytes.toString()) : undefined;
      shown.set(digests.get(model)!, (details && ollamaTasks(details)) ?? null);
    };
    if (fresh.length === 0) return;
    await within(deps.clock, SHOW_MS, signal, (bounded) => Promise.all(fresh.map((model) => show(model, bounded))));
  };

  return adapter({
    kind: 'ollama',
    tasks: ['llm:chat', 'llm:completion', 'llm:embedding'],
    look: lookAt,
    load,
    unload,
    nameOthers: true,
  })(deps, options);
};

const load: Load = async (tools, model, { keep, signal }) => {
  const post = (path: string, order: object) => tools.upstream.post(path, JSON.stringify(order), signal);
  // Without a prompt nothing is generated, the model is only loaded; a model that only embeds is loaded by embedding nothing.
  const order = { model, stream: false, ...(keep && { keep_alive: -1 }) };
  let asked = await post('/api/generate', order);
  if (asked.kind === 'reply' && asked.status === 400) asked = await post('/api/embed', { ...order, input: '' });
  return isTaken(asked) ? seen(tools, model, 'loaded', signal) : ended(signal);
};

const unload: Unload = async (tools, model, { signal }) => {
  const order = { model, stream: false, keep_alive: 0 };
  const asked = await tools.upstream.post('/api/generate', JSON.stringify(order), signal);
  return isTaken(asked) ? seen(tools, model, 'cold', signal) : ended(signal);
};

const ended = (signal: AbortSignal): Moved => (signal.aborted ? GIVEN_UP : REFUSED);
