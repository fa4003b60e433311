// Where a running node can be reached by the command line, and the note in the data folder that says so.
//
// A socket's path must be short (104 bytes with the final zero on macOS, 108 on Linux: sun_path in unix(7)), which a data
// folder's rarely is; so the socket lies in the runtime folder and the data folder holds a note, readable by its owner alone.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { runNoteFile } from '../engine/folders.ts';
import { NoSocketFolder } from './errors.ts';

export const LONGEST_SOCKET_PATH = 103;

export interface PlaceOptions {
  readonly platform: NodeJS.Platform;
  /** `$XDG_RUNTIME_DIR`, if set. */
  readonly runtimeDir: string | undefined;
  readonly tmpDir: string;
  /** The user's id; undefined on Windows. */
  readonly uid: number | undefined;
}

export function systemPlace(): PlaceOptions {
  return {
    platform: process.platform,
    runtimeDir: process.env.XDG_RUNTIME_DIR,
    tmpDir: tmpdir(),
    uid: process.getuid?.(),
  };
}

/** A path for this data folder's socket, in a folder that is private to the user. Throws NoSocketFolder. */
export function socketPath(dataDir: string, random: Random, options: PlaceOptions): string {
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 8);
  // Any program may open a pipe of a given name first, so the name can't be known in advance.
  if (options.platform === 'win32') return `\\\\.\\pipe\\hearth-${name}-${random.bytes(8).toString('hex')}`;
  if (options.runtimeDir !== undefined) {
    const path = join(options.runtimeDir, `hearth-${name}.sock`);
    if (fits(path) && isPrivate(options.runtimeDir, options.uid)) return path;
  }
  const folderName = `hearth-${options.uid}-${name}`;
  const [base = '/tmp'] = [options.tmpDir, '/tmp'].filter((dir) => fits(join(dir, folderName, 'socket')));
  return join(privateFolder(join(base, folderName), options.uid), 'socket');
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_SOCKET_PATH;
}

function privateFolder(folder: string, uid: number | undefined): string {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new NoSocketFolder(folder, error);
  }
  // In a folder everybody may write to, someone else may have been there first, with a link in place of a folder.
  if (!isPrivate(folder, uid)) throw new NoSocketFolder(folder);
  return folder;
}

/** Takes away the folder that was made for this socket alone; one that is used otherwise, or is not empty, stays. */
export function leavePlace(path: string): void {
  if (basename(path) !== 'socket') return;
  try {
    rmdirSync(dirname(path));
  } catch {
    // An empty folder does no harm.
  }
}

function isPrivate(folder: string, uid: number | undefined): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0;
}

/** The note in the data folder. */
const RunNote = z.object({
  path: z.string().min(1).max(256),
  token: z.string().min(32).max(128),
  pid: z.number().int().positive(),
  startedAt: z.number().int().nonnegative(),
});
export type RunNote = z.infer<typeof RunNote>;

/** Replaces the note in one step: a reader finds the old one or the new one, whole. */
export async function writeRunNote(dataDir: string, note: RunNote): Promise<void> {
  const draft = `${runNoteFile(dataDir)}.${note.pid}.draft`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(note)}\n`);
  } finally {
    await file.close();
  }
  await rename(draft, runNoteFile(dataDir));
}

/** Undefined when there is none or when it is not one of ours. */
export async function readRunNote(dataDir: string): Promise<RunNote | undefined> {
  try {
    return RunNote.safeParse(JSON.parse(await readFile(runNoteFile(dataDir), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Takes the note away if it is still the one with this token. */
export async function removeRunNote(dataDir: string, token: string): Promise<void> {
  if ((await readRunNote(dataDir))?.token === token) await rm(runNoteFile(dataDir), { force: true });
}
