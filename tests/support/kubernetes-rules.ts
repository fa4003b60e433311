// What an API server of Kubernetes holds objects to, for tests: the schemas of its OpenAPI document, strictly, names, the Pod Security Standard
// `restricted` (kubernetes.io/docs/concepts/security/pod-security-standards), and quotas. What is refused is a `Status`, as it is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Pod, V1PodSpec, V1ResourceQuota, V1Service } from '@kubernetes/client-node';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { quantity } from '../../src-main/backends/workloads/kubernetes/cluster.ts';

export interface Thing {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
    deletionTimestamp?: string;
  };
  spec?: object;
  status?: object;
  data?: Record<string, string>;
}

export class Refused extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

const SCHEMAS = join(import.meta.dirname, '../vectors/kubernetes/schemas.json');

/** Of each kind, by the recorded document. */
export class Schemas {
  readonly #of = new Map<string, ValidateFunction>();

  constructor() {
    const { kinds, $defs } = JSON.parse(readFileSync(SCHEMAS, 'utf8')) as {
      kinds: Record<string, string>;
      $defs: object;
    };
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      formats: { 'date-time': true, int32: true, int64: true, double: true, byte: true },
    });
    ajv.addSchema({ $id: 'k8s', $defs });
    for (const [kind, name] of Object.entries(kinds)) this.#of.set(kind, ajv.compile({ $ref: `k8s#/$defs/${name}` }));
  }

  /** What is wrong with it; undefined: nothing. */
  wrong(kind: string, value: unknown): string | undefined {
    const check = this.#of.get(kind);
    if (!check) return `no such kind ${kind}`;
    if (check(value)) return undefined;
    return (check.errors ?? [])
      .slice(0, 5)
      .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
      .join(', ');
  }
}

