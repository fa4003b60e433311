// Which networks are to be joined once sharing starts: what was ticked, or, before anything was, what is on already. Pure.
import type { NetworkId, NetworkView } from '../../../src-preload/contract/networks/index.ts';

type Known = Pick<NetworkView, 'id' | 'enabled'>;

export function tickedOf(chosen: readonly NetworkId[] | null | undefined, networks: readonly Known[]): NetworkId[] {
  const ids = networks.map(({ id }) => id);
  return chosen
    ? ids.filter((id) => chosen.includes(id))
    : networks.filter(({ enabled }) => enabled).map(({ id }) => id);
}

/** What has to be switched, so that those ticked are on and no other. */
export function switchesFor(ticked: readonly NetworkId[], networks: readonly Known[]): [id: NetworkId, on: boolean][] {
  return networks.flatMap(({ id, enabled }) => (enabled === ticked.includes(id) ? [] : [[id, !enabled]]));
}
