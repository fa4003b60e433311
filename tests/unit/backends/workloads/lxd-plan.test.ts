// A system container as LXD and Incus are told of it, and the network of all of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { lxdSockets } from '../../../../src-main/backends/workloads/lxd/find.ts';
import { aclPlan, instancePlan, networkPlan, subnetFor } from '../../../../src-main/backends/workloads/lxd/plan.ts';
import { networkAddress } from '../../../../src-main/backends/workloads/own-networks.ts';

const SPEC: BoxSpec = {
  id: 'paygress-lease-1',
  image: `lxd:${'a'.repeat(64)}`,
  login: { password: 'aSecretWord12' },
  env: { A: 'b' },
  cpuMillicores: 1500,
  memoryMiB: 512,
  diskMiB: 4096,
  pids: 128,
  ports: [{ host: 31_000, box: 22, protocol: 'tcp' }],
  network: 'internet',
  dataPath: null,
  readOnlyRoot: false,
};
const plan = (more: Partial<BoxSpec> = {}, cards = 'nvidia.com/gpu=all') =>
  instancePlan({
    installation: '0123456789abcdef',
    spec: { ...SPEC, ...more },
    fingerprint: 'a'.repeat(64),
    pool: 'default',
    mbitPerSecond: 20,
    passwordHash: '$6$salt$hash',
    cards,
  });

describe('a system container', () => {
  it.each([
    ['nvidia.com/gpu=all', '10de', 'true'],
    ['amd.com/gpu=all', '1002', undefined],
    ['intel.com/gpu=all', '8086', undefined],
  ])(
    'has the cards of one maker where it was sold with them (%s), and nothing else by it',
    (cards, vendorid, runtime) => {
      const { config, devices } = plan({ gpuMiB: 4096 }, cards);
      const without = plan({}, cards);
      const { 'nvidia.runtime': own, 'user.hearth.spec': _, ...rest } = config as Record<string, string>;
      const { 'user.hearth.spec': __, ...others } = without.config;
      expect([own, rest]).toEqual([runtime, others]);
      expect(devices).toEqual({ ...without.devices, gpu: { type: 'gpu', gputype: 'physical', vendorid } });
    },
  );

  it('is not made with cards that LXD does not know', () => {
    const refusal = expect.objectContaining({ code: 'workloads.no-graphics' });
    expect(() => plan({ gpuMiB: 4096 }, 'nvidia.com/gpu=0')).toThrow(refusal);
    expect(plan({}, 'nvidia.com/gpu=0').devices).not.toHaveProperty('gpu');
  });

  it('has the limits that were sold, users of its own, and nothing of this computer', () => {
    expect(plan()).toMatchObject({
      name: 'h-0123456789ab-paygress-lease-1',
      profiles: [],
      config: {
        'limits.cpu': '2',
        'limits.cpu.allowance': '150ms/100ms',
        'limits.memory': '512MiB',
        'limits.memory.enforce': 'hard',
        'limits.memory.swap': 'false',
        'limits.processes': '128',
        'security.privileged': 'false',
        'security.nesting': 'false',
        'security.idmap.isolated': 'true',
        'environment.A': 'b',
      },
      devices: {
        root: { type: 'disk', path: '/', pool: 'default', size: '4096MiB' },
        eth0: {
          'security.port_isolation': 'true',
          'security.mac_filtering': 'true',
          'security.ipv4_filtering': 'true',
          'limits.ingress': '20Mbit',
        },
        port0: { listen: 'tcp:0.0.0.0:31000', connect: 'tcp:127.0.0.1:22', bind: 'host' },
      },
    });
    expect(Object.keys(plan().devices)).toEqual(['root', 'eth0', 'port0']);
    expect(JSON.stringify(plan())).not.toContain('aSecretWord12');
  });

  it('without the Internet has no network but its ports', () => {
    expect(Object.keys(plan({ network: 'none' }).devices)).toEqual(['root', 'port0']);
  });

  it('has a name that a host may have, however long its own is', () => {
    expect(plan({ id: 'x'.repeat(40) }).name.length).toBeLessThanOrEqual(63);
  });
});

describe('the network of system containers', () => {
  it('lets nothing in, and nothing out but to public addresses', () => {
    const { egress, ingress } = aclPlan('0123456789abcdef', ['203.0.114.7/24']);
    expect(ingress).toEqual([]);
    expect(egress[0]).toMatchObject({ action: 'reject', destination: expect.stringContaining('192.168.0.0/16') });
    expect(egress[0]).toMatchObject({ destination: expect.stringContaining('203.0.114.0/24') });
    expect(egress.slice(1, 3)).toEqual(
      ['tcp', 'udp'].map((protocol) =>
        expect.objectContaining({ action: 'reject', protocol, destination_port: '25,465,587' }),
      ),
    );
    expect(networkPlan('0123456789abcdef', []).config).toMatchObject({ 'ipv6.address': 'none' });
    const { config } = networkPlan('0123456789abcdef', []);
    const beginning = config['ipv4.address'].replace(/1\/24$/, '');
    // The last ones are the house's own.
    expect(config['ipv4.dhcp.ranges']).toBe(`${beginning}2-${beginning}249`);
    // An interface’s name has no more.
    expect(networkPlan('0123456789abcdef', []).name.length).toBeLessThanOrEqual(15);
  });

  it('is none that this computer is in', () => {
    const mine = subnetFor('own', []);
    expect(mine).toMatch(/^10\.\d+\.\d+\.1\/24$/);
    expect(subnetFor('own', [mine.replace('.1/24', '.77/24')])).not.toBe(mine);
    expect(subnetFor('own', [mine.replace('.1/24', '.77/28')])).not.toBe(mine);
    expect(() => subnetFor('own', ['10.0.0.1/8'])).toThrow(
      expect.objectContaining({ code: 'workloads.limits-not-kept' }),
    );
  });

  it('is said as the address of the network itself', () => {
    expect(networkAddress('192.168.1.20/24')).toBe('192.168.1.0/24');
    expect(networkAddress('203.0.113.255/30')).toBe('203.0.113.252/30');
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, bits) => {
        const once = networkAddress(`${address}/${bits}`);
        expect(networkAddress(once)).toBe(once);
      }),
    );
  });
});

describe('LXD and Incus', () => {
  it('are looked for where they answer, or where their owner says', () => {
    expect(lxdSockets('/x.socket', { env: {} })).toEqual(['/x.socket']);
    expect(lxdSockets(undefined, { env: { LXD_DIR: '/l', INCUS_SOCKET: '/i' } }).slice(0, 2)).toEqual([
      '/i',
      '/l/unix.socket',
    ]);
  });
});
