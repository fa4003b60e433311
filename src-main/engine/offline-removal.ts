// Removing everything where no node runs: nothing has to be left or stopped, and nothing is opened but the lock.

import type { RemovalView } from '../../src-preload/contract/removal.ts';
import { lockDataFolder } from '../storage/lock.ts';
import { type RemovalOptions, removeFiles, removeLock } from './removal.ts';

export { whatThereIs } from './removal.ts';

/** Throws StorageLocked where a node runs on the folder. */
export function removeOffline(options: RemovalOptions, { keepKeys }: { readonly keepKeys: boolean }): RemovalView {
  const lock = lockDataFolder(options.dataDir);
  try {
    return removeFiles(options, { keepKeys, remains: [] });
  } finally {
    lock.release();
    removeLock(options.dataDir);
  }
}
