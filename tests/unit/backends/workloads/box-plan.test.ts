import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import {
  assertPossible,
  CAPABILITIES,
  DISK_WEIGHT,
  type PlanOf,
  planOf,
  resourcesOf,
  specHash,
} from '../../../../src-main/backends/workloads/box-plan.ts';
import { systemContent } from '../../../../src-main/backends/workloads/box-rules.ts';

const MIB = 1024 * 1024;
const SPEC: BoxSpec = {
  id: 'lease-1',
  image: 'sha256:1',
  command: ['/run'],
  env: { PASSWORD: 'a secret' },
  cpuMillicores: 1500,
  memoryMiB: 512,
  diskMiB: 1024,
  pids: 128,
  ports: [
    { host: 31_000, box: 22, protocol: 'tcp' },
    { host: 31_001, box: 53, protocol: 'udp' },
  ],
  network: 'internet',
  dataPath: '/data',
  readOnlyRoot: true,
};
const plan = (spec: Partial<BoxSpec> = {}, of: Partial<PlanOf> = {}) =>
  planOf({
    installation: 'own',
    spec: { ...SPEC, ...spec },
    engine: { make: 'docker' },
    disk: 'quota',
    volumes: ['/data', '/cache'],
    toolbox: 'sha256:tools',
    filter: 'table inet hearth {}',
    seccomp: undefined,
    weighed: false,
    ...of,
  });
const labels = (role: string) => ({
  'hearth.installation': 'own',
  'hearth.box': 'lease-1',
  'hearth.role': role,
  'hearth.spec': specHash(SPEC),
});

