// A stranger's box as Kubernetes is told of it, pure: a namespace that takes nothing but pods without any rights, and for each box a pod that is
// prepared as a template, what it may send and take, its ports, its variables and its disk.

import { createHash } from 'node:crypto';
import type {
  V1Namespace,
  V1NetworkPolicy,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodSpec,
  V1PodTemplate,
  V1ResourceQuota,
  V1Secret,
  V1Service,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { NVIDIA_CARDS } from '../../../../src-preload/contract/settings/boxes.ts';
import { canonicalText } from '../../../base/canonical.ts';
import { NO_CARDS } from '../../containers/graphics-cards.ts';
import type { BoxSpec, DiskLimit } from '../backend.ts';
import { BOX } from '../bounds.ts';
import { RESOLVERS, specHash } from '../box-plan.ts';
import { networkAddress } from '../own-networks.ts';
import { CLOSED_NETWORKS, MAIL_PORTS } from '../packet-filter.ts';

export const LABELS = { installation: 'hearth.installation', box: 'hearth.box', role: 'hearth.role' } as const;
const NOTES = { spec: 'hearth.spec', rules: 'hearth.rules' } as const;

/** Nobody's number in any image: a box has no rights by it, neither inside nor outside. */
export const USER = 10_001;
/** What a runtime keeps of what a box prints before it begins anew. */
const PRINTED_MIB = 64;
const MIB = 1024 * 1024;
/** Of all boxes together, whatever else is wrong. */
export const MOST_BOXES = 256;
/** What container runtimes give by themselves: a pod can't ask for another number. */
export const OPEN_FILES = 1_048_576;
const ALL_PORTS = 65_535;
/** Where images may write whatever they do, in memory. */
const TEMPORARY = ['/tmp', '/var/tmp', '/run'] as const;

export const installationHash = (installation: string) =>
  createHash('sha256').update(installation).digest('hex').slice(0, 16);
export const namespaceOf = (installation: string) => `hearth-${installationHash(installation)}`;

/** Of all that a box is made of. It begins and ends with a letter, as names have to. */
export const nameOf = (id: string) => `box-${id}-x`;
/** Undefined: no box is called so. */
export const idOf = (name: string) => /^box-([a-z0-9][a-z0-9-]{0,39})-x$/.exec(name)?.[1];

/** `docker.io/library/debian@sha256:…`: what a cluster pulls is what was named, and nothing else. */
const CONTENT = /^[A-Za-z0-9][\w.:/-]{0,254}@sha256:[0-9a-f]{64}$/;
export const isContent = (image: string) => CONTENT.test(image);

export interface Quota {
  readonly cores?: number | undefined;
  readonly memoryGiB?: number | undefined;
  readonly diskGiB?: number | undefined;
}

export interface NamespaceOf {
  readonly installation: string;
  readonly service: 'NodePort' | 'LoadBalancer';
  readonly quota: Quota;
}

export function namespacePlan({ installation }: NamespaceOf): V1Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespaceOf(installation),
      labels: {
        [LABELS.installation]: installationHash(installation),
        [LABELS.role]: 'namespace',
        ...RESTRICTED,
      },
    },
  };
}

export const RESTRICTED = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'latest',
} as const;

/** Beside what is lent: what no box has is refused to whoever else finds a way in. */
export function quotaPlan({ installation, service, quota }: NamespaceOf): V1ResourceQuota {
  const { cores, memoryGiB, diskGiB } = quota;
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: ofNamespace(installation, 'lent'),
    spec: {
      hard: {
        // A box that is going counts beside the one in its place, and images are pulled by pods.
        pods: String(2 * MOST_BOXES),
        services: String(MOST_BOXES),
        'services.loadbalancers': service === 'LoadBalancer' ? String(MOST_BOXES) : '0',
        persistentvolumeclaims: String(MOST_BOXES),
        secrets: String(MOST_BOXES + 16),
        ...(cores !== undefined && { 'limits.cpu': String(cores), 'requests.cpu': String(cores) }),
        ...(memoryGiB !== undefined && { 'limits.memory': `${memoryGiB}Gi`, 'requests.memory': `${memoryGiB}Gi` }),
        ...(diskGiB !== undefined && { 'requests.storage': `${diskGiB}Gi` }),
      },
    },
  };
}

/** What no other rule is about sends nothing and takes nothing. */
export function closedPlan(installation: string): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: ofNamespace(installation, 'closed'),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

const ofNamespace = (installation: string, name: string) => ({
  name,
  namespace: namespaceOf(installation),
  labels: { [LABELS.installation]: installationHash(installation), [LABELS.role]: 'namespace' },
});

