// Private files: the data folder holds keys and earnings, so everything in it is for its owner's eyes alone (0600 in 0700),
// and what must survive a power cut is synced together with its folder.
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folder 0700 unless it is there, and those above it. One that the user made keeps its mode; the files inside are
 * private anyway. One by one from the top: Node's `recursive` tries for ever where a system says ENOENT to a new name in a
 * folder that is there, as Linux does in /proc.
 */
export function ensurePrivateFolder(folder: string): void {
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) ensurePrivateFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Creates an empty 0600 file, or tightens the mode of one that is there. Never opens a file that exists: closing any
 * descriptor of a file drops all locks that this process holds on it (fcntl), also those of SQLite.
 */
export function ensurePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    tighten(file);
  }
}

/** Takes group and others off the file's mode. Means nothing on Windows, where the profile folder protects it. */
export function tighten(file: string): void {
  if (process.platform === 'win32') return;
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) chmodSync(file, mode & 0o700);
}

/** Replaces the file whole or not at all, 0600, and returns when content and name are on the disk. */
export function writePrivateFile(file: string, content: string): void {
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
  syncFolder(dirname(file));
}

export function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes names created, renamed or removed in the folder durable. Windows has no such call and keeps its own journal. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
