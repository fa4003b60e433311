// Puts the node together for the desktop, asking its owner where something is missing: a passphrase, or the node itself, which
// is damaged or gone.

import { toHearthError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { passphraseSource } from '../command/passphrase.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import { composeRenewable } from '../engine/renewable.ts';
import { Mending } from './mending.ts';
import { askPassphrase } from './passphrase/ask.ts';
import type { Complaint } from './passphrase/page.ts';
import type { Words } from './words/words.ts';

export interface OpenNodeDeps {
  readonly random: Random;
  readonly words: () => Words;
}

/** Rejects where the user gives up (`cancelled`), and as `compose` does. */
export async function openNode(deps: OpenNodeDeps, options: EngineOptions): Promise<Engine> {
  let complaint: Complaint | undefined;
  let anew = false;
  const mending = new Mending(deps, options.dataDir);
  // Of a service's own file there is no second try: it would say the same again.
  const file = passphraseSource({});
  const passphrase = file ?? (() => askPassphrase(deps, 'known', complaint));
  for (;;) {
    try {
      return await composeRenewable({ ...options, passphrase, anew });
    } catch (thrown) {
      const { code } = toHearthError(thrown);
      if (code === 'secrets.wrong-passphrase' && file === undefined) complaint = 'wrong';
      else if (code === 'engine.node-lost' && !anew) anew = (await mending.ask('lost')) === 'anew';
      else if (code === 'storage.damaged') await mending.ask('damaged');
      else throw thrown;
    }
  }
}
