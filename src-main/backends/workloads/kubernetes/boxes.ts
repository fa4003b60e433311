// Boxes as pods of Kubernetes, in a namespace of this installation's own that takes nothing but pods without rights. One is prepared as a template,
// with its rules, ports and variables already there, and is a pod while it runs. Everything that belongs to a box carries its label, so
// that a start after a crash finds all of it, and nothing else.

import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import { type Swept, sweptEach } from '../../containers/swept.ts';
import type { BoxEvent, BoxExec, BoxFound, BoxSpec, BoxStats, BoxStatus, Probe, WorkloadBackend } from '../backend.ts';
import { BOX, BOX_TIMES } from '../bounds.ts';
import { assertPossible, specHash } from '../box-plan.ts';
import { isThere, madeOrCleared, statusOr } from '../box-rules.ts';
import { BoxTurns } from '../box-turns.ts';
import { ask } from '../engine-requests.ts';

import {
  BoxAbsent,
  BoxStopped,
  EngineFailed,
  FilterFailed,
  ImageMissing,
  NoEncryption,
  OpenFilesRefused,
} from '../errors.ts';
import type { KubernetesClient } from './client.ts';
import { type Cluster, OF_BOX, type Thing } from './cluster.ts';
import { execIn, takesConnections } from './exec.ts';
import { put, startPod } from './making.ts';
import {
  CONTAINER,
  idOf,
  isContent,
  memoryMiB,
  type NamespaceOf,
  nameOf,
  notesOf,
  OPEN_FILES,
  planOf,
  rulesCutOff,
  rulesHash,
} from './plan.ts';
import { isReady, Pod, stateOf } from './pods.ts';
import { probeCluster } from './probing.ts';
import { usageOf } from './usage.ts';
import { eventsOf } from './watch.ts';

export interface KubernetesBoxesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly client: KubernetesClient;
  readonly cluster: Cluster;
  readonly installation: string;
  readonly service: 'NodePort' | 'LoadBalancer';
  /** Of balancers, the address that customers are led to. */
  readonly address: string;
  readonly storageClass: string | undefined;
  /** What boxes may have of the cluster; undefined: all of it. */
  readonly quota: NamespaceOf['quota'];
  /** The graphics cards that boxes get whose spec says so, as CDI names them; and whether any of their memory is lent. */
  readonly cards: () => string;
  readonly lendsCards: () => boolean;
  /** The nodes that have an image; none: it was not pulled. */
  readonly nodesWith: (image: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** The image that tries are made with. */
  readonly toolbox: (signal: AbortSignal) => Promise<string>;
  readonly ownNetworks: () => readonly string[];
  readonly times?: Partial<typeof BOX_TIMES>;
}

/** A disk is made elsewhere, and a pod goes through several hands. */
const TIMES = { ...BOX_TIMES, start: 60_000, probe: 300_000 };

export class KubernetesBoxes implements WorkloadBackend {
  readonly id: string;
  readonly #deps: KubernetesBoxesDeps;
  readonly #times: typeof BOX_TIMES;
  readonly #turns = new BoxTurns();
  /** Whether nodes give a box users of its own, as was tried; they do not until then. */
  #ownUsers = false;
  readonly #used = new Map<string, { readonly at: number; readonly nanos: number }>();

  constructor(deps: KubernetesBoxesDeps) {
    this.#deps = deps;
    this.id = `kubernetes at ${deps.client.at}, ${deps.cluster.namespace}`;
    this.#times = { ...TIMES, ...deps.times };
  }

