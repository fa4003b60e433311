// Files that the command line names: what the system says of them, in words.

import { HearthError } from '../base/errors.ts';

const SAYS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not use it',
  EPERM: 'you may not use it',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** Resolves as `work` does. Rejects with `command.file-exists`, `command.file-unusable`, or as `work` does for any other reason. */
export async function withFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
    if (error.code === 'EEXIST') throw fileExists(file);
    const why = SAYS[error.code];
    if (why === undefined) throw error;
    throw new HearthError({
      code: 'command.file-unusable',
      category: 'invalid',
      message: `${file} cannot be used: ${why}. Name another file.`,
      details: { file, reason: error.code },
      cause: error,
    });
  }
}

export function fileExists(file: string): HearthError {
  return new HearthError({
    code: 'command.file-exists',
    category: 'invalid',
    message: `There is a file ${file} already. Choose another name.`,
  });
}
