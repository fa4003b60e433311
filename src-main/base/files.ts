// Small files in which the kernel tells about the computer. Each may be gone the next moment, and none is long.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Trimmed; undefined where there is no such file, or it gives an error as sensors do that sleep. */
export async function textOf(...parts: readonly string[]): Promise<string | undefined> {
  try {
    return (await readFile(join(...parts), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/** Undefined where it is no whole number. */
export async function numberOf(...parts: readonly string[]): Promise<number | undefined> {
  const text = await textOf(...parts);
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Sorted; empty where there is no such folder. */
export async function namesIn(...parts: readonly string[]): Promise<readonly string[]> {
  try {
    return (await readdir(join(...parts))).sort();
  } catch {
    return [];
  }
}
