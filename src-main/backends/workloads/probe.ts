// Tries from inside a box whether it holds, before any is offered: a box is made by the plan that all are made by, runs the script, and
// is removed. This computer listens meanwhile, so that what arrives counts, and not what the box was answered.

import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { HearthError } from '../../base/errors.ts';
import type {
  BoxSpec,
  DiskLimit,
  EncryptionProbe,
  GraphicsProbe,
  MachineProbe,
  Probe,
  ProbeCheck,
  ProbeCheckId,
  WorkloadBackend,
} from './backend.ts';
import { ask } from './engine-requests.ts';
import { isWhole, probeScript, type Target } from './probe-script.ts';
import { verdictOn } from './probe-verdict.ts';

export interface ProbeDeps {
  readonly clock: Clock;
  /** Left out: a container. System: a whole system of its own, in users of its own. */
  readonly kind?: 'container' | 'system';
  readonly boxes: Pick<WorkloadBackend, 'create' | 'start' | 'remove' | 'status' | 'logs'>;
  /** Runs that script in a running box, and says what it printed; left out: the box does nothing else. */
  readonly run?: (id: string, script: string) => Promise<string>;
  /** Of the boxes that are made for it; left out: what the toolbox needs. */
  readonly size?: { readonly memoryMiB: number; readonly diskMiB: number };
  /** What the neighbour runs, and where that listens; left out: nothing of it does. */
  readonly neighbour?: { readonly command: readonly string[]; readonly port: number };
  /** What is refused is refused by the network, which may do so without a word. */
  readonly byNetwork?: true;
  /** Left out: the engine limits them. */
  readonly unlimitedProcesses?: true;
  /** Tried besides. */
  readonly more?: readonly Target[];
  readonly ownNetworks: () => readonly string[];
  /** Of an engine elsewhere, a port of its computer at which something listens; left out: this computer listens. */
  readonly listening?: number | undefined;
  /** How long the box that is tried may take, beside machines and encryption; left out: as long as all. */
  readonly ms?: number;
  readonly disk: () => Promise<DiskLimit>;
  /** The toolbox, which is the image of the box here. */
  readonly image: () => Promise<string>;
  /** Empty where the engine gives a box no address that others know. */
  readonly network: (id: string) => Promise<{ readonly gateway: string; readonly address: string }>;
  readonly machines: () => Promise<MachineProbe>;
  readonly encryption: () => Promise<EncryptionProbe>;
  readonly graphics: () => Promise<GraphicsProbe>;
}

const DATA = '/data';
const MIB = 1024 * 1024;
const LOOK_MS = 200;
const RUNS = 3;

/** What a refused box says of where it was refused. */
const FAILED_CHECK: Readonly<Record<string, ProbeCheckId>> = {
  'workloads.filter-missing': 'packet-filter',
  'workloads.filter-failed': 'packet-filter',
  'workloads.limits-not-kept': 'limits',
  'workloads.limits-not-delegated': 'limits',
  'workloads.network-program': 'packet-filter',
  'workloads.firewall-off': 'packet-filter',
  'workloads.image-missing': 'image',
  'workloads.trial-bash': 'image',
  'workloads.image-unfit': 'image',
};

/** Rejects with the signal's reason, and with what the engine said where no box could be made for another reason than a check. */
export async function probeFromInside(deps: ProbeDeps, signal: AbortSignal): Promise<Probe> {
  const disk = await deps.disk();
  try {
    const { checks, internet } =
      deps.ms === undefined
        ? await tryBox(deps, disk, signal)
        : await ask('ask', deps.ms, signal, (within) => tryBox(deps, disk, within));
    const offered = checks.every(({ held }) => held);
    const machines = offered ? await deps.machines() : NO_MACHINES;
    const encryption = offered ? await deps.encryption() : NO_ENCRYPTION;
    const graphics = offered ? await deps.graphics() : NO_GRAPHICS;
    return { offered, checks, disk, internet, machines, encryption, graphics };
  } catch (error) {
    const id = error instanceof HearthError ? FAILED_CHECK[error.code] : undefined;
    if (id === undefined) throw error;
    return {
      offered: false,
      checks: [{ id, held: false, seen: (error as HearthError).message }],
      disk,
      internet: false,
      machines: NO_MACHINES,
      encryption: NO_ENCRYPTION,
      graphics: NO_GRAPHICS,
    };
  }
}

/** They are boxes as all are. */
const NO_MACHINES: MachineProbe = { accelerator: null, seen: 'a box does not hold here' };

const NO_ENCRYPTION: EncryptionProbe = { works: false, seen: null };

const NO_GRAPHICS: GraphicsProbe = { works: false, seen: null };

