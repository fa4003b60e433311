// Builds the app when its sources have changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const INPUTS = [
  'src-i18n',
  'src-main',
  'src-preload',
  'src-renderer',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];
/** The build with the networks of the tests, as `electron.vite.config.ts` makes it. */
const TESTS = {
  folder: 'build/test-networks',
  inputs: [...INPUTS, 'tests/networks'],
  env: { HEARTH_TEST_NETWORKS: '1' },
};
/** With pages for networks that there are drawings of. */
const DRAWN = { ...TESTS, folder: 'build/drawn-networks', env: { HEARTH_TEST_NETWORKS: 'drawn' } };
const APP = { folder: 'build/app', inputs: INPUTS, env: {} };

export const buildWhenNeeded = (node) => build(node, APP);
export const buildDrawnNetworksWhenNeeded = (node) => build(node, DRAWN);
export const buildTestNetworksWhenNeeded = (node) => build(node, TESTS);

/** Exits the process with the builder's words when the build fails. */
function build(node, { folder, inputs, env }) {
  const stamp = join(ROOT, folder, '.built-from');
  const builder = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  // An installed package brings its build along and no builder.
  if (!existsSync(builder)) return;
  const fingerprint = fingerprintOf(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  process.stderr.write('Building Hearth, this takes a few seconds...\n');
  const { status, stdout, stderr } = spawnSync(node, [builder, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env, NODE_ENV: 'production' },
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}\nHearth could not be built. Run "npm ci" and try again.\n`);
    process.exit(1);
  }
  writeFileSync(stamp, fingerprint);
}

/** Names, sizes and times of all files: content would be surer and take longer than the build's own check. */
function fingerprintOf(inputs) {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (!stat.isDirectory()) hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
    else for (const name of readdirSync(join(ROOT, path)).sort()) add(join(path, name));
  };
  for (const input of inputs) add(input);
  return hash.digest('hex');
}
