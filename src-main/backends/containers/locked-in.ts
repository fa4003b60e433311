// What every container that Hearth makes is shut off by, whatever runs in it: a job, a stranger's box and its sidecar, a machine, a trial.
// One list, pure, so that a table can hold it against docs/isolation.md. What one of them may do beside it is named where it is made.

import type Docker from 'dockerode';
import type { Engine } from './engine.ts';

export interface Lock {
  /** None at all, that of another container, or what the engine gives by itself. */
  readonly network: 'none' | 'default' | `container:${string}`;
  readonly memoryBytes: number;
  readonly cpuMillicores: number;
  /** Among all that use the disk, as BlkioWeight; left out where the kernel knows none. */
  readonly diskWeight?: number;
  /** Processes and threads. */
  readonly pids: number;
  /** Of one process at once; undefined: what the engine gives. */
  readonly openFiles?: number | undefined;
  /** Of what root may; left out: nothing. */
  readonly capabilities?: readonly string[];
  /** The path of a profile of system calls in place of the engine's own. */
  readonly seccomp: string | undefined;
  /** False only where the engine keeps what it writes there within a size. */
  readonly readOnlyRoot: boolean;
  /** Folders in its memory, as `inMemory` has them. */
  readonly temporary: Readonly<Record<string, string>>;
  /** Of what it prints, what the engine keeps on the disk; null: nothing. */
  readonly printedBytes: number | null;
}

export function lockedIn(make: Engine['make'], lock: Lock): Docker.HostConfig {
  const { network, memoryBytes, cpuMillicores, diskWeight, pids, openFiles, capabilities, seccomp } = lock;
  return {
    NetworkMode: network,
    CapDrop: ['ALL'],
    ...(capabilities && { CapAdd: [...capabilities] }),
    SecurityOpt: ['no-new-privileges', ...(seccomp === undefined ? [] : [`seccomp=${seccomp}`])],
    Privileged: false,
    IpcMode: 'private',
    ...OWN_CGROUP,
    Memory: memoryBytes,
    // No swap besides.
    MemorySwap: memoryBytes,
    NanoCpus: cpuMillicores * 1_000_000,
    ...(diskWeight !== undefined && { BlkioWeight: diskWeight }),
    PidsLimit: pids,
    ...(openFiles !== undefined && { Ulimits: [{ Name: 'nofile', Soft: openFiles, Hard: openFiles }] }),
    ReadonlyRootfs: lock.readOnlyRoot,
    Tmpfs: { ...lock.temporary },
    // The code that made it starts it again, after a look at what it would start with.
    RestartPolicy: { Name: 'no' },
    LogConfig: printed(make, lock.printedBytes),
  };
}

/** It sees no one else's processes by them; dockerode's types do not know it. */
const OWN_CGROUP = { CgroupnsMode: 'private' } as object;

function printed(make: Engine['make'], bytes: number | null): Docker.HostConfig['LogConfig'] {
  if (bytes === null) return { Type: 'none', Config: {} };
  const size = { 'max-size': String(bytes) };
  return make === 'podman'
    ? { Type: 'k8s-file', Config: size }
    : { Type: 'json-file', Config: { ...size, 'max-file': '1' } };
}

export interface InMemory {
  readonly bytes: number;
  /** Whether programs in it can be run. */
  readonly exec?: boolean;
  /** Left out: 755 for /run and 1777 for all others, as elsewhere. */
  readonly mode?: string;
}

/** A volume that an image wants would be written to the disk, beyond any limit. */
export function inMemory(
  paths: readonly string[],
  { bytes, exec = false, mode }: InMemory,
): Readonly<Record<string, string>> {
  const options = `rw,${exec ? 'exec,' : ''}nosuid,nodev,size=${Math.floor(bytes)}`;
  return Object.fromEntries(
    paths.map((path) => [path, `${options},mode=${mode ?? (path === '/run' ? '755' : '1777')}`]),
  );
}

/** What programs take for granted that they can write to, and what an image declares as volumes. */
export const temporaryFolders = (volumes: readonly string[]) => ['/tmp', '/var/tmp', '/run', ...volumes];
