// What is packed for desktops holds all that the app needs and nothing else, and it works.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { readFeed } from '../../src-main/shell/updates/feed.ts';
import { fileHash, signatureOf, signerOf } from '../../src-main/shell/updates/minisign.ts';
import { builtInKeys } from '../../src-main/shell/updates/signers.ts';
import { findChromium } from '../host/chromium.ts';
import { electronBinary, launchDesktop } from '../host/launch.ts';
import {
  FEED,
  filesBelow,
  findProgram,
  fusesOf,
  inTemporaryFolder,
  KEYS,
  koffiFiles,
  PACK_MS,
  type Packed,
  PROGRAMS,
  packDebian,
  packLinux,
  packWindows,
  root,
  run,
  SQLITE,
} from '../support/packed.ts';

const test = base.extend<{ folder: string }, { packed: Packed; debian: Packed; windows: Packed }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
  folder: async ({}, use) => inTemporaryFolder(use),
  // Packed once for all tests that look at it.
  packed: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => inTemporaryFolder(async (folder) => use(await packLinux(folder))),
    { scope: 'worker', timeout: PACK_MS },
  ],
  debian: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => inTemporaryFolder(async (folder) => use(await packDebian(folder))),
    { scope: 'worker', timeout: PACK_MS },
  ],
  windows: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => inTemporaryFolder(async (folder) => use(await packWindows(folder))),
    { scope: 'worker', timeout: PACK_MS },
  ],
});

// Both build when the sources are newer, which two should not do at once.
test.describe.configure({ mode: 'default' });

