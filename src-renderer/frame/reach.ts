// Whether anybody can find this computer, over all its networks: the best of them counts, and only of those that are on. Being
// listed is worth nothing to tasks that don't get through, so that comes first.
import type { NetworkState, NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { networkSigns, reachSigns, type Sign } from '../signs.ts';
import { standingOf } from '../standing.ts';

const BEST_FIRST: readonly NetworkState[] = ['online', 'starting', 'degraded', 'blocked', 'off'];

/** Undefined where no network is on. */
export function reachOf(
  networks: readonly NetworkView[],
  view: Pick<ReachabilityView, 'wanted' | 'tier' | 'ports'> | undefined,
): Sign | undefined {
  const states = networks.filter(({ enabled }) => enabled).map(({ state }) => state);
  const best = BEST_FIRST.find((state) => states.includes(state));
  if (best === undefined) return undefined;
  const standing = view ? standingOf(view) : 'unwanted';
  if (standing === 'unwanted') return networkSigns[best];
  // A directory that is away, or a network that needs its user, is told even where the line is well.
  const listed = best === 'online' || best === 'blocked' || best === 'starting';
  return standing === 'unreached' || listed ? reachSigns[standing] : networkSigns[best];
}
