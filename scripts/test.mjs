// `npm test`: the checks, then the tests that take longer, each on the built app. Goes on after a failure and tells all.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

const PARTS = [
  ['checks and unit tests', 'node', 'scripts/check.mjs'],
  // Left to itself, vitest would leave one of two processors idle.
  ['integration tests', 'vitest', 'run', '--project', 'integration', '--project', 'networks', '--maxWorkers', '2'],
  // Each attack is measured: no more of them at a time than there are processors.
  ['attacks on the built node', 'vitest', 'run', '--project', 'hostile', '--maxWorkers', '2'],
  // Mostly waiting for routers, so more at a time than there are processors.
  ['router tests in network namespaces', 'vitest', 'run', '--project', 'lab', '--maxWorkers', '4'],
  ['journeys in a browser', 'playwright', 'test'],
];

buildWhenNeeded(join(ROOT, 'node_modules/.bin/node'));
const results = PARTS.map(([name, command, ...args]) => {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  return { name, ok: status === 0 };
});

process.stdout.write('\n');
for (const { name, ok } of results) process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name}\n`);
const failures = results.filter(({ ok }) => !ok).length;
process.stdout.write(`\nparts: ${results.length - failures} passed, ${failures} failed\n`);
process.exit(failures > 0 ? 1 : 0);
