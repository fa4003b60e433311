// Packing for the tests, with Electron's own part made up, so that no download is needed; the app's part is the real one.
import { execFile, spawnSync } from 'node:child_process';
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
import { promisify } from 'node:util';
import { keysFile, makeReleaseKey } from './release.ts';
import { secretFile } from './release-secret.ts';

export const root = resolve(import.meta.dirname, '../..');
export const run = promisify(execFile);
export const SQLITE = 'node_modules/better-sqlite3';

/** `@electron/fuses` 1.x and Electron agree on these: a mark to find, version 1, and one character per fuse. */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
export const PACK_MS = 60_000;
/** For packing: there is no host by this name. */
export const FEED = 'https://updates.invalid/hearth/';

export interface Packed {
  /** Where electron-builder wrote to. */
  readonly output: string;
  /** The unpacked package in it. */
  readonly folder: string;
  /** What lay in its app.asar. */
  readonly app: string;
}

export async function inTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-packed-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The path of a program; undefined where it is not here. */
export function findProgram(name: string): string | undefined {
  const found = spawnSync('which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

export const PROGRAMS = { deb: findProgram('dpkg-deb'), tar: findProgram('7za') };

/** The folder, and the archive of it where that can be made here. */
export async function packLinux(folder: string): Promise<Packed> {
  return pack(folder, ['--linux', ...(PROGRAMS.tar ? ['tar.gz'] : ['dir'])], LINUX, madeUpElectron(folder));
}

/** The one in use, and the spare, of the release that the Debian package is. */
export const KEYS = [makeReleaseKey(), makeReleaseKey()] as const;

/** Whatever makes it an installed one is beside the package and in it. It is a release, signed by a key of this test. */
export async function packDebian(folder: string): Promise<Packed> {
  const secrets = { mode: 0o600 };
  writeFileSync(join(folder, 'release-keys'), keysFile(...KEYS));
  writeFileSync(join(folder, 'secret.key'), secretFile(KEYS[0], 'of a test'), secrets);
  writeFileSync(join(folder, 'passphrase'), 'of a test\n', secrets);
  return pack(folder, ['--linux', 'deb', '--release'], LINUX, madeUpElectron(folder), {
    HEARTH_PUBLIC_KEYS: folder,
    HEARTH_RELEASE_KEY: join(folder, 'secret.key'),
    HEARTH_RELEASE_PASSPHRASE_FILE: join(folder, 'passphrase'),
  });
}

const LINUX = process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`;

/** The folder that a Windows installer would hold. */
export async function packWindows(folder: string): Promise<Packed> {
  return pack(folder, ['--win', 'dir', '--x64'], 'win-unpacked', madeUpWindows(folder));
}

async function pack(
  folder: string,
  words: readonly string[],
  unpacked: string,
  electron: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Packed> {
  const output = join(folder, 'release');
  await run(process.execPath, [join(root, 'scripts/package.mjs'), ...words, '--output', output], {
    env: {
      ...process.env,
      ...more,
      ELECTRON_DIST: electron,
      HEARTH_UPDATES: FEED,
      CUSTOM_FPM_PATH: join(root, 'tests/support/fpm.mjs'),
      ...(PROGRAMS.tar ? { ELECTRON_BUILDER_7ZIP_PATH: PROGRAMS.tar } : {}),
    },
    timeout: PACK_MS,
  });
  const app = join(folder, 'app');
  asarTool().extractAll(join(output, unpacked, 'resources/app.asar'), app);
  return { output, folder: join(output, unpacked), app };
}

/** The files that electron-builder expects of Electron. The executable is no program, but its fuses can be set. */
function madeUpElectron(inside: string): string {
  const folder = writeParts(inside);
  const padding = Buffer.alloc(4096, '.');
  writeFileSync(join(folder, 'electron'), Buffer.concat([padding, fuses(), padding]));
  chmodSync(join(folder, 'electron'), 0o755);
  return folder;
}

/** What is used of it. */
interface ResEdit {
  readonly NtExecutable: { createEmpty(): { generate(): ArrayBuffer } };
  readonly NtExecutableResource: {
    from(program: object): { readonly entries: object[]; outputResource(program: object): void };
  };
  readonly Resource: {
    readonly VersionInfo: {
      createEmpty(): {
        setStringValues(language: { lang: number; codepage: number }, values: Record<string, string>): void;
        outputToResourceEntries(entries: object[]): void;
      };
    };
  };
}

/** The same for Windows: a program file with nothing in it but the fuses, so that its icon and version can be set. */
function madeUpWindows(inside: string): string {
  const folder = writeParts(inside);
  const { NtExecutable, NtExecutableResource, Resource } = require_('resedit') as ResEdit;
  const program = NtExecutable.createEmpty();
  const resources = NtExecutableResource.from(program);
  const version = Resource.VersionInfo.createEmpty();
  version.setStringValues({ lang: 1033, codepage: 1200 }, { ProductName: 'Made up' });
  version.outputToResourceEntries(resources.entries);
  resources.outputResource(program);
  const empty = Buffer.from(program.generate());
  writeFileSync(join(folder, 'electron.exe'), Buffer.concat([empty, fuses()]));
  return folder;
}

function writeParts(inside: string): string {
  const folder = join(inside, 'electron');
  mkdirSync(join(folder, 'locales'), { recursive: true });
  const parts = ['version', 'LICENSE', 'LICENSES.chromium.html', 'resources.pak', 'locales/en-US.pak'];
  for (const part of parts) writeFileSync(join(folder, part), `made up: ${part}\n`);
  return folder;
}

const fuses = () => Buffer.concat([Buffer.from(FUSE_MARK), Buffer.from([1, 9]), Buffer.from('110101010')]);

/** The first eight, in Electron's order: those that the configuration sets. */
export function fusesOf(executable: string): string {
  const bytes = readFileSync(executable);
  const at = bytes.indexOf(FUSE_MARK) + FUSE_MARK.length + 2;
  return bytes.toString('latin1', at, at + 8);
}

/** The tool that wrote the archive, found by way of electron-builder's own dependencies, as all of its parts are. */
function asarTool(): { extractAll(archive: string, folder: string): void } {
  return require_('@electron/asar') as ReturnType<typeof asarTool>;
}

function require_(name: string): unknown {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  const library = createRequire(builder.resolve('app-builder-lib/package.json'));
  return library(name);
}

/** Paths with slashes, sorted; empty where there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** What makes network devices on Linux, with its native file for that processor. */
export function koffiFiles(arch: string): readonly string[] {
  const own = ['LICENSE.txt', 'index.js', 'package.json', 'src/koffi/index.js'].map(
    (name) => `node_modules/koffi/${name}`,
  );
  const native = ['index.js', 'package.json', `linux_${arch}/koffi.node`];
  return [...own, ...native.map((name) => `node_modules/@koromix/koffi-linux-${arch}/${name}`)];
}
