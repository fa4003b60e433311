// The newest lines of the log, from the file and the older ones before it.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isCode } from '../storage/files.ts';

export interface TailOptions {
  readonly lines: number;
  /** Bytes read at most. */
  readonly bytes: number;
}

/** Oldest first, whole lines only. Files that are not there are no lines. */
export function logTail(folder: string, { lines, bytes }: TailOptions): string[] {
  let found: string[] = [];
  let left = bytes;
  for (const name of ['hearth.log', 'hearth.log.1']) {
    if (found.length >= lines || left <= 0) break;
    const text = endOf(join(folder, name), left);
    left -= text.length;
    found = [...text.toString('utf8').split('\n').filter(Boolean), ...found];
  }
  return found.slice(-lines);
}

/** From the first whole line within the last `bytes`. */
function endOf(file: string, bytes: number): Buffer {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const { size } = fstatSync(handle);
    const start = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - start);
    const end = buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, start));
    return start === 0 ? end : end.subarray(end.indexOf(10) + 1);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
