// Opens what a data folder holds, in the one safe order: lock, a backup that waits to be put back, logs, database, secrets,
// settings. Both a whole node and the command line without a running node come this way.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnitWorth } from '../../src-preload/contract/settings/power.ts';
import { dataUseMigrations } from '../availability/data-use.ts';
import { idleHistoryMigrations } from '../availability/idle-history.ts';
import { gridOfWindows } from '../availability/windows.ts';
import { DATABASE, KEYS, takePrepared } from '../backup/put-back.ts';
import { backupMigrations } from '../backup/store.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { openLogs } from '../logs/logs.ts';
import { networkMigrations } from '../networks/manifests.ts';
import { nostrMigrations } from '../nostr/schema.ts';
import { ledgerMigrations } from '../payments/ledger.ts';
import { mapperMigrations } from '../reachability/mapper/journal.ts';
import { recordedHolder } from '../secrets/holders.ts';
import type { HolderName } from '../secrets/key-holder.ts';
import { type Keychain, keychainHolder } from '../secrets/keychain-holder.ts';
import { openSecrets, type Secrets, secretsMigrations } from '../secrets/secrets.ts';
import { Settings } from '../settings/settings.ts';
import { settingsMigrations } from '../settings/store.ts';
import { type HearthDatabase, openDatabase } from '../storage/database.ts';
import { folderError } from '../storage/errors.ts';
import { lockDataFolder } from '../storage/lock.ts';
import { walletMigrations } from '../wallet/schema.ts';
import { workMigrations } from '../work/store.ts';
import { uptimeMigrations } from '../work/uptime.ts';
import { assertNotLost } from './prior-run.ts';

export interface State {
  readonly logger: Logger;
  readonly database: HearthDatabase;
  readonly secrets: Secrets;
  readonly settings: Settings;
  /** Never rejects; the lock goes last. `locked` is called when all else is closed and no other process can have opened it. */
  close(locked?: () => void): Promise<void>;
}

const migrations = [
  ...settingsMigrations,
  ...secretsMigrations,
  ...workMigrations,
  ...uptimeMigrations,
  ...dataUseMigrations,
  ...idleHistoryMigrations,
  ...ledgerMigrations,
  ...walletMigrations,
  ...nostrMigrations,
  ...networkMigrations,
  ...mapperMigrations,
  ...backupMigrations,
];

export interface StateOptions {
  readonly dataDir: string;
  readonly logLevel: string;
  /** The user's list of folders that nodes live in; see prior-run.ts. Left out, only the folder itself is looked at. */
  readonly known?: string | undefined;
  /** Begin anew where a node was and its database is gone. */
  readonly anew?: boolean;
  /** Asked when the folder's key is under a passphrase; left out, such a folder is refused. */
  readonly passphrase?: (() => Promise<string>) | undefined;
  /** The desktop's own, for a key that it keeps. */
  readonly keychain?: Keychain | undefined;
}

/** Who keeps the key of a data folder, without asking for it; undefined where there is no key yet. Throws KeyMissing. */
export function keyHolder(dataDir: string): HolderName | undefined {
  const folder = join(dataDir, KEYS);
  return existsSync(folder) ? recordedHolder(folder) : undefined;
}

export async function openState(
  deps: { readonly clock: Clock; readonly random: Random },
  options: StateOptions,
): Promise<State> {
  const { dataDir } = options;
  const lock = lockDataFolder(dataDir);
  const undo: (() => unknown)[] = [() => lock.release()];
  const close = async (locked?: () => void) => {
    const [unlock, ...steps] = undo.splice(0);
    for (const step of steps.toReversed()) await step();
    if (unlock) locked?.();
    await unlock?.();
  };
  try {
    takePrepared(dataDir);
    assertNotLost(deps, options);
    const logs = openLogs(deps, { dir: join(dataDir, 'logs'), level: options.logLevel });
    undo.push(() => logs.close());
    const { logger } = logs;
    const database = await openDatabase(
      { clock: deps.clock, logger: logger.child('storage') },
      { file: join(dataDir, DATABASE), migrations },
    );
    undo.push(() => database.close());
    const { committer, read } = database;
    const secrets = await openSecrets(
      { ...deps, committer, read },
      {
        dir: join(dataDir, KEYS),
        ...(options.passphrase && { passphrase: options.passphrase }),
        ...(options.keychain && { keychain: keychainHolder(join(dataDir, KEYS), options.keychain) }),
      },
    );
    const settings = new Settings({ clock: deps.clock, logger: logger.child('settings'), read, secrets });
    await adopt(settings);
    return { logger, database, secrets, settings, close };
  } catch (error) {
    await close();
    throw folderError(dataDir, error);
  }
}

/** What an earlier version kept in another form, once. */
async function adopt(settings: Settings): Promise<void> {
  const grid = settings.isSet('availability.grid') ? null : gridOfWindows(settings.retired('availability.windows'));
  if (grid) await settings.set('availability.grid', grid);
  const { data: credit } = UnitWorth.safeParse({
    unit: 'credit',
    from: null,
    worth: settings.retired('power.creditWorth'),
  });
  if (credit && !settings.isSet('power.worth')) await settings.set('power.worth', [credit]);
}
