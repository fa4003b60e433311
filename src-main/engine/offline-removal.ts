// Removing everything where no node runs: nothing has to be left or stopped, and nothing is opened but the lock.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RemovalView } from '../../src-preload/contract/removal.ts';
import { DATABASE } from '../backup/put-back.ts';
import { lockDataFolder } from '../storage/lock.ts';
import { assertGivenUp, satHeld } from '../wallet/held.ts';
import { removeBoxes } from './boxes/removal.ts';
import { type RemovalOptions, removeFiles, removeLock } from './removal.ts';

export { whatThereIs } from './removal.ts';

/** Rejects with StorageLocked where a node runs on the folder, and WalletHolds where a wallet would be lost that is not given up. */
export async function removeOffline(
  options: RemovalOptions,
  { keepKeys, giveUp }: { readonly keepKeys: boolean; readonly giveUp?: number | undefined },
): Promise<RemovalView> {
  const lock = lockDataFolder(options.dataDir);
  try {
    if (!keepKeys) assertGivenUp(heldIn(join(options.dataDir, DATABASE)), giveUp);
    const boxesLeft = !(await removeBoxes(options.dataDir));
    return removeFiles(options, { keepKeys, remains: [], boxesLeft });
  } finally {
    lock.release();
    removeLock(options.dataDir);
  }
}

/** 0 also where the database can't be read: it can't be asked what it holds, and damage is a reason to remove it. */
function heldIn(file: string): number {
  if (!existsSync(file)) return 0;
  let read: Database.Database | undefined;
  try {
    read = new Database(file, { readonly: true });
    return satHeld(read);
  } catch {
    return 0;
  } finally {
    read?.close();
  }
}
