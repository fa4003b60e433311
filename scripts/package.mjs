// `npm run package -- --linux dir` packs the desktop app by electron-builder, whose flags these are; one system at a time.
// `npm run package -- --server` packs the archive for servers instead, for this system, or by `--arch arm64` for Linux on
// another processor. Both build first and write to build/release; `--output DIR` writes elsewhere. `--release` refuses what
// would leave users without updates. ELECTRON_DIST names an unpacked Electron or its zip, where none can be downloaded.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';
import { packServer } from './package-server.mjs';

const args = process.argv.slice(2);
const output = resolve(take('--output') ?? join(ROOT, 'build/release'));
const node = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

try {
  if (takeSwitch('--release') && !process.env.HEARTH_UPDATES) {
    throw new Error(
      'A release has to know where its updates come from: set HEARTH_UPDATES to the address of that folder.',
    );
  }
  buildWhenNeeded(node);
  if (takeSwitch('--server')) server();
  else await desktop();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
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
  if (takeSwitch('--release') && !process.env.HEARTH_UPDATES) {
    throw new Error(
      'A release has to know where its updates come from: set HEARTH_UPDATES to the address of that folder.',
    );
  }
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
    const child = spawn(node, command, { cwd: ROOT, stdio: ['inherit', 'pipe', 'pipe'] });
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
