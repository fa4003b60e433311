// Runs in a machine of its own, by its user: looks for the engine as a node does, tries whether a box holds, and, where it is to, what
// hostile programs do in one, or at which weight one writes. A line for each.
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { findEngine, surroundings } from '../../../../src-main/backends/containers/engine.ts';
import { ownNetworks } from '../../../../src-main/backends/workloads/own-networks.ts';
import { hostileBoxSuite } from '../../../suites/hostile-box.ts';
import { boxesAt, hostileAt } from '../../../support/boxes.ts';
import { imageTar } from '../../../support/engine-image.ts';
import { IMAGE } from '../../../support/podman.ts';
import { runAll } from '../../../support/suite-runner.ts';

const [what] = process.argv.slice(2);
/** A processor that is acted by a program takes ten times as long. */
const TIMES = { probe: 900_000, create: 600_000, start: 300_000, ask: 150_000, exec: 300_000 };
const never = new AbortController().signal;
const say = (...words: readonly unknown[]) => void process.stdout.write(`${words.join(' ')}\n`);

const { make, at, rootless, docker } = await findEngine(surroundings(), AbortSignal.timeout(300_000));
say('found', make, at, rootless ? 'without root' : 'with root');
const host = `unix://${at}`;
const backend = await boxesAt(host);
if (what === 'weight') await weight();
else {
  const { offered, checks } = await backend(undefined, TIMES).probe(never);
  say(offered ? 'offered' : 'refused');
  for (const { id, held, seen } of checks) say(held ? 'held' : 'open', id, seen);
  if (what === 'hostile') await hostile();
}
process.exit(0);

/** Podman ends by itself between two requests, which has to be heard meanwhile. */
async function imported(): Promise<void> {
  const tar = imageTar(mkdtempSync(join(tmpdir(), 'image-')));
  await promisify(execFile)('podman', ['import', '-q', '--change', 'VOLUME /data', tar, IMAGE]);
}

async function hostile(): Promise<void> {
  await imported();
  const { network, ...of } = hostileAt(() => host);
  hostileBoxSuite({
    name: 'Podman without root',
    reason: undefined,
    ...of,
    // What its boxes go through is in a network of its own: they would reach this computer by its own address.
    network: async (id) => ({ ...(await network(id)), gateway: ownNetworks()[0]!.split('/')[0]! }),
    backend: (mbit, month) => backend(undefined, TIMES, mbit, month),
  });
  await runAll((name, failure) => {
    if (failure === undefined) say('passed', name);
    else say('failed', name, inspect(failure).replaceAll('\n', ' '));
  });
}

async function weight(): Promise<void> {
  await imported();
  const boxes = backend(undefined, TIMES);
  const { Id: image } = await docker.getImage(IMAGE).inspect();
  const size = { cpuMillicores: 500, memoryMiB: 64, diskMiB: 16, pids: 32 };
  const more = { env: {}, ports: [], network: 'none', dataPath: '/data', readOnlyRoot: true } as const;
  await boxes.create({ id: 'weighed', image, command: ['/bin/sleep', '1000'], ...size, ...more }, never);
  await boxes.start('weighed', never);
  const { output } = await boxes.exec('weighed', ['/bin/cat', '/sys/fs/cgroup/io.bfq.weight'], never);
  say('weight', output.trim());
  await boxes.remove('weighed', never);
}
