// `npm test`: the checks, then the tests that take longer, each on the built app. Goes on after a failure and tells all.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

const of = (...projects) => projects.flatMap((project) => ['--project', project]);

const CHECKS = ['checks and unit tests', 'node', 'scripts/check.mjs'];

/** Side by side, each one part after another: tests wait for sockets, disks and other programs for a third of their time. */
const LANES = [
  [
    ['integration tests', 'vitest', 'run', ...of('integration', 'networks', 'long-units'), '--maxWorkers', '3'],
    // Each attack is measured: no more of them at a time than there are processors.
    ['attacks on the built node', 'vitest', 'run', ...of('hostile'), '--maxWorkers', '2'],
  ],
  // Mostly waiting for routers, so more at a time than there are processors.
  [
    ['router tests in network namespaces', 'vitest', 'run', ...of('lab'), '--maxWorkers', '4'],
    ['journeys in a browser', ...inOwnNetwork('playwright', 'test')],
  ],
];

process.env.HEARTH_TESTS_BUILT = '1'; // see tests/support/cli.ts
buildWhenNeeded(join(ROOT, 'node_modules/.bin/node'));
const results = [await run(CHECKS, 'at once')];
const lanes = LANES.map(async (parts, lane) => {
  for (const part of parts) {
    const result = await run(part, lane === 0 ? 'at once' : 'later');
    if (lane > 0) process.stdout.write(result.output);
    results.push(result);
  }
});
await Promise.all(lanes);

process.stdout.write('\n');
for (const { name, ok, output } of results) {
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name}\n`);
  // Once more at the end, which is the part of a long output that people and build servers look at.
  if (!ok) for (const failure of failuresIn(output)) process.stdout.write(`         ${failure}\n`);
}
const failures = results.filter(({ ok }) => !ok).length;
process.stdout.write(`\nparts: ${results.length - failures} passed, ${failures} failed\n`);
// Not at once: what was printed to a pipe may not have left yet.
process.exitCode = failures > 0 ? 1 : 0;

/**
 * A browser drops what it is fetching whenever a network of its computer changes, and containers of the tests beside it come with such:
 * where this may be done, it sees loopback and a home network of its own alone.
 */
function inOwnNetwork(...command) {
  const network = [
    'ip link set lo up',
    'ip link add home0 type veth peer name home1',
    'ip addr add 192.168.77.2/24 dev home0',
    'ip link set home0 up',
    'ip link set home1 up',
  ].join(' && ');
  const inside = ['unshare', '--net', 'sh', '-c'];
  if (spawnSync(inside[0], [...inside.slice(1), network], { stdio: 'ignore' }).status !== 0) return command;
  return [...inside, `${network} && exec "$@"`, 'sh', ...command];
}

/** What is said at once is shown while it runs; what is said later, when the part beside it is over. Both are kept. */
function run([name, command, ...args], said) {
  const title = `\n== ${name}\n`;
  if (said === 'at once') process.stdout.write(title);
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const child = spawn(command, args, {
    cwd: ROOT,
    env,
    stdio: ['inherit', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      if (said === 'at once') process.stdout.write(chunk);
    });
  }
  const ended = (ok) => ({ name, ok, output: title + Buffer.concat(chunks) });
  return new Promise((resolve) => {
    child.on('error', () => resolve(ended(false)));
    child.on('close', (code) => resolve(ended(code === 0)));
  });
}

/** Names of failed tests as vitest and Playwright print them, each with the line below it, which says why. */
function failuresIn(output) {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim().slice(0, 240));
  const named = lines.flatMap((line, at) =>
    /^(FAIL {2}|\d+\) )/.test(line) ? [line, lines.slice(at + 1).find(Boolean) ?? ''] : [],
  );
  return [...new Set(named)].slice(0, 40);
}
