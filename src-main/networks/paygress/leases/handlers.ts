// What the house may ask of a lease, whoever looks after it by then: the network may have been started anew since it was sold.

import type { Clock } from '../../../base/clock.ts';
import { MICRO } from '../../../base/micro.ts';
import type { JobHandlers } from '../../../work/work.ts';
import type { HeldLeases } from './deps.ts';
import { restMsat } from './price.ts';
import type { Lease, LeaseStore } from './store.ts';

export interface HandlerDeps {
  readonly store: LeaseStore;
  readonly held: HeldLeases;
  readonly clock: Clock;
}

const MSAT = 1000;

/** What its customer would get back if it ended now. */
export function backMsat(lease: Lease, now: number): number {
  if (lease.state === 'active') return restMsat(lease, now);
  return lease.state === 'paid' ? lease.paidMsat : 0;
}

/** `number`: of the lease, known by the time that they are called. */
export function leaseHandlers({ store, held, clock }: HandlerDeps, number: () => number): JobHandlers {
  const evict = async () => await held.keeper?.evict(number());
  return {
    // A failure is in the log already, and the lease is looked at again.
    cancel: () => void evict().catch(() => undefined),
    lease: {
      outlives: () => true,
      refund: () => {
        const lease = store.lease(number());
        return lease ? { unit: 'sat', amountMicro: Math.floor(backMsat(lease, clock.now()) / MSAT) * MICRO } : null;
      },
      endWithRefund: evict,
    },
  };
}
