// A node is killed at moments between the making of a box and its removal, the engine with it now and then: the next start finds and
// removes all that is left, and nothing of anyone else's.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isPortFree } from '../../../../src-main/base/free-port.ts';
import { boxesAt, dockerAt } from '../../../support/boxes.ts';
import { freePort } from '../../../support/network.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { until } from '../../../support/wait.ts';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: no node was killed while it made boxes of a real Podman: ${reason}`);
const podman = started as Podman;
afterAll(() => ('stop' in started ? started.stop() : undefined));

/** `npm run soak` runs the long form: the node, the engine or both, each at a moment by chance. */
const LONG = process.env.HEARTH_SOAK === '1';
/** Of all there are, this many, evenly spread. */
const KILLS = 10;
const KILLS_BY_CHANCE = 100;
const TARGETS = ['node', 'engine', 'both'] as const;
/** What goes on without its engine finds out by itself, or is ended. */
const LOST_MS = 20_000;
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
        return swept?.left.length === 0 && swept.gone.length === 0 && everything().join() === before.join();
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

it.runIf(LONG && reason === undefined)(
  'leaves nothing that it could know of, whatever is killed at a moment by chance',
  { timeout: 3_600_000 },
  async () => {
    const docker = dockerAt(podman.host);
    const image = (await docker.getImage(IMAGE).inspect()).Id;
    const boxes = (await boxesAt(podman.host))();
    const bystander = await docker.createContainer({ name: 'bystander-2', Image: IMAGE, Cmd: ['sleep', '36000'] });
    await bystander.start();
    const before = everything();
    const mountsBefore = mounts();
    const child = (port: number) => {
      const words = [join(import.meta.dirname, 'boxes-child.ts'), podman.host, image, String(port), '0'];
      const of = spawn(process.execPath, words, { stdio: 'ignore' });
      return { of, gone: once(of, 'close') };
    };
    const began = performance.now();
    const whole = child(await freePort());
    await whole.gone;
    const wholeMs = performance.now() - began;
    const table: string[] = [];
    let longest = 0;
    for (let kill = 0; kill < KILLS_BY_CHANCE; kill += 1) {
      const target = TARGETS[kill % TARGETS.length]!;
      // Each its own: a rule that an engine has left would take the packets of the next box.
      const port = await freePort();
      const { of, gone } = child(port);
      const at = Math.random() * wholeMs;
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, at))]);
      if (target !== 'engine') of.kill('SIGKILL');
      if (target !== 'node') {
        await podman.kill();
        await podman.revive();
      }
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, LOST_MS))]);
      of.kill('SIGKILL');
      await gone;
      const left = everything().filter((name) => !before.includes(name));
      const since = performance.now();
      await until(
        'all of it to be gone',
        async () => {
          const swept = await boxes.sweep(new Set(), AbortSignal.timeout(SWEEP_MS)).catch(() => undefined);
          return swept?.left.length === 0 && swept.gone.length === 0 && everything().join() === before.join();
        },
        60_000,
      );
      longest = Math.max(longest, performance.now() - since);
      const rules = rulesFor(port);
      table.push(
        `${target} at ${Math.round(at)} of ${Math.round(wholeMs)} ms | ${left.join(' ') || 'nothing'} | ${rules}`,
      );
      // Of an engine that was killed in the middle of a rule, only it could have known; no customer gets a port that it has.
      if (target === 'node') expect(rules, table.at(-1)).toBe('');
      expect(await isPortFree(port), table.at(-1)).toBe(rules === '');
    }
    console.info(`killed | left | rules\n${table.join('\n')}`);
    console.info(`all gone within ${Math.round(longest)} ms of each restart`);
    expect(everything()).toEqual(before);
    expect((await bystander.inspect()).State.Running).toBe(true);
    expect(mounts()).toBe(mountsBefore);
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
