// Practice mode: whole little networks inside the app, on loopback, with everything that the other ends have and friendly work. The
// node in the middle is the real one.

import type { SettingPath } from '../../src-preload/contract/settings/index.ts';
import type { Service } from '../base/lifecycle.ts';
import type { LoadPractice, PracticeRun, PracticeDeps as PractiseDeps } from '../practice/practice.ts';
import { practiceNetworks } from '../practice/registry.ts';
import type { Settings } from '../settings/settings.ts';
import type { Wallet } from '../wallet/wallet.ts';

export interface PracticeDeps extends PractiseDeps {
  readonly settings: Pick<Settings, 'get' | 'set' | 'isSet'>;
  readonly wallet: {
    readonly exists: boolean;
    get(): Promise<Pick<Wallet, 'make' | 'mints' | 'trust' | 'distrust'>>;
  };
}

export class Practice implements Service {
  readonly name = 'practice network';
  readonly #deps: PracticeDeps;
  readonly #networks: Readonly<Record<string, LoadPractice>>;
  readonly #runs = new Map<string, PracticeRun>();

  constructor(deps: PracticeDeps, networks: Readonly<Record<string, LoadPractice>> = practiceNetworks) {
    this.#deps = deps;
    this.#networks = networks;
  }

  /**
   * Points the practice folder's own settings at the servers of this run, and joins every network there is practice for but those
   * that its user has left or has to join first, for which nothing is started. Rejects with nothing left running.
   */
  async start(): Promise<void> {
    if (this.#runs.size > 0) return;
    try {
      for (const id of Object.keys(this.#networks)) if (this.#joined(id)) await this.#begin(id);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const id of [...this.#runs.keys()].toReversed()) await this.#end(id);
  }

  /** Starts the servers of a network that was joined, and stops those of one that was left. To be called while it does not run. */
  async follow(id: string): Promise<void> {
    try {
      if (!this.#joined(id)) await this.#end(id);
      else if (!this.#runs.has(id)) await this.#begin(id);
    } catch (error) {
      this.#deps.logger.error('practice with a network could not be started', { network: id, error });
    }
  }

  /** One that its user has never decided about is joined, where it may begin by itself. */
  #joined(id: string): boolean {
    const { settings } = this.#deps;
    const enabled = enabledOf(id);
    return settings.isSet(enabled) ? settings.get(enabled) === true : !this.#networks[id]?.whenJoined;
  }

  async #begin(id: string): Promise<void> {
    const { settings } = this.#deps;
    const begin = await this.#networks[id]?.();
    if (!begin) return;
    const run = await begin(this.#deps);
    this.#runs.set(id, run);
    const suggested = Object.entries(run.suggested ?? {}).filter(([path]) => !settings.isSet(path as SettingPath));
    for (const [path, value] of [...Object.entries(run.settings), ...suggested]) {
      await settings.set(path as SettingPath, value as never);
    }
    if (run.mint) await this.#payBy(run.mint);
    if (!settings.isSet(enabledOf(id))) await settings.set(enabledOf(id), true as never);
  }

  async #payBy(mint: NonNullable<PracticeRun['mint']>): Promise<void> {
    const { wallet } = this.#deps;
    const isNew = !wallet.exists;
    const own = await wallet.get();
    if (isNew) await own.make();
    for (const { name, trusted, url } of own.mints()) {
      if (trusted && name === mint.name && url !== mint.url) await own.distrust(url);
    }
    await own.trust(mint.url);
  }

  async #end(id: string): Promise<void> {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    await run?.stop();
  }
}

const enabledOf = (id: string) => `networks.${id}.enabled` as SettingPath;
