// The sum of a package by which the signed feed names it, looked at again whenever the file could have become another.

import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { notGenuine } from './errors.ts';

export interface Downloaded {
  readonly file: string;
  /** In base64, from the signed feed. */
  readonly sha512: string;
}

const PIECE = 1024 * 1024;

/** While tasks may run: the main thread goes on between the pieces. */
export async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: PIECE }), hash);
  return hash.digest('base64');
}

/** In one go, so that little time is left between this and what is done with the file. Throws `UpdateRefused`. */
export function verifyStill(file: string, sha512: string): void {
  const hash = createHash('sha512');
  const handle = openSync(file, 'r');
  try {
    const piece = Buffer.alloc(PIECE);
    for (let length = readSync(handle, piece); length > 0; length = readSync(handle, piece)) {
      hash.update(piece.subarray(0, length));
    }
  } finally {
    closeSync(handle);
  }
  if (hash.digest('base64') !== sha512) throw notGenuine('the file has changed since it was downloaded');
}
