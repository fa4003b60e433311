// Whether others can find this computer, over all its networks: the best of them counts, and only of those that are on. Being
// listed is worth nothing to work that doesn't get through, so that comes first.
import type { NetworkState, NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { signOf } from '../networks/lookup.ts';
import { reachSigns, type Sign } from '../signs.ts';
import { standingOf } from '../standing.ts';

const BEST_FIRST: readonly NetworkState[] = ['online', 'starting', 'degraded', 'blocked', 'off'];

/** Undefined where no network is on. */
export function reachOf(
  networks: readonly NetworkView[],
  view: Pick<ReachabilityView, 'wanted' | 'tier' | 'ports'> | undefined,
): Sign | undefined {
  const [best] = networks
    .filter(({ enabled }) => enabled)
    .toSorted((one, other) => BEST_FIRST.indexOf(one.state) - BEST_FIRST.indexOf(other.state));
  if (best === undefined) return undefined;
  const standing = view ? standingOf(view) : 'unwanted';
  // A network that is in trouble is named even where the line is well.
  return standing === 'unwanted' || (best.state === 'degraded' && standing !== 'unreached')
    ? signOf(best)
    : reachSigns[standing];
}
