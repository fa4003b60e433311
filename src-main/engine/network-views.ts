// What pages and commands see of each network: the core that all share, and the detail of its own.

import { bringsWork } from '../../src-preload/contract/networks/brings-work.ts';
import type { NetworkId, NetworkState, NetworkView } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import type { Clock } from '../base/clock.ts';
import { capabilitiesOf } from '../networks/capabilities.ts';
import type { Network } from '../networks/network.ts';

export interface NetworkViewsDeps {
  readonly clock: Clock;
  readonly networks: readonly Network[];
  /** Whether its user has switched it on. */
  readonly enabled: (id: NetworkId) => boolean;
  /** How much of it runs now. */
  readonly working: (id: NetworkId) => number;
}

export class NetworkViews {
  readonly #deps: NetworkViewsDeps;
  readonly #states = new Map<NetworkId, { readonly state: NetworkState; readonly since: number }>();

  constructor(deps: NetworkViewsDeps) {
    this.#deps = deps;
  }

  take(): NetworkView[] {
    const { networks, enabled, working } = this.#deps;
    return networks.map((network) => {
      const { id } = network;
      const status = network.status();
      return {
        id,
        title: networkContracts[id].title,
        enabled: enabled(id),
        ...status,
        blockers: [...network.blockers()],
        since: this.#since(id, status.state),
        capabilities: capabilitiesOf(network),
        working: working(id),
        detail: network.detail(),
        // A network gives the detail of its own contract; that id and detail belong together, types can't see here.
      } as NetworkView;
    });
  }

  /** Whether a network is joined, and whether one of those can send work now. */
  standing(): { readonly joined: boolean; readonly ready: boolean } {
    const joined = this.#deps.networks.filter(({ id }) => this.#deps.enabled(id));
    const ready = joined.some(
      (network) => bringsWork(network.id) && network.status().state === 'online' && network.blockers().length === 0,
    );
    return { joined: joined.length > 0, ready };
  }

  /** As exactly as views are taken, which is after each change. */
  #since(id: NetworkId, state: NetworkState): number {
    const known = this.#states.get(id);
    if (known?.state === state) return known.since;
    const since = this.#deps.clock.now();
    this.#states.set(id, { state, since });
    return since;
  }
}