export interface PlanOf {
  readonly installation: string;
  readonly spec: BoxSpec;
  /** Closed besides: networks of this computer and of the nodes, as `192.168.1.20/24`. */
  readonly networks: readonly string[];
  readonly service: 'NodePort' | 'LoadBalancer';
  /** The one address that every balancer is to have; undefined: whatever the cluster gives. */
  readonly balancerAddress?: string | undefined;
  /** Where disks of boxes are; undefined: in their memory. */
  readonly storageClass: string | undefined;
  /** Names of the nodes that have the image. */
  readonly nodes: readonly string[];
  /** Whether root of a box is nobody outside of it. */
  readonly ownUsers: boolean;
  /** The graphics cards of boxes whose spec says so, as CDI names them; left out: those of Nvidia. */
  readonly cards?: string;
}

export interface BoxPlan {
  readonly rules: V1NetworkPolicy;
  readonly secret: V1Secret;
  readonly claim: V1PersistentVolumeClaim | undefined;
  readonly service: V1Service | undefined;
  readonly pod: V1Pod;
  /** Prepared: the pod is made of it. */
  readonly template: V1PodTemplate;
}

export function planOf(of: PlanOf): BoxPlan {
  const rules = rulesPlan(of);
  const pod = podPlan(of);
  return {
    rules,
    secret: secretPlan(of),
    claim: of.spec.dataPath !== null && of.storageClass !== undefined ? claimPlan(of, of.storageClass) : undefined,
    service: of.spec.ports.length > 0 ? servicePlan(of) : undefined,
    pod,
    template: {
      apiVersion: 'v1',
      kind: 'PodTemplate',
      metadata: {
        ...ofBox(of),
        annotations: { [NOTES.spec]: specHash(of.spec), [NOTES.rules]: rulesHash(rules.spec) },
      },
      template: { metadata: { labels: pod.metadata!.labels! }, spec: pod.spec! },
    },
  };
}

export const rulesHash = (spec: unknown) => createHash('sha256').update(canonicalText(spec)).digest('hex').slice(0, 16);

const CUT_OFF = 'hearth.cut-off';
const Selecting = z.looseObject({ podSelector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }) });

/**
 * The rules of a box, of which it is told whether they hold: with a label that no pod has they are about none, and it is closed by what is
 * about all of them. What is no rules of ours stays as it is.
 */
export function rulesCutOff(spec: unknown, isCut: boolean): unknown {
  const rules = Selecting.safeParse(spec).data;
  if (!rules) return spec;
  const { [CUT_OFF]: _, ...matchLabels } = rules.podSelector.matchLabels;
  return { ...rules, podSelector: { matchLabels: { ...matchLabels, ...(isCut && { [CUT_OFF]: 'yes' }) } } };
}

/** By what the template of a box says. */
export const notesOf = (annotations: Readonly<Record<string, string>> = {}) => ({
  spec: annotations[NOTES.spec] ?? '',
  rules: annotations[NOTES.rules] ?? '',
});

const ofBox = ({ installation, spec }: Pick<PlanOf, 'installation' | 'spec'>) => ({
  name: nameOf(spec.id),
  namespace: namespaceOf(installation),
  labels: labelsOf(installation, nameOf(spec.id)),
});

export const labelsOf = (installation: string, name: string) => ({
  [LABELS.installation]: installationHash(installation),
  [LABELS.box]: name,
});

/** In: to its ports. Out: to public IPv4 addresses without mail; what is not named is refused, IPv6 among it. */
function rulesPlan({ installation, spec, networks }: PlanOf): V1NetworkPolicy {
  const open = spec.ports.map(({ box, protocol }) => ({ port: box, protocol: protocol.toUpperCase() }));
  const closed = [...new Set([...CLOSED_NETWORKS, ...networks.map(networkAddress)])];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: ofBox({ installation, spec }),
    spec: {
      podSelector: { matchLabels: { [LABELS.box]: nameOf(spec.id) } },
      policyTypes: ['Ingress', 'Egress'],
      ...(open.length > 0 && { ingress: [{ ports: open }] }),
      ...(spec.network === 'internet' && {
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: closed } }], ports: portsButMail() }],
      }),
    },
  };
}

/** Rules say what is open and never what is closed: all ports between those of mail. */
export function portsButMail(): { readonly port: number; readonly endPort: number; readonly protocol: string }[] {
  const ranges: [number, number][] = [];
  let first = 1;
  for (const mail of [...MAIL_PORTS, ALL_PORTS + 1]) {
    if (mail > first) ranges.push([first, mail - 1]);
    first = mail + 1;
  }
  return ['TCP', 'UDP'].flatMap((protocol) => ranges.map(([port, endPort]) => ({ port, endPort, protocol })));
}

