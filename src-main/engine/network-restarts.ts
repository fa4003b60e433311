// Starts networks anew when what they were started with is set otherwise. In good order: running tasks end, the directory is told,
// which keeps a place for what comes back and gives it up for what its user has switched off. Several changes at once make one
// restart.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { SettingPath } from '../../src-preload/contract/settings/index.ts';
import type { Network } from '../networks/network.ts';

export interface RestartsDeps {
  readonly networks: readonly Pick<Network, 'id' | 'name' | 'moved' | 'leave'>[];
  /** Whether a network is switched on. */
  readonly wanted: (id: NetworkId) => boolean;
  readonly supervisor: { refresh(name: string, between?: () => Promise<void>): Promise<void> };
  /** A network that can be neither left nor started. */
  readonly failed: (error: Error) => void;
}

/** What a change of these asks of the network is a new start of it. */
const NETWORK_SETTINGS = /^networks\.iicp\.(enabled|directoryUrl|redirectHosts|bind|port|maxBodyMiB|cors)$/;

export class NetworkRestarts {
  readonly #deps: RestartsDeps;
  #phase: 'resting' | 'starting' | 'started' = 'resting';
  /** A change came too late for the start that is under way. */
  #missed = false;
  #wanted = false;
  #restarting = Promise.resolve();

  constructor(deps: RestartsDeps) {
    this.#deps = deps;
  }

  starting(): void {
    this.#phase = 'starting';
  }

  started(): void {
    this.#phase = 'started';
    if (this.#missed) this.#restart();
  }

  /** `expected`: while it starts, who starts it sets this before the network looks. */
  changed(path: SettingPath, { expected }: { readonly expected: boolean }): void {
    if (!NETWORK_SETTINGS.test(path)) return;
    if (this.#phase === 'resting' || (this.#phase === 'starting' && expected)) return;
    if (this.#phase === 'started') this.#restart();
    else this.#missed = true;
  }

  /** Leaves one network in good order, does this while it is away, and starts it anew. Rejects with what `between` rejects with. */
  renew(network: Pick<Network, 'name' | 'leave'>, between: () => Promise<void>): Promise<void> {
    const renewed = this.#restarting.then(async () => {
      await network.leave('leave');
      await this.#deps.supervisor.refresh(network.name, between);
    });
    this.#restarting = renewed.catch(() => undefined);
    return renewed;
  }

  /** Resolves when no restart is under way. */
  async settled(): Promise<void> {
    await this.#restarting;
  }

  #restart(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    const { networks, supervisor, wanted, failed } = this.#deps;
    this.#restarting = this.#restarting
      .then(async () => {
        this.#wanted = false;
        for (const network of networks) {
          // From the directory that was used until now it is a stop: its user may come back to it, or not.
          await network.leave(wanted(network.id) ? (network.moved ? 'stop' : 'restart') : 'leave');
          await supervisor.refresh(network.name);
        }
      })
      .catch((error: unknown) => failed(error as Error));
  }
}
