// The folder of one job: what its runner leaves, and its temporary files. It is watched while the runner works, since no engine keeps what
// is written to a folder within a size, and it goes with the job whatever was done to it.

import { lstat, mkdir, opendir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { runner as asker } from '../../base/run.ts';
import { RUNNER } from './bounds.ts';
import { TooMuchLeft } from './errors.ts';

export const JOB_PREFIX = 'runner-';
const PRIVATE = 0o700;
const BLOCK = 512;

export class JobFolder {
  readonly root: string;
  /** Empty: for jobs without inputs. */
  readonly inputs: string;
  readonly outputs: string;
  readonly tmp: string;

  private constructor(root: string) {
    this.root = root;
    this.inputs = join(root, 'inputs');
    this.outputs = join(root, 'outputs');
    this.tmp = join(root, 'tmp');
  }

  static async make(workFolder: string, id: string): Promise<JobFolder> {
    await mkdir(workFolder, { recursive: true, mode: PRIVATE });
    const folder = new JobFolder(join(await realpath(workFolder), `${JOB_PREFIX}${id}`));
    await mkdir(folder.root, { mode: PRIVATE });
    for (const path of [folder.inputs, folder.outputs, folder.tmp]) await mkdir(path, { mode: PRIVATE });
    return folder;
  }

  /** Rejects with TooMuchLeft as soon as there is more in it than there may be, or with the signal's reason. */
  async watch(clock: Pick<Clock, 'sleep'>, mostBytes: number, signal: AbortSignal): Promise<never> {
    for (;;) {
      await clock.sleep(RUNNER.watchMs, signal);
      await measure(this.root, mostBytes);
    }
  }

  /** Rejects with TooMuchLeft where it is more than that. */
  measure(mostBytes: number): Promise<void> {
    return measure(this.root, mostBytes);
  }

  remove(): Promise<void> {
    return removeTree(this.root);
  }
}

/** Goes no deeper and looks at no more than there may be. What disappears meanwhile does not count. */
async function measure(root: string, mostBytes: number): Promise<void> {
  // inputs, outputs and tmp are a level of their own.
  const left = [{ folder: root, depth: -1 }];
  let bytes = 0;
  let entries = 0;
  for (let at = left.pop(); at; at = left.pop()) {
    const { folder, depth } = at;
    for (const entry of await entriesOf(folder)) {
      entries += 1;
      if (entries > RUNNER.entries) throw new TooMuchLeft('entries');
      const path = join(folder, entry.name);
      const found = await lstat(path).catch(() => undefined);
      if (!found) continue;
      // A file with holes is read with all its zeros when it is uploaded.
      bytes += Math.max(found.size, (found.blocks ?? 0) * BLOCK);
      if (bytes > mostBytes) throw new TooMuchLeft('bytes');
      if (!found.isDirectory()) continue;
      if (depth + 1 > RUNNER.depth) throw new TooMuchLeft('depth');
      left.push({ folder: path, depth: depth + 1 });
    }
  }
}

/** Up to one more than there may be. */
async function entriesOf(folder: string): Promise<readonly { name: string }[]> {
  const entries: { name: string }[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      entries.push(entry);
      if (entries.length > RUNNER.entries) break;
    }
  } catch {
    // Gone, or closed to us by a runner that can be another user: it is counted once it has ended.
  }
  return entries;
}

/**
 * A runner may have left folders without any rights, or so deep that no path leads there. The system's own tools go down step by step,
 * where Node works with whole paths. Rejects where something stays.
 */
export async function removeTree(path: string): Promise<void> {
  const simply = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await simply();
  } catch {
    const ask = asker(process.env);
    const { signal } = new AbortController();
    await ask('chmod', ['-R', 'u+rwX', '--', path], signal);
    await ask('rm', ['-rf', '--', path], signal);
    await simply();
  }
}
