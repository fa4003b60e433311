// The key under the desktop's keychain: a thief of the whole folder lacks what the keychain keeps, and the user need not type
// anything. It is bound to this computer and this user; a copy of the folder elsewhere needs another holder first.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, tighten, writePrivateFile } from '../storage/files.ts';
import { KeychainClosed, KeychainLost, KeyMissing } from './errors.ts';
import type { KeyHolder } from './key-holder.ts';
import { KEY_BYTES } from './seal.ts';

/** What a desktop's keychain can do for us. */
export interface Keychain {
  /** Whether it is there, open, and protects what it is given. Never rejects. */
  available(): Promise<boolean>;
  seal(text: string): Promise<Uint8Array>;
  /** Rejects where it does not open. `again`: the keychain has a better key by now, seal it anew. */
  open(sealed: Uint8Array): Promise<{ readonly text: string; readonly again: boolean }>;
}

/** Keeps `data.keychain` in `folder`: the key as the keychain sealed it, in base64url. */
export function keychainHolder(folder: string, keychain: Keychain): KeyHolder {
  const file = join(folder, 'data.keychain');
  const store = async (key: Uint8Array) => {
    const sealed = await keychain.seal(Buffer.from(key).toString('base64url'));
    writePrivateFile(file, `${Buffer.from(sealed).toString('base64url')}\n`);
  };
  return {
    name: 'keychain',
    file,
    has: () => existsSync(file),
    async load() {
      const sealed = read(file);
      // Asked first: what it can't open because it is locked is not lost.
      if (!(await keychain.available())) throw new KeychainClosed();
      const opened = await keychain.open(sealed).catch((error: unknown) => {
        throw new KeychainLost(file, error);
      });
      const key = Buffer.from(opened.text, 'base64url');
      if (key.length !== KEY_BYTES) throw new KeychainLost(file);
      if (opened.again) await store(key);
      return key;
    },
    async store(key) {
      if (!(await keychain.available())) throw new KeychainClosed();
      await store(key);
    },
    forget() {
      rmSync(file, { force: true });
      syncFolder(folder);
    },
  };
}

function read(file: string): Buffer {
  try {
    tighten(file);
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  } catch (error) {
    throw new KeyMissing(file, error);
  }
}
