// The images of templates in a cluster: pulled to its nodes beforehand, because their owner asked for it, and never for a lease. What was pulled is
// pinned by its content, in the cluster itself, with the nodes that have it. Each is tried as boxes run: as nobody, on a root that can't
// be written; one that does not listen then is not offered.

import { createHash } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import type { Random } from '../../../base/random.ts';
import { PullFailed } from '../../containers/errors.ts';
import { fullName } from '../../containers/image-name.ts';
import type { PullProgress } from '../../containers/images.ts';
import type { BoxSpec } from '../backend.ts';
import { BOX_TIMES } from '../bounds.ts';
import { IMAGE_BUDGET_BYTES, type ImageStore, type PinnedImage, type TemplateImage } from '../box-images.ts';
import { ask } from '../engine-requests.ts';
import { ClusterFull, EngineFailed, ImageBudgetSpent, ImageUnfit, NoMachines, UnknownTemplate } from '../errors.ts';
import type { Template } from '../templates.ts';
import { type KubernetesClient, KubernetesError } from './client.ts';
import type { Cluster, Node } from './cluster.ts';
import { takesConnections } from './exec.ts';
import { begun } from './making.ts';
import { installationHash, isContent, LABELS, podSpec } from './plan.ts';
import { Pod, stateOf } from './pods.ts';

export interface KubernetesImagesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly client: KubernetesClient;
  readonly cluster: Cluster;
  readonly installation: string;
  readonly templates: () => readonly Template[];
  /** What tries are made with: it has bash, perl, and what fills a disk. */
  readonly toolbox: string;
  readonly times?: { readonly pull?: number; readonly trial?: number };
}

const PULL_MS = 30 * 60_000;
const TRIAL_MS = 120_000;
const LOOK_MS = 1000;
const TOOLBOX = 'toolbox';
const MOST_NODES = 64;
/** While it is tried, whatever it wants at least. */
const TRIAL_DISK_MIB = 512;

const Pin = z.object({
  metadata: z.object({ name: z.string() }),
  data: z.object({ image: z.string(), nodes: z.string(), bytes: z.coerce.number() }),
});

interface Pinned extends PinnedImage {
  readonly nodes: readonly string[];
}

export class KubernetesImages implements ImageStore {
  readonly #deps: KubernetesImagesDeps;

  constructor(deps: KubernetesImagesDeps) {
    this.#deps = deps;
  }

