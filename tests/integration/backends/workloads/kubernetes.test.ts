// Boxes of Kubernetes, against a little API server that is held to the recorded OpenAPI document, whose nodes run containers as namespaces of this
// computer; and where KUBECONFIG points somewhere, against that cluster, with the image that HEARTH_KUBERNETES_IMAGE names.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  V1Container,
  V1NetworkPolicy,
  V1NetworkPolicyEgressRule,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodSpec,
  V1Service,
} from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BoxEvent, BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { KubernetesBoxes } from '../../../../src-main/backends/workloads/kubernetes/boxes.ts';
import { KubernetesClient } from '../../../../src-main/backends/workloads/kubernetes/client.ts';
import { Cluster } from '../../../../src-main/backends/workloads/kubernetes/cluster.ts';
import { KubernetesImages } from '../../../../src-main/backends/workloads/kubernetes/images.ts';
import { KUBECONFIG, kubeconfigAt } from '../../../../src-main/backends/workloads/kubernetes/open.ts';
import { namespaceOf } from '../../../../src-main/backends/workloads/kubernetes/plan.ts';
import { openBoxes } from '../../../../src-main/backends/workloads/open.ts';
import { ownNetworks } from '../../../../src-main/backends/workloads/own-networks.ts';
import { templatesWith } from '../../../../src-main/backends/workloads/templates.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { KubernetesApi, TOKEN } from '../../../support/kubernetes-api.ts';
import type { Thing } from '../../../support/kubernetes-rules.ts';
import { freePort } from '../../../support/network.ts';
import { whyNoContainers } from '../../../support/proxmox-container.ts';
import { until } from '../../../support/wait.ts';

const never = new AbortController().signal;
const NAME = 'docker.io/library/busybox:latest';
const IMAGE = `docker.io/library/busybox@sha256:${'b'.repeat(64)}`;

