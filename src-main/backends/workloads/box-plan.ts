// What a container of a stranger is made of, pure, so that a table can hold it against docs/isolation.md: the box, the sidecar that has
// its network and the packet filter over it, and the volume for what it keeps.

import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import type { Resources } from '../../../src-preload/contract/work.ts';
import { canonicalText } from '../../base/canonical.ts';
import { LABEL } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import { graphicsCards, NO_CARDS } from '../containers/graphics-cards.ts';
import { inMemory, lockedIn, temporaryFolders } from '../containers/locked-in.ts';
import type { BoxSpec, DiskLimit } from './backend.ts';
import { BOX } from './bounds.ts';
import { BoxInvalid, NeedsQuota, NoGraphics } from './errors.ts';
import {
  type DiskFormat,
  largestFileBytes,
  MACHINE_PATHS,
  MACHINE_PIDS,
  machineCommand,
  machineEnv,
  machineImageOf,
  machineMemoryMiB,
} from './machine-plan.ts';
import { HEADER_MIB } from './volumes/volumes.ts';

/** Beside the installation's: which box a container or a volume belongs to, as what, and by which spec it was made. */
export const BOX_LABEL = 'hearth.box';
export const ROLE_LABEL = 'hearth.role';
export const SPEC_LABEL = 'hearth.spec';
/** That it is a whole machine. */
export const MACHINE_LABEL = 'hearth.machine';
export type Role = 'box' | 'sidecar' | 'data';

const MIB = 1024 * 1024;
const SIDECAR_MIB = 32;
/**
 * At the disk, where all others have 100: an eighth by the scheduler BFQ, and by the kernel's own weighing a fifth (21), which engines make
 * of it. Docker's scale begins at 10.
 */
export const DISK_WEIGHT = 12;
/** What a sidecar prints when the kernel has taken its filter. */
export const IN_FORCE = 'in-force';

/**
 * What sshd, package managers and servers need within the box's own files and processes. Not among them: raw sockets, devices, mounts,
 * the network's settings, other users' limits, the kernel.
 */
export const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
  'SYS_CHROOT',
] as const;

/** Public resolvers (Quad9): the home's own would answer with the names and addresses of the home. */
export const RESOLVERS = ['9.9.9.9', '149.112.112.112'] as const;

export const KVM_DEVICE = { PathOnHost: '/dev/kvm', PathInContainer: '/dev/kvm', CgroupPermissions: 'rw' } as const;

export interface PlanOf {
  readonly installation: string;
  readonly spec: BoxSpec;
  readonly engine: Pick<Engine, 'make'>;
  readonly disk: DiskLimit;
  /** Places that the image wants volumes for. */
  readonly volumes: readonly string[];
  /** The toolbox's image, and what is to be in force in the box's network. */
  readonly toolbox: string;
  readonly filter: string;
  /** The path of a profile of system calls in place of the engine's own. */
  readonly seccomp: string | undefined;
  /** Whether its input and output come after that of others: an engine whose kernel has no weights starts no box with one. */
  readonly weighed: boolean;
  /** The graphics cards, as CDI names them; left out: those of Nvidia. */
  readonly cards?: string;
  /** The folder of the volume that was made for it; undefined: the engine makes it one. */
  readonly volumeAt?: string | undefined;
  /** Of a whole machine, by what it is run; undefined: a container. */
  readonly machine?: {
    /** The image of QEMU. */
    readonly image: string;
    readonly volume: string;
    readonly format: DiskFormat;
    readonly accelerator: 'kvm' | 'tcg';
    readonly passwordHash: string | undefined;
  };
}

export interface BoxPlan {
  /** Undefined where the box has no network at all. */
  readonly sidecar: Docker.ContainerCreateOptions | undefined;
  readonly volume: Docker.VolumeCreateOptions | undefined;
  readonly box: Docker.ContainerCreateOptions;
}

