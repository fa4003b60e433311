// vLLM: one model, in memory for as long as the server runs, unless it was started in developer mode and put to sleep. Its
// OpenAPI document tells what that model is for, since newer versions have no routes for what it is not.
// Source: vLLM's documentation, online serving and sleep mode.

import type { BackendFactory, InferenceTask } from '../backend.ts';
import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { ask, type Look, noModel, notAModelServer, standing, within } from './look.ts';
import { cantMove, type Load, order, seen, stateNow, type Unload } from './move.ts';
import { documentedPaths, isVllmList, ollamaVersion, openaiModels } from './shapes.ts';

/** The document is made when it is first asked for, which may take a while. */
const DOCUMENT_MS = 1000;
const ROUTES: readonly (readonly [path: string, task: InferenceTask])[] = [
  ['/v1/chat/completions', 'llm:chat'],
  ['/v1/completions', 'llm:completion'],
  ['/v1/embeddings', 'llm:embedding'],
  ['/v1/audio/transcriptions', 'audio:transcribe'],
];

export const createVllm: BackendFactory = (deps, options) => {
  /** Read once for each server and model: it is long, and does not change. */
  let document: { readonly of: string; readonly paths: ReadonlySet<string> } | undefined;

  const lookAt = async (upstream: Upstream, signal: AbortSignal): Promise<Look> => {
    const [listed, about, health] = await Promise.all([
      ask(upstream, '/v1/models', signal),
      ask(upstream, '/version', signal),
      upstream.get('/health', signal),
    ]);
    if ('trouble' in listed) return listed.trouble;
    const names = openaiModels(listed.json);
    const version = ('json' in about ? ollamaVersion(about.json) : undefined) ?? null;
    const isVllm = names?.length === 0 ? version !== null : isVllmList(listed.json);
    if (!names || !isVllm) return notAModelServer(upstream.root);
    if (names.length === 0) return noModel('vLLM is running but serves no model.', 'Start it with one.', version);
    const paths = await pathsOf(upstream, `${version} ${names.join(' ')}`, signal);
    const tasks = tasksOf(paths);
    // The process still answers when the engine in it has died.
    const dead = health.kind === 'reply' && health.status >= 500;
    const state = dead ? 'failing' : (await isAsleep(upstream, paths, signal)) ? 'cold' : 'loaded';
    return standing(
      names.map((id) => ({ id, state, ...(tasks && { tasks }) })),
      { version },
    );
  };

  const pathsOf = async (upstream: Upstream, of: string, signal: AbortSignal): Promise<ReadonlySet<string>> => {
    if (document?.of === of) return document.paths;
    const asked = await within(deps.clock, DOCUMENT_MS, signal, (bounded) => ask(upstream, '/openapi.json', bounded));
    const paths: ReadonlySet<string> = 'json' in asked ? documentedPaths(asked.json) : new Set();
    // Switched off it stays away; late it may be ready next time.
    if ('json' in asked || asked.status !== undefined) document = { of, paths };
    return paths;
  };

  const unload: Unload = async (tools, model, { signal }) => {
    const now = await stateNow(tools, model, signal);
    if ('moved' in now) return now.moved;
    if (now.state !== 'cold') {
      if (!document?.paths.has('/sleep')) return NO_SLEEP;
      // Level 1 keeps the weights in main memory, so that it can be woken.
      const refused = await order(tools.upstream, '/sleep?level=1', {}, signal);
      if (refused) return refused;
    }
    return seen(tools, model, 'cold', signal);
  };

  return adapter({
    kind: 'vllm',
    tasks: ['llm:chat', 'llm:completion', 'llm:embedding', 'audio:transcribe'],
    look: lookAt,
    load,
    unload,
    // Work sent to an engine that sleeps breaks it.
    loadFirst: 'always',
    nameOthers: true,
  })(deps, options);
};

const load: Load = async (tools, model, { signal }) => {
  const now = await stateNow(tools, model, signal);
  if ('moved' in now) return now.moved;
  const refused = now.state === 'cold' ? await order(tools.upstream, '/wake_up', {}, signal) : undefined;
  return refused ?? seen(tools, model, 'loaded', signal);
};

/** Older versions have all routes whatever the model, which tells nothing. */
function tasksOf(paths: ReadonlySet<string>): readonly InferenceTask[] | undefined {
  if (paths.size === 0) return undefined;
  const tasks = ROUTES.filter(([path]) => paths.has(path)).map(([, task]) => task);
  return tasks.length < ROUTES.length ? tasks : undefined;
}

async function isAsleep(upstream: Upstream, paths: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
  if (!paths.has('/is_sleeping')) return false;
  const asked = await ask(upstream, '/is_sleeping', signal);
  return 'json' in asked && asked.json.is_sleeping === true;
}

const NO_SLEEP = cantMove(
  'vLLM keeps its model in memory for as long as it runs.',
  'Stop it to free its memory. Only in its developer mode can it be put to sleep.',
);
