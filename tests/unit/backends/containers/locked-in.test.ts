// Every kind of container that Hearth makes, held against one list: what all of them are shut off by, and what each may or lacks besides.
// What each was before there was one list stands here as well, so that nothing that a container may has come in unseen.
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src-main/backends/containers/engine.ts';
import { planOf as jobPlan } from '../../../../src-main/backends/runners/container-plan.ts';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { planOf as boxPlan, CAPABILITIES } from '../../../../src-main/backends/workloads/box-plan.ts';
import { trialLock } from '../../../../src-main/backends/workloads/machines.ts';

const MIB = 1024 * 1024;
const SECCOMP = '/own/seccomp.json';

const SPEC: BoxSpec = {
  id: 'lease-1',
  image: 'sha256:1',
  env: {},
  cpuMillicores: 1000,
  memoryMiB: 512,
  diskMiB: 64,
  pids: 128,
  ports: [],
  network: 'internet',
  dataPath: '/data',
  openFiles: 4096,
  readOnlyRoot: true,
};

function boxOf(make: Engine['make'], seccomp?: string) {
  return boxPlan({
    installation: 'own',
    spec: SPEC,
    engine: { make },
    disk: 'quota',
    volumes: ['/cache'],
    toolbox: 'sha256:tools',
    filter: '',
    weighed: true,
    seccomp,
  });
}

function machineOf(make: Engine['make'], seccomp?: string) {
  const machine = {
    image: 'sha256:qemu',
    volume: 'disk',
    format: 'raw',
    accelerator: 'tcg',
    passwordHash: undefined,
  } as const;
  const { openFiles: _, ...spec } = SPEC;
  return boxPlan({
    installation: 'own',
    spec: { ...spec, image: 'machine:disk.raw', dataPath: null },
    engine: { make },
    disk: 'memory',
    volumes: [],
    toolbox: 'sha256:tools',
    filter: '',
    weighed: true,
    seccomp,
    machine,
  });
}

function jobOf(make: Engine['make'], seccomp?: string, setting: object = {}) {
  return jobPlan(
    { kind: 'container', capability: '/a/v1', image: 'a', ...setting },
    { make, rootless: false },
    { uid: 1000, gid: 1000 },
    {
      name: 'x',
      installation: 'own',
      image: { id: 'sha256:1', volumes: ['/cache'] },
      seccomp,
      inputs: '/in',
      outputs: '/out',
    },
  );
}

/** By kind, where the engine is Podman and the stricter profile of system calls is there. */
const KINDS: Readonly<Record<string, Docker.HostConfig>> = {
  job: jobOf('podman', SECCOMP).HostConfig!,
  box: boxOf('podman', SECCOMP).box.HostConfig!,
  sidecar: boxOf('podman', SECCOMP).sidecar!.HostConfig!,
  machine: machineOf('podman', SECCOMP).box.HostConfig!,
  trial: trialLock({ make: 'podman' }, 384),
};

/** What nobody's container is without. */
const ALL = {
  CapDrop: ['ALL'],
  Privileged: false,
  IpcMode: 'private',
  CgroupnsMode: 'private',
  RestartPolicy: { Name: 'no' },
  ReadonlyRootfs: true,
};
const PRINTED = { Type: 'k8s-file', Config: { 'max-size': String(MIB) } };
const STRICTER = ['no-new-privileges', `seccomp=${SECCOMP}`];
const runs = (bytes: number, mode: string) => `rw,exec,nosuid,nodev,size=${bytes},mode=${mode}`;
const holds = (bytes: number, mode: string) => `rw,nosuid,nodev,size=${bytes},mode=${mode}`;
const memory = (mib: number) => ({ Memory: mib * MIB, MemorySwap: mib * MIB });

