// A container by Podman's own interface has what its plan has, member by member.
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { lockedIn } from '../../../../src-main/backends/containers/locked-in.ts';
import { podmanSpec } from '../../../../src-main/backends/containers/podman-spec.ts';

const PLAN: Docker.ContainerCreateOptions = {
  name: 'hearth-1',
  Image: 'sha256:1',
  Cmd: ['run', '--it'],
  Env: ['PASSWORD=a=b', 'EMPTY='],
  Labels: { 'hearth.box': '1' },
  User: '1000:1000',
  WorkingDir: '/outputs',
  Tty: false,
  OpenStdin: true,
  StdinOnce: true,
  AttachStdout: true,
  Healthcheck: { Test: ['NONE'] } as never,
  HostConfig: {
    ...lockedIn('podman', {
      network: 'container:hearth-1.net',
      memoryBytes: 1024,
      cpuMillicores: 1500,
      diskWeight: 12,
      pids: 64,
      openFiles: 4096,
      capabilities: ['CHOWN'],
      seccomp: '/own/seccomp.json',
      readOnlyRoot: true,
      temporary: { '/tmp': 'rw,nosuid,size=64' },
      printedBytes: 1_048_576,
    }),
    Binds: ['hearth-1.data:/data:rw', '/work/in:/inputs:ro,Z'],
    StorageOpt: { size: '8m' },
    ShmSize: 64,
    UsernsMode: 'keep-id',
    DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }],
  },
};

describe('a container with devices, for Podman itself', () => {
  it('has all of its plan', () => {
    expect(podmanSpec(PLAN)).toEqual({
      name: 'hearth-1',
      image: 'sha256:1',
      command: ['run', '--it'],
      env: { PASSWORD: 'a=b', EMPTY: '' },
      labels: { 'hearth.box': '1' },
      user: '1000:1000',
      work_dir: '/outputs',
      terminal: false,
      stdin: true,
      healthconfig: { Test: ['NONE'] },
      netns: { nsmode: 'container', value: 'hearth-1.net' },
      cap_drop: ['ALL'],
      cap_add: ['CHOWN'],
      no_new_privileges: true,
      seccomp_profile_path: '/own/seccomp.json',
      privileged: false,
      ipcns: { nsmode: 'private' },
      cgroupns: { nsmode: 'private' },
      userns: { nsmode: 'keep-id' },
      resource_limits: {
        memory: { limit: 1024, swap: 1024 },
        cpu: { quota: 150_000, period: 100_000 },
        pids: { limit: 64 },
        blockIO: { weight: 12 },
      },
      r_limits: [{ type: 'nofile', soft: 4096, hard: 4096 }],
      read_only_filesystem: true,
      read_write_tmpfs: false,
      mounts: [
        { type: 'tmpfs', source: 'tmpfs', destination: '/tmp', options: ['rw', 'nosuid', 'size=64'] },
        { type: 'bind', source: '/work/in', destination: '/inputs', options: ['ro', 'Z'] },
      ],
      volumes: [{ Name: 'hearth-1.data', Dest: '/data', Options: ['rw'] }],
      restart_policy: 'no',
      log_configuration: { driver: 'k8s-file', size: 1_048_576 },
      storage_opts: { size: '8m' },
      shm_size: 64,
      devices: [{ path: 'nvidia.com/gpu=all' }],
    });
  });

  it.each([
    ['none', { nsmode: 'none' }],
    ['default', {}],
  ])('has the network %s', (NetworkMode, netns) => {
    expect(podmanSpec({ ...PLAN, HostConfig: { ...PLAN.HostConfig, NetworkMode } })).toMatchObject({ netns });
  });

  it.each([
    ['Entrypoint', { ...PLAN, Entrypoint: ['/bin/sh'] }],
    ['PidMode', { ...PLAN, HostConfig: { ...PLAN.HostConfig, PidMode: 'host' } }],
  ])('is not made where nobody has said how %s is said there', (name, plan) => {
    expect(() => podmanSpec(plan)).toThrow(name);
  });
});
