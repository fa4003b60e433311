// Boxes of a real Podman: once on a store that has no quotas, once on one that has; and what hostile programs try in them.
import { afterAll } from 'vitest';
import { hostileBoxSuite } from '../../../suites/hostile-box.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { boxesAt, dockerAt, hostileAt } from '../../../support/boxes.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';

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

  if (!quotas)
    hostileBoxSuite({
      name,
      reason,
      backend: (mbit, month) => backend!(undefined, undefined, mbit, month),
      ...hostileAt(() => podman.host),
    });
}
