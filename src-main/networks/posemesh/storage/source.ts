// The bytes of a result, which can be read again from any place: of memory, or of a file.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ArtifactContent } from '../../../backends/runners/runner.ts';
import { passing } from '../../../base/passing.ts';
import { ResultRefused } from '../errors.ts';

export interface Source {
  readonly size: number;
  /** Throws ResultRefused where there are fewer by now. */
  read(from: number, length: number): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Rejects with ResultRefused where it is no plain file. */
export async function sourceOf(content: ArtifactContent): Promise<Source> {
  if ('bytes' in content) return ofBytes(Buffer.from(content.bytes));
  // A link would have this node send what the runner was not given; a pipe would never end.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(content.file, flags).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' || error.code === 'ENOENT' ? new ResultRefused('no-file') : error;
  });
  const found = await handle.stat();
  if (!found.isFile()) {
    await handle.close();
    throw new ResultRefused('no-file');
  }
  return { size: found.size, read: (from, length) => readRange(handle, from, length), close: () => handle.close() };
}

function ofBytes(bytes: Buffer): Source {
  return {
    size: bytes.length,
    async *read(from, length) {
      if (length > 0) yield bytes.subarray(from, from + length);
    },
    close: () => Promise.resolve(),
  };
}

const PIECE = 1024 * 1024;

async function* readRange(handle: FileHandle, from: number, length: number): AsyncIterable<Buffer> {
  for (let done = 0; done < length; ) {
    // A piece of its own each time: the one before may not be sent yet.
    const piece = Buffer.allocUnsafe(Math.min(PIECE, length - done));
    const { bytesRead } = await handle.read(piece, 0, piece.length, from + done);
    if (bytesRead === 0) throw new ResultRefused('changed');
    done += bytesRead;
    passing(bytesRead);
    yield piece.subarray(0, bytesRead);
  }
}
