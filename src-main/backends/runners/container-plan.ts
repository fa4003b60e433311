// What a container is made of: everything that its user has not ticked is closed. Pure, so that a table can hold it against the list.

import type Docker from 'dockerode';
import type { ContainerRunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import type { Places } from './document.ts';
import type { Engine, Surroundings } from './engine.ts';
import { containerLimitsOf } from './limits.ts';

export const LABEL = 'hearth.installation';
/** Where it finds its folders. */
export const PLACES: Places = { inputs: '/inputs', outputs: '/outputs', tmp: '/tmp' };

export interface PlanOf {
  readonly name: string;
  readonly installation: string;
  /** The id of the image that was found: a tag may lead to another by now. */
  readonly imageId: string;
  /** Places that the image wants volumes for. */
  readonly volumes: readonly string[];
  readonly inputs: string;
  readonly outputs: string;
}

export function planOf(
  setting: ContainerRunnerSetting,
  engine: Pick<Engine, 'make' | 'rootless'>,
  around: Pick<Surroundings, 'uid' | 'gid'>,
  { name, installation, imageId, volumes, inputs, outputs }: PlanOf,
): Docker.ContainerCreateOptions {
  const { memoryBytes, cpuMillicores, pids, tmpBytes } = containerLimitsOf(setting);
  const { user, userns } = userIn(engine, around);
  const inMemory = (mode: string) => `rw,nosuid,nodev,size=${tmpBytes},mode=${mode}`;
  return {
    name,
    Image: imageId,
    ...(setting.args && { Cmd: [...setting.args] }),
    Labels: { [LABEL]: installation },
    User: user,
    WorkingDir: PLACES.outputs,
    Env: [
      `HOME=${PLACES.tmp}`,
      `TMPDIR=${PLACES.tmp}`,
      `HEARTH_INPUTS=${PLACES.inputs}`,
      `HEARTH_OUTPUTS=${PLACES.outputs}`,
    ],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    Healthcheck: { Test: ['NONE'] } as never,
    HostConfig: {
      Binds: [`${inputs}:${PLACES.inputs}:ro,Z`, `${outputs}:${PLACES.outputs}:rw,Z`],
      ReadonlyRootfs: true,
      // A volume would be written to the disk, beyond any limit.
      Tmpfs: Object.fromEntries(
        [PLACES.tmp, '/var/tmp', '/run', ...volumes].map((path) => [path, inMemory(path === '/run' ? '755' : '1777')]),
      ),
      ShmSize: tmpBytes,
      NetworkMode: setting.network ? 'default' : 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      IpcMode: 'private',
      ...(userns !== undefined && { UsernsMode: userns }),
      Memory: memoryBytes,
      // No swap besides.
      MemorySwap: memoryBytes,
      NanoCpus: cpuMillicores * 1_000_000,
      PidsLimit: pids,
      RestartPolicy: { Name: 'no' },
      // What it says is read as it comes. The engine would keep all of it on the disk.
      LogConfig: { Type: 'none', Config: {} },
      ...(setting.gpu && { DeviceRequests: [graphicsCards(engine)] }),
    },
  };
}

/** Nobody in the image, and nobody on this computer. */
const NOBODY = '65532:65532';

/** Never root, and someone whose files are ours to read and remove. */
export function userIn(
  { make, rootless }: Pick<Engine, 'make' | 'rootless'>,
  { uid, gid }: Pick<Surroundings, 'uid' | 'gid'>,
): { readonly user: string; readonly userns?: string } {
  // Docker Desktop hands files over by itself.
  if (uid === undefined || gid === undefined) return { user: NOBODY };
  if (rootless && make === 'podman') return { user: `${uid}:${gid}`, userns: 'keep-id' };
  // There, 0 is this very user outside: without any capability it can do what this user can, and not even that.
  if (rootless) return { user: '0:0' };
  return { user: uid === 0 ? NOBODY : `${uid}:${gid}` };
}

function graphicsCards({ make }: Pick<Engine, 'make'>): Docker.DeviceRequest {
  return make === 'podman'
    ? { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }
    : { Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] };
}

/** The first limit that a container does not have though it was planned; an engine drops what its kernel can't do, and makes it all the same. */
export function limitMissing(
  { HostConfig: planned }: Docker.ContainerCreateOptions,
  { HostConfig: made }: Pick<Docker.ContainerInspectInfo, 'HostConfig'>,
): string | undefined {
  const same = (name: 'Memory' | 'PidsLimit' | 'ReadonlyRootfs') => made[name] === planned?.[name];
  const checks: readonly (readonly [string, boolean])[] = [
    ['memoryMiB', same('Memory')],
    ['pids', same('PidsLimit')],
    ['cpuMillicores', cpusOf(made) === cpusOf(planned ?? {})],
    ['read-only', same('ReadonlyRootfs')],
    ['network', planned?.NetworkMode !== 'none' || made.NetworkMode === 'none'],
    [
      'privileges',
      made.Privileged !== true &&
        (made.SecurityOpt ?? []).some((option: string) => option.startsWith('no-new-privileges')),
    ],
  ];
  return checks.find(([, kept]) => !kept)?.[0];
}

/** Billionths of a core, however an engine says it. */
function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: Docker.HostConfig): number {
  if (NanoCpus) return NanoCpus;
  return CpuQuota && CpuPeriod ? Math.round((CpuQuota / CpuPeriod) * 1e9) : 0;
}
