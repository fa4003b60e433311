// What still runs of a container that its engine has removed. One that was killed while it started a container does not know that it did:
// the processes go on, and hold the container's mounts and with them its part of the disk. They are known by their control group, which has
// the container's id in its name; what watches them for Podman may be in one for all, and has the id among its words.

import { basename } from 'node:path';
import { namesIn, textOf } from '../../base/files.ts';

const WATCHER = 'conmon';
const WHOLE_ID = /^[0-9a-f]{64}$/;

/** By the id of a container that was ours and is removed. Nothing happens where there are no control groups, or it ran elsewhere. */
export async function endLeftRunning(id: string): Promise<void> {
  if (process.platform !== 'linux' || !WHOLE_ID.test(id)) return;
  await Promise.all(
    (await processes()).map(async (pid) => {
      if ((await textOf('/proc', pid, 'cgroup'))?.includes(id) || (await watches(pid, id))) end(Number(pid));
    }),
  );
}

/** What has become of the first process of a container. Unseen: it is not to be seen from here. */
export async function firstProcess(id: string, pid: number): Promise<'runs' | 'ended' | 'unseen'> {
  const isHere = (await textOf('/proc', String(pid), 'cgroup'))?.includes(id) ?? false;
  const status = isHere ? await textOf('/proc', String(pid), 'status') : undefined;
  if (status !== undefined && !/^State:\s+[ZX]/m.test(status)) return 'runs';
  const watching = await Promise.all((await processes()).map((each) => watches(each, id, 'itself')));
  // It is about to tell what has become of it.
  if (watching.includes(true)) return 'runs';
  return isHere ? 'ended' : 'unseen';
}

const processes = async () => (await namesIn('/proc')).filter((name) => /^\d+$/.test(name));

/** Itself: and not a command that was run in there, whose watcher stays for minutes. */
async function watches(pid: string, id: string, what: 'itself' | 'anything' = 'anything'): Promise<boolean> {
  const [program = '', ...words] = (await textOf('/proc', pid, 'cmdline'))?.split('\0') ?? [];
  if (basename(program) !== WATCHER) return false;
  return what === 'itself' ? words[words.indexOf('-u') + 1] === id : words.includes(id);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
