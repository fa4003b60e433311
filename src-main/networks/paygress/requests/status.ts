// How a machine is, for its owner alone: as the engine sees it, not as the clock does.

import { sshPortOf, whereOf } from '../leases/access.ts';
import type { LeaseDeps } from '../leases/deps.ts';
import type { Lease } from '../leases/store.ts';
import { moment } from '../wire/access.ts';
import type { StatusReply } from '../wire/reply.ts';
import type { StatusRequest } from '../wire/request.ts';
import { findAny } from './find.ts';

type Deps = Pick<LeaseDeps, 'store' | 'boxes' | 'clock' | 'address' | 'outside' | 'shared'>;

const LOOK_MS = 10_000;

/** Throws Refusal. */
export async function statusOf(deps: Deps, owner: string, { pod_id }: StatusRequest): Promise<StatusReply> {
  const { store, clock } = deps;
  const lease = findAny(store, owner, pod_id);
  const { host, ports } = whereOf(deps, lease.job);
  const left = lease.state === 'active' ? Math.max(0, Math.floor((lease.paidUntil - clock.now()) / 1000)) : 0;
  return {
    pod_id: String(lease.job),
    status: await stateOf(deps, lease),
    expires_at: moment(lease.paidUntil),
    time_remaining_seconds: left,
    cpu_millicores: lease.spec.cpuMillicores,
    memory_mb: lease.spec.memoryMiB,
    ssh_host: host,
    ssh_port: sshPortOf(ports) ?? 0,
    ssh_username: 'root',
  };
}

async function stateOf({ boxes, clock, shared }: Deps, lease: Lease): Promise<StatusReply['status']> {
  switch (lease.state) {
    case 'reserved':
    case 'prepared':
    case 'paid':
      return 'Starting';
    case 'ending':
    case 'closed':
      return lease.endedAs === 'failed' ? 'Failed' : 'Expired';
    case 'active': {
      if (lease.paidUntil <= clock.now()) return 'Expired';
      if (shared.of(lease.job)?.role === 'standby') return 'Standby';
      const status = await boxes.status(lease.box, AbortSignal.timeout(LOOK_MS)).catch(() => 'unknown' as const);
      return status === 'stopped' || status === 'absent' ? 'Starting' : 'Running';
    }
  }
}
