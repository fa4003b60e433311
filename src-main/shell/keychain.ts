// The desktop's keychain by Electron: DPAPI on Windows, Keychain on macOS, libsecret or KWallet on Linux.

import { safeStorage } from 'electron';
import type { DesktopView } from '../../src-preload/contract/desktop.ts';
import type { EngineOptions } from '../engine/engine.ts';

/** After `ready`. */
export const keychain: NonNullable<EngineOptions['keychain']> = {
  available: async () => (await keychainView()).state === 'protects',
  seal: (text) => safeStorage.encryptStringAsync(text),
  async open(sealed) {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed));
    return { text: result, again: shouldReEncrypt };
  },
};

const NAMES: Readonly<Record<string, string>> = {
  gnome_libsecret: 'GNOME Keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
};

/** Never rejects. */
export async function keychainView(platform: NodeJS.Platform = process.platform): Promise<DesktopView['keychain']> {
  const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : undefined;
  if (backend === 'basic_text') {
    return {
      state: 'plain',
      name: null,
      says: 'This desktop has no keychain that Hearth knows: what it gave away would be readable for anybody who has the disk. Use a passphrase.',
    };
  }
  const name = platform === 'darwin' ? 'Keychain' : platform === 'win32' ? 'Windows' : (NAMES[backend ?? ''] ?? null);
  const there = await safeStorage.isAsyncEncryptionAvailable().catch(() => false);
  if (!there) return { state: 'none', name, says: "This desktop's keychain is locked or does not answer." };
  return {
    state: 'protects',
    name,
    says: 'The key can be kept by the keychain of this desktop: only you, logged in here, can open it.',
  };
}
