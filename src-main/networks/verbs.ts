// What each network brings to the command line, one line each. What all of them have is in `command/network-verbs.ts`.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { iicpVerbs } from './iicp/verbs.ts';
import { paygressVerbs } from './paygress/verbs.ts';
import { posemeshVerbs } from './posemesh/verbs.ts';
import type { NetworkVerb } from './verb.ts';

export const networkVerbs: Readonly<Record<NetworkId, readonly NetworkVerb[]>> = {
  iicp: iicpVerbs,
  posemesh: posemeshVerbs,
  paygress: paygressVerbs,
};
