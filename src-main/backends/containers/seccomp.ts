// Podman's profile of system calls lets a container make user namespaces, in which its programs are root over parts of the kernel that
// strangers should not come near; Docker's does not. So boxes of Podman get its own profile without those calls.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../base/object.ts';
import { ensurePrivateFolder, writePrivateFile } from '../../storage/files.ts';

/** Where Podman looks for its own (containers.conf(5), `seccomp_profile`). */
const PLACES = ['/etc/containers/seccomp.json', '/usr/share/containers/seccomp.json'] as const;

/** Namespaces, mounts and keyrings: Docker's profile has them only for containers with CAP_SYS_ADMIN. */
const CLOSED: ReadonlySet<string> = new Set([
  'clone',
  'clone3',
  'unshare',
  'setns',
  'mount',
  'mount_setattr',
  'umount',
  'umount2',
  'pivot_root',
  'move_mount',
  'open_tree',
  'fsopen',
  'fsconfig',
  'fsmount',
  'fspick',
  'add_key',
  'keyctl',
  'request_key',
  'userfaultfd',
]);

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h). */
const NAMESPACES = 0x7e020000;
const EPERM = 1;

interface Profile {
  readonly syscalls: readonly unknown[];
}

/** Undefined where it is none that could be read. `clone` stays for processes and threads. */
export function withoutNamespaces(text: string): string | undefined {
  const found: unknown = JSON.parse(text);
  if (!isObject(found) || !Array.isArray(found.syscalls)) return undefined;
  const { syscalls } = found as unknown as Profile;
  const kept = syscalls.flatMap((rule) => {
    if (!isObject(rule) || !Array.isArray(rule.names)) return [rule];
    const names = (rule.names as unknown[]).filter((name) => !CLOSED.has(String(name)));
    return names.length === 0 ? [] : [{ ...rule, names }];
  });
  // Without a word for it, `clone3` is one that this kernel does not have, and programs go on with `clone`.
  const closed = {
    names: [...CLOSED].filter((name) => name !== 'clone' && name !== 'clone3'),
    action: 'SCMP_ACT_ERRNO',
    errnoRet: EPERM,
  };
  const clone = {
    names: ['clone'],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index: 0, value: NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
    // Its arguments are in another order there.
    excludes: { arches: ['s390', 's390x'] },
  };
  return JSON.stringify({ ...found, syscalls: [...kept, closed, clone] });
}

/** The path of the stricter profile, written into the folder; undefined where Podman has none of its own on this computer. */
export async function seccompProfile(folder: string, places: readonly string[] = PLACES): Promise<string | undefined> {
  for (const place of places) {
    const text = await readFile(place, 'utf8').catch(() => undefined);
    const stricter = text === undefined ? undefined : withoutNamespaces(text);
    if (stricter === undefined) continue;
    const path = join(folder, 'seccomp.json');
    // Whole or not at all, and left alone where it is there: an engine reads it while the next box is made.
    if ((await readFile(path, 'utf8').catch(() => undefined)) !== stricter) {
      ensurePrivateFolder(folder);
      writePrivateFile(path, stricter);
    }
    return path;
  }
  return undefined;
}
