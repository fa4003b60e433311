// One line for each kind of model server.

import type { BackendKind } from '../../src-preload/contract/settings/backends.ts';
import type { BackendFactory } from './backend.ts';
import { createAnthropic } from './inference/anthropic.ts';
import { createLlamaCpp } from './inference/llamacpp.ts';
import { createLmStudio } from './inference/lmstudio.ts';
import { createMeshLlm } from './inference/meshllm.ts';
import { createOllama } from './inference/ollama.ts';
import { createOpenAi } from './inference/openai.ts';
import { createVllm } from './inference/vllm.ts';

export const backendFactories = {
  ollama: createOllama,
  lmstudio: createLmStudio,
  llamacpp: createLlamaCpp,
  vllm: createVllm,
  meshllm: createMeshLlm,
  anthropic: createAnthropic,
  openai: createOpenAi,
} satisfies Record<BackendKind, BackendFactory>;
