// Processes that an engine has forgotten: in control groups as engines make them, and what watches a container for Podman.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
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
if (ROOT === undefined) console.warn('SKIPPED: nothing was left running in a control group: it takes root');

const idOf = () => randomBytes(32).toString('hex');
const KILLED = [null, 'SIGKILL'];

function started(program: string, args: readonly string[] = []) {
  // Whatever it is called, it waits to be ended.
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', '--', ...args], {
    argv0: program,
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  return { gone, pid: child.pid!, isThere: () => child.exitCode === null && child.signalCode === null };
}

function startedIn(group: string) {
  const folder = join(ROOT!, group);
  mkdirSync(folder);
  // Behind the end of what is in it, which the kernel may still be at.
  onTestFinished(async () => {
    await until('the group to go', () => {
      try {
        rmdirSync(folder);
        return true;
      } catch {
        return false;
      }
    });
  });
  const one = started('sleep');
  writeFileSync(join(folder, 'cgroup.procs'), String(one.pid));
  return one;
}

it.skipIf(ROOT === undefined)('ends what runs of one container, and of no other', async () => {
  const [ours, others] = [idOf(), idOf()];
  const left = startedIn(`libpod-${ours}`);
  const watcher = startedIn(`libpod-conmon-${ours}`);
  const other = startedIn(`libpod-${others}`);
  await endLeftRunning(ours);
  expect(await Promise.all([left.gone, watcher.gone])).toEqual([KILLED, KILLED]);
  // A name, or the beginning of an id, is none.
  await endLeftRunning(others.slice(0, 12));
  await endLeftRunning('');
  expect(other.isThere()).toBe(true);
});

it.skipIf(process.platform !== 'linux')('ends what watches it, and nothing else that speaks of it', async () => {
  const [ours, others] = [idOf(), idOf()];
  const watcher = started('/usr/bin/conmon', ['-c', ours]);
  const reader = started('podman', ['logs', ours]);
  const other = started('/usr/bin/conmon', ['-c', others]);
  for (const { pid } of [watcher, reader, other])
    await until('it to have its name', () =>
      /^(?:podman|\/usr\/bin\/conmon)\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
    );
  await endLeftRunning(ours);
  expect(await watcher.gone).toEqual(KILLED);
  expect([reader.isThere(), other.isThere()]).toEqual([true, true]);
});
