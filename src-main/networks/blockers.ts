// What several networks can lack on this computer, in one sentence for all of them.

import type { Reason } from '../../src-preload/contract/define.ts';

export const NO_MODELS: Reason = {
  code: 'node.no-models',
  message: 'No model server with a model was found on this computer.',
  action: 'Start Ollama or another model server, then search again.',
};
