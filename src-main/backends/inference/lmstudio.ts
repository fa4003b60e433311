// LM Studio: tasks go through its OpenAI dialect, looks through its own API, which tells what each model is for and what is in
// memory. It answers 200 to every path, so only the shape of an answer counts. Source: LM Studio's documentation, REST API.

import type { BackendFactory, ModelStatus, Moved } from '../backend.ts';
import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { type Asked, ask, type Look, noModel, notAModelServer, standing, WRONG_ANSWER } from './look.ts';
import { cantMove, GIVEN_UP, type Load, order, seen, stateNow, type Unload } from './move.ts';
import { type Json, type LmStudioModel, lmStudioModels, lmStudioOldModels } from './shapes.ts';

const MODELS = '/api/v1/models';
/** Before version 0.4; it tells less, and moves nothing. */
const OLD_MODELS = '/api/v0/models';

export const createLmStudio: BackendFactory = (deps, options) => {
  /** Older versions write each question they do not know into the log that their user reads. */
  let isOld = false;

  const lookAt = async (upstream: Upstream, signal: AbortSignal): Promise<Look> => {
    const [first, second] = isOld ? [asOld, asNew] : [asNew, asOld];
    const look = await first(upstream, signal);
    if ('models' in look) return found(look.models);
    // Away, or too busy to say: what it is may have changed when it answers again.
    if (!look.elsewhere) {
      isOld = false;
      return look.trouble;
    }
    const other = await second(upstream, signal);
    if (!('models' in other)) return look.trouble;
    isOld = !isOld;
    return found(other.models);
  };

  return adapter({
    kind: 'lmstudio',
    tasks: ['llm:chat', 'llm:completion', 'llm:embedding'],
    look: lookAt,
    load,
    unload,
    loadFirst: 'if-refused',
    nameOthers: true,
  })(deps, options);
};

type Read<Model> =
  | { readonly models: readonly Model[] }
  /** `elsewhere` where it may have its list at another path. */
  | { readonly trouble: Look; readonly elsewhere: boolean };

async function asNew(upstream: Upstream, signal: AbortSignal): Promise<Read<LmStudioModel>> {
  return read(upstream, await ask(upstream, MODELS, signal), lmStudioModels);
}

async function asOld(upstream: Upstream, signal: AbortSignal): Promise<Read<ModelStatus>> {
  return read(upstream, await ask(upstream, OLD_MODELS, signal), lmStudioOldModels);
}

function read<Model>(upstream: Upstream, asked: Asked, modelsIn: (json: Json) => Model[] | undefined): Read<Model> {
  if ('trouble' in asked) return { trouble: asked.trouble, elsewhere: asked.trouble.reason?.code === WRONG_ANSWER };
  const models = modelsIn(asked.json);
  return models ? { models } : { trouble: notAModelServer(upstream.root), elsewhere: true };
}

function found(models: readonly ModelStatus[]): Look {
  if (models.length > 0)
    return standing(models.map(({ id, state, tasks }) => ({ id, state, ...(tasks && { tasks }) })));
  return noModel('LM Studio is running but has no model.', 'Download one in it.');
}

/**
 * Never twice: it would take a second place in memory, under another name. What is loaded this way stays until it is taken out,
 * `keep` or not.
 */
const load: Load = async (tools, model, { signal }) => {
  const now = await stateNow(tools, model, signal);
  if ('moved' in now) return now.moved;
  if (now.state !== 'loaded' && now.state !== 'loading') {
    const instances = await instancesOf(tools.upstream, model, signal);
    if ('moved' in instances) return instances.moved;
    const refused = await order(tools.upstream, '/api/v1/models/load', { model }, signal);
    if (refused) return refused;
  }
  return seen(tools, model, 'loaded', signal);
};

const unload: Unload = async (tools, model, { signal }) => {
  const instances = await instancesOf(tools.upstream, model, signal);
  if ('moved' in instances) return instances.moved;
  for (const id of instances.ids) {
    const refused = await order(tools.upstream, '/api/v1/models/unload', { instance_id: id }, signal);
    if (refused) return refused;
  }
  return seen(tools, model, 'cold', signal);
};

/** The names under which it is in memory; `moved` where this version has no means to move it. */
async function instancesOf(
  upstream: Upstream,
  model: string,
  signal: AbortSignal,
): Promise<{ readonly ids: readonly string[] } | { readonly moved: Moved }> {
  const asked = await asNew(upstream, signal);
  if ('models' in asked) return { ids: asked.models.find(({ id }) => id === model)?.instances ?? [] };
  if (asked.elsewhere) return { moved: OLD };
  const { reason } = asked.trouble;
  return { moved: reason && !signal.aborted ? { kind: 'failed', reason } : GIVEN_UP };
}

const OLD = cantMove(
  'This version of LM Studio has no means to do that from outside.',
  'Update it, or use its own controls.',
);
