// A node whose data is gone must not come up as a new one: it would have another identity, and what it earned would seem never
// to have been. So the folders that nodes live in are remembered, in a small file of the user's outside of them: a disk that is
// not mounted, or was wiped, is then seen for what it is. Nothing of a node is in that file but the path.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { asideName, DATABASE, KEYS, setAside } from '../backup/put-back.ts';
import type { Clock } from '../base/clock.ts';
import { HearthError } from '../base/errors.ts';
import { ensurePrivateFolder, writePrivateFile } from '../storage/files.ts';

/** More are not remembered; the oldest goes. */
const MOST = 32;
const Known = z.strictObject({ folders: z.array(z.string().max(4096)).max(MOST) });

/** There was a node here, and its database is missing or empty. Restore it, or begin anew on purpose. */
export class NodeLost extends HearthError {
  constructor(folder: string) {
    super({
      code: 'engine.node-lost',
      category: 'denied',
      message: `A node has lived in ${folder}, and its database is gone. Is a disk missing? Put it back from a backup with "hearth restore FILE", or begin as a new node with "hearth serve --new".`,
      details: { folder },
    });
  }
}

export interface PriorRunOptions {
  readonly dataDir: string;
  readonly known?: string | undefined;
  readonly anew?: boolean;
}

/** Before anything in the folder is opened. Throws NodeLost; where a new beginning is wanted, moves aside what is left. */
export function assertNotLost({ clock }: { readonly clock: Clock }, { dataDir, known, anew }: PriorRunOptions): void {
  if (hasDatabase(dataDir) || !wasLivedIn(dataDir, known)) return;
  if (!anew) throw new NodeLost(dataDir);
  setAside(dataDir, asideName('new', clock.now()));
}

/** To be called once a folder has something that only a backup could bring back. */
export function remember(file: string, dataDir: string): void {
  const folders = foldersIn(file);
  const folder = resolve(dataDir);
  if (folders.at(-1) === folder) return;
  write(file, [...folders.filter((one) => one !== folder), folder].slice(-MOST));
}

/** The folder was given up on purpose. */
export function forget(file: string, dataDir: string): void {
  const folders = foldersIn(file);
  const left = folders.filter((one) => one !== resolve(dataDir));
  if (left.length < folders.length) write(file, left);
}

function hasDatabase(dataDir: string): boolean {
  return (statSync(join(dataDir, DATABASE), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The key is made after the database, so a key alone is what is left of a node. */
function wasLivedIn(dataDir: string, known: string | undefined): boolean {
  const keys = ['data.key', 'data.json', 'holder.json'].some((name) => existsSync(join(dataDir, KEYS, name)));
  return keys || (known !== undefined && foldersIn(known).includes(resolve(dataDir)));
}

/** A list that cannot be read is no list: it is a second look, and must not keep a node from starting. */
function foldersIn(file: string): string[] {
  try {
    return Known.parse(JSON.parse(readFileSync(file, 'utf8'))).folders;
  } catch {
    return [];
  }
}

function write(file: string, folders: string[]): void {
  ensurePrivateFolder(dirname(file));
  writePrivateFile(file, `${JSON.stringify({ folders } satisfies z.infer<typeof Known>, null, 2)}\n`);
}
