// Packs Hearth for servers and single-board computers: the node, its pages for a browser and the `hearth` command, with
// a Node of their own and without Electron, which does not start where there is no display.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';
import { tarGz } from './package-tar.mjs';

const WINDOWS = process.platform === 'win32';
const SQLITE = 'node_modules/better-sqlite3';

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
 * Writes the archive for this system; the build has to be there.
 *
 * @param {string} folder where to
 * @returns {string} its path
 */
export function packHeadless(folder) {
  const manifest = JSON.parse(read('package.json').toString());
  const name = `hearth-${manifest.version}-${process.platform}-${process.arch}`;
  const archive = join(folder, `${name}.tar.gz`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(archive, tarGz(contents(manifest).map((file) => ({ ...file, path: `${name}/${file.path}` }))));
  return archive;
}

function contents(manifest) {
  const binary = WINDOWS ? 'node.exe' : 'node';
  const runtime = `node_modules/node/bin/${binary}`;
  const native = `${SQLITE}/prebuilds/${process.platform}-${process.arch}.node`;
  if (!existsSync(join(ROOT, runtime))) throw new Error('The Node to pack is not there. Run "npm ci" first.');
  if (!existsSync(join(ROOT, native))) throw new Error(`SQLite does not come for ${process.platform}-${process.arch}.`);
  return [
    {
      path: WINDOWS ? 'hearth.cmd' : 'hearth',
      bytes: Buffer.from(WINDOWS ? LAUNCHER_WINDOWS : LAUNCHER),
      executable: true,
    },
    { path: `bin/${binary}`, bytes: read(runtime), executable: true },
    { path: 'package.json', bytes: Buffer.from(`${JSON.stringify(identity(manifest), null, 2)}\n`) },
    ...(process.platform === 'linux'
      ? [{ path: 'hearth.service', bytes: read('build/resources/hearth.service') }]
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
    ].map((path) => ({ path, bytes: read(path) })),
    { path: 'bin/LICENSE', bytes: readFileSync(nodeLicence()) },
  ];
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
  if (!found) throw new Error("Node's licence is not where it used to be.");
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
