// `npm run check`: types, lint, layers, dead code and unit tests. The parts do not depend on one another and run two at a time.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { ROOT } from './lib/root.mjs';

/** Left to itself, vitest would leave one of two cores idle. */
const WORKERS = String(Math.max(2, availableParallelism() - 1));

const PARTS = [
  // Several checkers are sooner done alone, and do a quarter more work: here the unit tests run beside them.
  ['types', 'tsc', '-b', '--checkers', '1'],
  ['unit tests', 'vitest', 'run', '--project', 'unit', '--maxWorkers', WORKERS],
  ['format and lint', 'biome', 'check', '--error-on-warnings'],
  ['lint with types', 'oxlint', '--type-aware', '--deny-warnings'],
  ['dead code', 'knip', '--no-progress'],
];
const TOGETHER = 2;

const waiting = [...PARTS];
const failed = [];

async function worker() {
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const [name, command, ...args] = part;
    const began = performance.now();
    const { code, output } = await run(command, args);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
    if (code !== 0) {
      failed.push(name);
      process.stdout.write(`${output}\n`);
    }
  }
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, shell: process.platform === 'win32' });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

await Promise.all(Array.from({ length: TOGETHER }, worker));
if (failed.length > 0) process.stdout.write(`\n${failed.join(', ')} failed\n`);
// Not at once: what was printed to a pipe may not have left yet.
process.exitCode = failed.length > 0 ? 1 : 0;
