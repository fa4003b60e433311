// Starts networks anew when what they were started with is set otherwise. In good order: running tasks end, the network is left,
// which keeps a place for what comes back and gives it up for what its user has switched off. Several changes at once make one
// restart, and no network waits for another's.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { SettingPath } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Network } from '../networks/network.ts';
import { leaveInTime } from './in-time.ts';

export interface RestartsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly networks: readonly Pick<Network, 'id' | 'name' | 'moved' | 'leave'>[];
  /** What a change of these asks of a network is a new start of it. */
  readonly restartsFor: (id: NetworkId) => readonly SettingPath[];
  /** Whether a network is switched on. */
  readonly wanted: (id: NetworkId) => boolean;
  /** Makes ready what a network needs around it, or clears it away, while it does not run. Never rejects. */
  readonly prepare?: ((id: NetworkId) => Promise<void>) | undefined;
  readonly supervisor: { refresh(name: string, between?: () => Promise<void>): Promise<void> };
  /** A mistake of ours: a network that does not work is parked by itself. */
  readonly failed: (error: Error) => void;
}

export class NetworkRestarts {
  readonly #deps: RestartsDeps;
  #phase: 'resting' | 'starting' | 'started' = 'resting';
  /** Whose settings have changed since their last start began. */
  readonly #due = new Set<NetworkId>();
  /** Not started yet: whatever changes is in force when they do. */
  readonly #away = new Set<NetworkId>();
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
    if (this.#due.size > 0) this.#restart();
  }

  /** `expected`: while it starts, who starts it sets this before the network looks. */
  changed(path: SettingPath, { expected }: { readonly expected: boolean }): void {
    if (this.#phase === 'resting' || (this.#phase === 'starting' && expected)) return;
    const { networks, restartsFor } = this.#deps;
    const owners = networks.filter(({ id }) => restartsFor(id).includes(path) && !this.#away.has(id));
    if (owners.length === 0) return;
    for (const { id } of owners) this.#due.add(id);
    // While it starts, the change comes too late for that start.
    if (this.#phase === 'started') this.#restart();
  }

  /** Leaves one network in good order, does this while it is away, and starts it anew. Rejects with what `between` rejects with. */
  renew(network: Pick<Network, 'name' | 'leave'>, between: () => Promise<void>): Promise<void> {
    const renewed = this.#restarting.then(async () => {
      await leaveInTime(this.#deps, network, 'leave');
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
        const due = networks.filter(({ id }) => this.#due.has(id));
        this.#due.clear();
        await Promise.all(
          due.map(async (network) => {
            // From the directory that was used until now it is a stop: its user may come back to it, or not.
            const departure = wanted(network.id) ? (network.moved ? 'stop' : 'restart') : 'leave';
            await leaveInTime(this.#deps, network, departure);
            await supervisor.refresh(network.name, () => this.#prepare(network.id));
          }),
        );
      })
      .catch((error: unknown) => failed(error as Error));
  }

  async #prepare(id: NetworkId): Promise<void> {
    this.#away.add(id);
    await this.#deps.prepare?.(id);
    this.#away.delete(id);
  }
}
