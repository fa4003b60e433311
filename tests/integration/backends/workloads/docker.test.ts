// Boxes of a real dockerd, what hostile programs try in them, and the images that they are made of. In one file, for there can be only one
// dockerd at a time.
import { afterAll, expect, it } from 'vitest';
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

it.skipIf(reason !== undefined).each(['nvidia.com/gpu=all', 'hearth.test/gpu=all'])(
  'give no graphics card (%s) where none was seen in a box of Docker',
  async (cards) => {
    const boxes = backend!(undefined, {}, 10_000, undefined, undefined, false, cards);
    const { offered, graphics } = await boxes.probe(AbortSignal.timeout(200_000));
    console.info(`a graphics card was tried with a real Docker, as ${cards}: ${graphics.seen}`);
    expect(offered).toBe(true);
    expect(graphics.seen).toMatch(graphics.works ? /^\/dev\// : /./);
  },
);

hostileBoxSuite({
  name: 'Docker',
  reason,
  backend: (mbit, month) => backend!(undefined, undefined, mbit, month),
  ...hostileAt(() => docker.host),
});

boxImagesSuite({ reason, docker: () => dockerAt(docker.host) });