describe('a box', () => {
  it('comes after others at the disk where its kernel has weights', () => {
    expect(plan().box.HostConfig).not.toHaveProperty('BlkioWeight');
    const { box, sidecar } = plan({}, { weighed: true });
    expect(box.HostConfig?.BlkioWeight).toBe(DISK_WEIGHT);
    expect(sidecar?.HostConfig).not.toHaveProperty('BlkioWeight');
  });

  it('may do what is listed here, and nothing else', () => {
    const folder = (mode: string) => `rw,exec,nosuid,nodev,size=${64 * MIB},mode=${mode}`;
    expect(plan().box).toEqual({
      name: 'hearth-own-lease-1',
      Image: 'sha256:1',
      Cmd: ['/run'],
      Labels: labels('box'),
      Env: ['PASSWORD=a secret', 'NVIDIA_VISIBLE_DEVICES=void'],
      Tty: false,
      OpenStdin: false,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'container:hearth-own-lease-1.net',
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': folder('1777'), '/var/tmp': folder('1777'), '/run': folder('755'), '/cache': folder('1777') },
        Binds: ['hearth-own-lease-1.data:/data:rw'],
        ShmSize: 64 * MIB,
        CapDrop: ['ALL'],
        CapAdd: [...CAPABILITIES],
        SecurityOpt: ['no-new-privileges'],
        Privileged: false,
        IpcMode: 'private',
        CgroupnsMode: 'private',
        Memory: 512 * MIB,
        MemorySwap: 512 * MIB,
        NanoCpus: 1_500_000_000,
        PidsLimit: 128,
        RestartPolicy: { Name: 'no' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1048576', 'max-file': '1' } },
      },
    });
  });

  it('has another profile of system calls where one is given', () => {
    expect(plan({}, { seccomp: '/own/seccomp.json' }).box.HostConfig?.SecurityOpt).toEqual([
      'no-new-privileges',
      'seccomp=/own/seccomp.json',
    ]);
  });

  it('has its network in a sidecar, which alone may change it', () => {
    const { sidecar } = plan();
    expect(sidecar).toMatchObject({
      name: 'hearth-own-lease-1.net',
      Image: 'sha256:tools',
      Labels: labels('sidecar'),
      ExposedPorts: { '22/tcp': {}, '53/udp': {} },
      HostConfig: {
        PortBindings: { '22/tcp': [{ HostPort: '31000' }], '53/udp': [{ HostPort: '31001' }] },
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        CapAdd: ['NET_ADMIN'],
        SecurityOpt: ['no-new-privileges'],
        Privileged: false,
        RestartPolicy: { Name: 'no' },
      },
    });
    expect(sidecar?.Cmd?.at(-1)).toBe('table inet hearth {}');
    expect(plan().box.HostConfig?.CapAdd).not.toContain('NET_ADMIN');
    expect(plan().box.HostConfig?.CapAdd).not.toContain('NET_RAW');
  });

  it('without ports and without the Internet has no network at all', () => {
    const { sidecar, box } = plan({ ports: [], network: 'none' });
    expect([sidecar, box.HostConfig?.NetworkMode]).toEqual([undefined, 'none']);
  });

  it('has a volume of the size that was sold, and shares it with its root where that can be written', () => {
    expect(plan().volume).toEqual({
      Name: 'hearth-own-lease-1.data',
      Driver: 'local',
      DriverOpts: { size: '1024m' },
      Labels: labels('data'),
    });
    expect(plan({}, { engine: { make: 'podman' } }).volume?.DriverOpts).toEqual({ o: 'size=1024m' });
    const writable = plan({ readOnlyRoot: false });
    expect([writable.volume?.DriverOpts, writable.box.HostConfig?.StorageOpt]).toEqual([
      { size: '512m' },
      { size: '512m' },
    ]);
    expect(plan({ readOnlyRoot: false, dataPath: null }).box.HostConfig?.StorageOpt).toEqual({ size: '1024m' });
  });

  it('has its files in memory where an engine has no quotas, and that memory besides', () => {
    const { volume, box } = plan({}, { disk: 'memory' });
    expect([volume, box.HostConfig?.Binds]).toEqual([undefined, undefined]);
    expect(box.HostConfig?.Memory).toBe((512 + 1024) * MIB);
    expect(box.HostConfig?.Tmpfs?.['/data']).toContain(`size=${1024 * MIB}`);
    expect(resourcesOf(SPEC, 'memory')).toEqual({
      slots: 0,
      cpuMillicores: 1500,
      memoryMiB: 512 + 1024 + 32,
      diskMiB: 0,
      gpuMiB: 0,
      ports: 2,
    });
    expect(resourcesOf(SPEC, 'quota')).toMatchObject({ memoryMiB: 512 + 32, diskMiB: 1024 });
  });

  it('keeps what lasts on a volume that was made for it, and needs no memory for that', () => {
    const { volume, box } = plan({}, { disk: 'volume', volumeAt: '/var/lib/hearth-volumes/x/data' });
    expect(volume?.DriverOpts).toEqual({ type: 'none', o: 'bind', device: '/var/lib/hearth-volumes/x/data' });
    expect(box.HostConfig?.Memory).toBe(512 * MIB);
    expect(box.HostConfig?.Tmpfs?.['/data']).toBeUndefined();
    expect(resourcesOf(SPEC, 'volume')).toMatchObject({ memoryMiB: 512 + 32, diskMiB: 1024 });
  });

  it('has no label, name or sidecar that says a secret of its', () => {
    const { box, sidecar, volume } = plan();
    expect(JSON.stringify([{ ...box, Env: [] }, sidecar, volume])).not.toContain('a secret');
  });

  it('is known again by what it was made by, in whatever order that is said', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.string()), (env) => {
        const turned = Object.fromEntries(Object.entries(env).reverse());
        expect(specHash({ ...SPEC, env })).toBe(specHash({ ...SPEC, env: turned }));
        expect(specHash({ ...SPEC, env })).not.toBe(specHash({ ...SPEC, env, pids: SPEC.pids + 1 }));
      }),
    );
  });

  it.each([
    [{ id: 'Lease' }, 'workloads.box-invalid'],
    [{ id: '../x' }, 'workloads.box-invalid'],
    [{ id: 'x'.repeat(41) }, 'workloads.box-invalid'],
    [{ dataPath: 'data' }, 'workloads.box-invalid'],
    [{ dataPath: '/data/../etc' }, 'workloads.box-invalid'],
    [{ dataPath: '/data:/host' }, 'workloads.box-invalid'],
    [{ dataPath: '/' }, 'workloads.box-invalid'],
    [{ memoryMiB: Number.NaN }, 'workloads.box-invalid'],
    [{ diskMiB: 0 }, 'workloads.box-invalid'],
    [{ cpuMillicores: 0 }, 'workloads.box-invalid'],
    [{ pids: 0 }, 'workloads.box-invalid'],
    [{ env: { 'A=B': '' } }, 'workloads.box-invalid'],
    [{ ports: [{ host: 0, box: 22, protocol: 'tcp' }] }, 'workloads.box-invalid'],
    [{ ports: [{ host: 1.5, box: 22, protocol: 'tcp' }] }, 'workloads.box-invalid'],
    [{ readOnlyRoot: false }, 'workloads.needs-quota'],
  ] as const)('with %j is not made', (more, code) => {
    expect(() => assertPossible({ ...SPEC, ...more } as BoxSpec, 'memory')).toThrow(expect.objectContaining({ code }));
  });

  it('that writes to its root is made where there are quotas', () => {
    expect(() => assertPossible({ ...SPEC, readOnlyRoot: false }, 'quota')).not.toThrow();
  });
});