export const nameOf = (installation: string, id: string) => `hearth-${installation}-${id}`;
export const sidecarOf = (installation: string, id: string) => `${nameOf(installation, id)}.net`;
export const volumeOf = (installation: string, id: string) => `${nameOf(installation, id)}.data`;

/** 16 hex digits. */
export function specHash(spec: BoxSpec): string {
  return createHash('sha256').update(canonicalText(spec)).digest('hex').slice(0, 16);
}

/** What the helper calls a box’s volume. */
export const ownVolumeOf = (installation: string, id: string) => `${installation}-${id}`;

/** Throws BoxInvalid, NeedsQuota or NoGraphics. `system`: a whole system of its own, whose root has a password. */
export function assertPossible(spec: BoxSpec, disk: DiskLimit, system = false): void {
  const takesLogin = system || machineImageOf(spec.image) !== undefined;
  const paths = spec.dataPath === null ? [] : [spec.dataPath];
  const wrong: readonly (readonly [string, boolean])[] = [
    ['id', !/^[a-z0-9][a-z0-9-]{0,39}$/.test(spec.id)],
    ['dataPath', !paths.every((path) => /^(?:\/[\w.-]+)+$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path))],
    ['memoryMiB', !(spec.memoryMiB >= 16)],
    ['diskMiB', !(spec.diskMiB >= 1)],
    ['cpuMillicores', !(spec.cpuMillicores >= 10)],
    ['pids', !(spec.pids >= 1)],
    ['env', Object.keys(spec.env).some((name) => !/^[A-Za-z_]\w*$/.test(name))],
    ['ports', !spec.ports.every(({ host, box }) => isPort(host) && isPort(box))],
    ...(machineImageOf(spec.image) ? machineWrong(spec) : []),
    ['encrypted', spec.encrypted === true && spec.dataPath === null],
    ['gpuMiB', spec.gpuMiB !== undefined && !(spec.gpuMiB >= 1)],
    ['login', spec.login !== undefined && !(takesLogin && /^[\x21-\x7e]{1,128}$/.test(spec.login.password))],
  ];
  const what = wrong.find(([, is]) => is)?.[0];
  if (what !== undefined) throw new BoxInvalid(what);
  if (machineImageOf(spec.image) && spec.gpuMiB !== undefined) throw new NoGraphics();
  // A machine has a disk of its own size, in a file.
  if (disk !== 'quota' && !spec.readOnlyRoot && !machineImageOf(spec.image)) throw new NeedsQuota();
}

/** It has files and settings of its own, and no engine sets them. */
function machineWrong({ env, dataPath, memoryMiB }: BoxSpec): readonly (readonly [string, boolean])[] {
  return [
    ['env', Object.keys(env).length > 0],
    ['dataPath', dataPath !== null],
    ['memoryMiB', !(memoryMiB >= 64)],
  ];
}

const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** What a box takes of this computer, its sidecar included. */
export function resourcesOf(spec: BoxSpec, disk: DiskLimit): Resources {
  const machine = machineImageOf(spec.image) !== undefined;
  const inMemory = isInMemory(spec, disk) && !machine;
  const memoryMiB = machine ? machineMemoryMiB(spec) : spec.memoryMiB + (inMemory ? spec.diskMiB : 0);
  return {
    slots: 0,
    cpuMillicores: spec.cpuMillicores,
    memoryMiB: memoryMiB + (hasNetwork(spec) ? SIDECAR_MIB : 0),
    diskMiB: (inMemory ? 0 : spec.diskMiB) + (spec.encrypted ? HEADER_MIB : 0),
    gpuMiB: spec.gpuMiB ?? 0,
    ports: spec.ports.length,
  };
}

/** All that a container writes is in its memory. */
const isInMemory = ({ encrypted }: BoxSpec, disk: DiskLimit) => disk === 'memory' && !encrypted;

const hasNetwork = ({ network, ports }: BoxSpec) => network === 'internet' || ports.length > 0;

