// How a customer gets into what was sold, as it is answered and kept.

import { SSH } from '../catalog.ts';
import { accessDetails } from '../wire/access.ts';
import type { PodSpec } from '../wire/offer.ts';
import { writeReply } from '../wire/reply.ts';
import type { Lease, LeasePort, Spec } from './store.ts';

export interface Inside {
  readonly host: string;
  /** Undefined: nothing in the box asks for one. */
  readonly password: string | undefined;
}

export function accessText(
  lease: Pick<Lease, 'job' | 'spec' | 'rateMsat'>,
  ports: readonly LeasePort[],
  { host, password }: Inside,
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
      ports: ports
        .filter(({ label }) => label !== SSH)
        .map(({ port, boxPort, label }) => ({ host: port, box: boxPort, label })),
    }),
  );
}

export const sshPortOf = (ports: readonly LeasePort[]): number | undefined =>
  ports.find(({ label }) => label === SSH)?.port;

export function podSpec({ id, name, description, cpuMillicores, memoryMiB }: Spec, rateMsat: number): PodSpec {
  return {
    id,
    name,
    description,
    cpu_millicores: cpuMillicores,
    memory_mb: memoryMiB,
    rate_msats_per_sec: rateMsat,
  };
}
