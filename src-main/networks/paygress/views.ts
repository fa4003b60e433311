// Leases as pages and commands show them.

import type { PaygressLease } from '../../../src-preload/contract/networks/paygress.ts';
import { npubOf } from '../../nostr/npub.ts';
import { restMsat } from './leases/price.ts';
import type { Lease, LeaseStore } from './leases/store.ts';

export function leaseViews(store: LeaseStore, leases: readonly Lease[], now: number): PaygressLease[] {
  return leases.map((lease) => leaseView(store, lease, now));
}

export function leaseView(store: LeaseStore, lease: Lease, now: number): PaygressLease {
  const { job, owner, spec, image, workload, state, endedAs, createdAt, startedAt, paidUntil } = lease;
  const refunds = store.refundsOf(job);
  const sum = (of: readonly number[]) => of.reduce((one, other) => one + other, 0);
  return {
    id: job,
    customer: owner === '' ? null : npubOf(owner),
    spec: spec.name,
    image,
    workload,
    state,
    endedAs,
    createdAt,
    startedAt,
    paidUntil,
    rateMsat: lease.rateMsat,
    paidMsat: lease.paidMsat,
    backMsat: state === 'active' ? restMsat(lease, now) : 0,
    refundedMsat: sum(refunds.map(({ madeMsat }) => madeMsat)),
    refundDueMsat: sum(refunds.filter((refund) => refund.state === 'due').map(({ msat }) => msat)),
    ports: store.ports(job),
  };
}
