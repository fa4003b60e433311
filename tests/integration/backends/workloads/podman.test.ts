// Boxes of a real Podman: once on a store that has no quotas, once on one that has; and what hostile programs try in them.
import { execFileSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { hostileBoxSuite } from '../../../suites/hostile-box.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { boxesAt, dockerAt, hostileAt } from '../../../support/boxes.ts';
import { freePort } from '../../../support/network.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { until } from '../../../support/wait.ts';

const never = new AbortController().signal;

const specOf = (id: string): BoxSpec => ({
  id,
  image: IMAGE,
  command: ['/bin/sh', '-c', 'echo began >>/data/runs; trap "exit 0" TERM; while :; do sleep 0.1; done'],
  env: {},
  cpuMillicores: 500,
  memoryMiB: 32,
  diskMiB: 8,
  pids: 32,
  ports: [],
  network: 'internet',
  dataPath: '/data',
  readOnlyRoot: true,
});

for (const [name, quotas] of [
  ['Podman', false],
  ['Podman with disk quotas', true],
] as const) {
  const started = await startPodman({ quotas });
  const reason = 'reason' in started ? started.reason : undefined;
  if (reason !== undefined) console.warn(`SKIPPED: boxes were not tried with a real ${name}: ${reason}`);
  const podman = started as Podman;
  afterAll(() => ('stop' in started ? started.stop() : undefined));
  const backend = reason === undefined ? await boxesAt(podman.host) : undefined;

  workloadBackendSuite({
    name,
    reason,
    backend: (...of) => backend!(...of),
    image: async () => (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id,
    everything: () => [...podman.names(), ...podman.volumes()],
    async without(during) {
      await podman.kill();
      try {
        await during();
      } finally {
        await podman.revive();
      }
    },
  });

  it.skipIf(reason !== undefined)(`do not run for ever where nobody saw their end, of ${name}`, async () => {
    const boxes = backend!();
    const spec = specOf('lease-1');
    const runs = async () => (await boxes.exec(spec.id, ['cat', '/data/runs'], never)).output.trim().split('\n').length;
    try {
      await boxes.create(spec, never);
      await boxes.start(spec.id, never);
      expect(await boxes.status(spec.id, never)).toBe('running');
      await until('it to begin', async () => (await runs()) === 1);
      await podman.endUnseen('hearth-of-this-test-lease-1');
      expect(await boxes.status(spec.id, never)).toBe('stopped');
      expect(await boxes.adopt(spec, never)).toBe('stopped');
      await expect(boxes.stats(spec.id, never)).rejects.toMatchObject({ code: 'workloads.box-stopped' });
      expect((await boxes.exec(spec.id, ['true'], never)).exitCode).not.toBe(0);
      // Again as it was sold, with what it has kept where that is not in memory.
      await boxes.create(spec, never);
      await boxes.start(spec.id, never);
      expect(await boxes.status(spec.id, never)).toBe('running');
      await until('it to begin', async () => (await runs()) === (quotas ? 2 : 1));
    } finally {
      await boxes.sweep(new Set(), never);
    }
    expect([...podman.names(), ...podman.volumes()]).toEqual([]);
  });

  it.skipIf(reason !== undefined)(`are listed and removed where ${name} was killed while it removed one`, async () => {
    const boxes = backend!();
    try {
      for (const id of ['lease-1', 'lease-2']) await boxes.create(specOf(id), never);
      await boxes.start('lease-1', never);
      await podman.killInRemoval('hearth-of-this-test-lease-1');
      await podman.revive();
      expect((await boxes.list(never)).map(({ id }) => id)).toEqual(['lease-2']);
      expect(await boxes.status('lease-1', never)).toBe('absent');
      expect(await boxes.status('lease-2', never)).toBe('stopped');
    } finally {
      await boxes.sweep(new Set(), never);
    }
    expect([...podman.names(), ...podman.volumes()]).toEqual([]);
  });

  it.skipIf(reason !== undefined)(`get no port that is led elsewhere, by ${name}`, async () => {
    const boxes = backend!();
    const [free, led] = [await freePort(), await freePort()];
    const rule = (verb: '-A' | '-D') =>
      execFileSync('iptables', [
        '-t',
        'nat',
        verb,
        ...`OUTPUT -p tcp --dport ${led} -j DNAT --to 10.255.255.1:80`.split(' '),
      ]);
    const spec = { ...specOf('lease-1'), ports: [{ host: free, box: 80, protocol: 'tcp' as const }] };
    rule('-A');
    try {
      const other = { ...spec, ports: [{ ...spec.ports[0]!, host: led }] };
      await expect(boxes.create(other, never)).rejects.toMatchObject({ code: 'workloads.ports-taken' });
      for (const _ of [1, 2]) await boxes.create(spec, never);
      for (const _ of [1, 2]) await boxes.start(spec.id, never);
      // Its own ports are taken by itself for as long as its sidecar runs.
      await boxes.stop(spec.id, never);
      await boxes.start(spec.id, never);
    } finally {
      rule('-D');
      await boxes.sweep(new Set(), never);
    }
    expect([...podman.names(), ...podman.volumes()]).toEqual([]);
  });

  if (!quotas)
    hostileBoxSuite({
      name,
      reason,
      backend: (mbit, month) => backend!(undefined, undefined, mbit, month),
      ...hostileAt(() => podman.host),
    });
}
