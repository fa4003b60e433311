// Whether others get through to this computer, in one word: for the status bar, Home and the Network page alike.
import type { ReachabilityView } from '../src-preload/contract/reachability.ts';

/** `unwanted`: no network needs a way in. `unproven`: one is open that was not confirmed from outside. */
export type Standing = 'unwanted' | 'looking' | 'unproven' | 'reached' | 'unreached';

export function standingOf({ wanted, tier, ports }: Pick<ReachabilityView, 'wanted' | 'tier' | 'ports'>): Standing {
  if (!wanted) return 'unwanted';
  if (tier === null) return 'looking';
  if (tier === 4) return 'unreached';
  return ports.every(({ proof }) => proof?.reached) ? 'reached' : 'unproven';
}
