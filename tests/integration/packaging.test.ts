import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src-main/command/exit.ts';
import { whatThereIs } from '../../src-main/engine/removal.ts';
import { LINK_SCHEME } from '../../src-main/shell/links.ts';
import { KEYS_FILE } from '../../src-main/shell/updates/signers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { keysFile, makeReleaseKey } from '../support/release.ts';

const root = resolve(import.meta.dirname, '../..');
const resources = join(root, 'build/resources');
const CHECKER = 'systemd-analyze';
const CONFIG = join(root, 'build/electron-builder.config.mjs');

interface Config {
  readonly appId: string;
  readonly directories: Record<string, string>;
  readonly files: (string | object)[];
  readonly forceCodeSigning: boolean;
  readonly electronVersion: string;
  readonly electronFuses: Record<string, boolean>;
  readonly publish: object | null;
  readonly protocols: readonly object[];
  readonly appImage: { readonly executableArgs: readonly string[] };
  readonly linux: {
    readonly icon: string;
    readonly target: readonly string[];
    readonly executableArgs: readonly string[];
  };
  readonly win: { readonly icon: string };
  readonly mac: { readonly icon: string };
}

interface Check {
  (value: unknown): boolean;
  readonly errors?: { readonly instancePath: string; readonly message?: string }[] | null;
}

/** What electron-builder holds a configuration against, found by way of its own dependencies. */
function schema(): Check {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  const library = createRequire(builder.resolve('app-builder-lib/package.json'));
  const { default: Ajv } = library('ajv') as { default: new (options: object) => { compile(schema: unknown): Check } };
  return new Ajv({ allErrors: true, strict: false }).compile(library('./scheme.json'));
}

const configs = new Map<string, Config>();

/** The configuration as a run with these flags reads it, without what is code in it. */
function configFor(...flags: string[]): Config {
  const key = flags.join(' ');
  const config = configs.get(key) ?? readConfig(flags);
  configs.set(key, config);
  return config;
}

/** The patterns alone. */
const patterns = (config: Config) => config.files.filter((pattern) => typeof pattern === 'string');

function readConfig(flags: string[], more: Record<string, string> = {}): Config {
  const print = `import config from ${JSON.stringify(pathToFileURL(CONFIG).href)}; console.log(JSON.stringify(config))`;
  const env = { ...process.env, ELECTRON_DIST: '', HEARTH_UPDATES: '', ...more };
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', print, '--', ...flags], { env });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return JSON.parse(run.stdout.toString()) as Config;
}