const folder = mkdtempSync(join(tmpdir(), 'hearth-kubernetes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function configOf(api: KubernetesApi) {
  const path = join(folder, `${api.port}`);
  writeFileSync(path, api.kubeconfig, { mode: 0o600 });
  return kubeconfigAt(path, undefined);
}

interface Made {
  readonly installation?: string;
  readonly times?: object;
  readonly service?: 'NodePort' | 'LoadBalancer';
  readonly address?: string;
  readonly storageClass?: string;
  readonly toolbox?: string;
  readonly ownNetworks?: typeof ownNetworks;
  readonly quota?: { readonly cores?: number; readonly memoryGiB?: number; readonly diskGiB?: number };
  readonly lendsCards?: boolean;
  readonly templates?: ConstructorParameters<typeof KubernetesImages>[0]['templates'];
}

function boxesAt(client: KubernetesClient, more: Made = {}) {
  const { installation = 'of-this-test', service = 'NodePort', quota = {}, times = {} } = more;
  const cluster = new Cluster(client, systemClock, { installation, service, quota });
  const images = new KubernetesImages({
    clock: systemClock,
    random: systemRandom,
    client,
    cluster,
    installation,
    templates: more.templates ?? (() => templatesWith([{ name: 'busybox', image: NAME, ports: [80] }])),
    toolbox: more.toolbox ?? NAME,
  });
  const boxes = new KubernetesBoxes({
    clock: systemClock,
    logger: silentLogger,
    client,
    cluster,
    installation,
    service,
    address: more.address ?? 'localhost',
    storageClass: more.storageClass,
    quota,
    cards: () => 'nvidia.com/gpu=all',
    lendsCards: () => more.lendsCards ?? false,
    nodesWith: (image, signal) => images.nodesWith(image, signal),
    toolbox: (signal) => images.toolbox(signal),
    ownNetworks: more.ownNetworks ?? (() => ['192.0.2.200/24']),
    times,
  });
  return { boxes, images, cluster };
}

const box = (more: Partial<BoxSpec> = {}): BoxSpec => ({
  id: 'lease-9-',
  image: IMAGE,
  env: { ROOT_PASSWORD: 'abcDEF123456' },
  cpuMillicores: 500,
  memoryMiB: 64,
  diskMiB: 32,
  pids: 64,
  ports: [],
  network: 'internet',
  dataPath: '/data',
  readOnlyRoot: true,
  ...more,
});

const reason = whyNoContainers();
if (reason !== undefined) console.warn(`SKIPPED: what runs in boxes of Kubernetes was not tried: ${reason}`);

const real = new KubernetesApi();
real.nodes.registry.set(NAME, IMAGE);
await real.listen();
const client = new KubernetesClient(await configOf(real));
for (const installation of ['of-this-test', 'another']) await pinned(client, installation);
afterAll(() => real.stop());
/** As its owner has pulled it. */
async function pinned(at: KubernetesClient, installation: string): Promise<void> {
  const { images, cluster } = boxesAt(at, { installation });
  await cluster.ensure(never);
  const labels = { 'hearth.installation': namespaceOf(installation).slice('hearth-'.length), 'hearth.role': 'image' };
  const metadata = { name: 'image-own-busybox', namespace: cluster.namespace, labels };
  const data = { image: IMAGE, nodes: 'node-a,node-b', bytes: '2000000' };
  await cluster.make('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, never);
  expect(await images.nodesWith(IMAGE, never)).toEqual(['node-a', 'node-b']);
}

/** All that carries our labels, beside the namespace's own and what was pulled. */
const everything = (api: KubernetesApi) =>
  api.things
    .filter(({ metadata: { labels = {} } }) => 'hearth.installation' in labels)
    .filter(({ metadata: { labels = {} } }) => !['namespace', 'image'].includes(labels['hearth.role'] ?? ''))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

const isOfBox = ({ metadata: { labels = {} } }: Thing) => 'hearth.box' in labels;

workloadBackendSuite({
  name: 'Kubernetes',
  reason,
  standIn: { cpuMillicores: 4000, shutdown: ':' },
  backend: (installation, times = {}) => boxesAt(client, { times, ...(installation && { installation }) }).boxes,
  image: () => Promise.resolve(IMAGE),
  everything: () => everything(real),
  async without(during) {
    const { port } = real;
    await real.away();
    try {
      await during();
    } finally {
      await real.listen(port);
    }
  },
});

describe.skipIf(reason !== undefined)('a probe of Kubernetes', () => {
  it('finds from inside that a network that knows no rules holds nothing', { timeout: 120_000 }, async () => {
    const { boxes } = boxesAt(client, { ownNetworks });
    const { offered, checks, disk } = await boxes.probe(never);
    expect([offered, disk]).toEqual([false, 'memory']);
    const held = (id: string) => checks.find((check) => check.id === id)?.held;
    // Its containers are namespaces alone: they reach this computer, whatever the rules say, and no system call is forbidden.
    expect([held('seccomp'), held('this-computer'), held('disk')]).toEqual([false, false, true]);
    expect(checks.find(({ id }) => id === 'this-computer')?.seen).toMatch(/reached/);
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['this-computer', 'home-network', 'other-boxes', 'seccomp', 'memory', 'read-only']),
    );
    expect(everything(real)).toEqual([]);
  });
});

