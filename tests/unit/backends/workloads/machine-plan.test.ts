// A whole machine as it is planned: what its container may, what QEMU is given, and what cloud-init is told.
import { describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { BOX } from '../../../../src-main/backends/workloads/bounds.ts';
import { assertPossible, type PlanOf, planOf, resourcesOf } from '../../../../src-main/backends/workloads/box-plan.ts';
import { formatOf } from '../../../../src-main/backends/workloads/machine-images.ts';
import {
  contentOf,
  type MachineImage,
  machineImageOf,
  userData,
} from '../../../../src-main/backends/workloads/machine-plan.ts';

const MIB = 1024 * 1024;
const SPEC: BoxSpec = {
  id: 'lease-1',
  image: 'machine:hearth-own-machine-abc.qcow2',
  login: { password: 'aSecretWord12' },
  env: {},
  cpuMillicores: 1500,
  memoryMiB: 512,
  diskMiB: 4096,
  pids: 128,
  ports: [{ host: 31_000, box: 22, protocol: 'tcp' }],
  network: 'internet',
  dataPath: null,
  readOnlyRoot: false,
};
const OF: PlanOf = {
  installation: 'own',
  spec: SPEC,
  engine: { make: 'docker' },
  disk: 'memory',
  volumes: [],
  toolbox: 'sha256:tools',
  filter: 'table inet hearth {}',
  seccomp: undefined,
  weighed: false,
  machine: {
    image: 'sha256:qemu',
    volume: 'hearth-own-machine-abc',
    format: 'qcow2',
    accelerator: 'kvm',
    passwordHash: '$6$salt$hash',
  },
};

describe('a machine', () => {
  it('is a locked container with what runs it, and nothing of this computer', () => {
    const { box, volume } = planOf(OF);
    expect(box.HostConfig).toMatchObject({
      NetworkMode: 'container:hearth-own-lease-1.net',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: ['NET_BIND_SERVICE'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      Memory: 512 * MIB + BOX.machineOverheadBytes,
      MemorySwap: 512 * MIB + BOX.machineOverheadBytes,
      NanoCpus: 1_500_000_000,
      Binds: ['hearth-own-machine-abc:/base:ro', 'hearth-own-lease-1.data:/machine:rw'],
      Devices: [{ PathOnHost: '/dev/kvm', PathInContainer: '/dev/kvm', CgroupPermissions: 'rw' }],
    });
    const words = box.Cmd!.join(' ');
    expect(words).toContain('-m 512 -smp 2');
    expect(words).toContain('hostfwd=tcp::22-:22');
    expect(words).toContain(`throttling.bps-total=${BOX.machineDiskBytes}`);
    // The longest file, in KiB: what gets out of QEMU writes none beyond it.
    expect(box.Cmd!.slice(4, 7)).toEqual(['qcow2', '4096', String(Math.ceil((4096 * MIB * 1.01 + 16 * MIB) / 1024))]);
    expect(volume).not.toHaveProperty('DriverOpts');
  });

  it('has no device where the processor does not run it, and no way out where it is to have no network', () => {
    const machine = { ...OF.machine!, accelerator: 'tcg' as const };
    const { box } = planOf({ ...OF, spec: { ...SPEC, network: 'none' }, machine });
    expect(box.HostConfig).not.toHaveProperty('Devices');
    expect(box.Cmd!.join(' ')).toContain('restrict=on');
  });

  it('tells its password to nobody but as a hash to the machine', () => {
    const all = JSON.stringify(planOf(OF));
    expect(all).not.toContain('aSecretWord12');
    expect(all.match(/\$6\$salt\$hash/g)).toHaveLength(2);
  });

  it('takes its memory with that of what runs it, and its disk of the disk', () => {
    expect(resourcesOf(SPEC, 'memory')).toMatchObject({ memoryMiB: 512 + 192 + 32, diskMiB: 4096, ports: 1 });
  });

  it.each([
    ['env', { env: { A: 'b' } }],
    ['dataPath', { dataPath: '/data' }],
    ['memoryMiB', { memoryMiB: 32 }],
    ['login', { login: { password: 'two\nlines' } }],
    ['login', { image: 'sha256:1', readOnlyRoot: true }],
  ] as const)('with a wrong %s is refused', (what, more) => {
    expect(() => assertPossible({ ...SPEC, ...more }, 'memory')).toThrow(
      expect.objectContaining({ code: 'workloads.box-invalid', details: { what } }),
    );
  });

  it('is known by what it begins with', () => {
    const image: MachineImage = { volume: 'hearth-own-machine-abc', format: 'raw' };
    expect(machineImageOf(contentOf(image))).toEqual(image);
    expect(machineImageOf('sha256:abc')).toBeUndefined();
    expect(machineImageOf('machine:x.vmdk')).toBeUndefined();
  });

  it('is told of its root, and that it may log in, as YAML that is JSON', () => {
    const [first, ...rest] = userData({ command: ['sh', '-c', 'echo "x"'] }, '$6$salt$hash').split('\n');
    expect(first).toBe('#cloud-config');
    expect(JSON.parse(rest.join('\n'))).toMatchObject({
      ssh_pwauth: true,
      disable_root: false,
      chpasswd: { expire: false, users: [{ name: 'root', password: '$6$salt$hash', type: 'hash' }] },
      runcmd: [expect.any(Array), ['sh', '-c', 'echo "x"']],
    });
  });
});

describe('disk images', () => {
  const info = (more: object) => JSON.stringify({ format: 'qcow2', 'virtual-size': 1024, ...more });

  it('that stand alone are taken', () => {
    expect(formatOf('x', info({}))).toBe('qcow2');
    expect(formatOf('x', info({ format: 'raw' }))).toBe('raw');
  });

  it.each([
    ['format', info({ 'backing-filename': '/etc/passwd' })],
    ['format', info({ 'format-specific': { data: { 'data-file': '/etc/passwd' } } })],
    ['format', info({ format: 'vmdk' })],
    ['format', 'no JSON'],
    ['format', '{}'],
    ['size', info({ 'virtual-size': BOX.machineImageBytes + 1 })],
  ])('that would unfold to more than a disk, or name other files, are refused: %s', (why, said) => {
    expect(() => formatOf('x', said)).toThrow(expect.objectContaining({ code: `workloads.machine-${why}` }));
  });
});
