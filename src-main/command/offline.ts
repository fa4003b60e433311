// Work on a data folder that no node runs on, under its lock.

import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import type { State } from '../engine/open-state.ts';
import { passphraseSource } from './passphrase.ts';
import type { Terminal } from './terminal.ts';

/** Opens the folder, making it where there is none, and closes it again. Rejects like `openState`, or as `work` does. */
export async function offline<T>(dataDir: string, terminal: Terminal, work: (state: State) => Promise<T>): Promise<T> {
  // Loaded when needed: asking a running node should not take the time of opening a database.
  const { openState } = await import('../engine/open-state.ts');
  const passphrase = passphraseSource({ terminal });
  const state = await openState(
    { clock: systemClock, random: systemRandom },
    { dataDir, logLevel: 'warn', ...(passphrase && { passphrase }) },
  );
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