describe('boxes of Kubernetes', { timeout: 60_000 }, () => {
  const api = new KubernetesApi();
  let at: KubernetesClient;
  const boxesOf = (more: Made = {}) => boxesAt(at, more).boxes;
  const one = <T = Thing>(kind: string) => api.of(kind, namespaceOf('of-this-test')).find(isOfBox) as T;

  beforeAll(async () => {
    api.nodes.scripted = () => 'runs';
    api.nodes.registry.set(NAME, IMAGE);
    await api.listen();
    at = new KubernetesClient(await configOf(api));
    await pinned(at, 'of-this-test');
  });
  afterEach(async () => {
    api.fault = () => undefined;
    api.admit = () => undefined;
    api.nodes.scripted = () => 'runs';
    api.nodes.inVain = () => undefined;
    api.nodes.listening.clear();
    api.summaries = true;
    await boxesOf().sweep(new Set(), never);
    expect(everything(api)).toEqual([]);
    expect(api.wrong).toEqual([]);
  });
  afterAll(() => api.stop());

  it('are pods without any rights, in a namespace that takes nothing else', async () => {
    const boxes = boxesOf();
    await boxes.create(box({ command: ['sh', '-c', 'echo $$ $(HOME)'] }), never);
    expect(api.of('Namespace').map(({ metadata }) => metadata.labels)).toContainEqual(
      expect.objectContaining({ 'pod-security.kubernetes.io/enforce': 'restricted' }),
    );
    // Prepared, and not started.
    expect(one('Pod')).toBeUndefined();
    await boxes.start('lease-9-', never);
    const { spec } = one<V1Pod>('Pod');
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['9.9.9.9', '149.112.112.112'] },
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
    });
    const [{ args, imagePullPolicy, image, securityContext, resources }] = spec!.containers as [V1Container];
    expect(args).toEqual(['sh', '-c', 'echo $$$$ $$(HOME)']);
    expect([image, imagePullPolicy]).toEqual([IMAGE, 'IfNotPresent']);
    expect(securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    // Its data is in its memory.
    expect(resources?.limits).toEqual({ cpu: '500m', memory: '96Mi', 'ephemeral-storage': '64Mi' });
    expect(resources?.requests).toEqual(resources?.limits);
  });

  it('keep what is secret in a Secret alone', async () => {
    await boxesOf().create(box(), never);
    const { data = {}, ...secret } = one('Secret');
    expect(Buffer.from(data.ROOT_PASSWORD ?? '', 'base64').toString()).toBe('abcDEF123456');
    const others = JSON.stringify([secret, api.things.filter(({ kind }) => kind !== 'Secret'), api.asked]);
    expect(others).not.toMatch(/abcDEF123456|YWJjREVGMTIzNDU2/);
  });

  it('send to public addresses without mail, and take at their ports', async () => {
    const port = await freePort();
    await boxesOf().create(box({ ports: [{ host: port, box: 8080, protocol: 'tcp' }] }), never);
    const { spec } = one<V1NetworkPolicy>('NetworkPolicy');
    expect(spec).toMatchObject({
      podSelector: { matchLabels: { 'hearth.box': 'box-lease-9--x' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
    });
    const [{ to, ports }] = spec!.egress as [V1NetworkPolicyEgressRule];
    expect(to).toHaveLength(1);
    expect(to![0]!.ipBlock!.cidr).toBe('0.0.0.0/0');
    expect(to![0]!.ipBlock!.except).toEqual(
      expect.arrayContaining([
        '10.0.0.0/8',
        '169.254.0.0/16',
        '192.0.2.0/24',
        '192.0.2.1/32',
        '10.96.0.1/32',
        '10.244.1.0/24',
      ]),
    );
    expect(ports!.map(({ protocol, port: from, endPort }) => `${protocol} ${from}-${endPort}`)).toEqual(
      ['TCP', 'UDP'].flatMap((name) => ['1-24', '26-464', '466-586', '588-65535'].map((range) => `${name} ${range}`)),
    );
    const closed = api.of('NetworkPolicy').find(({ metadata }) => metadata.name === 'closed');
    expect(closed?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const { spec: service } = one<V1Service>('Service');
    expect(service).toMatchObject({ type: 'NodePort', ports: [{ nodePort: port, targetPort: 8080 }] });
  });

  it('are cut off by rules that are about no pod any more, and are started all the same', async () => {
    await boxesOf().create(box({}), never);
    const { spec } = one<V1NetworkPolicy>('NetworkPolicy');
    await boxesOf().cutOff('lease-9-', true, never);
    const { spec: cut } = one<V1NetworkPolicy>('NetworkPolicy');
    expect(cut?.podSelector?.matchLabels).toEqual({ 'hearth.box': 'box-lease-9--x', 'hearth.cut-off': 'yes' });
    expect([cut?.ingress, cut?.egress]).toEqual([spec?.ingress, spec?.egress]);
    await boxesOf().start('lease-9-', never);
    expect(await boxesOf().status('lease-9-', never)).toBe('running');
    await boxesOf().cutOff('lease-9-', false, never);
    expect(one<V1NetworkPolicy>('NetworkPolicy').spec).toEqual(spec);
  });

  it('without the Internet send nothing', async () => {
    await boxesOf().create(box({ network: 'none' }), never);
    const { spec } = one<V1NetworkPolicy>('NetworkPolicy');
    expect(spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(spec).not.toHaveProperty('egress');
    expect(spec).not.toHaveProperty('ingress');
  });

  it('keep their data on a disk of their own where a storage class is named', async () => {
    const boxes = boxesOf({ storageClass: 'fast' });
    await boxes.create(box(), never);
    expect(one<V1PersistentVolumeClaim>('PersistentVolumeClaim').spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '32Mi' } },
    });
    expect(await boxes.needs(box())).toMatchObject({ memoryMiB: 64, diskMiB: 32 });
    await boxes.remove('lease-9-', never);
    expect(one('PersistentVolumeClaim')).toBeUndefined();
  });

  it('are led to by a balancer, and not made where it gives another address', async () => {
    const more = { service: 'LoadBalancer', installation: 'balanced' } as const;
    await pinned(at, 'balanced');
    const spec = box({ ports: [{ host: 443, box: 8443, protocol: 'tcp' }] });
    await boxesOf({ ...more, address: '203.0.113.9' }).create(spec, never);
    expect(api.of('Service', namespaceOf('balanced'))[0]?.spec).toMatchObject({
      type: 'LoadBalancer',
      loadBalancerIP: '203.0.113.9',
      ports: [{ port: 443, targetPort: 8443 }],
    });
    const elsewhere = boxesOf({ ...more, address: '203.0.113.10' });
    await expect(elsewhere.create({ ...spec, id: 'lease-2' }, never)).rejects.toMatchObject({
      code: 'workloads.balancer-elsewhere',
    });
    await elsewhere.sweep(new Set(), never);
  });

  it.each(['networkpolicies', 'secrets', 'services', 'pods', 'podtemplates'])(
    'leave nothing where %s can’t be made',
    async (kind) => {
      api.fault = (said) =>
        said.startsWith('POST') && said.includes(`/${kind}`) ? { status: 500, message: 'no' } : undefined;
      const spec = box({ ports: [{ host: await freePort(), box: 80, protocol: 'tcp' }] });
      await expect(boxesOf().create(spec, never)).rejects.toMatchObject({
        code: expect.stringMatching(/^workloads\./),
      });
      expect(everything(api)).toEqual([]);
    },
  );

  it('are made over what an earlier try has left', async () => {
    const boxes = boxesOf();
    await boxes.create(box({ env: { OLD: '1' } }), never);
    const left = api.things.indexOf(one('PodTemplate'));
    api.things.splice(left, 1);
    await boxes.create(box(), never);
    expect(Object.keys(one('Secret').data ?? {})).toEqual(['ROOT_PASSWORD']);
  });

  it('are refused before they are paid for where the quota is full, and fit again when one has ended', async () => {
    const boxes = boxesOf({ quota: { cores: 1 } });
    for (const id of ['lease-1', 'lease-2']) {
      await boxes.create(box({ id }), never);
      await boxes.start(id, never);
    }
    const third = boxes.create(box({ id: 'lease-3' }), never);
    await expect(third).rejects.toMatchObject({ code: 'workloads.quota-full' });
    await boxes.remove('lease-1', never);
    await boxes.create(box({ id: 'lease-3' }), never);
    expect(await boxes.capacity(never)).toMatchObject({ cpuMillicores: 1000, diskMiB: null });
    expect(await boxesOf({ quota: { diskGiB: 2 } }).capacity(never)).toMatchObject({ diskMiB: 2048 });
    // What is lent by now.
    await boxesOf({ quota: { cores: 3 } }).create(box({ id: 'lease-4' }), never);
  });

  it('say so where no node has room, and go again', async () => {
    const boxes = boxesOf();
    await boxes.create(box({ cpuMillicores: 3000 }), never);
    await expect(boxes.start('lease-9-', never)).rejects.toMatchObject({ code: 'workloads.cluster-full' });
    expect(one('Pod')).toBeUndefined();
    expect(await boxes.status('lease-9-', never)).toBe('stopped');
  });

  it('have a graphics card where a node has one that is free', async () => {
    const boxes = boxesOf();
    const spec = box({ gpuMiB: 4096 });
    expect((await boxes.needs(spec)).gpuMiB).toBe(4096);
    await boxes.create(spec, never);
    await expect(boxes.start(spec.id, never)).rejects.toMatchObject({ code: 'workloads.cluster-full' });
    const allocatable = api.nodes.nodes[0]!.status!.allocatable!;
    allocatable['nvidia.com/gpu'] = '1';
    try {
      await boxes.start(spec.id, never);
      const [{ resources, securityContext }] = one<V1Pod>('Pod').spec!.containers as [V1Container];
      expect(resources!.limits!['nvidia.com/gpu']).toBe('1');
      expect(securityContext).toMatchObject({ privileged: false, capabilities: { drop: ['ALL'] } });
    } finally {
      delete allocatable['nvidia.com/gpu'];
    }
  });

  it('say so where their program can’t begin', async () => {
    api.nodes.inVain = () => ({ reason: 'CreateContainerConfigError', message: 'image will run as root' });
    const boxes = boxesOf();
    await boxes.create(box(), never);
    await expect(boxes.start('lease-9-', never)).rejects.toMatchObject({ code: 'workloads.engine-start' });
    expect(one('Pod')).toBeUndefined();
  });

  it('get no port beyond those that the cluster gives', async () => {
    const spec = box({ ports: [{ host: 443, box: 80, protocol: 'tcp' }] });
    await expect(boxesOf().create(spec, never)).rejects.toMatchObject({ code: 'workloads.ports-outside' });
  });

  it('are not made where whoever admits pods changes what was told', async () => {
    api.admit = ({ kind, spec }) => {
      if (kind === 'Pod') (spec as V1PodSpec).containers.push({ name: 'beside', image: 'mesh' });
    };
    await expect(boxesOf().create(box(), never)).rejects.toMatchObject({ code: expect.stringMatching(/^workloads\./) });
    api.admit = ({ kind, spec }) => {
      if (kind === 'Pod') (spec as V1PodSpec).dnsConfig = { nameservers: ['10.96.0.10'] };
    };
    await expect(boxesOf().create(box(), never)).rejects.toMatchObject({ code: 'workloads.limits-not-kept' });
  });

  it('are not started once somebody has opened them, or their namespace', async () => {
    const boxes = boxesOf();
    await boxes.create(box(), never);
    const rules = one<V1NetworkPolicy>('NetworkPolicy');
    const { egress } = rules.spec!;
    rules.spec!.egress = [{}];
    await expect(boxes.start('lease-9-', never)).rejects.toMatchObject({ code: 'workloads.filter-failed' });
    rules.spec!.egress = egress!;
    const { labels } = api
      .of('Namespace')
      .find(({ metadata }) => metadata.name === namespaceOf('of-this-test'))!.metadata;
    labels!['pod-security.kubernetes.io/enforce'] = 'privileged';
    await expect(boxes.start('lease-9-', never)).rejects.toMatchObject({ code: 'workloads.namespace-opened' });
    labels!['pod-security.kubernetes.io/enforce'] = 'restricted';
    await boxes.start('lease-9-', never);
  });

  it.each([
    ['an answer that is none', () => ({ body: '<html>' }) as const],
    ['another shape', () => ({ body: '{"metadata":7}' }) as const],
    ['a refusal', () => ({ status: 500, message: 'etcd leader changed' }) as const],
    ['a page that is not there, of a proxy before it', () => ({ status: 404, message: 'not here' }) as const],
    ['a connection that ends', () => 'reset' as const],
    ['silence', () => 'hang' as const],
  ])('are unknown by %s, and never absent', async (_name, fault) => {
    const boxes = boxesOf({ times: { ask: 500 } });
    await boxes.create(box(), never);
    api.fault = fault;
    expect(await boxes.status('lease-9-', never)).toBe('unknown');
    expect(await boxes.adopt(box(), never)).toBe('unknown');
    await expect(boxes.list(never)).rejects.toMatchObject({ code: expect.stringMatching(/^workloads\.engine/) });
  });

  it('are unknown where their node is not heard of', async () => {
    const boxes = boxesOf();
    await boxes.create(box(), never);
    await boxes.start('lease-9-', never);
    one<V1Pod>('Pod').status!.conditions = [{ type: 'Ready', status: 'False' }];
    expect(await boxes.status('lease-9-', never)).toBe('running');
    const ready = api.nodes.nodes.find(({ metadata }) => metadata!.name === one<V1Pod>('Pod').spec!.nodeName)!.status!;
    ready.conditions = [{ type: 'Ready', status: 'Unknown' }];
    expect(await boxes.status('lease-9-', never)).toBe('unknown');
    ready.conditions = [{ type: 'Ready', status: 'True' }];
  });

  it('say what they use by the figures of the cluster where a node does not say', async () => {
    api.summaries = false;
    const boxes = boxesOf();
    await boxes.create(box(), never);
    await boxes.start('lease-9-', never);
    expect(await boxes.stats('lease-9-', never)).toMatchObject({ memoryBytes: 3906 * 1024, pids: null, network: null });
    await until('some of the processor', async () => (await boxes.stats('lease-9-', never)).cpuNanos > 0);
  });

  it('are watched on where the cluster has forgotten what was', async () => {
    const seen: BoxEvent[] = [];
    const leave = new AbortController();
    const boxes = boxesOf();
    await boxes.create(box(), never);
    const watched = boxes.watch((event) => void seen.push(event), leave.signal);
    const watching = () => api.watching > 1;
    await until('it to be watched', watching);
    api.forget();
    await until('it to be watched anew', watching);
    await boxes.start('lease-9-', never);
    await boxes.remove('lease-9-', never);
    await until('its end', () => seen.some(({ kind }) => kind === 'removed'));
    expect(seen.map(({ kind }) => kind)).toEqual(['started', 'exited', 'removed']);
    leave.abort();
    await watched;
  });

  it('are made of images that were pulled to every node and tried, and of nothing else', async () => {
    const { images, boxes } = boxesAt(at, { installation: 'pulling' });
    const slug = 'own-busybox';
    await expect(boxes.create(box(), never)).rejects.toMatchObject({ code: 'workloads.image-missing' });
    api.nodes.listening.add(80);
    api.nodes.pulled.length = 0;
    const made = await images.pull(slug, () => undefined, never);
    expect(made).toEqual({ id: IMAGE, digest: IMAGE, bytes: 2_000_000 });
    expect(api.nodes.pulled).toEqual([`node-a ${NAME}`, `node-b ${IMAGE}`]);
    api.nodes.pulled.length = 0;
    await boxes.create(box(), never);
    await boxes.start('lease-9-', never);
    expect(api.nodes.pulled).toEqual([]);
    await boxes.remove('lease-9-', never);
    await images.remove(slug, never);
    expect((await images.list(never)).find((each) => each.slug === slug)?.pinned).toBeNull();
  });

  it('go with their node, and so do its images; nothing of others does', async () => {
    const { images, boxes } = boxesAt(at, { installation: 'leaving' });
    const other = boxesAt(at, { installation: 'staying' });
    const inside = (installation: string) =>
      api.things.filter(({ metadata }) => metadata.namespace === namespaceOf(installation));
    const namespaces = () => api.of('Namespace').map(({ metadata }) => metadata.name);
    api.nodes.listening.add(80);
    for (const { images: own, boxes: made } of [{ images, boxes }, other]) {
      await own.pull('own-busybox', () => undefined, never);
      await made.create(box(), never);
    }
    await boxes.start('lease-9-', never);
    const staying = inside('staying').length;
    api.fault = (request) => (request.startsWith('DELETE') ? { status: 403, message: 'not yours' } : undefined);
    expect(await images.removeAll(never)).toEqual([namespaceOf('leaving')]);
    api.fault = () => undefined;
    expect(await images.removeAll(never)).toEqual([]);
    await until('all of it to be gone', () => inside('leaving').length === 0);
    expect([namespaces().includes(namespaceOf('leaving')), inside('staying').length]).toEqual([false, staying]);
    expect(await boxes.status('lease-9-', never)).toBe('absent');
    // Nothing is there any more, which is what was wanted.
    expect(await images.removeAll(never)).toEqual([]);
    await other.images.removeAll(never);
  });

  it('are not made of an image that ends as nobody, or is nowhere', async () => {
    const templates = () =>
      templatesWith([
        { name: 'root', image: NAME, ports: [80] },
        { name: 'none', image: 'none:1', ports: [80] },
      ]);
    const { images } = boxesAt(at, { installation: 'pulling', templates });
    api.nodes.scripted = () => 'ends';
    await expect(images.pull('own-root', () => undefined, never)).rejects.toMatchObject({
      code: 'workloads.image-unfit',
    });
    await expect(images.pull('own-none', () => undefined, never)).rejects.toMatchObject({
      code: 'containers.pull-failed',
    });
    await expect(images.pull('other', () => undefined, never)).rejects.toMatchObject({
      code: 'workloads.unknown-template',
    });
    expect((await images.list(never)).every(({ pinned: is }) => is === null)).toBe(true);
  });

  it('are found by a kubeconfig that nobody else may write, over HTTPS, by who it names', async () => {
    const keys = join(folder, 'keys');
    mkdirSync(keys, { mode: 0o700 });
    const path = join(keys, KUBECONFIG);
    const opened = () => {
      const choice = BoxEngineChoice.parse({ engine: 'kubernetes', certificates: keys });
      return openBoxes(choice, { clock: systemClock, logger: silentLogger, dataDir: folder }, never);
    };
    await expect(opened()).rejects.toMatchObject({ code: 'containers.remote-certificates' });
    writeFileSync(path, api.kubeconfig);
    chmodSync(path, 0o666);
    await expect(opened()).rejects.toMatchObject({ code: 'workloads.kubeconfig-others' });
    chmodSync(path, 0o600);
    const { engine, boxes, images } = await opened();
    expect(engine).toMatchObject({ kind: 'kubernetes', make: 'kubernetes', at: api.at, host: '192.0.2.1' });
    expect(await boxes.list(never)).toEqual([]);
    expect((await images.list(never)).every(({ pinned: is }) => is === null)).toBe(true);
    writeFileSync(path, api.kubeconfig.replace(TOKEN, 'another'));
    const refused = await opened().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'workloads.kubernetes-refused' });
    expect(JSON.stringify(refused)).not.toContain('another');
    writeFileSync(
      path,
      api.kubeconfig.replace(/"certificate-authority-data":"[^"]*"/, '"tls-server-name":"localhost"'),
    );
    // Nobody has signed it whom everybody believes.
    await expect(opened()).rejects.toMatchObject({ code: 'containers.engine-unreachable' });
    for (const [from, to] of [
      [/"certificate-authority-data":"[^"]*"/, '"insecure-skip-tls-verify":true'],
      ['https://', 'http://'],
    ] as const) {
      writeFileSync(path, api.kubeconfig.replace(from, to));
      await expect(opened()).rejects.toMatchObject({ code: 'workloads.kubeconfig-plain' });
    }
  });
});

