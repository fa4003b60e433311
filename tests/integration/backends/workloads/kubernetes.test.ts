// Boxes of Kubernetes, against a little API server that is held to the recorded OpenAPI document, whose nodes run containers as namespaces of this
// computer; and where KUBECONFIG points somewhere, against that cluster, with the image that HEARTH_KUBERNETES_IMAGE names.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BoxEvent, BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { KubernetesBoxes } from '../../../../src-main/backends/workloads/kubernetes/boxes.ts';
import { KubernetesClient } from '../../../../src-main/backends/workloads/kubernetes/client.ts';
import { Cluster } from '../../../../src-main/backends/workloads/kubernetes/cluster.ts';
import { KubernetesImages } from '../../../../src-main/backends/workloads/kubernetes/images.ts';
import { KUBECONFIG, kubeconfigAt } from '../../../../src-main/backends/workloads/kubernetes/open.ts';
import { namespaceOf } from '../../../../src-main/backends/workloads/kubernetes/plan.ts';
import { openBoxes } from '../../../../src-main/backends/workloads/open.ts';
import { templatesWith } from '../../../../src-main/backends/workloads/templates.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { KubernetesApi, TOKEN } from '../../../support/kubernetes-api.ts';
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
  readonly quota?: { readonly cores?: number; readonly memoryGiB?: number };
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
    toolbox: NAME,
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
    nodesWith: (image, signal) => images.nodesWith(image, signal),
    toolbox: (signal) => images.toolbox(signal),
    ownNetworks: () => ['192.0.2.200/24'],
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

describe('the little Kubernetes', () => {
  it('was told and has answered nothing that its OpenAPI document does not know', () => {
    expect(real.wrong).toEqual([]);
  });
});
