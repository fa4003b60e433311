// The big switch, as window and tray show it. Pure: its test is a table. Without zod, for pages and shell use it too.

import type { AvailabilityView } from './availability.ts';
import type { NodeView } from './node.ts';

/** Whether the user wants to share: a pause by hand is a switch that the user turned off. */
export function wantsToShare(
  node: Pick<NodeView, 'sharing'>,
  availability: Pick<AvailabilityView, 'pause'> | undefined,
): boolean {
  return node.sharing && (availability?.pause ?? null) === null;
}

/** Off as long as no network is joined, whatever is set: nothing was started then. */
export function isSwitchedOn(
  node: Pick<NodeView, 'sharing' | 'state'>,
  availability: Pick<AvailabilityView, 'pause'> | undefined,
): boolean {
  return wantsToShare(node, availability) && node.state !== 'off';
}

/** What stands in the way of sharing is that no network is joined: turning the switch leads to where one is. */
export function lacksNetwork(node: Pick<NodeView, 'sharing' | 'state'>): boolean {
  return node.sharing && node.state === 'off';
}

/** Where one is joined: the first run as long as it is not done, which practice has none of. */
export function placeToJoin(node: Pick<NodeView, 'practice'>, setUp: boolean): 'network' | 'setup' {
  return setUp || node.practice ? 'network' : 'setup';
}
