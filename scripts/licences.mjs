// Writes down what of others is in the build, with the licences that it comes under: `build/app/main/licences.json`, which the
// About page shows. The build's own source maps say what was taken in, so nothing is left out and nothing is there too much.
import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';

const APP = join(ROOT, 'build/app');
const PACKAGES = join(ROOT, 'node_modules');
/** In no source map: a native file, what became a style sheet, and what everything runs on. */
const BESIDES = ['better-sqlite3', 'koffi', 'tailwindcss', 'electron'];
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

const entries = [...new Set([...fromMaps(), ...BESIDES])].map(described);
entries.push(runtime());
const list = entries.sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version));
writeFileSync(join(APP, 'main/licences.json'), `${JSON.stringify(list, null, 1)}\n`);

/** Folders of packages below node_modules, e.g. `react` or `a/node_modules/@b/c`. */
function fromMaps() {
  return globSync('**/*.map', { cwd: APP }).flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(join(APP, map), 'utf8'));
    return sources.flatMap(
      (source) => /node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [],
    );
  });
}

function described(path) {
  const folder = join(PACKAGES, path);
  const { name, version, license, licenses, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licence =
    typeof license === 'string' ? license : (license?.type ?? licenses?.map(({ type }) => type).join(' OR '));
  if (!licence) throw new Error(`${name} does not say under which licence it is.`);
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const by = typeof author === 'string' ? author : author?.name;
  const text = texts.join('\n\n') || `${name} ${version}${by ? ` by ${by}` : ''}\n\nLicence: ${licence}`;
  return { name, version, licence, text };
}

/** Not in the build, but passed on with the archive for servers. Its text lies in a package whose name depends on the system. */
function runtime() {
  const { version } = JSON.parse(readFileSync(join(PACKAGES, 'node/package.json'), 'utf8'));
  const file = globSync('node/node_modules/*/LICENSE', { cwd: PACKAGES }).map((name) => join(PACKAGES, name))[0];
  const text = file
    ? readFileSync(file, 'utf8').trim()
    : `Node.js ${version}\n\nLicence: MIT, with parts under licences of their own. The whole text lies beside the program, in bin/LICENSE, and at https://github.com/nodejs/node/blob/v${version}/LICENSE.`;
  return { name: 'node', version, licence: 'MIT', text };
}
