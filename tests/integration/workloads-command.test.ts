// `hearth workloads`, as its users run it, with a real Podman and without any engine.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { surroundings } from '../../src-main/backends/containers/engine.ts';
import { openBoxes } from '../../src-main/backends/workloads/open.ts';
import { TEMPLATES } from '../../src-main/backends/workloads/templates.ts';
import { DATABASE } from '../../src-main/backup/put-back.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createBoxHandlers } from '../../src-main/engine/boxes/handlers.ts';
import { EngineMarker } from '../../src-main/engine/boxes/marker.ts';
import { BoxesPart } from '../../src-main/engine/boxes/part.ts';
import { createDispatch } from '../../src-main/faces/dispatch.ts';
import { createSocketFace } from '../../src-main/faces/socket.ts';
import type { ClaimedBox } from '../../src-main/networks/network.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { dockerAt } from '../support/boxes.ts';
import { specOf } from '../support/made-boxes.ts';
import { fillBooks } from '../support/paygress-filled.ts';
import { IMAGE, type Podman, startPodman } from '../support/podman.ts';
import { until } from '../support/wait.ts';

const CLI = resolve(import.meta.dirname, '../../src-main/cli.ts');
const dataDir = mkdtempSync(join(tmpdir(), 'hearth-workloads-'));
const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: hearth workloads was not tried with a real Podman: ${reason}`);
const podman = started as Podman;
afterAll(async () => {
  if ('stop' in started) await started.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function hearth(host: string, ...args: readonly string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((settle) => {
    const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', DOCKER_HOST: host };
    const words = [CLI, 'workloads', ...args, '--data', dataDir];
    execFile(process.execPath, words, { env }, (error, stdout, stderr) => {
      settle({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const SELLER = 'paygress' as NetworkId;
const ROOM = { slots: 0, cpuMillicores: 2000, memoryMiB: 1024, diskMiB: 1024, gpuMiB: 0, ports: 4 };
const signal = new AbortController().signal;

async function made(id: string): Promise<void> {
  const around = { ...surroundings(), env: { DOCKER_HOST: podman.host } };
  const { boxes } = await openBoxes(
    { engine: 'containers' },
    { clock: systemClock, logger: silentLogger, dataDir },
    signal,
    around,
  );
  const image = (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
  await boxes.create(specOf(id, { image, memoryMiB: 32, diskMiB: 4, pids: 16, dataPath: '/data' }), signal);
}

/** What a node does for the command, with boxes at the real engine, and a network whose lease 7 is of the box `lease-7`. */
async function running() {
  const claimed: ClaimedBox[] = [{ id: 'lease-7', job: 7 }];
  const ended: number[] = [];
  const part: BoxesPart = new BoxesPart(
    {
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      capacity: { roomFor: () => ROOM },
      work: {
        // As a network does: its lease first, then the box, which it would make again otherwise.
        async endLease(job) {
          ended.push(job);
          await part.choiceOf(SELLER).remove('lease-7', signal);
          claimed.pop();
        },
        resourcesOf: () => ROOM,
      },
      mbitPerSecond: () => 20,
      monthlyBytes: () => null,
      templates: () => TEMPLATES,
      encrypts: () => false,
      sizes: () => false,
      cards: () => 'nvidia.com/gpu=all',
      lendsCards: () => false,
      internet: () => true,
      slowMachines: () => false,
      ports: () => 16,
      engine: () => ({ engine: 'containers' }),
      countData: () => undefined,
      joined: () => true,
      networks: () => [{ id: SELLER, boxes: { claimed: () => claimed } }],
    },
    { dataDir },
  );
  const handlers = createBoxHandlers({
    boxes: part,
    slices: { take: () => ({ boot: 'b', revision: 1, value: part.view() }) as never },
  });
  const engine = { handle: async (name: string, input: never) => handlers[name as keyof typeof handlers](input) };
  const socket = createSocketFace(
    {
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      dispatch: createDispatch(engine as never, silentLogger),
      verbs: new Map(),
    },
    { dataDir },
  );
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = podman.host;
  await part.start();
  await socket.start();
  onTestFinished(async () => {
    await socket.stop();
    await part.stop();
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  });
  await until('the verdict', () => part.view().stage === 'open', 100_000);
  return { part, ended };
}

describe.skipIf(reason !== undefined)('hearth workloads', { timeout: 240_000 }, () => {
  it('probe says of each try what was seen', async () => {
    const { code, stdout } = await hearth(podman.host, 'probe');
    expect(stdout).toMatch(/held {4}capabilities {8}[0-9a-f]{16}\n/);
    expect(stdout).toMatch(/held {4}this-computer {7}\S+ \d+: No route to host\n/);
    expect(stdout).not.toContain('FAILED');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('A box holds here.');
    expect(code).toBe(0);
    expect([...podman.names(), ...podman.volumes()]).toEqual([]);
  });

  it('list shows the boxes of this node, and stop ends one that nobody rents', async () => {
    await made('lease-7');
    expect((await hearth(podman.host, 'list')).stdout).toMatch(/^lease-7 +stopped\n$/);
    expect(JSON.parse((await hearth(podman.host, 'list', '--json')).stdout)).toEqual([
      { id: 'lease-7', status: 'stopped', ended: null },
    ]);
    expect(await hearth(podman.host, 'stop', 'lease-7')).toMatchObject({
      code: 0,
      stdout: 'The box lease-7 is gone.\n',
    });
    expect(await hearth(podman.host, 'stop', 'lease-7')).toMatchObject({ code: 2 });
    expect((await hearth(podman.host, 'list')).stdout).toBe('There is no box of this node.\n');
  });

  it('stop leaves a rented box alone where no node runs that could pay back its customer', async () => {
    await made('paygress-lease-1');
    const database = new Database(join(dataDir, DATABASE));
    fillBooks(database, 1, Date.now());
    expect(await hearth(podman.host, 'stop', 'paygress-lease-1')).toMatchObject({
      code: 75,
      stderr: expect.stringMatching(/is rented out by paygress.*Start Hearth, then end the box\. \[boxes\.rented\]/),
    });
    expect((await hearth(podman.host, 'list')).stdout).toMatch(/^paygress-lease-1 +stopped\n$/);
    database.exec("UPDATE paygress_leases SET state = 'closed', ended_as = 'done'");
    database.close();
    expect(await hearth(podman.host, 'stop', 'paygress-lease-1')).toMatchObject({ code: 0 });
    expect(podman.names()).toEqual([]);
  });

  it('list and stop find boxes where they were made, whatever engine was chosen since', async () => {
    await made('left-1');
    new EngineMarker(dataDir).write({ socket: podman.host.replace('unix://', ''), engine: 'containers' });
    try {
      const nowhere = 'unix:///nowhere/engine.sock';
      expect((await hearth(nowhere, 'list')).stdout).toMatch(/^left-1 +stopped\n$/);
      expect(await hearth(nowhere, 'stop', 'left-1')).toMatchObject({ code: 0 });
      expect(podman.names()).toEqual([]);
    } finally {
      new EngineMarker(dataDir).remove();
    }
  });

  it('stop has a running node end the lease of a rented box, and probe has it try', async () => {
    await made('paygress-lease-7');
    const { part, ended } = await running();
    await until('the box to be shown', () => part.view().boxes.length === 1);
    const before = part.view().probe!.at;
    const tried = await hearth(podman.host, 'probe');
    expect(tried.stdout.trimEnd().split('\n').at(-1)).toBe('A box holds here.');
    expect([tried.code, part.view().probe!.at > before]).toEqual([0, true]);
    expect((await hearth(podman.host, 'list')).stdout).toMatch(/^paygress-lease-7 +stopped\n$/);
    expect(await hearth(podman.host, 'stop', 'paygress-lease-7')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is gone\.\nIts lease has ended/),
    });
    expect(ended).toEqual([7]);
    expect(await hearth(podman.host, 'stop', 'paygress-lease-7')).toMatchObject({ code: 2 });
    expect(podman.names()).toEqual([]);
  });

  it('images shows what is here of each template', async () => {
    const { stdout } = await hearth(podman.host, 'images');
    expect(stdout).toMatch(/nostr-relay +not here +docker\.io\/dockurr\/strfry:latest\n/);
    expect(await hearth(podman.host, 'images', '--pull', 'no-such')).toMatchObject({ code: 2 });
    expect(await hearth(podman.host, 'images', '--pull', 'a', '--remove', 'b')).toMatchObject({ code: 2 });
  });

  it('allow and disallow say which images of the owner’s own may be rented', async () => {
    const allow = ['allow', 'shell', 'example/sshd', '--ssh', '22'];
    expect(await hearth(podman.host, ...allow)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('with an SSH port it needs the variable that takes the password'),
    });
    const whole = [...allow, '--password', 'ROOT_PASSWORD'];
    expect((await hearth(podman.host, ...whole)).stdout).toContain('"hearth workloads images --pull own-shell"');
    expect(await hearth(podman.host, ...whole)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[command.image-allowed]'),
    });
    expect((await hearth(podman.host, 'images')).stdout).toMatch(
      /own-shell +not here +docker\.io\/example\/sshd:latest\n/,
    );
    expect(await hearth(podman.host, 'disallow', 'shell')).toMatchObject({ code: 0 });
    expect((await hearth(podman.host, 'images')).stdout).not.toContain('own-shell');
    expect(await hearth(podman.host, 'disallow', 'shell')).toMatchObject({
      code: 4,
      stdout: 'No image is allowed as shell.\n',
    });
  });
});

it('hearth workloads says so where no engine answers', async () => {
  const { code, stderr } = await hearth('unix:///nowhere/engine.sock', 'probe');
  expect(stderr).toContain('Neither Podman nor Docker answers');
  expect(code).toBe(75);
});
