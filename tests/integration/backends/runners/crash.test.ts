// Hearth is killed while a program does a job: the next start ends and removes all that is left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { installationOf } from '../../../../src-main/backends/containers/installation.ts';
import { ConfiguredRunners } from '../../../../src-main/backends/runners/configured.ts';
import { killMarked } from '../../../../src-main/backends/runners/processes.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { runnerDeps, script } from '../../../support/runners.ts';
import { until } from '../../../support/wait.ts';

const SAY = 'echo \'{"progress":"there"}\'';

/** Processes that were given this in their environment. */
function given(mark: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  }).length;
}

it.skipIf(process.platform !== 'linux').each([
  ['waits', `${SAY}; while :; do sleep 600; done`, 2],
  ['writes', `${SAY}; while :; do head -c 1000; sleep 0.01; done </dev/zero >result`, 1],
  ['has children in groups of their own', `setsid sleep 600 & setsid sleep 601 & ${SAY}; wait`, 3],
])('leaves nothing of a program that %s once it has started again', async (_name, text, least) => {
  const folder = temporaryFolder();
  const deps = runnerDeps(folder);
  const mark = `HEARTH_INSTALLATION=${installationOf(deps.workFolder)}`;
  onTestFinished(() => void killMarked(mark, systemClock));
  const program = script(folder, 'run.sh', `#!/bin/sh\n${text}\n`);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'runner-child.ts'), folder, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await until('all of it to be there', () => given(mark) >= least);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  // So there is something to be ended.
  expect(given(mark)).toBeGreaterThanOrEqual(least);
  expect(readdirSync(deps.workFolder)).toHaveLength(1);

  await new ConfiguredRunners(deps, []).sweep(new AbortController().signal);
  expect(given(mark)).toBe(0);
  expect(readdirSync(deps.workFolder)).toEqual([]);
});
