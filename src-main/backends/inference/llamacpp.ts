// llama.cpp's llama-server. With one model it says 503 to everything until that is in memory, where it stays for as long as the
// server runs, but for the sleep it may be set to take; as a router it has several and loads and unloads them.
// Source: tools/server/README.md of the llama.cpp project.

import type { BackendFactory } from '../backend.ts';
import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { type Asked, ask, type Look, noModel, notAModelServer, standing, stillLoading } from './look.ts';
import { cantMove, type Load, order, seen, stateNow, type Unload } from './move.ts';
import { isLoadingLlama, llamaProps, llamaRouted, openaiModels } from './shapes.ts';

export const createLlamaCpp: BackendFactory = (deps, options) => {
  /** As it was when last looked at. */
  let isRouter = false;

  const lookAt = async (upstream: Upstream, signal: AbortSignal): Promise<Look> => {
    const [about, listed] = await Promise.all([ask(upstream, '/props', signal), ask(upstream, '/v1/models', signal)]);
    if (isLoading(about) || isLoading(listed)) return stillLoading;
    if ('trouble' in about) return about.trouble;
    const props = llamaProps(about.json);
    if (!props) return notAModelServer(upstream.root);
    if ('trouble' in listed) return listed.trouble;
    const { version, slots, router, sleeping } = props;
    isRouter = router;
    const models = router ? llamaRouted(listed.json) : openaiModels(listed.json)?.map(inState(sleeping));
    if (!models) return notAModelServer(upstream.root);
    if (models.length > 0) return standing(models, { version, slots });
    const action = 'Start it with a model, or with a folder of models (--models-dir).';
    return noModel("llama.cpp's server is running but has no model.", action, version);
  };

  const load: Load = async (tools, model, { signal }) => {
    const now = await stateNow(tools, model, signal);
    if ('moved' in now) return now.moved;
    if (now.state !== 'loaded' && now.state !== 'loading') {
      const refused = isRouter
        ? await order(tools.upstream, '/models/load', { model }, signal)
        : // Any work wakes it.
          await order(tools.upstream, '/completion', { prompt: ' ', n_predict: 1 }, signal);
      if (refused) return refused;
    }
    return seen(tools, model, 'loaded', signal);
  };

  const unload: Unload = async (tools, model, { signal }) => {
    const now = await stateNow(tools, model, signal);
    if ('moved' in now) return now.moved;
    if (now.state !== 'cold') {
      if (!isRouter) return ONE_MODEL;
      const refused = await order(tools.upstream, '/models/unload', { model }, signal);
      if (refused) return refused;
    }
    return seen(tools, model, 'cold', signal);
  };

  return adapter({
    kind: 'llamacpp',
    tasks: ['llm:chat', 'llm:completion', 'llm:embedding'],
    look: lookAt,
    load,
    unload,
    loadFirst: 'if-refused',
    nameOthers: true,
  })(deps, options);
};

function isLoading(asked: Asked): boolean {
  return 'trouble' in asked && isLoadingLlama(asked.said ?? {});
}

const inState = (sleeping: boolean) => (id: string) => ({
  id,
  state: sleeping ? ('cold' as const) : ('loaded' as const),
});

const ONE_MODEL = cantMove(
  "llama.cpp's server keeps its one model in memory for as long as it runs.",
  'Stop it, or start it with --sleep-idle-seconds or as a router with several models.',
);
