// `hearth workloads`, as its users run it, with a real Podman and without any engine.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { surroundings } from '../../src-main/backends/containers/engine.ts';
import { openBoxes } from '../../src-main/backends/workloads/open.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { dockerAt } from '../support/boxes.ts';
import { IMAGE, type Podman, startPodman } from '../support/podman.ts';

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

const signal = new AbortController().signal;

describe.skipIf(reason !== undefined)('hearth workloads', { timeout: 120_000 }, () => {
  it('probe says of each try what was seen', async () => {
    const { code, stdout } = await hearth(podman.host, 'probe');
    expect(stdout).toMatch(/held {4}capabilities {8}[0-9a-f]{16}\n/);
    expect(stdout).toMatch(/held {4}this-computer {7}\S+ \d+: No route to host\n/);
    expect(stdout).not.toContain('FAILED');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('A box holds here.');
    expect(code).toBe(0);
    expect([...podman.names(), ...podman.volumes()]).toEqual([]);
  });

  it('list shows the boxes of this node, and stop ends one', async () => {
    const around = { ...surroundings(), env: { DOCKER_HOST: podman.host } };
    const { boxes } = await openBoxes(
      { engine: 'containers' },
      { clock: systemClock, logger: silentLogger, dataDir },
      signal,
      around,
    );
    const image = (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id;
    await boxes.create(
      {
        id: 'lease-7',
        image,
        env: {},
        cpuMillicores: 100,
        memoryMiB: 32,
        diskMiB: 4,
        pids: 16,
        ports: [],
        network: 'internet',
        dataPath: '/data',
        readOnlyRoot: true,
      },
      signal,
    );
    expect((await hearth(podman.host, 'list')).stdout).toMatch(/^lease-7 +stopped\n$/);
    expect(JSON.parse((await hearth(podman.host, 'list', '--json')).stdout)).toEqual([
      { id: 'lease-7', status: 'stopped' },
    ]);
    expect(await hearth(podman.host, 'stop', 'lease-7')).toMatchObject({
      code: 0,
      stdout: 'The box lease-7 is gone.\n',
    });
    expect(await hearth(podman.host, 'stop', 'lease-7')).toMatchObject({ code: 2 });
    expect((await hearth(podman.host, 'list')).stdout).toContain('No box of this node is at podman at ');
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
