// A node's data folder as backups look into it, from what `openState` opened.

import type { Database } from 'better-sqlite3';
import type { FolderFacts } from '../../src-preload/contract/backup.ts';
import { FORGET_IDLE } from '../availability/idle-history.ts';
import { Backups } from '../backup/backups.ts';
import type { OpenFolder, ThrowAwayFolder } from '../backup/open-folder.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { identitiesIn } from '../networks/manifests.ts';
import { Ledger } from '../payments/ledger.ts';
import { LedgerSums } from '../payments/sums.ts';
import { vaultOf } from '../secrets/vault.ts';
import { SettingsStore } from '../settings/store.ts';
import { heldWords } from '../wallet/held.ts';
import { LEFT_OUT_OF_BACKUPS } from '../wallet/schema.ts';
import { WorkStore } from '../work/store.ts';
import { openState, type State } from './open-state.ts';
import { VERSION } from './version.ts';

interface Own {
  readonly clock: Clock;
  readonly random: Random;
}

/** The backups of a folder that is open. */
export function backupsOf(
  { clock, random }: Own,
  state: Pick<State, 'database' | 'secrets' | 'settings' | 'logger'>,
  { dataDir }: { readonly dataDir: string },
): Backups {
  return new Backups(
    {
      clock,
      random,
      logger: state.logger.child('backup'),
      here: nodeFolder(state),
      openFolder: (folder) => openThrowAway({ clock, random }, folder),
    },
    { dataDir, version: VERSION },
  );
}

export function nodeFolder({
  database,
  secrets,
  settings,
}: Pick<State, 'database' | 'secrets' | 'settings'>): OpenFolder {
  const { read, committer } = database;
  const ledger = new Ledger(read);
  const chosen = new SettingsStore(read);
  return {
    databaseFile: read.name,
    read,
    committer,
    leaveOut: [FORGET_IDLE, ...LEFT_OUT_OF_BACKUPS],
    identities: () => identitiesIn({ get: (name) => secrets.peek(name) }),
    facts: (other = read) => factsIn(other, secrets),
    settings: () => chosen.all(),
    settingsSince: (at) => chosen.countSince(at),
    newestEntry: (other) => (other ? new Ledger(other) : ledger).newest(),
    ledgerUpTo: (entry) => new LedgerSums(read).upTo(entry),
    damagedSecrets: () => secrets.count().damaged,
    problems: () => database.check(),
    name: () => settings.get('node.name'),
    keyForBackup: () => secrets.keyForBackup(),
    walletWords: () => heldWords(vaultOf(secrets, 'wallet')),
  };
}

/** Opens a folder that was made from a backup, for a look: no network, no model server, no log. */
export async function openThrowAway(deps: Own, dataDir: string): Promise<ThrowAwayFolder> {
  const state = await openState(deps, { dataDir, logLevel: 'silent' });
  return {
    ...nodeFolder(state),
    holdBack(at) {
      // Its paths and images were chosen on another computer, or long ago.
      if (state.settings.get('backends.runners').length === 0) return [];
      return [new SettingsStore(state.database.read).put('backends.runnersHeld', 'true', at)];
    },
    close: () => state.close(),
  };
}

function factsIn(read: Database, secrets: State['secrets']): FolderFacts {
  const held = secrets.heldIn(read);
  return {
    identities: identitiesIn({ get: (name) => held.get(name) ?? undefined }),
    ledger: new LedgerSums(read).all(),
    tasks: new WorkStore(read).newest().id,
    settings: new SettingsStore(read).all().size,
    secrets: held.size,
  };
}
