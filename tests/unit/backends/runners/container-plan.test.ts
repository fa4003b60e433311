import { describe, expect, it } from 'vitest';
import { socketsIn } from '../../../../src-main/backends/containers/engine.ts';
import { EngineElsewhere } from '../../../../src-main/backends/containers/errors.ts';
import { limitMissing } from '../../../../src-main/backends/containers/limits-kept.ts';
import { planOf, userIn } from '../../../../src-main/backends/runners/container-plan.ts';

const OF = {
  name: 'hearth-1',
  installation: '0123456789abcdef',
  image: { id: 'sha256:1', volumes: ['/data'] },
  seccomp: undefined,
  inputs: '/work/in',
  outputs: '/work/out',
};
const SETTING = { kind: 'container', capability: '/a/v1', image: 'localhost/a:1' } as const;
const plan = (setting: object = {}, make: 'podman' | 'docker' = 'docker') =>
  planOf({ ...SETTING, ...setting }, { make, rootless: false }, { uid: 1000, gid: 1000 }, OF);

describe('a container', () => {
  it('has nothing that its user has not ticked', () => {
    expect(plan().HostConfig).toEqual({
      Binds: ['/work/in:/inputs:ro,Z', '/work/out:/outputs:rw,Z'],
      ReadonlyRootfs: true,
      Tmpfs: Object.fromEntries(
        ['/tmp', '/var/tmp', '/run', '/data'].map((path) => [
          path,
          `rw,nosuid,nodev,size=268435456,mode=${path === '/run' ? '755' : '1777'}`,
        ]),
      ),
      ShmSize: 268_435_456,
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      IpcMode: 'private',
      CgroupnsMode: 'private',
      Memory: 2_147_483_648,
      MemorySwap: 2_147_483_648,
      NanoCpus: 1_000_000_000,
      PidsLimit: 256,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'none', Config: {} },
    });
    expect(plan()).toMatchObject({
      Image: 'sha256:1',
      User: '1000:1000',
      Labels: { 'hearth.installation': OF.installation },
    });
    expect(plan()).not.toHaveProperty('Cmd');
    expect(plan().Env).toContain('NVIDIA_VISIBLE_DEVICES=void');
    expect(plan({ gpu: true }).Env).not.toContain('NVIDIA_VISIBLE_DEVICES=void');
  });

  it('has what they have ticked', () => {
    const { Cmd, HostConfig } = plan({
      args: ['a', 'b'],
      network: true,
      gpu: true,
      memoryMiB: 16,
      cpuMillicores: 2500,
      pids: 8,
    });
    expect(Cmd).toEqual(['a', 'b']);
    expect(HostConfig).toMatchObject({
      NetworkMode: 'default',
      Memory: 16_777_216,
      NanoCpus: 2_500_000_000,
      PidsLimit: 8,
    });
    expect(HostConfig?.DeviceRequests).toEqual([{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }]);
    expect(plan({ gpu: true }, 'podman').HostConfig?.DeviceRequests).toEqual([
      { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] },
    ]);
  });

  it.each([
    ['podman', true, 1000, { user: '1000:1000', userns: 'keep-id' }],
    ['docker', true, 1000, { user: '0:0' }],
    ['docker', false, 1000, { user: '1000:1000' }],
    ['podman', false, 0, { user: '65532:65532' }],
    ['docker', false, undefined, { user: '65532:65532' }],
  ] as const)('of %s (without root: %s) started by user %s is nobody’s root', (make, rootless, uid, user) => {
    expect(userIn({ make, rootless }, { uid, gid: uid })).toEqual(user);
  });

  it('is found to lack a limit that the engine has dropped', () => {
    const made = (more: object = {}) => ({ HostConfig: { ...plan().HostConfig, ...more } });
    expect(limitMissing(plan(), made())).toBeUndefined();
    // As Podman says it.
    expect(limitMissing(plan(), made({ NanoCpus: 0, CpuQuota: 100_000, CpuPeriod: 100_000 }))).toBeUndefined();
    expect(limitMissing(plan(), made({ SecurityOpt: ['no-new-privileges:true'] }))).toBeUndefined();
    expect(limitMissing(plan({ network: true }), made({ NetworkMode: 'slirp4netns' }))).toBeUndefined();
    const dropped: readonly (readonly [object, string])[] = [
      [{ Memory: 0 }, 'memoryMiB'],
      [{ PidsLimit: null }, 'pids'],
      [{ NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0 }, 'cpuMillicores'],
      [{ ReadonlyRootfs: false }, 'read-only'],
      [{ NetworkMode: 'bridge' }, 'network'],
      [{ Devices: [{ PathOnHost: '/dev/fuse' }] }, 'devices'],
      [{ SecurityOpt: [] }, 'privileges'],
      [{ Privileged: true }, 'privileges'],
    ];
    for (const [more, name] of dropped) expect(limitMissing(plan(), made(more))).toBe(name);
  });
});

describe('an engine', () => {
  const around = { platform: 'linux', env: {}, home: '/home/a', uid: 1000, gid: 1000 } as const;

  it('is looked for without root first, Podman before Docker', () => {
    expect(socketsIn(around)).toEqual([
      '/run/user/1000/podman/podman.sock',
      '/run/user/1000/docker.sock',
      '/home/a/.docker/run/docker.sock',
      '/home/a/.local/share/containers/podman/machine/podman.sock',
      '/run/podman/podman.sock',
      '/var/run/docker.sock',
    ]);
    expect(socketsIn({ ...around, env: { XDG_RUNTIME_DIR: '/run/other' } })[0]).toBe('/run/other/podman/podman.sock');
  });

  it('is the one that DOCKER_HOST names and no other, and never one elsewhere', () => {
    const named = (DOCKER_HOST: string) => socketsIn({ ...around, env: { DOCKER_HOST } });
    expect(named('unix:///tmp/own.sock')).toEqual(['/tmp/own.sock']);
    for (const host of ['tcp://10.0.0.1:2375', 'ssh://root@host', 'http://host', '/tmp/own.sock']) {
      expect(() => named(host)).toThrow(EngineElsewhere);
    }
  });
});
