// Ends a program with all that it has started. It leads a process group of its own, which is ended as a whole; what has left the group is
// known by a mark in its environment, where the system shows that (Linux).

import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { runner as asker } from '../../base/run.ts';

const WINDOWS = process.platform === 'win32';
/** Between two looks, and how many there are, until what was killed is gone. */
const LOOK_MS = 20;
const LOOKS = 250;

/** To the whole group that `pid` leads. Nothing happens where there is none of it left. */
export async function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (WINDOWS) {
    // There is no asking there.
    if (signal === 'SIGKILL') await asker(process.env)('taskkill', ['/pid', String(pid), '/t', '/f'], never());
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM on macOS: only what is dead already is left of it.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/**
 * Kills every process whose environment has this, as `NAME=value`, and resolves when none is left: each look finds those that were
 * started meanwhile. How many there were. Always 0 where the system does not show environments.
 */
export async function killMarked(mark: string, clock: Pick<Clock, 'sleep'>): Promise<number> {
  const killed = new Set<number>();
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const found = await marked(mark);
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await clock.sleep(LOOK_MS);
  }
  return killed.size;
}

async function marked(mark: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const wanted = Buffer.from(`\0${mark}\0`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (pid === process.pid) return false;
      // Others' are closed to us, and those of the dead are empty.
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      return environment !== undefined && Buffer.concat([Buffer.of(0), environment]).includes(wanted);
    }),
  );
  return pids.filter((_, at) => found[at]);
}

const never = () => new AbortController().signal;