describe('a graphics card', () => {
  const nvidia = { Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] };

  it.each([
    ['docker', undefined, nvidia],
    ['podman', undefined, { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }],
    ['docker', 'amd.com/gpu=all', { Driver: 'cdi', DeviceIDs: ['amd.com/gpu=all'] }],
    ['podman', 'amd.com/gpu=all', { Driver: 'cdi', DeviceIDs: ['amd.com/gpu=all'] }],
  ] as const)('is asked for of %s as %s, and changes nothing else of a box', (make, cards, wanted) => {
    const of = { engine: { make }, ...(cards && { cards }) };
    const [having, without] = [plan({ gpuMiB: 4096 }, of), plan({}, of)];
    const { DeviceRequests, ...host } = having.box.HostConfig!;
    expect([DeviceRequests, without.box.HostConfig]).toEqual([[wanted], host]);
    expect(having.sidecar?.HostConfig).toEqual(without.sidecar?.HostConfig);
    expect(JSON.stringify(without)).not.toContain('DeviceRequests');
  });

  it('is given to no other box, whatever its image or its owner ask Nvidia’s runtime for', () => {
    const asking = { env: { NVIDIA_VISIBLE_DEVICES: 'all' } };
    expect(plan(asking).box.Env).toEqual(['NVIDIA_VISIBLE_DEVICES=void']);
    expect(plan({ ...asking, gpuMiB: 1 }).box.Env).toEqual(['NVIDIA_VISIBLE_DEVICES=all']);
  });

  it('is claimed, and makes another box; those without one are the boxes that they were', () => {
    expect([resourcesOf(SPEC, 'quota').gpuMiB, resourcesOf({ ...SPEC, gpuMiB: 4096 }, 'quota').gpuMiB]).toEqual([
      0, 4096,
    ]);
    expect(specHash(SPEC)).toBe('e4a7095817b566f4');
    expect(new Set([SPEC, { ...SPEC, gpuMiB: 4096 }, { ...SPEC, gpuMiB: 4097 }].map(specHash)).size).toBe(3);
  });

  it('is none of a virtual machine, nor of a system of another engine', () => {
    const machine = { ...SPEC, image: 'machine:disk.raw', env: {}, dataPath: null, gpuMiB: 1 };
    const refusal = expect.objectContaining({ code: 'workloads.no-graphics' });
    expect(() => assertPossible(machine, 'memory')).toThrow(refusal);
    expect(() => systemContent({ ...SPEC, gpuMiB: 1 }, () => 'content')).toThrow(refusal);
    expect(systemContent(SPEC, () => 'content')).toBe('content');
    expect(() => assertPossible({ ...SPEC, gpuMiB: 0 }, 'memory')).toThrow(
      expect.objectContaining({ code: 'workloads.box-invalid' }),
    );
  });
});
