// Where to send to, of all that both ends say of themselves: addresses in a network that both are in come first, then where each is
// seen from outside.

import { addressKind } from '../../../reachability/addresses.ts';
import type { Endpoint } from '../../../reachability/mapping.ts';
import { DISCOVERY } from './bounds.ts';
import type { PunchPlan } from './punch.ts';
import type { MayReach } from './routable.ts';
import type { Observed } from './signal.ts';

/** Undefined: there is nowhere to send to. */
export function planPunch(
  sessionId: string,
  ours: Observed,
  theirs: Observed,
  mayReach: MayReach,
): PunchPlan | undefined {
  const isLocal = ({ address }: Endpoint) => addressKind(address) === 'private';
  const near = theirs.local.filter((each) => isLocal(each) && ours.local.some((own) => isSameNetwork(own, each)));
  const outside = theirs.reflexive && mayReach(theirs.reflexive.address) ? [theirs.reflexive] : [];
  // Of a node that has a public address on its very network card.
  const open = theirs.local.filter((each) => !isLocal(each) && mayReach(each.address));
  const targets = unique([...near, ...outside, ...open]).slice(0, DISCOVERY.targets);
  const local = targets.filter((each) => near.includes(each)).length;
  return targets.length === 0 ? undefined : { sessionId, targets, local };
}

/** The same /24, as official nodes have it. */
function isSameNetwork(one: Endpoint, other: Endpoint): boolean {
  return one.address.slice(0, one.address.lastIndexOf('.')) === other.address.slice(0, other.address.lastIndexOf('.'));
}

function unique(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...new Map(endpoints.map((each) => [`${each.address}:${each.port}`, each])).values()];
}
