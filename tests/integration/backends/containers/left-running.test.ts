// Processes that an engine has forgotten, in control groups as engines make them.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { endLeftRunning } from '../../../../src-main/backends/containers/left-running.ts';
import { until } from '../../../support/wait.ts';

/** Control groups of the second version, or of the first beside them. */
const ROOT = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/pids'].find((folder) => {
  try {
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
});
if (ROOT === undefined) console.warn('SKIPPED: nothing was left running: it takes root and control groups');

const idOf = () => randomBytes(32).toString('hex');

function sleeperIn(group: string) {
  const folder = join(ROOT!, group);
  mkdirSync(folder);
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
    // The kernel may still be at the one that has just ended.
    await until('the group to go', () => {
      try {
        rmdirSync(folder);
        return true;
      } catch {
        return false;
      }
    });
  });
  writeFileSync(join(folder, 'cgroup.procs'), String(child.pid));
  return { child, gone };
}

it.skipIf(ROOT === undefined)('ends what runs of one container, and of no other', async () => {
  const [ours, others] = [idOf(), idOf()];
  const left = sleeperIn(`libpod-${ours}`);
  const watcher = sleeperIn(`libpod-conmon-${ours}`);
  const other = sleeperIn(`libpod-${others}`);
  await endLeftRunning(ours);
  expect(await Promise.all([left.gone, watcher.gone])).toEqual([
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ]);
  // A name, or the beginning of an id, is none.
  await endLeftRunning(others.slice(0, 12));
  await endLeftRunning('');
  expect(other.child.exitCode ?? other.child.signalCode).toBeNull();
});