  get #disk() {
    return this.#deps.storageClass === undefined ? ('memory' as const) : ('volume' as const);
  }

  capacity(signal: AbortSignal) {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const nodes = (await this.#deps.cluster.nodes(within)).filter(({ usable }) => usable);
      const { cores = Number.POSITIVE_INFINITY, memoryGiB = Number.POSITIVE_INFINITY, diskGiB } = this.#deps.quota;
      const sum = (of: 'cpuMillicores' | 'memoryMiB') => nodes.reduce((total, node) => total + node[of], 0);
      return {
        cpuMillicores: Math.min(cores * 1000, sum('cpuMillicores')),
        memoryMiB: Math.min(memoryGiB * 1024, sum('memoryMiB')),
        // How much a storage class has to give, no cluster says.
        diskMiB: diskGiB === undefined ? null : diskGiB * 1024,
      };
    });
  }

  needs(spec: BoxSpec) {
    const onDisk = this.#disk === 'volume' && spec.dataPath !== null;
    return Promise.resolve({
      slots: 0,
      cpuMillicores: spec.cpuMillicores,
      memoryMiB: memoryMiB(spec, this.#disk),
      diskMiB: onDisk ? spec.diskMiB : 0,
      gpuMiB: spec.gpuMiB ?? 0,
      ports: spec.ports.length,
    });
  }

  probe(signal: AbortSignal): Promise<Probe> {
    const { clock, client, cluster, toolbox, ownNetworks, lendsCards } = this.#deps;
    const { probe, graphicsTrial } = this.#times;
    return ask('ask', probe + graphicsTrial, signal, (within) =>
      probeCluster(
        {
          lendsCards,
          times: { probe, graphicsTrial },
          clock,
          client,
          cluster,
          boxes: this,
          disk: this.#disk,
          toolbox,
          ownNetworks,
          ownUsers: (are) => {
            this.#ownUsers = are;
          },
        },
        within,
      ),
    );
  }

  create(spec: BoxSpec, signal: AbortSignal): Promise<void> {
    return this.#turns.take(spec.id, signal, this.#times.create, 'create', async (within) => {
      const { cluster, nodesWith, installation, service, storageClass, address, ownNetworks } = this.#deps;
      // Their root can't be written, wherever their data is.
      assertPossible(spec, 'volume');
      if (spec.encrypted) throw new NoEncryption();
      if ((spec.openFiles ?? 0) > OPEN_FILES) throw new OpenFilesRefused(new Error(`a pod has ${OPEN_FILES} at most`));
      const there = await cluster.find('podtemplates', nameOf(spec.id), within);
      if (isThere(spec, there && notesOf(there.metadata.annotations).spec)) return;
      const nodes = isContent(spec.image) ? await nodesWith(spec.image, within) : [];
      if (nodes.length === 0) throw new ImageMissing();
      await cluster.ensure(within);
      const plan = planOf({
        installation,
        spec,
        networks: [...ownNetworks(), ...(await cluster.networks(within))],
        service,
        balancerAddress: /^[\d.]+$/.test(address) ? address : undefined,
        storageClass,
        nodes,
        ownUsers: this.#ownUsers,
        cards: this.#deps.cards(),
      });
      const clear = () => this.#clear(spec.id, AbortSignal.timeout(this.#times.remove));
      await madeOrCleared(spec, this.#deps.logger, () => put(this.#deps, plan, within), clear);
    });
  }

  start(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.start, 'start', async (within) => {
      const { cluster } = this.#deps;
      const template = await cluster.find('podtemplates', nameOf(id), within);
      if (!template) throw new BoxAbsent(id);
      const pod = await this.#pod(id, within);
      if (pod && stateOf(pod) === 'running') return;
      await cluster.assertRestricted(within);
      const rules = await cluster.find('networkpolicies', nameOf(id), within);
      // Somebody has opened it, or the cluster keeps something else than it was told.
      if (rulesHash(rulesCutOff(rules?.spec ?? null, false)) !== notesOf(template.metadata.annotations).rules)
        throw new FilterFailed(new Error('its rules are not as they were made'));
      if (pod) await cluster.remove('pods', nameOf(id), within, 0);
      await startPod(this.#deps, template, within);
    });
  }

  stop(id: string, signal: AbortSignal): Promise<void> {
    const { grace, ask: asked } = this.#times;
    return this.#turns.take(id, signal, grace + 2 * asked, 'remove', async (within) => {
      await this.#deps.cluster.remove('pods', nameOf(id), within, grace);
      this.#used.delete(id);
    });
  }

  remove(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.remove, 'remove', (within) => this.#clear(id, within));
  }

  async #clear(id: string, signal: AbortSignal): Promise<void> {
    this.#used.delete(id);
    for (const kind of OF_BOX)
      await this.#deps.cluster.remove(kind, nameOf(id), signal, kind === 'pods' ? 0 : undefined);
  }

  status(id: string, signal: AbortSignal): Promise<BoxStatus> {
    return this.#said(signal, async (within) => {
      const template = await this.#deps.cluster.find('podtemplates', nameOf(id), within);
      return template ? await this.#statusOf(id, within) : 'absent';
    });
  }

  adopt(spec: BoxSpec, signal: AbortSignal): Promise<BoxStatus> {
    return this.#said(signal, async (within) => {
      const template = await this.#deps.cluster.find('podtemplates', nameOf(spec.id), within);
      if (!template || notesOf(template.metadata.annotations).spec !== specHash(spec)) return 'absent';
      return this.#statusOf(spec.id, within);
    });
  }

  #said(signal: AbortSignal, request: (within: AbortSignal) => Promise<BoxStatus>): Promise<BoxStatus> {
    return statusOr(signal, () => ask('ask', this.#times.ask, signal, request));
  }

  /** Of one that is there. */
  async #statusOf(id: string, signal: AbortSignal): Promise<BoxStatus> {
    const pod = await this.#pod(id, signal);
    if (!pod || stateOf(pod) !== 'running') return 'stopped';
    if (isReady(pod)) return 'running';
    const node = (await this.#deps.cluster.nodes(signal)).find(({ name }) => name === pod.spec.nodeName);
    return node?.answers ? 'running' : 'unknown';
  }

  exec(id: string, command: readonly string[], signal: AbortSignal): Promise<BoxExec> {
    return ask('ask', this.#times.exec, signal, async (within) => {
      const { cluster, client } = this.#deps;
      if (!(await cluster.find('podtemplates', nameOf(id), within))) throw new BoxAbsent(id);
      const pod = await this.#pod(id, within);
      if (!pod || stateOf(pod) !== 'running') throw new BoxStopped(id);
      return execIn(client, cluster.path('pods', nameOf(id)), command, BOX.execBytes, within);
    });
  }

  answers(id: string, port: number, signal: AbortSignal): Promise<boolean> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const pod = await this.#pod(id, within);
      if (!pod || stateOf(pod) !== 'running') return false;
      const { client, clock, cluster } = this.#deps;
      return takesConnections(client, clock, cluster.path('pods', nameOf(id)), port, within);
    });
  }

  stats(id: string, signal: AbortSignal): Promise<BoxStats> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const { cluster, client, clock } = this.#deps;
      if (!(await cluster.find('podtemplates', nameOf(id), within))) throw new BoxAbsent(id);
      const pod = await this.#pod(id, within);
      const node = pod?.spec.nodeName;
      if (!pod || node === undefined || stateOf(pod) !== 'running')
        return { cpuNanos: 0, memoryBytes: 0, pids: 0, network: null };
      const { cpu, ...rest } = await usageOf(client, { namespace: cluster.namespace, name: nameOf(id), node }, within);
      if ('nanos' in cpu) return { cpuNanos: cpu.nanos, ...rest };
      // How busy it is just now, by the time between looks.
      const now = clock.monotonic();
      const last = this.#used.get(id) ?? { at: now, nanos: 0 };
      const nanos = last.nanos + Math.round(cpu.perSecond * ((now - last.at) / 1000));
      this.#used.set(id, { at: now, nanos });
      return { cpuNanos: nanos, ...rest };
    });
  }

  /** Connections that are open then go on or not, as the cluster's network makes of it. */
  cutOff(id: string, isCut: boolean, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.ask, 'ask', async (within) => {
      const { cluster } = this.#deps;
      const rules = await cluster.find('networkpolicies', nameOf(id), within);
      if (!rules) throw new BoxAbsent(id);
      const spec = rulesCutOff(rules.spec, isCut);
      if (rulesHash(spec) === rulesHash(rules.spec)) return;
      const metadata = { ...rules.metadata, namespace: cluster.namespace };
      await cluster.replace('networkpolicies', nameOf(id), { ...rules, metadata, spec }, within);
    });
  }

  logs(id: string, signal: AbortSignal): Promise<string> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const pod = await this.#pod(id, within);
      if (!pod || stateOf(pod) === 'waiting') return '';
      const { cluster, client } = this.#deps;
      const path = `${cluster.path('pods', nameOf(id))}/log`;
      // It cuts what it says at its end, so few lines are asked for first and fewer where those are too long.
      for (let tailLines = LOG_LINES; ; tailLines = Math.max(1, Math.floor(tailLines / 8))) {
        const query = { container: CONTAINER, tailLines, limitBytes: BOX.logBytes + 1 };
        const said = await client.text(path, query, BOX.logBytes + 1, within);
        if (Buffer.byteLength(said) <= BOX.logBytes || tailLines <= 1) return said.slice(0, BOX.logBytes);
      }
    });
  }

  list(signal: AbortSignal): Promise<readonly BoxFound[]> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      const { cluster } = this.#deps;
      const [templates, pods] = await Promise.all([cluster.all('podtemplates', within), cluster.all('pods', within)]);
      const running = new Set(
        pods.items
          .map((pod) => Pod.parse(pod))
          .flatMap((pod) => (stateOf(pod) === 'running' ? [pod.metadata.name] : [])),
      );
      return templates.items.flatMap(({ metadata }): readonly BoxFound[] => {
        const id = idOf(metadata.name);
        if (id === undefined) return [];
        const status = running.has(metadata.name) ? 'running' : 'stopped';
        return [{ id, status, spec: notesOf(metadata.annotations).spec }];
      });
    });
  }

  async sweep(keep: ReadonlySet<string>, signal: AbortSignal): Promise<Swept> {
    const { cluster } = this.#deps;
    const all: readonly Thing[] = await ask('ask', this.#times.ask, signal, async (within) =>
      (await Promise.all(OF_BOX.map((kind) => cluster.all(kind, within, 'hearth.box')))).flatMap(({ items }) => items),
    );
    const ids = all.flatMap(({ metadata }) => idOf(metadata.name) ?? []);
    const left = [...new Set(ids)].filter((id) => !keep.has(id) && !this.#turns.has(id));
    return sweptEach(left, (id) => this.remove(id, signal), signal);
  }

  async watch(listener: (event: BoxEvent) => void, signal: AbortSignal): Promise<void> {
    try {
      await eventsOf(this.#deps.cluster, listener, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof HearthError ? error : new EngineFailed('ask', error);
    }
  }

  async #pod(id: string, signal: AbortSignal): Promise<Pod | undefined> {
    const found = await this.#deps.cluster.find('pods', nameOf(id), signal);
    return found && Pod.parse(found);
  }
}

const LOG_LINES = 400;
