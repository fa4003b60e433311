// Which program listens at a port of this computer, as far as Linux lets this user see; elsewhere, and of others, nothing is known.

import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, textOf } from '../base/files.ts';

const LISTENING = '0A';
/** More than a home computer runs; each has its open files looked through. */
const MOST_PROCESSES = 4096;

/** `name (process 123)`; undefined where it can't be found out. `root` is `/`, but for tests. */
export async function portOwner(port: number, root = '/'): Promise<string | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => textOf(root, 'proc/net', name)));
  const sockets = new Set(
    tables.flatMap((table) => listeningAt(port, table ?? '')).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  const processes = (await namesIn(root, 'proc')).filter((name) => /^\d+$/.test(name)).slice(0, MOST_PROCESSES);
  for (const process of processes) {
    const folder = join(root, 'proc', process, 'fd');
    for (const file of await namesIn(folder)) {
      const target = await readlink(join(folder, file)).catch(() => '');
      if (sockets.has(target)) return `${nameOf(await textOf(root, 'proc', process, 'comm'))} (process ${process})`;
    }
  }
  return undefined;
}

/** Inodes of sockets: the second column is the local address and port in hex, the fourth the state, the tenth the inode. */
function listeningAt(port: number, table: string): string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    return columns[1]?.endsWith(ending) && columns[3] === LISTENING && columns[9] ? [columns[9]] : [];
  });
}

/** A program may give itself any name. */
function nameOf(comm: string | undefined): string {
  return comm?.replaceAll(/[^\p{L}\p{N} ._/:-]/gu, '').slice(0, 32) || 'a program';
}
