// Boxes of a real dockerd, what hostile programs try in them, and the images that they are made of. In one file, for there can be only one
// dockerd at a time.
import { afterAll } from 'vitest';
import { boxImagesSuite } from '../../../suites/box-images.ts';
import { hostileBoxSuite } from '../../../suites/hostile-box.ts';
import { workloadBackendSuite } from '../../../suites/workload-backend.ts';
import { boxesAt, dockerAt, hostileAt } from '../../../support/boxes.ts';
import { type Dockerd, startDockerd } from '../../../support/dockerd.ts';
import { IMAGE } from '../../../support/podman.ts';

const started = await startDockerd();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: boxes were not tried with a real Docker: ${reason}`);
const docker = started as Dockerd;
afterAll(() => ('stop' in started ? started.stop() : undefined));
const backend = reason === undefined ? await boxesAt(docker.host) : undefined;

workloadBackendSuite({
  name: 'Docker',
  reason,
  backend: (...of) => backend!(...of),
  image: async () => (await dockerAt(docker.host).getImage(IMAGE).inspect()).Id,
  everything: () => [...docker.names(), ...docker.volumes()],
  async without(during) {
    await docker.kill();
    try {
      await during();
    } finally {
      await docker.revive();
    }
  },
});

hostileBoxSuite({
  name: 'Docker',
  reason,
  backend: (mbit, month) => backend!(undefined, undefined, mbit, month),
  ...hostileAt(() => docker.host),
});

boxImagesSuite({ reason, docker: () => dockerAt(docker.host) });
