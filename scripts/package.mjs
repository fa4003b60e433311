// `npm run package -- --linux dir` packs the desktop app by electron-builder, whose flags these are; one system at a time.
// `npm run package -- --server` packs the archive for servers instead, for this system, or by `--arch arm64` for Linux on
// another processor. Both build first and write to build/release; `--output DIR` writes elsewhere. ELECTRON_DIST names an
// unpacked Electron or its zip, where none can be downloaded.
// `--release` signs what was packed, and refuses what would leave users without updates or with ones that anybody could have
// made. `npm run package -- --sign` signs what lies in the folder already, as after two lists were put into one.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';
import { packServer } from './package-server.mjs';

const node = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
becomeOwnNode();

const args = process.argv.slice(2);
const output = resolve(take('--output') ?? join(ROOT, 'build/release'));
const servers = takeSwitch('--server');
const onlySign = takeSwitch('--sign');
const release = takeSwitch('--release');
const keys = join(resolve(process.env.HEARTH_PUBLIC_KEYS || join(ROOT, 'build')), 'release-keys');

try {
  const key = release || onlySign ? await mayRelease() : undefined;
  if (!onlySign) {
    buildWhenNeeded(node);
    if (servers) server();
    else await desktop();
  }
  if (key) await sign(key);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Signing shares its code with the app, and the Node that runs this may be too old to read that. */
function becomeOwnNode() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/node/package.json'), 'utf8'));
  if (process.versions.node === version) return;
  const { status } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

/** The open key. Throws what stands in the way of a release, before anything is packed. */
async function mayRelease() {
  const { missingCertificate, releaseKey } = await import('./lib/release-key.mjs');
  if (!servers && !onlySign) {
    if (!process.env.HEARTH_UPDATES) {
      throw new Error(
        'A release has to know where its updates come from: set HEARTH_UPDATES to the address of that folder.',
      );
    }
    const { default: config, target } = await import('../build/electron-builder.config.mjs');
    const missing = missingCertificate(config, target, process.env);
    if (missing) throw new Error(missing);
  }
  return releaseKey(keys, process.env);
}

async function sign(key) {
  const { signRelease } = await import('./lib/sign-release.mjs');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const signed = await signRelease(output, { version, key, now: Date.now() });
  if (signed.length === 0) throw new Error(`There is nothing to sign in ${output}: no package of version ${version}.`);
  for (const name of signed) process.stdout.write(`signed ${name}\n`);
}

function takeSwitch(flag) {
  const at = args.indexOf(flag);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
}

/** Removes a flag and its value from the arguments. */
function take(flag) {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}

function server() {
  const arch = take('--arch') ?? process.arch;
  if (args.length > 0) throw new Error(`The archive for servers takes no ${args.join(' ')}.`);
  process.stdout.write(`${relative(process.cwd(), packServer(output, arch))}\n`);
}

async function desktop() {
  const given = process.env.ELECTRON_DIST;
  if (given && !existsSync(given)) throw new Error(`ELECTRON_DIST names ${given}, and there is nothing.`);
  if (given) process.env.ELECTRON_DIST = resolve(given); // electron-builder runs in another folder
  const { code, said } = await run([
    join(ROOT, 'node_modules/electron-builder/cli.js'),
    '--config=build/electron-builder.config.mjs',
    '--publish=never',
    `--config.directories.output=${output}`,
    ...args,
  ]);
  if (code !== 0) throw new Error(whyNot(said));
}

/** Shows what a script of Node says as it comes, and keeps it. */
function run(command) {
  return new Promise((done, fail) => {
    const child = spawn(node, command, {
      cwd: ROOT,
      stdio: ['inherit', 'pipe', 'pipe'],
      env: { ...process.env, HEARTH_RELEASING: release ? '1' : '' },
    });
    let said = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding('utf8').on('data', (text) => {
        said += text;
        to.write(text);
      });
    }
    child.on('error', fail);
    child.on('close', (code) => done({ code, said }));
  });
}

/** Electron itself is fetched first, then the tools of each kind of package. */
function whyNot(said) {
  const noDownload = /RequestError|HTTPError|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT/.test(said);
  if (!noDownload) return 'Hearth could not be packed; electron-builder says why above.';
  if (/building\s+target=/.test(said)) {
    return 'A tool that this kind of package needs can not be downloaded. The kind "dir" needs none.';
  }
  return 'Electron can not be downloaded. Set ELECTRON_DIST to an unpacked Electron or to its zip, and try again.';
}
