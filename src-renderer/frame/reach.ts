// Whether anybody can find this computer, over all its networks: the best of them counts, and only of those that are on. Being
// listed is worth nothing to tasks that don't get through, so that comes first.
import type { NetworkView, RegistrationState } from '../../src-preload/contract/networks.ts';
import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { pagesOf } from '../networks/registry.ts';
import { reachSigns, type Sign } from '../signs.ts';
import { standingOf } from '../standing.ts';

const BEST_FIRST: readonly RegistrationState[] = ['online', 'registering', 'offline', 'local', 'parked', 'off'];

/** Undefined where no network is on. */
export function reachOf(
  networks: readonly NetworkView[],
  view: Pick<ReachabilityView, 'wanted' | 'tier' | 'ports'> | undefined,
): Sign | undefined {
  const enabled = networks.filter((network) => network.enabled);
  const found = BEST_FIRST.map((state) => enabled.find(({ registration }) => registration === state)).find(Boolean);
  if (found === undefined) return undefined;
  const best = found.registration;
  const own = pagesOf(found.id).sign(found);
  const standing = view ? standingOf(view) : 'unwanted';
  if (standing === 'unwanted') return own;
  // A directory that is away, or a network that needs its user, is told even where the line is well.
  const listed = best === 'online' || best === 'local' || best === 'registering';
  return standing === 'unreached' || listed ? reachSigns[standing] : own;
}
