#!/usr/bin/env node
// The `hearth` command in a checkout: finds the Node that the project brings, builds when the sources are newer than the
// build, then hands over. `open` is what `npm start` runs: the desktop app where it can be had, console mode where not.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenNeeded } from './lib/build.mjs';
import { electronBinary, whyNoDesktop } from './lib/electron.mjs';
import { ROOT } from './lib/root.mjs';

const [command, ...rest] = process.argv.slice(2);
const opening = command === 'open';
const wantsPages = rest.some((flag) => flag === '--console' || flag === '--headless');
const asksOnly = rest.some((flag) => flag === '--help' || flag === '-h' || flag === '--version');

const builtNode = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const node = existsSync(builtNode) ? builtNode : process.execPath;
const cli = join(ROOT, 'build/app/main/cli.js');

buildWhenNeeded(node);
if (!opening) run(node, [cli, ...process.argv.slice(2)]);
else if (wantsPages || asksOnly) run(node, [cli, 'serve', ...rest]);
else {
  const reason = whyNoDesktop(node);
  if (reason === undefined) run(electronBinary(), [ROOT, ...rest]);
  else {
    process.stderr.write(`No desktop window (${reason}); the same in the browser instead.\n`);
    run(node, [cli, 'serve', '--console', ...rest]);
  }
}

/** Becomes the program as far as one process can become another: same terminal, same signals, same exit code. */
function run(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  // A terminal sends its signals to the child as well; one sent to this process alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`${program} can't be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
