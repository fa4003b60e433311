// vLLM: one model, in memory for as long as the server runs, unless it was started in developer mode and put to sleep. Its
// OpenAPI document tells what that model is for, since newer versions have no routes for what it is not.
// Source: vLLM's documentation, online serving and sleep mode.

import type { BackendFactory, InferenceTask } from '../backend.ts';
import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { type Asked, ask, type Look, noModel, notAModelServer, silence, standing, within } from './look.ts';
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

/** What stays as it is for as long as the server runs. */
interface Nature {
  /** Version and model. */
  readonly of: string;
  readonly tasks: readonly InferenceTask[] | undefined;
  readonly sleeps: boolean;
}

export const createVllm: BackendFactory = (deps, options) => {
  let nature: Nature | undefined;

  const lookAt = async (upstream: Upstream, signal: AbortSignal): Promise<Look> => {
    const [listed, about, health] = await Promise.all([
      ask(upstream, '/v1/models', signal),
      ask(upstream, '/version', signal),
      ask(upstream, '/health', signal),
    ]);
    if ('trouble' in listed) {
      // It may come back otherwise than it went.
      nature = undefined;
      return listed.trouble;
    }
    const silent = silence(health);
    if (silent) return silent;
    const names = openaiModels(listed.json);
    const version = ('json' in about ? ollamaVersion(about.json) : undefined) ?? null;
    const isVllm = names?.length === 0 ? version !== null : isVllmList(listed.json);
    if (!names || !isVllm) return notAModelServer(upstream.root);
    if (names.length === 0) return noModel('vLLM is running but serves no model.', 'Start it with one.', version);
    const of = `${version} ${names.join(' ')}`;
    const { tasks, sleeps } = nature?.of === of ? nature : await learn(upstream, of, signal);
    const asleep = sleeps ? await ask(upstream, '/is_sleeping', signal) : undefined;
    const gone = asleep && silence(asleep);
    if (gone) return gone;
    const cold = asleep && 'json' in asleep && asleep.json.is_sleeping === true;
    // The process still answers when the engine in it has died.
    const state = failed(health) ? 'failing' : cold ? 'cold' : asleep && failed(asleep) ? 'unknown' : 'loaded';
    return standing(
      names.map((id) => ({ id, state, ...(tasks && { tasks }) })),
      { version },
    );
  };

  const learn = async (upstream: Upstream, of: string, signal: AbortSignal): Promise<Nature> => {
    const [document, sleep] = await Promise.all([
      within(deps.clock, DOCUMENT_MS, signal, (bounded) => ask(upstream, '/openapi.json', bounded)),
      ask(upstream, '/is_sleeping', signal),
    ]);
    const tasks = 'json' in document ? tasksOf(documentedPaths(document.json)) : undefined;
    // Where that is not answered it is asked again; only a server in developer mode answers it well.
    const isOpen = silence(sleep) !== undefined || failed(sleep);
    const found = { of, tasks, sleeps: 'json' in sleep || isOpen };
    // The document may be switched off for good; when it is late, it may be ready next time.
    if (!silence(document) && !isOpen) nature = found;
    return found;
  };

  const unload: Unload = async (tools, model, { signal }) => {
    const now = await stateNow(tools, model, signal);
    if ('moved' in now) return now.moved;
    if (now.state !== 'cold') {
      if (!nature?.sleeps) return NO_SLEEP;
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

const failed = (asked: Asked) => 'trouble' in asked && (asked.status ?? 0) >= 500;

const NO_SLEEP = cantMove(
  'vLLM keeps its model in memory for as long as it runs.',
  'Stop it to free its memory. Only in its developer mode can it be put to sleep.',
);