  async list(signal: AbortSignal): Promise<readonly TemplateImage[]> {
    const pins = await this.#pins(signal);
    return this.#deps.templates().map((template) => ({
      slug: template.slug,
      image: template.image,
      pinned: withoutNodes(pins.get(pinOf(template))),
    }));
  }

  /** Hostnames of usable nodes that have that content. */
  async nodesWith(image: string, signal: AbortSignal): Promise<readonly string[]> {
    const pins = [...(await this.#pins(signal)).values()].filter(({ id }) => id === image);
    if (pins.length === 0) return [];
    const usable = (await this.#deps.cluster.nodes(signal)).filter((node) => node.usable);
    const names = usable.map(({ hostname }) => hostname);
    return [...new Set(pins.flatMap(({ nodes }) => nodes))].filter((name) => names.includes(name));
  }

  /** Pulled where it was not yet: its owner has chosen a cluster, and it is tried before anything is offered. */
  async toolbox(signal: AbortSignal): Promise<string> {
    const found = (await this.#pins(signal)).get(TOOLBOX);
    const image = fullName(this.#deps.toolbox);
    if (found?.id.startsWith(`${repositoryOf(image)}@`) && (await this.nodesWith(found.id, signal)).length > 0)
      return found.id;
    const spec = trialSpec(image, { command: ['sleep', '600'] });
    return (await this.#pull(TOOLBOX, TOOLBOX, spec, undefined, signal)).id;
  }

  async pull(slug: string, progress: (progress: PullProgress) => void, signal: AbortSignal): Promise<PinnedImage> {
    const template = this.#template(slug);
    if (template.machine) throw new NoMachines('this engine makes none');
    const { passwordVariable } = template.own ?? {};
    const env = {
      ...template.env,
      ...(passwordVariable !== undefined && { [passwordVariable]: this.#deps.random.bytes(12).toString('hex') }),
    };
    const { minimum, dataPath } = template;
    const diskMiB = Math.min(minimum.diskMiB, TRIAL_DISK_MIB);
    const spec = trialSpec(template.image, { ...minimum, diskMiB, dataPath, env });
    progress({ doneBytes: 0, totalBytes: 0 });
    const made = await this.#pull(pinOf(template), slug, spec, template.healthPort, signal);
    progress({ doneBytes: made.bytes, totalBytes: made.bytes });
    return withoutNodes(made)!;
  }

  /** Nodes drop what no pod is made of by themselves. */
  async remove(slug: string, signal: AbortSignal): Promise<void> {
    const name = mapOf(pinOf(this.#template(slug)));
    await ask('remove', BOX_TIMES.remove, signal, (within) => this.#deps.cluster.remove('configmaps', name, within));
  }

  /** The namespace is its installation's alone; nodes drop images by themselves. */
  async removeAll(signal: AbortSignal): Promise<readonly string[]> {
    const { cluster } = this.#deps;
    return ask('remove', BOX_TIMES.remove, signal, async (within) =>
      cluster.dissolve(within).then(
        () => [],
        () => [cluster.namespace],
      ),
    );
  }

  async #pull(
    pin: string,
    slug: string,
    spec: BoxSpec,
    port: number | undefined,
    signal: AbortSignal,
  ): Promise<Pinned> {
    const { cluster, times = {} } = this.#deps;
    const within = AbortSignal.any([signal, AbortSignal.timeout(times.pull ?? PULL_MS)]);
    const names: string[] = [];
    try {
      await cluster.ensure(within);
      const nodes = (await cluster.nodes(within)).filter(({ usable }) => usable).slice(0, MOST_NODES);
      const [first, ...others] = nodes;
      if (!first) throw new ClusterFull(new Error('no node takes pods'));
      const at = (node: Node, image: string) => {
        const name = `pull-${short(pin)}-${short(node.name)}`;
        names.push(name);
        return this.#onNode(name, node, { ...spec, image }, within);
      };
      const content = contentOf(spec.image, await at(first, spec.image));
      if (content === undefined) throw new ImageUnfit(slug, new Error('its node does not say by which content'));
      if (port !== undefined) await this.#tried(names[0]!, slug, port, within);
      await Promise.all(others.map((node) => at(node, content)));
      const bytes = await this.#bytesOf(content, within);
      const room = IMAGE_BUDGET_BYTES - (await this.#taken(pin, within));
      if (bytes > room) throw new ImageBudgetSpent(slug);
      const made: Pinned = { id: content, digest: content, bytes, nodes: nodes.map(({ hostname }) => hostname) };
      await this.#keep(pin, made, within);
      return made;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof HearthError) throw error;
      if (error instanceof KubernetesError) throw new EngineFailed('ask', error);
      const notPulled = /^(?:ErrImage|ImagePull|InvalidImage)/.test(error instanceof Error ? error.message : '');
      throw notPulled || within.aborted ? new PullFailed(spec.image, error) : new ImageUnfit(slug, error);
    } finally {
      const end = AbortSignal.timeout(BOX_TIMES.remove);
      for (const name of names) await cluster.remove('pods', name, end, 0).catch(() => undefined);
    }
  }

  /** Resolves when its node has it, and has begun with it. */
  async #onNode(name: string, node: Node, spec: BoxSpec, signal: AbortSignal): Promise<Pod> {
    const { cluster, clock, installation } = this.#deps;
    await cluster.remove('pods', name, signal, 0);
    await cluster.make('pods', pullPod(installation, cluster.namespace, name, node, spec), signal);
    return begun({ cluster, clock }, name, signal);
  }

  async #tried(name: string, slug: string, port: number, signal: AbortSignal): Promise<void> {
    const { cluster, client, clock, times = {} } = this.#deps;
    const within = AbortSignal.any([signal, AbortSignal.timeout(times.trial ?? TRIAL_MS)]);
    try {
      while (true) {
        const pod = Pod.parse(await cluster.find('pods', name, within));
        if (stateOf(pod) === 'ended') throw new Error('its program has ended');
        if (await takesConnections(client, clock, cluster.path('pods', name), port, within)) return;
        await clock.sleep(LOOK_MS, within);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw new ImageUnfit(slug, error);
    }
  }

  async #keep(pin: string, { id, bytes, nodes }: Pinned, signal: AbortSignal): Promise<void> {
    const { cluster, installation } = this.#deps;
    const labels = { [LABELS.installation]: installationHash(installation), [LABELS.role]: 'image' };
    const metadata = { name: mapOf(pin), namespace: cluster.namespace, labels };
    const data = { image: id, nodes: nodes.join(','), bytes: String(bytes) };
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    if (await cluster.find('configmaps', mapOf(pin), signal))
      await cluster.replace('configmaps', mapOf(pin), body, signal);
    else await cluster.make('configmaps', body, signal);
  }

  async #bytesOf(content: string, signal: AbortSignal): Promise<number> {
    const nodes = await this.#deps.cluster.nodes(signal);
    return Math.max(0, ...nodes.map(({ images }) => images.get(content) ?? 0));
  }

  async #taken(pin: string, signal: AbortSignal): Promise<number> {
    const pins = await this.#pins(signal);
    return [...pins].reduce((sum, [name, { bytes }]) => sum + (name === pin ? 0 : bytes), 0);
  }

  #pins(signal: AbortSignal): Promise<ReadonlyMap<string, Pinned>> {
    return ask('ask', BOX_TIMES.ask, signal, async (within) => {
      const { items } = await this.#deps.cluster.all('configmaps', within, `${LABELS.role}=image`);
      return new Map(
        items.flatMap((item): readonly [string, Pinned][] => {
          const found = Pin.safeParse(item).data;
          if (!found || !isContent(found.data.image)) return [];
          const { image, nodes, bytes } = found.data;
          const name = found.metadata.name.slice(MAP.length);
          return [[name, { id: image, digest: image, bytes, nodes: nodes.split(',').filter((each) => each !== '') }]];
        }),
      );
    });
  }

  #template(slug: string): Template {
    const found = this.#deps.templates().find((template) => template.slug === slug);
    if (!found) throw new UnknownTemplate(slug.slice(0, 80));
    return found;
  }
}

const MAP = 'image-';
const mapOf = (pin: string) => `${MAP}${pin}`;
const pinOf = ({ pin, slug }: Template) => pin ?? slug;
const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
const withoutNodes = (pinned: Pinned | undefined): PinnedImage | null =>
  pinned ? { id: pinned.id, digest: pinned.digest, bytes: pinned.bytes } : null;

function trialSpec(image: string, more: Partial<BoxSpec>): BoxSpec {
  return {
    id: 'trial',
    image,
    env: {},
    cpuMillicores: 100,
    memoryMiB: 64,
    diskMiB: 16,
    pids: 64,
    ports: [],
    network: 'none',
    dataPath: null,
    readOnlyRoot: true,
    ...more,
  };
}

/** As a box of it would run, behind rules that let nothing through. */
function pullPod(installation: string, namespace: string, name: string, node: Node, spec: BoxSpec): V1Pod {
  const of = { installation, spec, networks: [], service: 'NodePort' as const, storageClass: undefined };
  const made = podSpec({ ...of, nodes: [node.hostname], ownUsers: false });
  const { envFrom: _none, env = [], ...container } = made.containers[0]!;
  // A name may lead to another content by now.
  const imagePullPolicy = isContent(spec.image) ? 'IfNotPresent' : 'Always';
  const variables = Object.entries(spec.env).map(([key, value]) => ({ name: key, value: unexpanded(value) }));
  made.containers = [{ ...container, imagePullPolicy, env: [...env, ...variables] }];
  made.activeDeadlineSeconds = PULL_MS / 1000;
  const labels = { [LABELS.installation]: installationHash(installation), [LABELS.role]: 'pull' };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: made };
}

const unexpanded = (value: string) => value.replaceAll('$', '$$$$');

/** `docker.io/library/debian` of `docker.io/library/debian:12`. */
const repositoryOf = (image: string) => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** By what its node has pulled. */
function contentOf(image: string, { status }: Pod): string | undefined {
  const [digest] = /sha256:[0-9a-f]{64}$/.exec(status?.containerStatuses?.[0]?.imageID ?? '') ?? [];
  const content = `${repositoryOf(image)}@${digest}`;
  return digest !== undefined && isContent(content) ? content : undefined;
}
