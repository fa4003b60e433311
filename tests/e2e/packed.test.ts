// What is packed holds all that the app needs and nothing else, and it works. Electron's own part is made up here, so
// that no download is needed; the app's part is the real one and runs in the desktop host.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { findChromium } from '../host/chromium.ts';
import { electronBinary, inTime, launchDesktop, tail } from '../host/launch.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const SQLITE = 'node_modules/better-sqlite3';
/** `@electron/fuses` 1.x and Electron agree on these: a mark to find, version 1, and one character per fuse. */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const PACK_MS = 40_000;
const LINK_MS = 20_000;
const STOP_MS = 15_000;

interface Packed {
  /** The folder that `--linux dir` makes. */
  readonly folder: string;
  /** What lay in its app.asar. */
  readonly app: string;
}

const test = base.extend<{ folder: string }, { packed: Packed }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
  folder: async ({}, use) => inTemporaryFolder(use),
  // Packed once for all tests that look at it.
  packed: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => inTemporaryFolder(async (folder) => use(await packDesktop(folder))),
    { scope: 'worker', timeout: PACK_MS },
  ],
});

async function inTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-packed-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

// Both build when the sources are newer, which two should not do at once.
test.describe.configure({ mode: 'default' });

test.describe('a desktop package', () => {
  test.skip(process.platform !== 'linux', 'the made-up Electron is one for Linux');

  test('holds what the app needs and no more, and is locked down', ({ packed }) => {
    const resources = join(packed.folder, 'resources');
    expect(readdirSync(resources).sort()).toEqual(['LICENSE', 'app.asar', 'app.asar.unpacked']);
    const native = `${SQLITE}/prebuilds/linux-${process.arch}.node`;
    expect(filesBelow(join(resources, 'app.asar.unpacked'))).toEqual([native]);

    const files = filesBelow(packed.app);
    expect(files.filter((path) => !/^(build\/app|node_modules\/better-sqlite3)\//.test(path))).toEqual([
      'package.json',
    ]);
    expect(files.filter((path) => path.startsWith('build/app/')).sort()).toEqual(
      filesBelow(join(root, 'build/app'))
        .map((path) => `build/app/${path}`)
        .filter((path) => !path.endsWith('.map') && !path.endsWith('.built-from')),
    );
    const module = files.filter((path) => path.startsWith(SQLITE)).map((path) => path.slice(SQLITE.length + 1));
    expect(module.filter((path) => !path.startsWith('lib/'))).toEqual([
      'LICENSE',
      'package.json',
      `prebuilds/linux-${process.arch}.node`,
    ]);
    expect(readFileSync(join(packed.app, native)).equals(readFileSync(join(root, native)))).toBe(true);
    expect(fusesOf(join(packed.folder, 'hearth-desktop'))).toEqual('01001100'.split(''));
  });

  test('runs without the checkout it was made from', async ({ packed, folder }) => {
    const found = await findChromium();
    test.skip(!electronBinary() && found?.kind !== 'installed', 'neither Electron nor an installed Chromium is here');
    const host = await launchDesktop({ folder: packed.app, data: join(folder, 'data'), args: ['--practice'] });
    try {
      const page = await host.firstWindow();
      expect(host.addressOf(page)).toContain('app://ui/');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Ready|Working/, { timeout: 20_000 });
      // A finished task was committed to the database and read back from it.
      await expect(page.getByRole('list', { name: 'Finished' }).getByRole('listitem').first()).toBeVisible({
        timeout: 20_000,
      });
      await host.evaluate(
        ({ app: packedApp }, file) => {
          packedApp.once('quit', (_event, code) => process.getBuiltinModule('node:fs').writeFileSync(file, `${code}`));
        },
        join(folder, 'exit-code'),
      );
    } finally {
      await host.close();
    }
    expect(readFileSync(join(folder, 'exit-code'), 'utf8')).toBe('0');
  });
});

test('the archive for servers runs with an empty environment and nothing installed', async ({ folder }) => {
  test.skip(process.platform === 'win32', 'the launcher is a shell script here');
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
      ...(process.platform === 'linux' ? ['systemd/system/hearth.service', 'systemd/user/hearth.service'] : []),
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
    node.kill('SIGTERM');
    expect(await inTime(end, STOP_MS)).toEqual([0, null]);
  } finally {
    node.kill('SIGKILL');
  }
});

async function packDesktop(folder: string): Promise<Packed> {
  const output = join(folder, 'release');
  await run(process.execPath, [join(root, 'scripts/package.mjs'), '--linux', 'dir', '--output', output], {
    env: { ...process.env, ELECTRON_DIST: madeUpElectron(join(folder, 'electron')) },
    timeout: PACK_MS,
  });
  const unpacked = join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
  const app = join(folder, 'app');
  asarTool().extractAll(join(unpacked, 'resources/app.asar'), app);
  return { folder: unpacked, app };
}

/** The files that electron-builder expects of Electron. The executable is no program, but its fuses can be set. */
function madeUpElectron(folder: string): string {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  const parts = ['version', 'LICENSE', 'LICENSES.chromium.html', 'resources.pak', 'locales/en-US.pak'];
  for (const part of parts) writeFileSync(join(folder, part), `made up: ${part}\n`);
  const wire = Buffer.from([1, 9, ...Buffer.from('110101010')]);
  const padding = Buffer.alloc(4096, '.');
  writeFileSync(join(folder, 'electron'), Buffer.concat([padding, Buffer.from(FUSE_MARK), wire, padding]));
  chmodSync(join(folder, 'electron'), 0o755);
  return folder;
}

/** The first eight, in Electron's order: those that the configuration sets. */
function fusesOf(executable: string): string[] {
  const bytes = readFileSync(executable);
  const at = bytes.indexOf(FUSE_MARK) + FUSE_MARK.length + 2;
  return bytes.toString('latin1', at, at + 8).split('');
}

/** The tool that wrote the archive, found by way of electron-builder's own dependencies. */
function asarTool(): { extractAll(archive: string, folder: string): void } {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  return createRequire(builder.resolve('app-builder-lib/package.json'))('@electron/asar');
}

/** Paths with slashes, sorted; empty where there is no such folder. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

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