/** A cluster of its owner's, such as one that was started for this. */
const { KUBECONFIG: path, HEARTH_KUBERNETES_IMAGE: busybox, HEARTH_KUBERNETES_TOOLBOX: toolbox } = process.env;
const noCluster =
  path === undefined || busybox === undefined
    ? 'KUBECONFIG and HEARTH_KUBERNETES_IMAGE, one of busybox, name none'
    : undefined;
if (noCluster !== undefined) console.warn(`SKIPPED: no real Kubernetes was tried: ${noCluster}`);

describe.skipIf(noCluster !== undefined)('a real Kubernetes', { timeout: 600_000 }, () => {
  const opened = async () => {
    const at = new KubernetesClient(await kubeconfigAt(path!, undefined));
    const templates = () => templatesWith([{ name: 'busybox', image: busybox!, ports: [80] }]);
    return boxesAt(at, { installation: 'hearth-of-tests', templates, ownNetworks, ...(toolbox && { toolbox }) });
  };

  it('holds boxes, by what is tried from inside one, or is not offered', async () => {
    const { boxes } = await opened();
    const { offered, checks } = await boxes.probe(never);
    console.warn(checks.map(({ id, held, seen }) => `${held ? 'held' : 'FAILED'} ${id}: ${seen}`).join('\n'));
    expect(offered).toBe(checks.every(({ held }) => held));
    expect(await boxes.list(never)).toEqual([]);
  });

  it('makes, starts, stops and removes a box', async () => {
    const { boxes, images } = await opened();
    const image = await images.toolbox(never);
    const spec = box({ image, command: ['sh', '-c', 'echo began; sleep 600'] });
    try {
      await boxes.create(spec, never);
      expect(await boxes.status(spec.id, never)).toBe('stopped');
      await boxes.start(spec.id, never);
      await until('it to begin', async () => (await boxes.logs(spec.id, never)).endsWith('began\n'));
      expect(await boxes.exec(spec.id, ['sh', '-c', 'id -u; exit 3'], never)).toEqual({
        exitCode: 3,
        output: '10001\n',
      });
      expect(await boxes.answers(spec.id, 81, never)).toBe(false);
      await boxes.stop(spec.id, never);
      expect(await boxes.status(spec.id, never)).toBe('stopped');
    } finally {
      await boxes.remove(spec.id, never);
    }
    expect(await boxes.status(spec.id, never)).toBe('absent');
    expect(await boxes.sweep(new Set(), never)).toBe(0);
  });
});
