// One line for each kind of model server.

import type { BackendKind } from '../../src-preload/contract/settings/backends.ts';
import type { BackendFactory } from './backend.ts';
import { createAnthropic } from './inference/anthropic.ts';
import { createOllama } from './inference/ollama.ts';
import { createOpenAi } from './inference/openai.ts';

export const backendFactories = {
  ollama: createOllama,
  lmstudio: createOpenAi,
  llamacpp: createOpenAi,
  vllm: createOpenAi,
  meshllm: createOpenAi,
  anthropic: createAnthropic,
  openai: createOpenAi,
} satisfies Record<BackendKind, BackendFactory>;