export function planOf(of: PlanOf): BoxPlan {
  const { spec, disk } = of;
  const sidecar = hasNetwork(spec) ? sidecarPlan(of) : undefined;
  if (of.machine) {
    const mostMiB = Math.ceil(largestFileBytes(spec) / MIB);
    return {
      sidecar,
      volume: volumePlan(of, disk === 'quota' ? mostMiB : undefined),
      box: machinePlan(of, of.machine),
    };
  }
  const onDisk = spec.dataPath !== null && !isInMemory(spec, disk);
  const volume = onDisk ? (ownVolumePlan(of) ?? volumePlan(of, dataMiB(spec))) : undefined;
  return { sidecar, volume, box: boxPlan(of) };
}

function labelsOf({ installation, spec, machine }: PlanOf, role: Role): Record<string, string> {
  const labels = { [LABEL]: installation, [BOX_LABEL]: spec.id, [ROLE_LABEL]: role, [SPEC_LABEL]: specHash(spec) };
  return machine ? { ...labels, [MACHINE_LABEL]: '1' } : labels;
}

/** How much of the disk that was sold is for the data folder: the root's own part is a quota of its own. */
export function dataMiB({ diskMiB, dataPath, readOnlyRoot }: BoxSpec): number {
  if (dataPath === null) return 0;
  return readOnlyRoot ? diskMiB : Math.ceil(diskMiB / 2);
}

/** `mostMiB` undefined: what writes to it keeps to its size. */
function volumePlan(of: PlanOf, mostMiB: number | undefined): Docker.VolumeCreateOptions {
  const size = `${mostMiB}m`;
  return {
    Name: volumeOf(of.installation, of.spec.id),
    Driver: 'local',
    ...(mostMiB !== undefined && { DriverOpts: of.engine.make === 'podman' ? { o: `size=${size}` } : { size } }),
    Labels: labelsOf(of, 'data'),
  };
}

/** A folder of this computer's, which ends where the volume does. */
function ownVolumePlan(of: PlanOf): Docker.VolumeCreateOptions | undefined {
  if (of.volumeAt === undefined) return undefined;
  return {
    Name: volumeOf(of.installation, of.spec.id),
    Driver: 'local',
    DriverOpts: { type: 'none', o: 'bind', device: of.volumeAt },
    Labels: labelsOf(of, 'data'),
  };
}

/** One whose filter could not be put in force ends, and its network with it. What may be moved in thirty days begins anew after them. */
const HOLD = `printf %s "$1" | nft -f - && echo ${IN_FORCE} && while sleep ${30 * 86_400}; do nft reset quotas table inet hearth; done >/dev/null 2>&1`;

function sidecarPlan(of: PlanOf): Docker.ContainerCreateOptions {
  const { spec } = of;
  const portOf = ({ box, protocol }: BoxSpec['ports'][number]) => `${box}/${protocol}`;
  return {
    name: sidecarOf(of.installation, spec.id),
    Image: of.toolbox,
    Cmd: ['bash', '-c', HOLD, 'sidecar', of.filter],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Labels: labelsOf(of, 'sidecar'),
    Hostname: spec.id,
    StopSignal: 'SIGKILL',
    ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portOf(port), {}])),
    HostConfig: {
      // Without an address of this computer: Podman takes 0.0.0.0 for one of its own and not for all.
      PortBindings: Object.fromEntries(spec.ports.map((port) => [portOf(port), [{ HostPort: String(port.host) }]])),
      Dns: [...RESOLVERS],
      DnsSearch: ['.'],
      ...lockedIn(of.engine.make, {
        network: 'default',
        memoryBytes: SIDECAR_MIB * MIB,
        // For the moment in which it puts the filter in force; from then on it sleeps.
        cpuMillicores: 1000,
        pids: 16,
        // It needs none of them: an engine that may not give them says so here, before anything is paid.
        openFiles: spec.openFiles,
        capabilities: ['NET_ADMIN'],
        seccomp: of.seccomp,
        readOnlyRoot: true,
        temporary: {},
        printedBytes: BOX.logFileBytes,
      }),
    },
  };
}

