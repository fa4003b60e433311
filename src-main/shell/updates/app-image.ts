// An AppImage is one file: a new version takes its place under the same name, so that whatever starts it goes on doing so, and
// the one before is kept for the way back.

import { accessSync, chmodSync, constants, copyFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAbsolute } from 'node:path/posix';

/** The file that runs now; undefined where this is no AppImage. */
export function ownAppImage(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = env.APPIMAGE;
  return file && isAbsolute(file) && !file.includes('\0') ? file : undefined;
}

export function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Keeps the present one as `kept`: a copy, since a write into the file would change a second name of it too. */
export function keep(place: string, kept: string): void {
  copyFileSync(place, kept, constants.COPYFILE_FICLONE);
}

/**
 * Puts `file` in its place in one step: there is a whole one there at any moment. `verify` is shown the very copy that will be
 * there and may throw. Throws what the disk says.
 */
export function putInPlace(file: string, place: string, verify?: (copy: string) => void): void {
  const fresh = `${place}.new`;
  rmSync(fresh, { force: true });
  try {
    copyFileSync(file, fresh);
    verify?.(fresh);
    chmodSync(fresh, 0o755);
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
