// What a container is made of: everything that its user has not ticked is closed. Pure, so that a table can hold it against the list.

import type Docker from 'dockerode';
import type { ContainerRunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import { LABEL } from '../containers/containers.ts';
import type { Engine, Surroundings } from '../containers/engine.ts';
import { graphicsCards, NO_CARDS } from '../containers/graphics-cards.ts';
import { inMemory, lockedIn, temporaryFolders } from '../containers/locked-in.ts';
import type { ImageHere } from '../containers/making.ts';
import type { Places } from './document.ts';
import { containerLimitsOf } from './limits.ts';

/** Where it finds its folders. */
export const PLACES: Places = { inputs: '/inputs', outputs: '/outputs', tmp: '/tmp' };

export interface PlanOf {
  readonly name: string;
  readonly installation: string;
  readonly image: ImageHere;
  /** The path of a profile of system calls in place of the engine's own. */
  readonly seccomp: string | undefined;
  readonly inputs: string;
  readonly outputs: string;
}

export function planOf(
  setting: ContainerRunnerSetting,
  engine: Pick<Engine, 'make' | 'rootless'>,
  around: Pick<Surroundings, 'uid' | 'gid'>,
  { name, installation, image, seccomp, inputs, outputs }: PlanOf,
): Docker.ContainerCreateOptions {
  const { memoryBytes, cpuMillicores, pids, tmpBytes } = containerLimitsOf(setting);
  const { user, userns } = userIn(engine, around);
  return {
    name,
    Image: image.id,
    ...(setting.args && { Cmd: [...setting.args] }),
    Labels: { [LABEL]: installation },
    User: user,
    WorkingDir: PLACES.outputs,
    Env: [
      `HOME=${PLACES.tmp}`,
      `TMPDIR=${PLACES.tmp}`,
      `HEARTH_INPUTS=${PLACES.inputs}`,
      `HEARTH_OUTPUTS=${PLACES.outputs}`,
      ...(setting.gpu ? [] : Object.entries(NO_CARDS).map(([name, value]) => `${name}=${value}`)),
    ],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    Healthcheck: { Test: ['NONE'] } as never,
    HostConfig: {
      ...lockedIn(engine.make, {
        network: setting.network ? 'default' : 'none',
        memoryBytes,
        cpuMillicores,
        pids,
        seccomp,
        readOnlyRoot: true,
        temporary: inMemory(temporaryFolders(image.volumes), { bytes: tmpBytes }),
        // What it says is read as it comes.
        printedBytes: null,
      }),
      Binds: [`${inputs}:${PLACES.inputs}:ro,Z`, `${outputs}:${PLACES.outputs}:rw,Z`],
      ShmSize: tmpBytes,
      ...(userns !== undefined && { UsernsMode: userns }),
      ...(setting.gpu && { DeviceRequests: [graphicsCards(engine)] }),
    },
  };
}

/** A user that neither images nor this computer have. */
const UNUSED_USER = '65532:65532';

/** Never root, and someone whose files are ours to read and remove. */
export function userIn(
  { make, rootless }: Pick<Engine, 'make' | 'rootless'>,
  { uid, gid }: Pick<Surroundings, 'uid' | 'gid'>,
): { readonly user: string; readonly userns?: string } {
  // Docker Desktop hands files over by itself.
  if (uid === undefined || gid === undefined) return { user: UNUSED_USER };
  if (rootless && make === 'podman') return { user: `${uid}:${gid}`, userns: 'keep-id' };
  // There, 0 is this very user outside: without any capability it can do what this user can, and not even that.
  if (rootless) return { user: '0:0' };
  return { user: uid === 0 ? UNUSED_USER : `${uid}:${gid}` };
}