describe('the configuration of the desktop packages', () => {
  test('is what electron-builder understands, and a misspelt key is not', () => {
    const check = schema();
    const config = configFor('--linux');
    expect({ valid: check(config), errors: check.errors }).toEqual({ valid: true, errors: null });
    expect(check({ ...config, asarr: true })).toBe(false);
    expect(check({ ...config, linux: { ...config.linux, targets: ['dir'] } })).toBe(false);
  });

  test.each([
    ['--linux', 'linux'],
    ['-w', 'win32'],
    ['--win', 'win32'],
    ['--mac', 'darwin'],
  ])(
    '%s packs the database’s native file of that system and no other, and for Linux what makes network devices',
    (flag, system) => {
      const native = patterns(configFor(flag)).filter((pattern) => pattern.endsWith('.node'));
      const device = `node_modules/@koromix/koffi-linux-\${arch}/linux_\${arch}/koffi.node`;
      expect(native).toEqual([
        `node_modules/better-sqlite3/prebuilds/${system}-\${arch}.node`,
        ...(system === 'linux' ? [device] : []),
      ]);
      for (const arch of ['x64', 'arm64'])
        expect(existsSync(join(root, native[0]!.replace(/\$\{arch\}/, arch)))).toBe(true);
      if (system === 'linux') expect(existsSync(join(root, device.replaceAll(/\$\{arch\}/g, process.arch)))).toBe(true);
    },
  );

  test('refuses two systems in one run', () => {
    expect(() => configFor('--linux', '--win')).toThrow('One system at a time');
  });

  test('names what goes in: the build without maps, the manifest, the keys of releases, and two modules', () => {
    const files = patterns(configFor('--linux'));
    const sets = configFor('--linux').files.filter((set) => typeof set !== 'string');
    expect(sets).toEqual([{ from: join(root, 'build'), to: 'build', filter: ['release-keys'] }]);
    expect(join('build', 'release-keys')).toBe(join(KEYS_FILE));
    const wanted = files.filter((pattern) => !pattern.startsWith('!'));
    expect(
      wanted.every((pattern) =>
        /^(build\/app\/|package\.json$|node_modules\/(better-sqlite3|koffi|@koromix\/koffi-linux-[^/]+)\/)/.test(
          pattern,
        ),
      ),
    ).toBe(true);
    // The last pattern that matches decides: all modules have to be out before one comes in again.
    const out = files.indexOf('!node_modules/**');
    expect(out).toBeGreaterThan(-1);
    expect(files.findIndex((pattern) => pattern.startsWith('node_modules/'))).toBeGreaterThan(out);
    expect(files).toContain('!build/app/**/*.map');
  });

  test('keeps its resources out of the folder that the app is built into', () => {
    const { directories } = configFor('--linux');
    expect(directories).toEqual({ buildResources: 'build/resources', output: 'build/release' });
  });

  test('packs the Electron that the project is developed with', () => {
    const manifest = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as typeof import('../../package.json');
    expect(configFor('--linux').electronVersion).toBe(manifest.devDependencies.electron);
  });

  test('gives the app a feed of updates only where whoever releases names one', () => {
    expect(configFor('--linux').publish).toBeNull();
    const url = 'https://example.org/hearth/';
    expect(readConfig(['--linux'], { HEARTH_UPDATES: url }).publish).toEqual({ provider: 'generic', url });
    for (const bad of ['http://example.org/', 'example.org', 'https://example.org/?a=b', 'https://me@example.org/']) {
      expect(() => readConfig(['--linux'], { HEARTH_UPDATES: bad })).toThrow('https address of a folder');
    }
  });

  test('will not make a release without one, nor without certificates and keys', () => {
    const release = (system: string, more: Record<string, string> = {}) => {
      const env = { PATH: process.env.PATH, HEARTH_UPDATES: 'https://updates.invalid/', ...more };
      const script = join(root, 'scripts/package.mjs');
      const words = [script, system, 'dir', '--release', '--output', join(temporaryFolder(), 'none')];
      const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
      expect(status).toBe(1);
      return stderr;
    };
    expect(release('--linux', { HEARTH_UPDATES: '' })).toContain('set HEARTH_UPDATES');
    expect(release('--win')).toContain('set WIN_CSC_LINK');
    expect(release('--mac')).toContain('set CSC_LINK');
    const keys = temporaryFolder();
    writeFileSync(join(keys, 'release-keys'), keysFile(makeReleaseKey(), makeReleaseKey()));
    expect(release('--linux', { HEARTH_PUBLIC_KEYS: temporaryFolder() })).toContain('does not hold two');
    expect(release('--linux', { HEARTH_PUBLIC_KEYS: keys })).toContain('set HEARTH_RELEASE_KEY');
  });

  test('is signed as its system wants it, or not packed, where it is a release', () => {
    const forced = (flag: string) => readConfig([flag], { HEARTH_RELEASING: '1' }).forceCodeSigning;
    expect(['--win', '--mac', '--linux'].map(forced)).toEqual([true, true, false]);
    expect(configFor('--win').forceCodeSigning).toBe(false);
  });

  test('keeps the mark of a Debian package out of the archive', () => {
    expect(configFor('--linux').linux.target).toEqual(['AppImage', 'deb']);
    expect(() => configFor('--linux', 'deb', 'tar.gz')).toThrow('in runs of their own');
  });

  test('brings links to the app on all systems, behind two dashes', () => {
    const { protocols, linux, appImage } = configFor('--linux');
    expect(protocols).toEqual([{ name: 'Hearth', schemes: [LINK_SCHEME], role: 'Viewer' }]);
    expect([linux.executableArgs, appImage.executableArgs]).toEqual([['--', '%u'], ['--']]);
  });

  test('leaves no way to run other code in the packaged app', () => {
    const { electronFuses } = configFor('--linux');
    const on = Object.keys(electronFuses).filter((fuse) => electronFuses[fuse]);
    expect(on).toEqual(['enableCookieEncryption', 'enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar']);
    expect(Object.keys(electronFuses)).toHaveLength(8);
  });
});

describe('the icons', () => {
  test('are there for all systems, in the sizes these ask for', () => {
    const { linux, win, mac } = configFor('--linux');
    const png = readFileSync(join(resources, linux.icon));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
    const ico = readFileSync(join(resources, win.icon));
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, at) => ico[6 + 16 * at] || 256);
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
    const icns = readFileSync(join(resources, mac.icon));
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
  });

  test('show the mark that the pages show', async () => {
    const script: string = join(root, 'scripts/package-icons.mjs');
    const { drawPicture } = (await import(script)) as { drawPicture(): Buffer };
    // Pixels and not bytes: another Node may compress the same picture otherwise.
    const drawn = pixelsOf(drawPicture());
    expect(drawn.equals(pixelsOf(readFileSync(join(resources, 'icon.png'))))).toBe(true);
    const mark = readFileSync(join(root, 'src-renderer/components/mark.tsx'), 'utf8');
    const page = decodeURIComponent(readFileSync(join(root, 'src-renderer/index.html'), 'utf8'));
    expect(page).toContain(/ d="(?<path>[^"]+)"/.exec(mark)?.groups?.path);
  });

  /** Of a PNG with one data chunk, which is what the script writes. */
  function pixelsOf(png: Buffer): Buffer {
    const at = png.indexOf('IDAT', 0, 'latin1');
    return inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  }
});

