// The archive for servers: what is in it, and that it works where nothing is installed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { inTime, tail } from '../host/launch.ts';
import { temporaryFolder } from '../support/folder.ts';
import { filesBelow, koffiFiles, root, run, SQLITE } from '../support/packed.ts';

const LINK_MS = 20_000;
const STOP_MS = 15_000;
/** EM_AARCH64 in the header of an ELF file. */
const ARM64 = 183;

test('the archive for servers runs with an empty environment and nothing installed', async ({ skip }) => {
  skip(process.platform === 'win32', 'the launcher is a shell script here');
  const folder = temporaryFolder();
  const { stdout } = await run(process.execPath, [
    join(root, 'scripts/package.mjs'),
    '--server',
    '--output',
    join(folder, 'release'),
  ]);
  const [archive = ''] = readdirSync(join(folder, 'release'));
  expect(stdout).toContain(archive);
  await run('tar', ['-xzf', join(folder, 'release', archive), '-C', folder]);
  const unpacked = join(folder, archive.replace(/\.tar\.gz$/, ''));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(archive).toBe(`hearth-server-${version}-${process.platform}-${process.arch}.tar.gz`);

  const files = filesBelow(unpacked).filter((path) => !path.startsWith(`${SQLITE}/lib/`));
  const built = files.filter((path) => path.startsWith('build/app/'));
  expect(files.filter((path) => !built.includes(path))).toEqual(
    [
      'LICENSE',
      'README.md',
      'bin/LICENSE',
      'bin/node',
      'hearth',
      ...(process.platform === 'linux'
        ? ['build/resources/hearth-volumes', 'systemd/system/hearth.service', 'systemd/user/hearth.service']
        : []),
      ...(process.platform === 'linux' ? koffiFiles(process.arch) : []),
      `${SQLITE}/LICENSE`,
      `${SQLITE}/package.json`,
      `${SQLITE}/prebuilds/${process.platform}-${process.arch}.node`,
      'package.json',
    ].sort(),
  );
  expect(built.filter((path) => !/^build\/app\/(main|renderer)\//.test(path) || path.endsWith('.map'))).toEqual([]);
  for (const path of built.filter((name) => name.endsWith('.js'))) {
    expect(readFileSync(join(unpacked, path), 'utf8'), path).not.toMatch(/(from|import|require\() ?["']electron["']/);
  }

  const home = join(folder, 'home');
  mkdirSync(home);
  const env = { PATH: '', HOME: home };
  const hearth = join(unpacked, 'hearth');
  expect((await run(hearth, ['--version'], { cwd: home, env })).stdout.trim()).toBe(version);
  const node = spawn(hearth, ['serve', '--console', '--practice', '--no-open'], { cwd: home, env });
  const end = once(node, 'exit');
  try {
    const page = await fetch(new URL('/', await linkOf(node)));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Hearth</title>')]);
    const { stdout: said } = await run(hearth, ['status', '--practice', '--json'], { cwd: home, env });
    expect(JSON.parse(said)).toMatchObject({ node: { sharing: true } });
    const done = async () => {
      const status = await run(hearth, ['status', '--practice', '--json'], { cwd: home, env });
      return (JSON.parse(status.stdout) as { work: { today: { done: number } } }).work.today.done;
    };
    // A task came by the practice directory, was worked on, and is in the books.
    await expect.poll(done, { timeout: LINK_MS }).toBeGreaterThan(0);
    node.kill('SIGTERM');
    expect(await inTime(end, STOP_MS)).toEqual([0, null]);
  } finally {
    node.kill('SIGKILL');
  }
});

test('there is an archive for small computers with another processor', async ({ skip }) => {
  skip(process.platform !== 'linux' || process.arch !== 'x64', 'it is packed on Linux x64');
  const folder = temporaryFolder();
  const words = [join(root, 'scripts/package.mjs'), '--server', '--arch', 'arm64', '--output', join(folder, 'release')];
  try {
    await run(process.execPath, words);
  } catch (error) {
    const { stderr } = error as { stderr: string };
    // Its Node comes from npm, which may be out of reach; anything else is a failure.
    skip(stderr.includes('can not be had'), stderr);
    throw error;
  }
  const [archive = ''] = readdirSync(join(folder, 'release'));
  expect(archive).toMatch(/^hearth-server-.*-linux-arm64\.tar\.gz$/);
  await run('tar', ['-xzf', join(folder, 'release', archive), '-C', folder]);
  const unpacked = join(folder, archive.replace(/\.tar\.gz$/, ''));
  const native = filesBelow(unpacked).filter((path) => path.endsWith('.node'));
  expect(native).toEqual([
    koffiFiles('arm64').find((path) => path.endsWith('.node')),
    `${SQLITE}/prebuilds/linux-arm64.node`,
  ]);
  for (const program of ['bin/node', ...native]) {
    const bytes = readFileSync(join(unpacked, program));
    expect([program, bytes.toString('latin1', 1, 4), bytes.readUInt16LE(18)]).toEqual([program, 'ELF', ARM64]);
  }
});

/** The link that a node prints. Reads on after it, so that a full pipe never holds the node up. */
async function linkOf(node: ChildProcess): Promise<string> {
  const stderr = tail(node);
  const found = Promise.withResolvers<string>();
  if (!node.stdout) throw new Error('the node writes to nowhere');
  createInterface({ input: node.stdout }).on('line', (line) => {
    const link = /http:\/\/\S+#t=\S+/.exec(line);
    if (link) found.resolve(link[0]);
  });
  const link = await inTime(found.promise, LINK_MS);
  if (!link) throw new Error(`no link within ${LINK_MS} ms\n${stderr()}`);
  return link;
}
