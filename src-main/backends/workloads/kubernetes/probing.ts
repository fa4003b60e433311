// Tries from inside a box of Kubernetes whether it holds. A cluster whose network does not know rules takes them and keeps none, so a neighbour
// listens meanwhile, and so do nodes and the cluster itself: what any of them answers counts.

import type { Clock } from '../../../base/clock.ts';
import type { BoxSpec, DiskLimit, Probe, WorkloadBackend } from '../backend.ts';
import type { BOX_TIMES } from '../bounds.ts';
import { inItsTime } from '../engine-requests.ts';
import { ImageUnfit } from '../errors.ts';
import { LATE, tryGraphics } from '../graphics-trial.ts';
import { probeFromInside } from '../probe.ts';
import type { Target } from '../probe-script.ts';
import type { KubernetesClient } from './client.ts';
import type { Cluster } from './cluster.ts';
import { nameOf } from './plan.ts';
import { Pod } from './pods.ts';

interface ProbingDeps {
  readonly clock: Clock;
  readonly client: KubernetesClient;
  readonly cluster: Cluster;
  readonly boxes: WorkloadBackend;
  readonly disk: DiskLimit;
  readonly toolbox: (signal: AbortSignal) => Promise<string>;
  readonly ownNetworks: () => readonly string[];
  /** Whether boxes are made with users of their own from now on. */
  readonly ownUsers: (are: boolean) => void;
  /** Whether boxes may have any of the memory of graphics cards. */
  readonly lendsCards: () => boolean;
  readonly times: Pick<typeof BOX_TIMES, 'probe' | 'graphicsTrial'>;
}

const PORT = 7777;
const NODES = 4;
const LOOK_MS = 250;
/** Bash has nothing that listens. */
const LISTEN = `use Socket; socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); bind(S, sockaddr_in(${PORT}, INADDR_ANY)) or die; listen(S, 9); while (accept(C, S)) { print C "here\\n"; close C }`;

export async function probeCluster(deps: ProbingDeps, signal: AbortSignal): Promise<Probe> {
  const { clock, client, cluster, boxes, disk, toolbox, ownNetworks, lendsCards, times } = deps;
  const image = await toolbox(signal);
  deps.ownUsers(await ownUsersWork(deps, image, signal));
  const [nodes, inside] = await Promise.all([cluster.nodes(signal), cluster.inside(signal)]);
  const host = new URL(client.at);
  const more: Target[] = [
    ...nodes.slice(0, NODES).flatMap(({ addresses, port }) => addresses.map((address) => ({ address, port }))),
    ...(inside === undefined ? [] : [{ address: inside, port: 443 }]),
    ...(/^[\d.]+$/.test(host.hostname) && !host.hostname.startsWith('127.')
      ? [{ address: host.hostname, port: Number(host.port || 443) }]
      : []),
  ].map((target) => ({ check: 'this-computer', ...target }));
  return probeFromInside(
    {
      clock,
      boxes,
      ownNetworks,
      more,
      byNetwork: true,
      unlimitedProcesses: true,
      neighbour: { command: ['perl', '-e', LISTEN], port: PORT },
      disk: () => Promise.resolve(disk),
      image: () => Promise.resolve(image),
      network: async (id) => {
        const pod = Pod.parse(await cluster.find('pods', nameOf(id), signal));
        // Where nothing listens, nothing is found out.
        while (!(await boxes.answers(id, PORT, signal))) {
          if ((await boxes.status(id, signal)) === 'stopped')
            throw new ImageUnfit('toolbox', new Error((await boxes.logs(id, signal)).slice(0, 200)));
          await clock.sleep(LOOK_MS, signal);
        }
        return { gateway: '', address: pod.status?.podIP ?? '' };
      },
      machines: () => Promise.resolve({ accelerator: null, seen: 'Kubernetes makes none' }),
      encryption: () => Promise.resolve({ works: false, seen: null }),
      graphics: async () => {
        if (!lendsCards()) return { works: false, seen: null };
        const trial = { clock, boxes, image: () => Promise.resolve(image) };
        const late = { works: false, seen: LATE } as const;
        return inItsTime(times.graphicsTrial, signal, (own) => tryGraphics(trial, own), late);
      },
      ms: times.probe,
    },
    signal,
  );
}

/** A server may take the wish, and its nodes not know how. */
async function ownUsersWork({ boxes, ownUsers }: ProbingDeps, image: string, signal: AbortSignal): Promise<boolean> {
  const spec: BoxSpec = {
    id: 'trial',
    image,
    command: ['sleep', '60'],
    env: {},
    cpuMillicores: 100,
    memoryMiB: 32,
    diskMiB: 16,
    pids: 16,
    ports: [],
    network: 'none',
    dataPath: '/data',
    readOnlyRoot: true,
  };
  ownUsers(true);
  try {
    await boxes.remove(spec.id, signal);
    await boxes.create(spec, signal);
    await boxes.start(spec.id, signal);
    return (await boxes.status(spec.id, signal)) === 'running';
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    await boxes.remove(spec.id, AbortSignal.timeout(30_000)).catch(() => undefined);
  }
}
