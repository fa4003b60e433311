// What is in a cluster: its nodes, and the objects of this installation's namespace, each found, made and removed by the name of its kind.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { NamespaceOpened } from '../errors.ts';
import { isMissing, isThere, type KubernetesClient } from './client.ts';
import {
  closedPlan,
  installationHash,
  LABELS,
  type NamespaceOf,
  namespaceOf,
  namespacePlan,
  quotaPlan,
  RESTRICTED,
  rulesHash,
} from './plan.ts';

const LOOK_MS = 250;
const MOST = 1000;

const GROUPS = {
  networkpolicies: '/apis/networking.k8s.io/v1',
  pods: '/api/v1',
  podtemplates: '/api/v1',
  services: '/api/v1',
  secrets: '/api/v1',
  persistentvolumeclaims: '/api/v1',
  configmaps: '/api/v1',
  resourcequotas: '/api/v1',
} as const;
export type Kind = keyof typeof GROUPS;

/** What belongs to a box, in the order in which it goes: as long as its template is there, so is the box. */
export const OF_BOX = [
  'pods',
  'services',
  'secrets',
  'persistentvolumeclaims',
  'networkpolicies',
  'podtemplates',
] as const satisfies readonly Kind[];

const Names = z.record(z.string(), z.string());
export const Meta = z.object({
  name: z.string().max(253),
  resourceVersion: z.string().optional(),
  labels: Names.optional(),
  annotations: Names.optional(),
  deletionTimestamp: z.string().optional(),
});
const Thing = z.looseObject({ metadata: Meta });
export type Thing = z.infer<typeof Thing>;
const Things = z.object({
  metadata: z.object({ resourceVersion: z.string().optional() }),
  items: z.array(Thing).max(MOST),
});
const Nodes = z.object({
  items: z
    .array(
      z.object({
        metadata: Meta,
        spec: z.object({
          unschedulable: z.boolean().optional(),
          podCIDRs: z.array(z.string()).optional(),
          taints: z.array(z.object({ effect: z.string() })).optional(),
        }),
        status: z.object({
          allocatable: Names.optional(),
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
          addresses: z.array(z.object({ type: z.string(), address: z.string() })).optional(),
          daemonEndpoints: z.object({ kubeletEndpoint: z.object({ Port: z.number() }).optional() }).optional(),
          images: z
            .array(z.object({ names: z.array(z.string()).nullish(), sizeBytes: z.number().optional() }))
            .optional(),
        }),
      }),
    )
    .max(MOST),
});
const Address = z.object({ spec: z.object({ clusterIP: z.string().optional() }) });

export interface Node {
  readonly name: string;
  /** By which pods are sent to it. */
  readonly hostname: string;
  /** Takes pods. */
  readonly usable: boolean;
  /** The others can't say how its pods are. */
  readonly answers: boolean;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  /** IPv4, those that the Internet knows first. */
  readonly addresses: readonly string[];
  readonly podNetworks: readonly string[];
  /** Where its kubelet listens. */
  readonly port: number;
  /** Bytes of images that it has, by name. */
  readonly images: ReadonlyMap<string, number>;
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const CIDR = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/;
const KUBELET = 10_250;

export class Cluster {
  readonly namespace: string;
  readonly #client: KubernetesClient;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #of: NamespaceOf;
  readonly #selector: string;

  constructor(client: KubernetesClient, clock: Pick<Clock, 'sleep'>, of: NamespaceOf) {
    this.#client = client;
    this.#clock = clock;
    this.#of = of;
    this.namespace = namespaceOf(of.installation);
    this.#selector = `${LABELS.installation}=${installationHash(of.installation)}`;
  }

  path(kind: Kind, name?: string): string {
    return `${GROUPS[kind]}/namespaces/${this.namespace}/${kind}${name === undefined ? '' : `/${name}`}`;
  }

  /** With its level, its limits and its rules. Rejects with NamespaceOpened. */
  async ensure(signal: AbortSignal): Promise<void> {
    await this.assertRestricted(signal, true);
    await this.#as('resourcequotas', quotaPlan(this.#of), signal);
    await this.#as('networkpolicies', closedPlan(this.#of.installation), signal);
  }

