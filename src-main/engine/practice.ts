// Practice mode: whole little networks inside the app, on loopback, with everything that the other ends have and friendly work. The
// node in the middle is the real one.

import type { SettingPath } from '../../src-preload/contract/settings/index.ts';
import type { Service } from '../base/lifecycle.ts';
import type { PracticeRun, PracticeDeps as PractiseDeps, StartPractice } from '../practice/practice.ts';
import { practiceNetworks } from '../practice/registry.ts';
import type { Settings } from '../settings/settings.ts';

export interface PracticeDeps extends PractiseDeps {
  readonly settings: Pick<Settings, 'set' | 'isSet'>;
}

export class Practice implements Service {
  readonly name = 'practice network';
  readonly #deps: PracticeDeps;
  readonly #networks: Readonly<Record<string, StartPractice>>;
  #runs: PracticeRun[] = [];

  constructor(deps: PracticeDeps, networks: Readonly<Record<string, StartPractice>> = practiceNetworks) {
    this.#deps = deps;
    this.#networks = networks;
  }

  /**
   * Points the practice folder's own settings at the servers of this run, and joins every network there is practice for but those
   * that its user has left. Rejects with nothing left running.
   */
  async start(): Promise<void> {
    if (this.#runs.length > 0) return;
    try {
      for (const [id, start] of Object.entries(this.#networks)) await this.#begin(id, start);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const runs = this.#runs;
    this.#runs = [];
    for (const run of runs.toReversed()) await run.stop();
  }

  async #begin(id: string, start: StartPractice): Promise<void> {
    const { settings } = this.#deps;
    const run = await start(this.#deps);
    this.#runs.push(run);
    for (const [path, value] of Object.entries(run.settings)) await settings.set(path as SettingPath, value as never);
    const enabled = `networks.${id}.enabled` as SettingPath;
    if (!settings.isSet(enabled)) await settings.set(enabled, true);
  }
}