const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const LABEL = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;
const KEY = /^(?:[a-z0-9.-]+\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;

/** What no schema says. */
export function assertNamed({ metadata, kind }: Thing): void {
  const { name, labels = {}, annotations = {} } = metadata;
  const invalid = (what: string) => new Refused(422, 'Invalid', `${kind} "${name}" is invalid: ${what}`);
  // RFC 1035 for services, RFC 1123 for others.
  if (!(kind === 'Service' ? /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/ : NAME).test(name ?? ''))
    throw invalid(`metadata.name: Invalid value: "${name}"`);
  for (const [key, value] of Object.entries(labels))
    if (!KEY.test(key) || !LABEL.test(value)) throw invalid(`metadata.labels: Invalid value: "${key}=${value}"`);
  for (const key of Object.keys(annotations))
    if (!KEY.test(key)) throw invalid(`metadata.annotations: Invalid value: "${key}"`);
}

const VOLUMES = 'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret name'.split(' ');
const SYSCTLS =
  'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes'.split(
    ' ',
  );

/** Baseline and restricted. */
export function violations({
  hostNetwork,
  hostPID,
  hostIPC,
  securityContext = {},
  ...spec
}: V1PodSpec): readonly string[] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  const found: string[] = [];
  const not = (is: boolean, what: string) => {
    if (is) found.push(what);
  };
  not([hostNetwork, hostPID, hostIPC].includes(true), 'host namespaces');
  not(
    (spec.volumes ?? []).some((volume) => Object.keys(volume).some((type) => !VOLUMES.includes(type))),
    'restricted volume types',
  );
  not(
    (securityContext.sysctls ?? []).some(({ name }) => !SYSCTLS.includes(name)),
    'forbidden sysctls',
  );
  not(securityContext.runAsUser === 0, 'runAsUser=0');
  for (const { name, securityContext: own = {}, ports = [] } of all) {
    const { capabilities, seccompProfile = securityContext.seccompProfile } = own;
    not(own.privileged === true, `privileged (container "${name}")`);
    not(own.allowPrivilegeEscalation !== false, `allowPrivilegeEscalation != false (container "${name}")`);
    not(
      !capabilities?.drop?.includes('ALL') || (capabilities.add ?? []).some((each) => each !== 'NET_BIND_SERVICE'),
      `unrestricted capabilities (container "${name}")`,
    );
    not((own.runAsNonRoot ?? securityContext.runAsNonRoot) !== true, `runAsNonRoot != true (container "${name}")`);
    not(own.runAsUser === 0, `runAsUser=0 (container "${name}")`);
    not(!['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? ''), `seccompProfile (container "${name}")`);
    not(
      ports.some(({ hostPort = 0 }) => hostPort !== 0),
      `hostPort (container "${name}")`,
    );
  }
  return found;
}

const PODS = {
  'limits.cpu': 'cpu',
  'requests.cpu': 'cpu',
  'limits.memory': 'memory',
  'requests.memory': 'memory',
} as const;

/** Of what a namespace has and is to have, what a quota counts. */
export function usedOf(name: string, things: readonly Thing[]): number {
  const of = (kind: string) => things.filter((thing) => thing.kind === kind);
  const [, part, what] = /^(limits|requests)\.(cpu|memory)$/.exec(name) ?? [];
  if (name in PODS && part !== undefined && what !== undefined)
    return of('Pod')
      .flatMap((pod) => (pod.spec as V1PodSpec).containers)
      .reduce((sum, { resources }) => sum + quantity(resources?.[part as 'limits' | 'requests']?.[what]), 0);
  if (name === 'requests.storage')
    return of('PersistentVolumeClaim').reduce(
      (sum, { spec }) =>
        sum + quantity((spec as { resources: { requests: { storage: string } } }).resources.requests.storage),
      0,
    );
  const services = of('Service') as readonly Thing[] as readonly V1Service[];
  const counted: Record<string, number> = {
    pods: of('Pod').length,
    services: services.length,
    'services.loadbalancers': services.filter(({ spec }) => spec?.type === 'LoadBalancer').length,
    persistentvolumeclaims: of('PersistentVolumeClaim').length,
    secrets: of('Secret').length,
  };
  if (!(name in counted)) throw new Error(`no such resource ${name} in a quota`);
  return counted[name]!;
}

/** Whether there is room for one more; a pod without limits is refused where they are counted. */
export function assertQuota(quotas: readonly Thing[], there: readonly Thing[], one: Thing): void {
  for (const quota of quotas) {
    const hard = (quota as V1ResourceQuota).spec?.hard ?? {};
    for (const [name, most] of Object.entries(hard)) {
      const [before, after] = [usedOf(name, there), usedOf(name, [...there, one])];
      if (one.kind === 'Pod' && name in PODS && after === before)
        throw new Refused(403, 'Forbidden', `failed quota: ${quota.metadata.name}: must specify ${name}`);
      if (after > before && after > quantity(most))
        throw new Refused(
          403,
          'Forbidden',
          `${one.kind}s "${one.metadata.name}" is forbidden: exceeded quota: ${quota.metadata.name}, requested: ${name}=${after - before}, used: ${name}=${before}, limited: ${name}=${most}`,
        );
    }
  }
}

/** What a server adds to what it was told. */
export function defaulted(thing: Thing): Thing {
  const made = structuredClone(thing);
  const pod = made.kind === 'Pod' ? (made as V1Pod).spec : (made as { template?: V1Pod }).template?.spec;
  if (pod) {
    pod.schedulerName ??= 'default-scheduler';
    pod.securityContext ??= {};
    for (const container of pod.containers) {
      container.terminationMessagePath ??= '/dev/termination-log';
      container.terminationMessagePolicy ??= 'File';
    }
    if (made.kind === 'Pod') made.status = { phase: 'Pending', qosClass: 'Guaranteed' };
  }
  if (made.kind === 'Service') {
    const { spec } = made as V1Service;
    spec!.sessionAffinity ??= 'None';
    spec!.internalTrafficPolicy ??= 'Cluster';
    spec!.externalTrafficPolicy ??= 'Cluster';
    made.status = { loadBalancer: {} };
  }
  if (made.kind === 'Namespace') made.status = { phase: 'Active' };
  return made;
}

/** `$(NAME)` in an argument, as a kubelet reads it (k8s.io/kubernetes/third_party/forked/golang/expansion). */
export const expanded = (word: string, env: Readonly<Record<string, string>>) =>
  word.replace(/\$(?:\$|\((\w+)\))/g, (all, name?: string) => (name === undefined ? '$' : (env[name] ?? all)));
