// The plain holder: a file that only its owner can read, as ssh keeps keys. Protects against other users of the computer and
// against a copied database, not against a thief of the whole folder.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, tighten, writePrivateFile } from '../storage/files.ts';
import { KeyMissing } from './errors.ts';
import type { KeyHolder } from './key-holder.ts';
import { KEY_BYTES } from './seal.ts';

/** Keeps `data.key` in `folder`: the 32 bytes in base64url. */
export function fileHolder(folder: string): KeyHolder {
  const file = join(folder, 'data.key');
  return {
    name: 'file',
    file,
    has: () => existsSync(file),
    async load() {
      let key: Buffer;
      try {
        tighten(file);
        key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
      } catch (error) {
        throw new KeyMissing(file, error);
      }
      if (key.length !== KEY_BYTES) throw new KeyMissing(file);
      return key;
    },
    async store(key) {
      writePrivateFile(file, `${Buffer.from(key).toString('base64url')}\n`);
    },
    forget() {
      rmSync(file, { force: true });
      syncFolder(folder);
    },
  };
}
