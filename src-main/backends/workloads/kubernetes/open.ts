// Boxes at a cluster of Kubernetes that its owner has chosen, put together.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { type BoxEngineChoice, NVIDIA_CARDS } from '../../../../src-preload/contract/settings/boxes.ts';
import { systemRandom } from '../../../base/random.ts';
import { EngineUnreachable, RemoteCertificates } from '../../containers/errors.ts';
import { installationOf } from '../../containers/installation.ts';
import { KubeconfigUnsafe, KubernetesRefused } from '../errors.ts';
import type { OpenBoxes, OpenBoxesDeps } from '../open.ts';
import { ownNetworks } from '../own-networks.ts';
import { TEMPLATES } from '../templates.ts';
import { KubernetesBoxes } from './boxes.ts';
import { KubernetesClient, KubernetesError } from './client.ts';
import { Cluster } from './cluster.ts';
import { KubernetesImages } from './images.ts';

const ANSWER_MS = 20_000;
export const KUBECONFIG = 'kubeconfig';

/** Rejects with RemoteCertificates, KubeconfigUnsafe, EngineUnreachable or KubernetesRefused. */
export async function openKubernetes(
  choice: Extract<BoxEngineChoice, { engine: 'kubernetes' }>,
  {
    clock,
    logger,
    dataDir,
    templates = () => TEMPLATES,
    cards = () => NVIDIA_CARDS,
    lendsCards = () => false,
  }: OpenBoxesDeps,
  signal: AbortSignal,
): Promise<OpenBoxes> {
  const { certificates, context, service, storageClass, toolbox, cores, memoryGiB, diskGiB } = choice;
  const config = await kubeconfigAt(join(certificates, KUBECONFIG), context);
  const client = new KubernetesClient(config);
  const host = new URL(client.at).hostname.replace(/^\[|\]$/g, '');
  const installation = installationOf(join(dataDir, 'workloads'));
  const quota = { cores, memoryGiB, diskGiB };
  const cluster = new Cluster(client, clock, { installation, service, quota });
  const nodes = await cluster
    .nodes(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]))
    .catch((error: unknown) => {
      signal.throwIfAborted();
      const refused = error instanceof KubernetesError && (error.status === 401 || error.status === 403);
      throw refused ? new KubernetesRefused(host, error) : new EngineUnreachable(host, error);
    });
  const address = choice.address ?? nodes.find(({ usable }) => usable)?.addresses[0] ?? host;
  const random = systemRandom;
  const images = new KubernetesImages({ clock, random, client, cluster, installation, templates, toolbox });
  const boxes = new KubernetesBoxes({
    clock,
    logger,
    client,
    cluster,
    installation,
    service,
    address,
    storageClass,
    quota,
    cards,
    lendsCards,
    nodesWith: (image, within) => images.nodesWith(image, within),
    toolbox: (within) => images.toolbox(within),
    ownNetworks,
  });
  return {
    engine: {
      kind: 'kubernetes',
      make: 'kubernetes',
      at: client.at,
      rootless: false,
      host: address,
      elsewhere: true,
      certificates,
    },
    boxes,
    images,
  };
}

/** What it names runs as its owner: nobody else may write it. Rejects with RemoteCertificates or KubeconfigUnsafe. */
export async function kubeconfigAt(path: string, context: string | undefined): Promise<KubeConfig> {
  const config = new KubeConfig();
  try {
    await access(path, constants.R_OK);
    const { mode, uid } = await stat(path);
    const own = process.getuid?.();
    if (own !== undefined && ((mode & 0o022) !== 0 || (uid !== own && uid !== 0))) throw new KubeconfigUnsafe('others');
    config.loadFromFile(path);
  } catch (error) {
    throw error instanceof KubeconfigUnsafe ? error : new RemoteCertificates([KUBECONFIG], error);
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster?.server.startsWith('https://') || cluster.skipTLSVerify) throw new KubeconfigUnsafe('plain');
  return config;
}
