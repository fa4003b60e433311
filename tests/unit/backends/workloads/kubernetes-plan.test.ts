// What a cluster is told of a box: everything that a pod may be held by, and nothing of a customer's where others read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { quantity } from '../../../../src-main/backends/workloads/kubernetes/cluster.ts';
import {
  idOf,
  isContent,
  nameOf,
  namespacePlan,
  type PlanOf,
  planOf,
  portsButMail,
  quotaPlan,
} from '../../../../src-main/backends/workloads/kubernetes/plan.ts';

const SPEC: BoxSpec = {
  id: 'paygress-lease-1',
  image: `docker.io/library/debian@sha256:${'a'.repeat(64)}`,
  env: { PASSWORD: 'secret' },
  cpuMillicores: 1500,
  memoryMiB: 512,
  diskMiB: 1024,
  pids: 64,
  ports: [{ host: 31_000, box: 80, protocol: 'tcp' }],
  network: 'internet',
  dataPath: '/data',
  readOnlyRoot: true,
};
const OF: PlanOf = {
  installation: '0123456789abcdef',
  spec: SPEC,
  networks: ['203.0.114.7/24'],
  service: 'NodePort',
  storageClass: undefined,
  nodes: ['node-a'],
  ownUsers: true,
  cards: 'nvidia.com/gpu=all',
};

describe('a box of Kubernetes', () => {
  it('has a name that any id makes a label of, and that leads back to it', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789-'.split('');
    const id = fc
      .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 40 })
      .map((all) => all.join(''))
      .filter((text) => !text.startsWith('-'));
    fc.assert(
      fc.property(id, (each) => {
        expect(nameOf(each)).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(idOf(nameOf(each))).toBe(each);
      }),
    );
    expect(idOf('pull-1')).toBeUndefined();
  });

  it('says what is secret in its Secret alone', () => {
    const { secret, ...others } = planOf(OF);
    expect(secret.data).toEqual({ PASSWORD: 'c2VjcmV0' });
    expect(JSON.stringify(others)).not.toMatch(/secret"|c2VjcmV0/);
  });

  it.each([
    ['nvidia.com/gpu=all', 'nvidia.com/gpu'],
    ['gpu.intel.com/i915=all', 'gpu.intel.com/i915'],
  ])('has one card where it was sold with cards (%s), and nothing else by it', (cards, kind) => {
    const container = (gpuMiB?: number) => {
      const spec = { ...SPEC, ...(gpuMiB !== undefined && { gpuMiB }) };
      return planOf({ ...OF, cards, spec }).pod.spec!.containers[0]!;
    };
    const [{ env, resources, ...having }, without] = [container(4096), container()];
    const { env: own, resources: least, ...rest } = without;
    expect(having).toEqual(rest);
    expect(resources!.limits).toEqual({ ...least!.limits, [kind]: '1' });
    expect(resources!.requests).toEqual(resources!.limits);
    // Nvidia's runtime gives them to any container that asks for them there, by its image or by its variables.
    expect(own).toEqual([...env!, { name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' }]);
  });

  it('has users of its own where nodes know how', () => {
    expect(planOf(OF).pod.spec?.hostUsers).toBe(false);
    expect(planOf({ ...OF, ownUsers: false }).pod.spec).not.toHaveProperty('hostUsers');
  });

  it('has its data in its memory, or on a disk of its own', () => {
    const limits = (of: PlanOf) => planOf(of).pod.spec?.containers[0]?.resources?.limits?.memory;
    expect([limits(OF), limits({ ...OF, storageClass: 'fast' })]).toEqual(['1536Mi', '512Mi']);
    expect(planOf({ ...OF, storageClass: 'fast' }).claim?.spec?.resources?.requests).toEqual({ storage: '1024Mi' });
    expect(planOf(OF).claim).toBeUndefined();
  });

  it('reaches every port but those of mail', () => {
    const open = (port: number) => portsButMail().some((range) => range.port <= port && port <= range.endPort);
    expect([1, 22, 24, 26, 80, 443, 466, 588, 65_535].every(open)).toBe(true);
    expect([25, 465, 587].some(open)).toBe(false);
  });

  it('is closed to networks by their own addresses', () => {
    const [rule] = planOf(OF).rules.spec?.egress ?? [];
    expect(rule?.to?.[0]?.ipBlock?.except).toEqual(expect.arrayContaining(['192.168.0.0/16', '203.0.114.0/24']));
  });

  it('has no service without ports', () => {
    expect(planOf({ ...OF, spec: { ...SPEC, ports: [] } }).service).toBeUndefined();
  });

  it('is in a namespace that takes pods without rights alone, with a quota of what is lent', () => {
    const of = { installation: 'x', service: 'NodePort', quota: { cores: 8, memoryGiB: 16, diskGiB: 100 } } as const;
    expect(namespacePlan(of).metadata?.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect(quotaPlan(of).spec?.hard).toMatchObject({
      'limits.cpu': '8',
      'limits.memory': '16Gi',
      'requests.storage': '100Gi',
      'services.loadbalancers': '0',
    });
  });

  it('is made of a content, and never of a name', () => {
    expect(isContent(SPEC.image)).toBe(true);
    for (const image of ['debian', 'docker.io/library/debian:12', `sha256:${'a'.repeat(64)}`, 'a@sha256:1'])
      expect(isContent(image)).toBe(false);
  });
});

describe('an amount', () => {
  it.each([
    ['2', 2],
    ['3920m', 3.92],
    ['16Gi', 16 * 1024 ** 3],
    ['250000000n', 0.25],
    ['1e3', 1000],
    ['', 0],
    ['lots', 0],
    [undefined, 0],
  ])('of %s is %s', (text, is) => expect(quantity(text)).toBeCloseTo(is));
});
