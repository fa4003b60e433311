// Any server that speaks the OpenAI dialect and is of no make known here. It tells what it has, not what is loaded.

import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { ask, type Look, noModel, notAModelServer, standing } from './look.ts';
import { openaiModels } from './shapes.ts';

export const createOpenAi = adapter({
  kind: 'openai',
  tasks: ['llm:chat', 'llm:completion', 'llm:embedding', 'audio:transcribe', 'audio:speech', 'safety:moderate'],
  look: lookAt,
});

async function lookAt(upstream: Upstream, signal: AbortSignal): Promise<Look> {
  const asked = await ask(upstream, '/v1/models', signal);
  if ('trouble' in asked) return asked.trouble;
  const names = openaiModels(asked.json);
  if (!names) return notAModelServer(upstream.root);
  if (names.length === 0) {
    return noModel(`The server at ${upstream.root} has no model to offer.`, 'Load or download a model in it.');
  }
  return standing(names.map((id) => ({ id, state: 'unknown' })));
}
