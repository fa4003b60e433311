// What this provider is to a workload that several of them are asked for: the same request goes to each.

import type { SpawnRequest } from '../wire/request.ts';

export type Role =
  /** It runs the workload; with standbys, others take over. */
  | { readonly is: 'primary'; readonly standbys: readonly string[] }
  /** It keeps a place for it. `peers`: the other standbys, in their order. */
  | {
      readonly is: 'standby';
      readonly workload: string;
      readonly primary: string;
      readonly index: number;
      readonly peers: readonly string[];
    }
  | { readonly is: 'refused'; readonly why: 'not_addressed' | 'missing_workload_id' | 'invalid_request' };

export function roleOf({ replication, primary_npub: primary, workload_id: workload }: SpawnRequest, own: string): Role {
  if (replication?.mode !== 'warm-standby') return { is: 'primary', standbys: [] };
  const { standby_providers: standbys } = replication;
  const index = standbys.indexOf(own);
  if (primary !== own && index < 0) return { is: 'refused', why: 'not_addressed' };
  if (workload === undefined) return { is: 'refused', why: 'missing_workload_id' };
  // One that is named twice would take over from itself, and without a primary nobody is to be taken over from.
  const named = primary === undefined ? standbys : [primary, ...standbys];
  if (primary === undefined || new Set(named).size < named.length) return { is: 'refused', why: 'invalid_request' };
  if (primary === own) return { is: 'primary', standbys };
  return { is: 'standby', workload, primary, index, peers: standbys.filter((key) => key !== own) };
}
