// Any server that speaks the OpenAI dialect: LM Studio, llama.cpp, vLLM and many others. It tells what it has, not what is loaded.

import type { BackendFactory } from '../backend.ts';
import { call } from './call.ts';
import { Upstream } from './http.ts';
import { ask, CHECK_MS, type Look, notAModelServer, troubled, within } from './look.ts';
import { openaiModels } from './shapes.ts';

export const createOpenAi: BackendFactory = ({ clock }, options) => {
  const upstream = new Upstream(options);
  return {
    id: upstream.root,
    kind: 'openai',
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
  const asked = await ask(upstream, '/v1/models', signal);
  if ('trouble' in asked) return asked.trouble;
  const names = openaiModels(asked.json);
  if (!names) return notAModelServer(upstream.root);
  if (names.length === 0) {
    return troubled(
      'no-model',
      'no-model',
      `The server at ${upstream.root} has no model to offer.`,
      'Load or download a model in it.',
    );
  }
  return { state: 'ready', reason: null, version: null, models: names.map((id) => ({ id, loaded: null })) };
}