/** What is its own: all of it, so that what is not here nobody has. */
const OWN: Readonly<Record<string, Docker.HostConfig>> = {
  job: {
    ...memory(2048),
    NanoCpus: 1_000_000_000,
    PidsLimit: 256,
    SecurityOpt: STRICTER,
    NetworkMode: 'none',
    Tmpfs: {
      '/tmp': holds(256 * MIB, '1777'),
      '/var/tmp': holds(256 * MIB, '1777'),
      '/run': holds(256 * MIB, '755'),
      '/cache': holds(256 * MIB, '1777'),
    },
    ShmSize: 256 * MIB,
    // Folders of this computer: of its job alone, and the one that it reads can't be written.
    Binds: ['/in:/inputs:ro,Z', '/out:/outputs:rw,Z'],
    // What it says is read as it comes.
    LogConfig: { Type: 'none', Config: {} },
  },
  box: {
    ...memory(512),
    NanoCpus: 1_000_000_000,
    PidsLimit: 128,
    SecurityOpt: STRICTER,
    // Its customer is root in there, and installs and serves what it wants.
    CapAdd: [...CAPABILITIES],
    // After all others at the disk, where the kernel weighs it.
    BlkioWeight: 12,
    NetworkMode: 'container:hearth-own-lease-1.net',
    Tmpfs: {
      '/tmp': runs(64 * MIB, '1777'),
      '/var/tmp': runs(64 * MIB, '1777'),
      '/run': runs(64 * MIB, '755'),
      '/cache': runs(64 * MIB, '1777'),
    },
    ShmSize: 64 * MIB,
    Ulimits: [{ Name: 'nofile', Soft: 4096, Hard: 4096 }],
    // A volume of its size, and no folder of this computer.
    Binds: ['hearth-own-lease-1.data:/data:rw'],
    LogConfig: PRINTED,
  },
  sidecar: {
    ...memory(32),
    NanoCpus: 1_000_000_000,
    PidsLimit: 16,
    SecurityOpt: STRICTER,
    // The packet filter of the box, in a network of its own.
    CapAdd: ['NET_ADMIN'],
    NetworkMode: 'default',
    PortBindings: {},
    Dns: ['9.9.9.9', '149.112.112.112'],
    DnsSearch: ['.'],
    Tmpfs: {},
    Ulimits: [{ Name: 'nofile', Soft: 4096, Hard: 4096 }],
    LogConfig: PRINTED,
  },
  machine: {
    ...memory(512 + 192),
    NanoCpus: 1_000_000_000,
    PidsLimit: 256,
    SecurityOpt: STRICTER,
    CapAdd: ['NET_BIND_SERVICE'],
    BlkioWeight: 12,
    NetworkMode: 'container:hearth-own-lease-1.net',
    Tmpfs: { '/run': runs(MIB, '755'), '/tmp': runs(MIB, '755'), '/var/tmp': runs(MIB, '755') },
    Binds: ['disk:/base:ro', 'hearth-own-lease-1.data:/machine:rw'],
    LogConfig: PRINTED,
  },
  trial: {
    ...memory(384),
    NanoCpus: 1_000_000_000,
    PidsLimit: 64,
    SecurityOpt: ['no-new-privileges'],
    NetworkMode: 'none',
    Tmpfs: { '/run': holds(16 * MIB, '755') },
    LogConfig: PRINTED,
  },
};

/** What has changed with the one list: each of it closes something, or says what the engine did by itself. */
const BEFORE: Readonly<Record<string, Docker.HostConfig>> = {
  job: { CgroupnsMode: undefined, SecurityOpt: ['no-new-privileges'] } as Docker.HostConfig,
  box: {},
  sidecar: {
    CgroupnsMode: undefined,
    SecurityOpt: ['no-new-privileges'],
    NetworkMode: undefined,
    Tmpfs: undefined,
  } as Docker.HostConfig,
  machine: {},
  trial: {
    CgroupnsMode: undefined,
    IpcMode: undefined,
    LogConfig: undefined,
    Tmpfs: { '/run': `rw,nosuid,nodev,size=${16 * MIB}` },
  } as Docker.HostConfig,
};

describe('a container that Hearth makes', () => {
  it.each(Object.keys(KINDS))('has what every one has and its own, and nothing else: a %s', (kind) => {
    expect(KINDS[kind]).toEqual({ ...ALL, ...OWN[kind] });
  });

  it.each(Object.entries(BEFORE))('may nothing that it might not before there was one list: a %s', (kind, before) => {
    const changed = Object.keys(before).filter((name) => {
      const [was, is] = [before, KINDS[kind]!].map((of) => JSON.stringify((of as Record<string, unknown>)[name]));
      return was !== is;
    });
    expect(changed).toEqual(Object.keys(before));
  });

  it('keeps to the profile of system calls of an engine that has a strict one itself', () => {
    for (const { HostConfig } of [
      jobOf('docker'),
      boxOf('docker').box,
      boxOf('docker').sidecar!,
      machineOf('docker').box,
    ])
      expect(HostConfig?.SecurityOpt).toEqual(['no-new-privileges']);
  });

  it('has a network of the engine’s only where it is a sidecar, or its user has ticked it', () => {
    const open = Object.keys(KINDS).filter((kind) => KINDS[kind]!.NetworkMode === 'default');
    expect(open).toEqual(['sidecar']);
    expect(jobOf('podman', SECCOMP, { network: true }).HostConfig?.NetworkMode).toBe('default');
  });
});
