// Backups of a folder that no node runs on: made and tested from what is open, put back where nothing is.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupFacts, BackupFile, RestoreTestView } from '../../src-preload/contract/backup.ts';
import { Backups } from '../backup/backups.ts';
import { DATABASE, takePrepared } from '../backup/put-back.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import { lockDataFolder } from '../storage/lock.ts';
import { backupsOf, openThrowAway } from './node-folder.ts';
import type { State } from './open-state.ts';
import { removeLock } from './removal.ts';
import { VERSION } from './version.ts';

const own = { clock: systemClock, random: systemRandom };

export type MadeBackup = BackupFile & { readonly facts: BackupFacts };

/** Whether there is a node in a folder, sound or not. */
export function isLivedIn(dataDir: string): boolean {
  return existsSync(join(dataDir, DATABASE));
}

/** Makes one in the folder's own `backups`. Rejects as `Backups` does. */
export function createBackup(state: State, dataDir: string, passphrase: string): Promise<MadeBackup> {
  return backupsOf(own, state, { dataDir }).create(passphrase);
}

/** The restore test, compared with the folder's own state. */
export function testBackup(state: State, dataDir: string, file: string, passphrase: string): Promise<RestoreTestView> {
  return backupsOf(own, state, { dataDir }).test(file, passphrase);
}

/** The restore test on a computer without a node: there is nothing to compare with, and nothing is left behind. */
export async function testBackupAlone(file: string, passphrase: string): Promise<RestoreTestView> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hearth-restore-test-'));
  try {
    return await homeless(dataDir).test(file, passphrase);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

export interface Restoring {
  /** Proves the file and tells what is in it. */
  inspect(): Promise<BackupFacts>;
  /** Puts it in place. Answers where what was there is now, within the data folder; null where nothing was. */
  restore(): Promise<string | null>;
}

/** Holds the folder for as long as `work` takes. Throws StorageLocked where a node runs on it. */
export async function restoreInto<T>(
  { dataDir, file, passphrase }: { readonly dataDir: string; readonly file: string; readonly passphrase: string },
  work: (restoring: Restoring) => Promise<T>,
): Promise<T> {
  const fresh = !existsSync(dataDir);
  const lock = lockDataFolder(dataDir);
  let restored = false;
  try {
    const backups = homeless(dataDir);
    return await work({
      inspect: async () => (await backups.inspect(file, passphrase)).backup,
      async restore() {
        const { aside } = await backups.restore(file, passphrase);
        takePrepared(dataDir);
        restored = true;
        return aside;
      },
    });
  } finally {
    lock.release();
    if (fresh && !restored) removeLock(dataDir);
  }
}

/** With no folder of its own to compare with or to back up. */
function homeless(dataDir: string): Backups {
  return new Backups(
    { ...own, logger: silentLogger, openFolder: (folder) => openThrowAway(own, folder) },
    { dataDir, version: VERSION },
  );
}
