// How a customer gets into what was sold, as it is answered and kept.

import { SSH } from '../catalog.ts';
import { accessDetails, slotDetails } from '../wire/access.ts';
import type { PodSpec } from '../wire/offer.ts';
import { containerId } from '../wire/pod-id.ts';
import { writeReply } from '../wire/reply.ts';
import type { LeaseDeps } from './deps.ts';
import type { Lease, LeasePort, Spec } from './store.ts';

/** Where its ports are reached: as its user has said, or as the router has it. */
export function whereOf(
  { store, outside, address }: Pick<LeaseDeps, 'store' | 'outside' | 'address'>,
  job: number,
): { readonly host: string; readonly ports: readonly LeasePort[] } {
  const ports = store.ports(job);
  const found = ports.map(({ port }) => outside.at(port));
  const host = address() || (found.find((at) => at !== undefined)?.host ?? '');
  return { host, ports: ports.map((port, at) => ({ ...port, port: found[at]?.port ?? port.port })) };
}

type PlaceLease = Pick<Lease, 'job' | 'workload' | 'spec' | 'rateMsat'>;

export interface Inside {
  readonly host: string;
  /** Undefined: nothing in the box asks for one. */
  readonly password: string | undefined;
  readonly internet: boolean;
}

export function accessText(
  lease: Pick<Lease, 'job' | 'spec' | 'rateMsat'>,
  ports: readonly LeasePort[],
  { host, password, internet }: Inside,
  expiresAt: number,
): string {
  return writeReply(
    accessDetails({
      number: lease.job,
      spec: podSpec(lease.spec, lease.rateMsat),
      expiresAt,
      host,
      sshPort: sshPortOf(ports),
      password,
      internet,
      ports: ports
        .filter(({ label }) => label !== SSH)
        .map(({ port, boxPort, label }) => ({ host: port, box: boxPort, label })),
    }),
  );
}

/** Of a place that is kept for another provider's workload. */
export function placeText({ job, workload, spec, rateMsat }: PlaceLease, expiresAt: number): string {
  return writeReply(slotDetails(workload ?? containerId(job), podSpec(spec, rateMsat), expiresAt));
}

export const sshPortOf = (ports: readonly LeasePort[]): number | undefined =>
  ports.find(({ label }) => label === SSH)?.port;

const GIB_MIB = 1024;

/** Nothing but its description has a place for a graphics card. */
export function podSpec({ id, name, description, cpuMillicores, memoryMiB, gpuMiB }: Spec, rateMsat: number): PodSpec {
  const card = gpuMiB === undefined ? [] : [`with a graphics card, ${Math.round((gpuMiB / GIB_MIB) * 10) / 10} GiB`];
  return {
    id,
    name,
    description: [...(description === '' ? [] : [description]), ...card].join(', '),
    cpu_millicores: cpuMillicores,
    memory_mb: memoryMiB,
    rate_msats_per_sec: rateMsat,
  };
}
