// What each network brings to the command line, one line each, loaded when it is asked for. What all of them have is in
// `command/network-verbs.ts`.

import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { NetworkVerb } from './verb.ts';

export const networkVerbs: Readonly<Record<NetworkId, () => Promise<readonly NetworkVerb[]>>> = {
  iicp: async () => (await import('./iicp/verbs.ts')).iicpVerbs,
  posemesh: async () => (await import('./posemesh/verbs.ts')).posemeshVerbs,
  paygress: async () => (await import('./paygress/verbs.ts')).paygressVerbs,
  fips: async () => (await import('./fips/verbs.ts')).fipsVerbs,
};
