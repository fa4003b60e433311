// Asks a node that was put together for one question and never starts: only its settings, keys and model servers are used.

import type { Input, Output } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { passphraseSource } from './passphrase.ts';
import type { Terminal } from './terminal.ts';

/** Rejects like `compose`, or as the request does. */
export async function askAlone<N extends RequestName>(
  dataDir: string,
  terminal: Terminal,
  name: N,
  input: Input<N>,
): Promise<Output<N>> {
  // Loaded when needed: asking a running node should not take the time of putting one together.
  const { compose } = await import('../engine/compose.ts');
  const passphrase = passphraseSource({ terminal });
  const engine = await compose({
    dataDir,
    mode: 'headless',
    practice: false,
    logLevel: 'warn',
    autoDetect: true,
    ...(passphrase && { passphrase }),
  });
  const stop = () => void engine.stop();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return (await engine.handle(name, input)) as Output<N>;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await engine.stop();
  }
}