async function tryBox(deps: ProbeDeps, disk: DiskLimit, signal: AbortSignal) {
  const { boxes } = deps;
  const image = await deps.image();
  const kind = deps.kind ?? 'container';
  // A system's root is part of its disk.
  const { memoryMiB, diskMiB } = deps.size ?? { memoryMiB: 64, diskMiB: kind === 'system' ? 64 : 16 };
  const pids = 64;
  const spec = (id: string, more: Partial<BoxSpec>): BoxSpec => ({
    id,
    image,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    cpuMillicores: 500,
    memoryMiB,
    diskMiB,
    pids,
    ports: [],
    network: 'internet',
    dataPath: DATA,
    readOnlyRoot: disk !== 'quota',
    ...more,
  });
  const canary = await listen();
  try {
    await boxes.remove('neighbour', signal);
    const idle = { command: deps.neighbour?.command ?? ['sleep', 'infinity'] };
    await boxes.create(spec('neighbour', deps.run ? {} : idle), signal);
    if (kind === 'system' || deps.neighbour) await boxes.start('neighbour', signal);
    const neighbour = await deps.network('neighbour');
    const ports = { listening: deps.listening ?? canary.port, neighbour: deps.neighbour?.port ?? 7 };
    const targets = [...targetsFor(deps.ownNetworks(), neighbour, ports), ...(deps.more ?? [])];
    const byNetwork = deps.byNetwork ?? kind === 'system';
    const tries = {
      seconds: byNetwork ? 3 : 6,
      targets,
      dataPath: DATA,
      diskMiB,
      writableRoot: disk === 'quota',
      ...(kind === 'system' && { beyond: { memoryMiB, pids: deps.unlimitedProcesses ? null : pids } }),
    };
    const script = probeScript(tries);
    const box = spec('probe', deps.run ? {} : { command: ['bash', '-c', script] });
    await boxes.remove(box.id, signal);
    await boxes.create(box, signal);
    await boxes.start(box.id, signal);
    const said = await (deps.run ? ran(deps.run, box.id, script) : printed(deps, box.id, signal));
    const { checks, internet } = verdictOn(said, {
      kind,
      byNetwork,
      targets,
      arrived: new Set(
        targets.filter(({ address }) => canary.arrivedAt.has(address)).map(({ address, port }) => `${address} ${port}`),
      ),
      memoryBytes: (box.memoryMiB + (disk === 'memory' ? box.diskMiB : 0)) * MIB,
      pids: deps.unlimitedProcesses ? null : box.pids,
      cpuMillicores: box.cpuMillicores,
      readOnlyRoot: box.readOnlyRoot,
    });
    const filter: ProbeCheck = { id: 'packet-filter', held: true, seen: FILTERS[deps.byNetwork ? 'system' : kind] };
    return { checks: [filter, ...checks], internet };
  } finally {
    canary.close();
    for (const id of ['probe', 'neighbour'])
      await boxes.remove(id, new AbortController().signal).catch(() => undefined);
  }
}

/** Of a box of LXD, what a command printed was seen to be lost on a busy computer. Nothing is worse for being tried again. */
async function ran(run: NonNullable<ProbeDeps['run']>, id: string, script: string): Promise<string> {
  for (let left = RUNS; ; left -= 1) {
    const said = await run(id, script);
    if (left === 1 || isWhole(said)) return said;
  }
}

async function printed({ boxes, clock }: ProbeDeps, id: string, signal: AbortSignal): Promise<string> {
  while ((await boxes.status(id, signal)) === 'running') await clock.sleep(LOOK_MS, signal);
  return boxes.logs(id, signal);
}

const FILTERS = {
  container: 'in force before the box joins its network',
  system: 'in force in the network of all boxes',
} as const;

function targetsFor(
  ownNetworks: readonly string[],
  { gateway, address }: { readonly gateway: string; readonly address: string },
  { listening: port, neighbour }: { readonly listening: number; readonly neighbour: number },
): readonly Target[] {
  const own = [...ownNetworks.map((cidr) => cidr.split('/')[0]!), ...(gateway ? [gateway] : [])];
  // Of a single address nothing is known of what is beside it.
  const homes = ownNetworks
    .filter((cidr) => !cidr.endsWith('/32'))
    .map((cidr) => `${cidr.split('.').slice(0, 3).join('.')}.1`);
  const v6 = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter((each) => each.family === 'IPv6' && !each.internal);
  return [
    ...own.map((one): Target => ({ check: 'this-computer', address: one, port })),
    ...homes.map((one): Target => ({ check: 'home-network', address: one, port: 80 })),
    { check: 'home-network', address: '192.168.255.254', port: 80 },
    { check: 'metadata', address: '169.254.169.254', port: 80 },
    ...(address ? [{ check: 'other-boxes', address, port: neighbour } as const] : []),
    ...v6.filter(({ scopeid }) => scopeid === 0).map((one): Target => ({ check: 'ipv6', address: one.address, port })),
    { check: 'ipv6', address: '2620:fe::fe', port: 53 },
    { check: 'mail', address: '9.9.9.9', port: 25 },
  ];
}

interface Canary {
  readonly port: number;
  /** Addresses of this computer at which something came in. */
  readonly arrivedAt: ReadonlySet<string>;
  close(): void;
}

async function listen(): Promise<Canary> {
  const arrivedAt = new Set<string>();
  const server = createServer((socket) => {
    arrivedAt.add((socket.localAddress ?? '').replace(/^::ffff:/, ''));
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, resolve);
  });
  return { port: (server.address() as { port: number }).port, arrivedAt, close: () => void server.close() };
}
