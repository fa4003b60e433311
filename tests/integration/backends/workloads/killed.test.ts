// A node is killed at moments between the making of a box and its removal, the engine with it now and then: the next start finds and
// removes all that is left, and nothing of anyone else's.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freePort } from '../../../suites/workload-backend.ts';
import { boxesAt, dockerAt } from '../../../support/boxes.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { until } from '../../../support/wait.ts';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: no node was killed while it made boxes of a real Podman: ${reason}`);
const podman = started as Podman;
afterAll(() => ('stop' in started ? started.stop() : undefined));

/** Of all there are, this many, evenly spread. */
const KILLS = 10;
/** For one sweep, of an engine that may just have come back. */
const SWEEP_MS = 30_000;

it.skipIf(reason !== undefined)(
  'leaves no box, volume, port, mount or rule once it has started again, whenever it was killed',
  { timeout: 240_000 },
  async () => {
    const docker = dockerAt(podman.host);
    const image = (await docker.getImage(IMAGE).inspect()).Id;
    const bystander = await docker.createContainer({ name: 'bystander', Image: IMAGE, Cmd: ['sleep', '1000'] });
    await bystander.start();
    const before = everything();
    const mountsBefore = mounts();
    const port = await freePort();
    const boxes = (await boxesAt(podman.host))();
    const maker = async (killAt: number) => {
      const words = [join(import.meta.dirname, 'boxes-child.ts'), podman.host, image, String(port), String(killAt)];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (text) => {
        said += text;
      });
      const [, how] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      return { said, how };
    };
    // The first makes the sidecar's image, too. How often an engine is asked varies a little: the last kill may come too late.
    await maker(Number.POSITIVE_INFINITY);
    const moments = Number((await maker(Number.POSITIVE_INFINITY)).said);
    expect(moments).toBeGreaterThan(KILLS);
    const table: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const killAt = 1 + Math.round((kill * (moments - 1)) / (KILLS - 1));
      const { how } = await maker(killAt);
      if (kill < KILLS - 1) expect(how).toBe('SIGKILL');
      const withEngine = kill % 4 === 3;
      if (withEngine) {
        await podman.kill();
        await podman.revive();
      }
      const left = everything().filter((name) => !before.includes(name));
      table.push(`${killAt} of ${moments}${withEngine ? ', the engine too' : ''} | ${left.join(' ') || 'nothing'}`);
      // What the engine was asked for just before may come yet.
      await until('all of it to be gone', async () => {
        const swept = await boxes.sweep(new Set(), AbortSignal.timeout(SWEEP_MS)).catch(() => undefined);
        return swept === 0 && everything().join() === before.join();
      });
    }
    console.info(`killed at | left\n${table.join('\n')}`);
    // So there was something to be removed.
    expect(table.filter((row) => !row.endsWith('nothing')).length).toBeGreaterThan(KILLS / 3);
    expect(everything()).toEqual(before);
    expect((await bystander.inspect()).State.Running).toBe(true);
    expect(mounts()).toBe(mountsBefore);
    expect(rulesFor(port)).toBe('');
    await expect(listens(port)).resolves.toBe(true);
  },
);

const everything = () => [...podman.names(), ...podman.volumes()].sort();

/** Of this Podman's store. */
function mounts(): number {
  const folder = podman.host.replace('unix://', '').replace(/\/[^/]*$/, '');
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder)).length;
}

function rulesFor(port: number): string {
  const rules = execFileSync('iptables', ['-t', 'nat', '-S'], { encoding: 'utf8' });
  return rules
    .split('\n')
    .filter((rule) => rule.includes(`--dport ${port} `))
    .join('\n');
}

async function listens(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port);
  await once(server, 'listening');
  server.close();
  return true;
}
