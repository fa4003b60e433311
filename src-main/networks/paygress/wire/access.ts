// How a customer gets into what was sold: for programs as fields, and for people as lines in a fixed order.

import type { PodSpec } from './offer.ts';
import { containerId, slotId } from './pod-id.ts';
import type { AccessDetails } from './reply.ts';

export interface SoldBox {
  readonly number: number;
  readonly spec: PodSpec;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** As customers reach this node: a name or an IP address. */
  readonly host: string;
  /** undefined: nothing in the box speaks SSH. */
  readonly sshPort: number | undefined;
  /** Of root; undefined: nothing in the box asks for one. */
  readonly password: string | undefined;
  /** It may connect to the Internet. */
  readonly internet: boolean;
  readonly ports: readonly { readonly host: number; readonly box: number; readonly label: string }[];
}

export function accessDetails(sold: SoldBox): AccessDetails {
  const { number, spec, expiresAt, host, sshPort, password, internet, ports } = sold;
  const expires = moment(expiresAt);
  const pod_npub = containerId(number);
  return {
    pod_npub,
    node_port: sshPort ?? 0,
    ...soldAs(spec, expires),
    instructions: [
      `${pod_npub} is ready.`,
      ...(password === undefined ? [] : ['Username: root', `Password: ${password}`]),
      `Expires: ${expires}`,
      `Access: ${host}`,
      ...(sshPort === undefined ? [] : [`ssh -p ${sshPort} root@${host}`]),
      ...ports.map((port) => `${port.label}: ${inUrl(host)}:${port.host} (${port.box} inside)`),
      ...(internet ? [] : ['It answers at its ports, and can’t connect to the Internet.']),
    ],
    ...(host !== '' && { host_address: host }),
    ...(ports.length > 0 && {
      template_ports: ports.map((port) => ({
        host_port: port.host,
        container_port: port.box,
        protocol: 'tcp',
        label: port.label,
      })),
    }),
  };
}

/** Of a place that is kept for a workload that another provider runs. */
export function slotDetails(workload: string, spec: PodSpec, expiresAt: number): AccessDetails {
  const expires = moment(expiresAt);
  const instructions = [
    `A place is kept for ${workload}. It starts here when its primary provider is gone.`,
    `Expires: ${expires}`,
  ];
  return { pod_npub: slotId(workload), node_port: 0, ...soldAs(spec, expires), instructions };
}

/** RFC 3339 of epoch milliseconds. */
export const moment = (at: number): string => new Date(at).toISOString();

function soldAs({ name, description, cpu_millicores, memory_mb }: PodSpec, expires_at: string) {
  return { expires_at, cpu_millicores, memory_mb, pod_spec_name: name, pod_spec_description: description };
}

const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host);