describe('the archive for servers', () => {
  test('is written alike each time, with the bits that make a program', async () => {
    const script: string = join(root, 'scripts/package-tar.mjs');
    const { tarGz } = (await import(script)) as {
      tarGz(files: { path: string; bytes: Buffer; executable?: boolean }[]): Buffer;
    };
    const tool = { path: 'a/bin/tool', bytes: Buffer.from('#!/bin/sh\n'), executable: true };
    const text = { path: 'a/text', bytes: Buffer.alloc(513, 'x') };
    expect(tarGz([tool, text]).equals(tarGz([text, tool]))).toBe(true);
    expect(() => tarGz([{ ...text, path: 'x'.repeat(101) }])).toThrow('no name');
    const tar = gunzipSync(tarGz([tool, text]));
    // name, mode, size and kind of each header; 512 bytes each, content padded to the same, two empty blocks at the end
    const headers = [0, 1024].map((at) => [
      tar.toString('latin1', at, at + 10).replace(/\0+$/, ''),
      tar.toString('latin1', at + 100, at + 107),
      Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8),
      tar.toString('latin1', at + 257, at + 262),
    ]);
    expect(headers).toEqual([
      ['a/bin/tool', '0000755', 10, 'ustar'],
      ['a/text', '0000644', 513, 'ustar'],
    ]);
    expect(tar).toHaveLength(1024 + 1536 + 1024);
  });

  test.for([
    ['user', 'hearth'],
    ['system', '/opt/hearth/hearth'],
  ] as const)('brings a unit of the %s kind that systemd understands', ([kind, command], context) => {
    const folder = temporaryFolder();
    const program = join(folder, 'hearth');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    const unit = join(folder, 'hearth.service');
    const text = readFileSync(join(resources, 'systemd', kind, 'hearth.service'), 'utf8');
    expect(text).toContain(`\nExecStart=${command} serve --headless\n`);
    // Both watch over what command/systemd.ts says.
    expect(text).toContain('\nType=notify\nNotifyAccess=all\nWatchdogSec=60\n');
    expect(text).toContain(`\nRestartPreventExitStatus=${EXIT.usage}\n`);
    // Checked with a path, since the command is not installed here.
    writeFileSync(unit, text.replace(`ExecStart=${command}`, `ExecStart=${program}`));
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    const verify = spawnSync(CHECKER, [`--${kind}`, 'verify', unit], { env, encoding: 'utf8' });
    if (verify.error) return context.skip(`${CHECKER} is not here`);
    expect({ status: verify.status, said: verify.stderr }).toEqual({ status: 0, said: '' });
  });
});

describe('the Windows uninstaller', () => {
  const script = readFileSync(join(resources, 'installer.nsh'), 'utf8');
  const removed = [...script.matchAll(/(?:RMDir \/r|Delete) "\$LOCALAPPDATA\\Hearth\\([^"$]+)"/g)].map(
    ([, name]) => name!,
  );
  const patterns = [...script.matchAll(/HearthRemoveEach "([^"]+)\*"/g)].map(([, name]) => `${name}2026-11-21-080000`);
  const keeping = script.indexOf('StrCmp $HearthKeep "keys" hearth_removed');

  test('touches only names that Hearth gives, and keeps what it would keep itself', () => {
    const folder = temporaryFolder();
    for (const name of [...removed, ...patterns]) writeFileSync(join(folder, name), '');
    const { items } = whatThereIs({ dataDir: folder });
    expect(items.map(({ path }) => basename(path)).sort()).toEqual([...removed, ...patterns].sort());
    for (const { path, kept } of items) {
      const at = script.indexOf(`Hearth\\${basename(path)}"`);
      expect([path, at === -1 || at > keeping]).toEqual([path, kept]);
    }
    expect(new Set(items.map(({ kind }) => kind))).toEqual(
      new Set(['keys', 'backups', 'logs', 'practice', 'window', 'earlier', 'other']),
    );
  });

  test('is a script that its compiler takes', (context) => {
    const folder = temporaryFolder();
    const main = join(folder, 'main.nsi');
    // As electron-builder puts it into its own.
    writeFileSync(
      main,
      `Unicode true
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!define BUILD_UNINSTALLER
!define APP_ID "org.hearth.app"
!include "${join(resources, 'installer.nsh')}"
Name "Hearth"
OutFile "${join(folder, 'hearth-windows.exe')}"
Section
  WriteUninstaller "$TEMP\\uninstall.exe"
SectionEnd
Function un.onInit
  !insertmacro customUnInit
FunctionEnd
Section un.Hearth
  !insertmacro customUnInstall
SectionEnd
`,
    );
    const made = spawnSync('makensis', ['-INPUTCHARSET', 'UTF8', '-WX', '-V2', main], { encoding: 'utf8' });
    if (made.error) context.skip('makensis is not here');
    expect({ status: made.status, said: made.stdout }).toEqual({ status: 0, said: '' });
  });
});
