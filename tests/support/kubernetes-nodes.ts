// The nodes of a little Kubernetes for tests: they find a place for pods, pull images, run containers as namespaces of this computer, keep what those
// print, and lead the ports of services to them. They know no network rules: what a policy says is held to nowhere.
import type { ChildProcess } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { V1Container, V1Node, V1Pod, V1Secret, V1Service } from '@kubernetes/client-node';
import { quantity } from '../../src-main/backends/workloads/kubernetes/cluster.ts';
import { expanded, Refused, type Thing } from './kubernetes-rules.ts';
import { Container } from './proxmox-container.ts';

const KEPT = 4 * 1024 * 1024;
const EPOCH = '2026-01-01T00:00:00Z';

export interface Store {
  things(kind: string, namespace?: string): readonly Thing[];
  changed(thing: Thing): void;
  gone(thing: Thing): void;
}

interface Running {
  /** Undefined: nothing runs in it, and it goes on until it is ended. */
  container: Container | undefined;
  main: ChildProcess | undefined;
  printed: Buffer;
  env: Record<string, string>;
  user: number;
}

export class Nodes {
  readonly nodes: V1Node[] = ['node-a', 'node-b'].map((name, at) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR: `10.244.${at}.0/24`, podCIDRs: [`10.244.${at}.0/24`] },
    status: {
      allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
      capacity: { cpu: '2', memory: '4Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [
        { type: 'InternalIP', address: `192.0.2.${at + 1}` },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      images: [],
    },
  }));
  /** Contents of images, by their names. */
  readonly registry = new Map<string, string>();
  /** What was pulled, as `node image`. */
  readonly pulled: string[] = [];
  /** What a container without anything in it does when it is to begin. */
  scripted: ((container: V1Container) => 'runs' | 'ends') | undefined;
  /** Ports at which those listen. */
  readonly listening = new Set<number>();
  /** Why a container can't begin. */
  inVain: (pod: Thing) => { reason: string; message: string } | undefined = () => undefined;
  readonly range: readonly [number, number] = [10_000, 65_535];
  readonly #store: Store;
  readonly #running = new Map<string, Running>();
  readonly #ports = new Map<string, Server[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** It is looked for a place, and begins. */
  async begin(pod: Thing): Promise<void> {
    const spec = (pod as V1Pod).spec!;
    const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    const wanted = terms[0]?.matchExpressions?.[0]?.values;
    const place = this.nodes.find(
      (node) =>
        (wanted?.includes(node.metadata!.name!) ?? true) &&
        node.spec?.unschedulable !== true &&
        Object.keys(spec.containers[0]!.resources?.requests ?? {})
          .filter((what) => what !== 'ephemeral-storage')
          .every((what) => this.#has(node, what, spec.containers[0]!)),
    );
    if (!place) {
      const message = `0/${this.nodes.length} nodes are available: 2 Insufficient cpu.`;
      return this.#say(pod, {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      });
    }
    spec.nodeName = place.metadata!.name!;
    const { image = '', imagePullPolicy } = spec.containers[0]!;
    const waits = (why: { reason: string; message: string }) =>
      this.#say(pod, { phase: 'Pending', containerStatuses: [statusOf(spec.containers[0]!, '', { waiting: why })] });
    const content = this.#contentOf(image);
    if (content === undefined)
      return waits({ reason: 'ErrImagePull', message: `failed to resolve reference "${image}": not found` });
    const there = place.status!.images!.some(({ names }) => names?.includes(content));
    if (!there || imagePullPolicy === 'Always') {
      this.pulled.push(`${spec.nodeName} ${image}`);
      if (!there) place.status!.images!.push({ names: [content, image], sizeBytes: 2_000_000 });
    }
    const vain = this.inVain(pod);
    if (vain) return waits(vain);
    const running: Running = { container: undefined, main: undefined, printed: Buffer.alloc(0), env: {}, user: 0 };
    this.#running.set(keyOf(pod), running);
    const ended = this.scripted?.(spec.containers[0]!) === 'ends';
    if (!this.scripted) await this.#run(pod, running);
    const state = ended
      ? { terminated: { exitCode: 1, reason: 'Error', startedAt: EPOCH, finishedAt: EPOCH } }
      : { running: { startedAt: EPOCH } };
    if (!this.#running.has(keyOf(pod))) return;
    this.#say(pod, {
      phase: ended ? 'Failed' : 'Running',
      podIP: running.container?.address.split('/')[0] ?? '192.0.2.77',
      conditions: [{ type: 'Ready', status: ended ? 'False' : 'True' }],
      containerStatuses: [statusOf(spec.containers[0]!, content, state)],
    });
  }

  async #run(pod: Thing, running: Running): Promise<void> {
    const spec = (pod as V1Pod).spec!;
    const { args = [], command = [], env = [], envFrom = [], volumeMounts = [] } = spec.containers[0]!;
    const disk = spec.volumes?.find(({ name }) => name === 'data')?.emptyDir?.sizeLimit ?? '64Mi';
    const own = await Container.start(quantity(disk) / 1024 / 1024, () => undefined);
    running.container = own;
    running.user = spec.securityContext?.runAsUser ?? 0;
    for (const { secretRef } of envFrom) {
      const secret = this.#store
        .things('Secret', pod.metadata.namespace)
        .find(({ metadata }) => metadata.name === secretRef?.name);
      for (const [name, value] of Object.entries((secret as V1Secret | undefined)?.data ?? {}))
        running.env[name] = Buffer.from(value, 'base64').toString();
    }
    for (const { name, value = '' } of env) running.env[name] = expanded(value, running.env);
    for (const { name, value } of spec.securityContext?.sysctls ?? []) own.sysctl(name, value);
    for (const { mountPath } of volumeMounts) own.open(mountPath);
    const words = [...command, ...args].map((word) => expanded(word, running.env));
    // Which process it is, as its own computer has it: it is asked to end by that.
    const main = own.run(
      ['/bin/sh', '-c', 'echo $$ >/tmp/.main; exec "$@"', 'sh', ...words],
      running.env,
      running.user,
    );
    running.main = main;
    const keep = (bytes: Buffer) => {
      const all = Buffer.concat([running.printed, bytes]);
      running.printed = all.subarray(Math.max(0, all.length - KEPT));
    };
    main.stdout?.on('data', keep);
    main.stderr?.on('data', keep);
    // With the first process of a pod all others end.
    main.once('exit', () => void own.stop());
    main.once('close', (code) => void this.#ended(pod, running, code ?? 137));
  }

  async #ended(pod: Thing, running: Running, exitCode: number): Promise<void> {
    await running.container?.stop();
    running.container = undefined;
    if (pod.metadata.deletionTimestamp !== undefined || this.#running.get(keyOf(pod)) !== running) return;
    const before = (pod as V1Pod).status?.containerStatuses?.[0];
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt: EPOCH,
      finishedAt: EPOCH,
    };
    this.#say(pod, {
      ...pod.status,
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        Object.assign({}, before ?? statusOf((pod as V1Pod).spec!.containers[0]!, '', {}), {
          ready: false,
          state: { terminated },
        }),
      ],
    });
  }

  /** Asked to, and then ended. */
  async end(pod: Thing, graceMs: number): Promise<void> {
    const running = this.#running.get(keyOf(pod));
    const { main, container } = running ?? {};
    if (main && container && main.exitCode === null && main.signalCode === null) {
      const closed = new Promise((resolve) => main.once('close', resolve));
      container.run(['/bin/sh', '-c', 'kill -TERM $(cat /tmp/.main)'], {}, running!.user);
      const timer = setTimeout(() => void container.stop(), graceMs);
      await closed;
      clearTimeout(timer);
    }
    await running?.container?.stop();
    this.#running.delete(keyOf(pod));
    this.#store.gone(pod);
  }

  #say(pod: Thing, status: object): void {
    if (!this.#store.things('Pod', pod.metadata.namespace).includes(pod)) return;
    pod.status = { qosClass: 'Guaranteed', ...status };
    this.#store.changed(pod);
  }

  #has(node: V1Node, what: string, { resources }: V1Container): boolean {
    const of = (container: V1Container) => quantity(container.resources?.requests?.[what]);
    const used = this.#store
      .things('Pod')
      .map((pod) => (pod as V1Pod).spec!)
      .filter(({ nodeName }) => nodeName === node.metadata!.name)
      .reduce((sum, { containers }) => sum + of(containers[0]!), 0);
    return used + quantity(resources?.requests?.[what]) <= quantity(node.status!.allocatable![what]);
  }

  #contentOf(image: string): string | undefined {
    const content = this.registry.get(image);
    if (content !== undefined) return content;
    return [...this.registry.values()].find((each) => each === image);
  }

  container(pod: Thing): Running | undefined {
    return this.#running.get(keyOf(pod));
  }

  /** As `GET log` says it: the last lines, and of those the first bytes. */
  logs(pod: Thing, tailLines: number, limitBytes: number): Buffer {
    const all = this.#running.get(keyOf(pod))?.printed ?? Buffer.alloc(0);
    let at = all.length;
    for (let lines = 0; at > 0; at -= 1) if (all[at - 1] === 10 && at < all.length && ++lines === tailLines) break;
    return all.subarray(at, at + limitBytes);
  }

  summary(node: string): object {
    const pods = this.#store
      .things('Pod')
      .filter((pod) => (pod as V1Pod).spec?.nodeName === node)
      .map((pod) => ({
        podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '', uid: pod.metadata.uid },
        cpu: { usageCoreNanoSeconds: (this.#running.get(keyOf(pod))?.container?.cpuMs() ?? 0) * 1e6 },
        memory: { workingSetBytes: 4_000_000 },
        network: { rxBytes: 1000, txBytes: 1000 },
        process_stats: { process_count: 2 },
      }));
    return { node: { nodeName: node }, pods };
  }

  /** Where it is asked for. Throws Refused, as the allocator of ports does. */
  async lead(service: Thing): Promise<void> {
    const servers: Server[] = [];
    this.#ports.set(keyOf(service), servers);
    const { spec } = service as V1Service;
    for (const [at, { nodePort, targetPort, protocol }] of (spec?.ports ?? []).entries()) {
      if (nodePort === undefined || protocol === 'UDP') continue;
      const invalid = (why: string) =>
        new Refused(
          422,
          'Invalid',
          `Service "${service.metadata.name}" is invalid: spec.ports[${at}].nodePort: Invalid value: ${nodePort}: ${why}`,
        );
      const [first, last] = this.range;
      try {
        if (nodePort < first || nodePort > last)
          throw invalid(`provided port is not in the valid range. The range of valid ports is ${first}-${last}`);
        servers.push(await listening(nodePort, (socket) => this.#to(service, Number(targetPort), socket)));
      } catch (error) {
        this.leave(service);
        throw error instanceof Refused ? error : invalid('provided port is already allocated');
      }
    }
  }

  #to(service: Thing, port: number, outside: Socket): void {
    outside.on('error', () => undefined);
    const selector = Object.entries((service as V1Service).spec?.selector ?? {});
    const pod = this.#store
      .things('Pod', service.metadata.namespace)
      .find(({ metadata }) => selector.every(([name, value]) => metadata.labels?.[name] === value));
    const address = pod && this.#running.get(keyOf(pod))?.container?.address.split('/')[0];
    if (address === undefined) return void outside.destroy();
    const inside = connect({ host: address, port });
    inside.on('error', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
    outside.once('close', () => inside.destroy());
  }

  leave(service: Thing): void {
    for (const server of this.#ports.get(keyOf(service)) ?? []) server.close();
    this.#ports.delete(keyOf(service));
  }

  async stop(): Promise<void> {
    for (const { container } of this.#running.values()) await container?.stop();
    for (const servers of this.#ports.values()) for (const server of servers) server.close();
  }
}

const keyOf = ({ metadata }: Thing) => `${metadata.namespace}/${metadata.name}/${metadata.uid}`;

function statusOf({ name, image = '' }: V1Container, imageID: string, state: object) {
  return { name, image, imageID, ready: 'running' in state, restartCount: 0, state };
}

function listening(port: number, taken: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, taken);
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(server.unref()));
  });
}