  /** `make`: where there is none. */
  async assertRestricted(signal: AbortSignal, make = false): Promise<void> {
    const at = `/api/v1/namespaces/${this.namespace}`;
    let found: Thing;
    try {
      found = Thing.parse(await this.#client.ask('GET', at, signal));
    } catch (error) {
      if (!make || !isMissing(error)) throw error;
      const body = namespacePlan(this.#of);
      const made = this.#client.ask('POST', '/api/v1/namespaces', signal, { body });
      await made.catch((refused: unknown) => {
        // By another request of ours.
        if (!isThere(refused)) throw refused;
      });
      return;
    }
    const labels = found.metadata.labels ?? {};
    const isOpen = Object.entries(RESTRICTED).some(([name, value]) => labels[name] !== value);
    if (isOpen || labels[LABELS.installation] !== installationHash(this.#of.installation))
      throw new NamespaceOpened(this.namespace);
  }

  async #as(kind: Kind, wanted: object & { readonly metadata?: { readonly name?: string } }, signal: AbortSignal) {
    const found = await this.find(kind, wanted.metadata!.name!, signal);
    const spec = (of: object) => rulesHash((of as { readonly spec?: unknown }).spec);
    if (!found) await this.make(kind, wanted, signal);
    else if (spec(found) !== spec(wanted)) {
      const { resourceVersion } = found.metadata;
      const body = { ...wanted, metadata: { ...wanted.metadata, resourceVersion } };
      await this.#client.ask('PUT', this.path(kind, wanted.metadata!.name), signal, { body });
    }
  }

  /** Undefined: there is none. */
  async find(kind: Kind, name: string, signal: AbortSignal): Promise<Thing | undefined> {
    try {
      return Thing.parse(await this.#client.ask('GET', this.path(kind, name), signal));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Of this installation; `more`: a selector besides. */
  async all(kind: Kind, signal: AbortSignal, more?: string) {
    const labelSelector = more === undefined ? this.#selector : `${this.#selector},${more}`;
    const query = { labelSelector, limit: MOST };
    const { items, metadata } = Things.parse(await this.#client.ask('GET', this.path(kind), signal, { query }));
    return { items, version: metadata.resourceVersion ?? '' };
  }

  /** `dryRun`: it is looked at as if it were to be made, and is not. */
  make(kind: Kind, body: object, signal: AbortSignal, dryRun = false): Promise<unknown> {
    return this.#client.ask('POST', this.path(kind), signal, { body, ...(dryRun && { query: { dryRun: 'All' } }) });
  }

  async replace(kind: Kind, name: string, body: object, signal: AbortSignal): Promise<void> {
    await this.#client.ask('PUT', this.path(kind, name), signal, { body });
  }

  /** Resolves when there is none. */
  async remove(kind: Kind, name: string, signal: AbortSignal, graceMs?: number): Promise<void> {
    const path = this.path(kind, name);
    const seconds = graceMs === undefined ? undefined : Math.max(1, Math.ceil(graceMs / 1000));
    const query = { propagationPolicy: 'Background', ...(seconds !== undefined && { gracePeriodSeconds: seconds }) };
    try {
      await this.#client.ask('DELETE', path, signal, { query });
      while (await this.find(kind, name, signal)) await this.#clock.sleep(LOOK_MS, signal);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** The namespace itself, with all that is in it. */
  async dissolve(signal: AbortSignal): Promise<void> {
    try {
      await this.#client.ask('DELETE', `/api/v1/namespaces/${this.namespace}`, signal);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** What happens to things of a kind from a version on. */
  watch(kind: Kind, resourceVersion: string, signal: AbortSignal): AsyncGenerator<unknown, void> {
    const query = { labelSelector: `${this.#selector},${LABELS.box}`, resourceVersion };
    return this.#client.watch(this.path(kind), query, signal);
  }

  async nodes(signal: AbortSignal): Promise<readonly Node[]> {
    const all = Nodes.parse(await this.#client.ask('GET', '/api/v1/nodes', signal, { query: { limit: MOST } }));
    return all.items.map(({ metadata, spec, status }) => {
      const { allocatable = {}, conditions = [], addresses = [], images = [], daemonEndpoints } = status;
      const answers = conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
      const closed =
        spec.unschedulable === true || (spec.taints ?? []).some(({ effect }) => effect !== 'PreferNoSchedule');
      const of = (wanted: string) =>
        addresses.filter(({ type, address }) => type === wanted && IPV4.test(address)).map(({ address }) => address);
      return {
        name: metadata.name,
        hostname: metadata.labels?.['kubernetes.io/hostname'] ?? metadata.name,
        usable: answers && !closed,
        answers,
        cpuMillicores: Math.floor(quantity(allocatable.cpu) * 1000),
        memoryMiB: Math.floor(quantity(allocatable.memory) / 1024 / 1024),
        addresses: [...of('ExternalIP'), ...of('InternalIP')],
        podNetworks: (spec.podCIDRs ?? []).filter((cidr) => CIDR.test(cidr)),
        port: daemonEndpoints?.kubeletEndpoint?.Port || KUBELET,
        images: new Map(images.flatMap(({ names, sizeBytes = 0 }) => (names ?? []).map((name) => [name, sizeBytes]))),
      };
    });
  }

  /** Where the cluster itself answers to its pods; undefined where it does not say. */
  async inside(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { spec } = Address.parse(
        await this.#client.ask('GET', '/api/v1/namespaces/default/services/kubernetes', signal),
      );
      return spec.clusterIP !== undefined && IPV4.test(spec.clusterIP) ? spec.clusterIP : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Closed to boxes: nodes, where their pods are, and the cluster itself. */
  async networks(signal: AbortSignal): Promise<readonly string[]> {
    const [nodes, inside] = await Promise.all([this.nodes(signal), this.inside(signal)]);
    const { hostname } = new URL(this.#client.at);
    const single = [
      ...nodes.flatMap(({ addresses }) => addresses),
      ...(inside === undefined ? [] : [inside]),
      ...(IPV4.test(hostname) ? [hostname] : []),
    ];
    return [...new Set([...single.map((one) => `${one}/32`), ...nodes.flatMap(({ podNetworks }) => podNetworks)])];
  }
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** As Kubernetes writes amounts: `3920m`, `16Gi`. 0 where it is none. */
export function quantity(text: string | undefined): number {
  const [, number, suffix] = /^(\d+(?:\.\d+)?(?:e\d+)?)([A-Za-z]{0,2})$/.exec(text ?? '') ?? [];
  if (number === undefined) return 0;
  return Number(number) * (suffix ? (FACTORS[suffix] ?? 0) : 1);
}
