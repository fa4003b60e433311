// What a crash has left of leases, before the network is there to look after them: each goes on, and is looked at when it is.

import type { Clock } from '../../../base/clock.ts';
import type { OpenJob } from '../../../work/work.ts';
import type { HeldLeases } from './deps.ts';
import { leaseHandlers } from './handlers.ts';
import type { LeaseStore } from './store.ts';

export interface AdoptDeps {
  readonly store: LeaseStore;
  readonly held: HeldLeases;
  readonly clock: Clock;
}

/** One that the books here have never heard of was never sold: its claim goes back. */
export async function adoptAll(deps: AdoptDeps, open: readonly OpenJob[]): Promise<void> {
  for (const job of open) {
    if (deps.store.lease(job.id)) deps.held.running.set(job.id, job.adopted(leaseHandlers(deps, () => job.id)));
    else await job.ended({ state: 'interrupted', code: 'node-crashed' });
  }
}
