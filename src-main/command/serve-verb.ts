// `hearth serve` as a verb. What it does is in serve.ts.

import { FLAGS, flagsOf } from './serve-flags.ts';
import { verb } from './verb.ts';

export const serveVerb = verb({
  name: 'serve',
  about: 'runs the node, with pages in the browser or without any',
  flags: FLAGS,
  node: 'none',
  json: null,
  exits: { tryAgain: 'another Hearth uses the data folder' },
  read: (_, given, common) => flagsOf(given, common),
  run: async (flags, { terminal }) => {
    // Loaded when needed: asking a running node should not take the time of starting one.
    const { serve } = await import('./serve.ts');
    return serve(flags, terminal);
  },
});
