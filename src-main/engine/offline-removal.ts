// Removing everything where no node runs: nothing has to be left or stopped, and nothing is opened but the lock.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RemovalView } from '../../src-preload/contract/removal.ts';
import { BoxEngineChoice } from '../../src-preload/contract/settings/boxes.ts';
import { DATABASE } from '../backup/put-back.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { lockDataFolder } from '../storage/lock.ts';
import { assertGivenUp, satHeld } from '../wallet/held.ts';
import { opener } from './boxes/opener.ts';
import { removeAllOfBoxes } from './boxes/removal.ts';
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
    const engine = engineIn(join(options.dataDir, DATABASE));
    const deps = { clock: systemClock, logger: silentLogger, engine: () => engine };
    const boxes = await removeAllOfBoxes(options.dataDir, opener(deps, options.dataDir));
    return removeFiles(options, { keepKeys, ...boxes });
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

/** What its owner has chosen to make boxes with; containers where it can't be read. */
function engineIn(file: string): BoxEngineChoice {
  const usual: BoxEngineChoice = { engine: 'containers' };
  if (!existsSync(file)) return usual;
  let read: Database.Database | undefined;
  try {
    read = new Database(file, { readonly: true });
    const { value } = read.prepare("SELECT value FROM settings WHERE path = 'backends.boxEngine'").get() as {
      readonly value: string;
    };
    return BoxEngineChoice.safeParse(JSON.parse(value)).data ?? usual;
  } catch {
    return usual;
  } finally {
    read?.close();
  }
}