function secretPlan(of: PlanOf): V1Secret {
  const data = Object.entries(of.spec.env).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ofBox(of),
    type: 'Opaque',
    immutable: true,
    data: Object.fromEntries(data),
  };
}

function claimPlan(of: PlanOf, storageClassName: string): V1PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: ofBox(of),
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName,
      resources: { requests: { storage: `${of.spec.diskMiB}Mi` } },
    },
  };
}

function servicePlan(of: PlanOf): V1Service {
  const { spec, service, balancerAddress } = of;
  const metadata = ofBox(of);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    // Balancers of one address share it, each with ports of its own.
    metadata:
      service === 'LoadBalancer'
        ? { ...metadata, annotations: { 'metallb.io/allow-shared-ip': namespaceOf(of.installation) } }
        : metadata,
    spec: {
      type: service,
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
      selector: { [LABELS.box]: nameOf(spec.id) },
      ...(service === 'LoadBalancer' && balancerAddress !== undefined && { loadBalancerIP: balancerAddress }),
      ports: spec.ports.map(({ host, box, protocol }) => ({
        name: `${protocol}-${host}`,
        protocol: protocol.toUpperCase(),
        port: host,
        targetPort: box,
        ...(service === 'NodePort' && { nodePort: host }),
      })),
    },
  };
}

function podPlan(of: PlanOf): V1Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: ofBox(of), spec: podSpec(of) };
}

/** As `restricted` wants it (Pod Security Standards), and more. */
export function podSpec({ spec, storageClass, nodes, ownUsers, cards = NVIDIA_CARDS }: PlanOf): V1PodSpec {
  const onDisk = storageClass !== undefined && spec.dataPath !== null;
  const temporary = Math.floor(Math.min(BOX.temporaryBytes, (spec.memoryMiB * MIB) / 4) / 1024);
  const folders = TEMPORARY.filter((path) => path !== spec.dataPath);
  const inMemory = (name: string, sizeLimit: string) => ({ name, emptyDir: { medium: 'Memory', sizeLimit } });
  const limits = {
    cpu: `${spec.cpuMillicores}m`,
    memory: `${memoryMiB(spec, onDisk ? 'volume' : 'memory')}Mi`,
    'ephemeral-storage': `${PRINTED_MIB}Mi`,
    // Clusters count cards by what CDI calls their kind, and give one to one pod alone.
    ...(spec.gpuMiB !== undefined && { [cards.split('=')[0]!]: '1' }),
  };
  const env = {
    // An image's own home is root's.
    ...(spec.env.HOME === undefined && { HOME: '/tmp' }),
    ...(spec.gpuMiB === undefined && NO_CARDS),
  };
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: Math.ceil(BOX.graceMs / 1000),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(ownUsers && { hostUsers: false }),
    hostname: 'box',
    dnsPolicy: 'None',
    dnsConfig: { nameservers: [...RESOLVERS] },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
      // Nobody's user listens at low ports as well: of its own network, that harms no one.
      sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
    },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [...nodes] }] },
          ],
        },
      },
    },
    containers: [
      {
        name: CONTAINER,
        image: spec.image,
        imagePullPolicy: 'IfNotPresent',
        ...(spec.command && { args: spec.command.map(unexpanded) }),
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        envFrom: [{ secretRef: { name: nameOf(spec.id) } }],
        resources: { limits, requests: { ...limits } },
        securityContext: {
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          ...folders.map((mountPath, at) => ({ name: `temporary-${at}`, mountPath })),
          ...(spec.dataPath === null ? [] : [{ name: 'data', mountPath: spec.dataPath }]),
        ],
      },
    ],
    volumes: [
      ...folders.map((_path, at) => inMemory(`temporary-${at}`, `${temporary}Ki`)),
      ...(spec.dataPath === null
        ? []
        : onDisk
          ? [{ name: 'data', persistentVolumeClaim: { claimName: nameOf(spec.id) } }]
          : [inMemory('data', `${spec.diskMiB}Mi`)]),
    ],
  };
}

export const CONTAINER = 'box';

/** A cluster puts variables into arguments where they are named as `$(NAME)`; two of its signs are one. */
const unexpanded = (word: string) => word.replaceAll('$', '$$$$');

/** What is in its memory counts as such. */
export function memoryMiB(spec: BoxSpec, disk: DiskLimit): number {
  return spec.memoryMiB + (disk === 'memory' && spec.dataPath !== null ? spec.diskMiB : 0);
}