test.describe('a desktop package', () => {
  test.skip(process.platform !== 'linux', 'the made-up Electron is one for Linux');

  test('holds what the app needs and no more, and is locked down', ({ packed }) => {
    const resources = join(packed.folder, 'resources');
    expect(readdirSync(resources).sort()).toEqual([
      'LICENSE',
      'app-update.yml',
      'app.asar',
      'app.asar.unpacked',
      'hearth-volumes',
    ]);
    const native = `${SQLITE}/prebuilds/linux-${process.arch}.node`;
    const device = `node_modules/@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
    expect(filesBelow(join(resources, 'app.asar.unpacked'))).toEqual([device, native]);

    const files = filesBelow(packed.app);
    expect(files.filter((path) => !/^(build\/app|node_modules\/better-sqlite3)\//.test(path)).sort()).toEqual(
      ['build/release-keys', 'package.json', ...koffiFiles(process.arch)].sort(),
    );
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
    expect(fusesOf(join(packed.folder, 'hearth-desktop'))).toBe('01001100');
  });

  test('comes as an archive of the same', async ({ packed, folder }) => {
    test.skip(PROGRAMS.tar === undefined, '7za is not here');
    const archive = readdirSync(packed.output).find((name) => name.endsWith('.tar.gz'))!;
    await run('tar', ['-xzf', join(packed.output, archive), '-C', folder, '--strip-components=1']);
    expect(filesBelow(folder)).toEqual(filesBelow(packed.folder));
  });

  test('runs without the checkout it was made from', async ({ packed, folder }) => {
    const found = await findChromium();
    test.skip(!electronBinary() && found?.kind !== 'installed', 'neither Electron nor an installed Chromium is here');
    const host = await launchDesktop({ folder: packed.app, data: join(folder, 'data'), args: ['--practice'] });
    try {
      const page = await host.firstWindow();
      expect(host.addressOf(page)).toContain('app://ui/');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Ready|Working/);
      // A finished task was committed to the database and read back from it.
      await expect(page.getByRole('list', { name: 'Finished' }).getByRole('listitem').first()).toBeVisible();
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

test.describe('a Debian package', () => {
  test.skip(process.platform !== 'linux' || PROGRAMS.deb === undefined, 'dpkg-deb is not here');

  test('comes as a Debian package with an entry for the menu that takes links', async ({ debian, folder }) => {
    const deb = join(debian.output, readdirSync(debian.output).find((name) => name.endsWith('.deb'))!);
    await run('dpkg-deb', ['--raw-extract', deb, folder]);
    const program = '/opt/Hearth/hearth-desktop';
    expect(readFileSync(join(folder, program)).equals(readFileSync(join(debian.folder, 'hearth-desktop')))).toBe(true);
    const entry = join(folder, 'usr/share/applications/hearth-desktop.desktop');
    const lines = readFileSync(entry, 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([`Exec=${program} -- %u`, 'MimeType=x-scheme-handler/hearth;', 'Icon=hearth-desktop']),
    );
    if (findProgram('desktop-file-validate')) await run('desktop-file-validate', [entry]);
    expect(filesBelow(join(folder, 'usr/share/icons'))).toEqual(['hicolor/512x512/apps/hearth-desktop.png']);
    expect(readFileSync(join(folder, 'opt/Hearth/resources/app-update.yml'), 'utf8')).toContain(`url: ${FEED}`);
    expect(readFileSync(join(folder, 'opt/Hearth/resources/package-type'), 'utf8')).toBe('deb');
    for (const script of ['postinst', 'postrm']) await run('bash', ['-n', join(folder, 'DEBIAN', script)]);
  });

  test('leaves what users have when it is taken away, and says where it is when it is purged', async ({
    debian,
    folder,
  }) => {
    const deb = join(debian.output, readdirSync(debian.output).find((name) => name.endsWith('.deb'))!);
    await run('dpkg-deb', ['--control', deb, join(folder, 'control')]);
    const home = join(folder, 'home/.local/share/hearth');
    const tools = join(folder, 'tools');
    mkdirSync(home, { recursive: true });
    mkdirSync(tools);
    // A computer with one user, and of whose alternatives nothing is changed.
    const tool = (name: string, text: string) =>
      writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    tool('getent', `echo "me:x:1000:1000::${join(folder, 'home')}:/bin/sh"`);
    tool('update-alternatives', `echo "$@" >> ${join(folder, 'alternatives')}`);
    tool('update-desktop-database', 'exit 0');
    const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
    const postrm = (word: string) => run('bash', [join(folder, 'control/postrm'), word], { env });
    expect((await postrm('upgrade')).stdout).toBe('');
    expect(existsSync(join(folder, 'alternatives'))).toBe(false);
    expect((await postrm('remove')).stdout).toBe('');
    expect(readFileSync(join(folder, 'alternatives'), 'utf8')).toContain(
      '--remove hearth-desktop /opt/Hearth/hearth-desktop',
    );
    expect((await postrm('purge')).stdout).toContain(`Kept: ${home}, `);
    expect(existsSync(home)).toBe(true);
  });

  test('tells installed ones of itself by a list beside it, signed by a key that is packed', ({ debian }) => {
    const name = process.arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${process.arch}.yml`;
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const keys = builtInKeys(debian.app);
    expect(keys.map(({ bytes }) => bytes.toString('base64'))).toEqual(
      KEYS.map(({ line }) => Buffer.from(line, 'base64').subarray(10).toString('base64')),
    );
    const file = (path: string) => readFileSync(join(debian.output, path));
    const signature = file(`${name}.minisig`).toString();
    const { feed } = readFeed({ name, bytes: file(name), signature, keys, seen: null });
    const deb = readdirSync(debian.output).find((path) => path.endsWith('.deb'))!;
    expect([feed.version, feed.files.map(({ url }) => url)]).toEqual([version, [deb]]);
    const digest = fileHash().update(file(deb)).digest();
    expect(signerOf(signatureOf(file(`${deb}.minisig`).toString())!, digest, keys)).toBe(keys[0]);
  });
});

test('a package for Windows holds its own native file alone, and is locked down', ({ windows }) => {
  const native = `${SQLITE}/prebuilds/win32-x64.node`;
  expect(filesBelow(join(windows.folder, 'resources/app.asar.unpacked'))).toEqual([native]);
  expect(filesBelow(windows.app).filter((path) => path.endsWith('.node'))).toEqual([native]);
  expect(readFileSync(join(windows.app, native)).equals(readFileSync(join(root, native)))).toBe(true);
  const program = join(windows.folder, 'Hearth.exe');
  expect(fusesOf(program)).toBe('01001100');
  // The sum of the archive, which Windows holds it against, and the name that the system shows.
  const bytes = readFileSync(program);
  for (const word of ['ProductName', 'ElectronAsar']) {
    expect([
      word,
      bytes.includes(Buffer.from(word, 'utf16le')) || bytes.includes(Buffer.from(word.toUpperCase(), 'utf16le')),
    ]).toEqual([word, true]);
  }
});