/** What is the same for a box, whatever runs in it. */
function boxLock({ spec, installation, seccomp, weighed }: PlanOf) {
  return {
    network: hasNetwork(spec) ? (`container:${sidecarOf(installation, spec.id)}` as const) : ('none' as const),
    cpuMillicores: spec.cpuMillicores,
    seccomp,
    ...(weighed && { diskWeight: DISK_WEIGHT }),
    printedBytes: BOX.logFileBytes,
  };
}

function machinePlan(of: PlanOf, machine: NonNullable<PlanOf['machine']>): Docker.ContainerCreateOptions {
  const { spec, installation } = of;
  const run = { spec, ...machine };
  return {
    name: nameOf(installation, spec.id),
    Image: machine.image,
    Cmd: [...machineCommand(run)],
    Labels: labelsOf(of, 'box'),
    Env: Object.entries(machineEnv(run)).map(([name, value]) => `${name}=${value}`),
    Tty: false,
    OpenStdin: false,
    Healthcheck: { Test: ['NONE'] } as never,
    HostConfig: {
      ...lockedIn(of.engine.make, {
        ...boxLock(of),
        memoryBytes: machineMemoryMiB(spec) * MIB,
        pids: MACHINE_PIDS,
        capabilities: ['NET_BIND_SERVICE'],
        readOnlyRoot: true,
        temporary: inMemory(temporaryFolders([]), { bytes: MIB, exec: true, mode: '755' }),
      }),
      Binds: [
        `${machine.volume}:${MACHINE_PATHS.base}:ro`,
        `${volumeOf(installation, spec.id)}:${MACHINE_PATHS.own}:rw`,
      ],
      ...(machine.accelerator === 'kvm' && {
        Devices: [KVM_DEVICE],
      }),
    },
  };
}

function boxPlan(of: PlanOf): Docker.ContainerCreateOptions {
  const { spec, disk, volumes, installation } = of;
  const inMemoryAll = isInMemory(spec, disk);
  const memoryMiB = spec.memoryMiB + (inMemoryAll ? spec.diskMiB : 0);
  const rootMiB = spec.diskMiB - dataMiB(spec);
  const temporary = Math.min(BOX.temporaryBytes, (spec.memoryMiB * MIB) / 4);
  const folders = temporaryFolders(volumes).filter((path) => path !== spec.dataPath);
  const data = inMemoryAll && spec.dataPath !== null ? [spec.dataPath] : [];
  const env = { ...spec.env, ...(spec.gpuMiB === undefined && NO_CARDS) };
  return {
    name: nameOf(installation, spec.id),
    Image: spec.image,
    ...(spec.command && { Cmd: [...spec.command] }),
    Labels: labelsOf(of, 'box'),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Tty: false,
    OpenStdin: false,
    Healthcheck: { Test: ['NONE'] } as never,
    HostConfig: {
      ...lockedIn(of.engine.make, {
        ...boxLock(of),
        memoryBytes: memoryMiB * MIB,
        pids: spec.pids,
        openFiles: spec.openFiles,
        capabilities: CAPABILITIES,
        readOnlyRoot: spec.readOnlyRoot,
        temporary: {
          ...inMemory(folders, { bytes: temporary, exec: true }),
          ...inMemory(data, { bytes: spec.diskMiB * MIB, exec: true, mode: '1777' }),
        },
      }),
      ...(!inMemoryAll &&
        spec.dataPath !== null && { Binds: [`${volumeOf(installation, spec.id)}:${spec.dataPath}:rw`] }),
      ...(disk === 'quota' && !spec.readOnlyRoot && { StorageOpt: { size: `${rootMiB}m` } }),
      ShmSize: temporary,
      ...(spec.gpuMiB !== undefined && { DeviceRequests: [graphicsCards(of.engine, of.cards)] }),
    },
  };
}
