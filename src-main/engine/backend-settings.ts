// What model servers need of the settings, in the words of `backends/`, which knows nothing of paths.

import type { BackendsDeps } from '../backends/pool.ts';
import type { Settings } from '../settings/settings.ts';

export function backendsDeps(deps: Omit<BackendsDeps, 'settings'> & { readonly settings: Settings }): BackendsDeps {
  const { clock, random, logger, settings, spentSince, awake } = deps;
  return {
    clock,
    random,
    logger: logger.child('backends'),
    settings: {
      inference: () => settings.get('backends.inference'),
      models: () => settings.get('backends.models'),
      refused: () => settings.get('safety.refused'),
      keyFor: (url) => settings.backendKey(url),
      onChange: (listener) => settings.onChange((path) => /^(backends|safety)\./.test(path) && listener()),
    },
    spentSince,
    awake,
  };
}
