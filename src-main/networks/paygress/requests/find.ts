// Which lease a customer means: by its number, by their own name for it. Only what is theirs is found, so that nobody learns of others'.

import type { Lease, LeaseStore } from '../leases/store.ts';
import { Refusal } from '../refusal.ts';
import { readPodId } from '../wire/pod-id.ts';

/** Throws Refusal: it is no name, or no lease of theirs. */
export function findLease(store: LeaseStore, owner: string, id: string): Lease {
  const read = readPodId(id);
  if (!read)
    throw new Refusal('invalid_pod_id', 'A machine is named container-<number>, by its number or by its workload.');
  const lease = read.by === 'number' ? store.lease(read.number) : store.byWorkload(owner, read.workload);
  if (!lease || lease.owner !== owner || lease.endedAs === 'refused') {
    throw new Refusal('not_found', 'You have no such machine at this provider.');
  }
  return lease;
}

/** The same, where any other name means the one that they have. Throws Refusal. */
export function findAny(store: LeaseStore, owner: string, id: string): Lease {
  const named = readPodId(id);
  if (named?.by === 'number') return findLease(store, owner, id);
  const lease = (named && store.byWorkload(owner, named.workload)) ?? store.newestOf(owner);
  if (!lease) throw new Refusal('not_found', 'You have no such machine at this provider.');
  return lease;
}
