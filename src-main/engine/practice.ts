// Practice mode: a whole little network inside the app, on loopback, with a directory, a model server and a client that sends
// friendly tasks. The node in the middle is the real one.

import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { type PracticeNetwork, startPracticeNetwork } from '../practice/iicp/index.ts';
import type { Settings } from '../settings/settings.ts';

/** A model takes its time; so that a task can be seen running, this one does too. */
const THINKING_MS = 900;
/** So that what was earned can be seen on its way before it is received. */
const AWARDING_MS = 2500;

export interface PracticeDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: Settings;
}

export class Practice implements Service {
  readonly name = 'practice network';
  readonly #deps: PracticeDeps;
  #network: PracticeNetwork | undefined;

  constructor(deps: PracticeDeps) {
    this.#deps = deps;
  }

  /** Points the practice folder's own settings at the servers of this run. */
  async start(): Promise<void> {
    if (this.#network) return;
    const { settings } = this.#deps;
    this.#network = await startPracticeNetwork(this.#deps, {
      modelDelayMs: THINKING_MS,
      awardAfterMs: AWARDING_MS,
    });
    await settings.set('backends.inference', [{ kind: 'ollama', url: this.#network.modelUrl }]);
    await settings.set('networks.iicp.directoryUrl', this.#network.directoryUrl);
    await settings.set('networks.iicp.bind', '127.0.0.1');
    await settings.set('networks.iicp.port', 0);
    await settings.set('networks.iicp.enabled', true);
  }

  async stop(): Promise<void> {
    const network = this.#network;
    this.#network = undefined;
    await network?.stop();
  }
}
