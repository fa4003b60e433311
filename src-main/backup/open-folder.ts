// A data folder that is open, as far as backups look into it: the node's own, and the throw-away one of a restore test. The engine
// opens folders; here is only what is asked of them.

import type { Database } from 'better-sqlite3';
import type { FolderFacts, NetworkIdentity } from '../../src-preload/contract/backup.ts';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { Committer, Write } from '../storage/write.ts';

export interface OpenFolder {
  readonly databaseFile: string;
  readonly read: Database;
  readonly committer: Committer;
  /** What a backup does not take along, as statements that delete it. */
  readonly leaveOut: readonly string[];
  identities(): NetworkIdentity[];
  /** Of this folder, or of another state of its database. */
  facts(read?: Database): FolderFacts;
  /** What the user has chosen: JSON by path. */
  settings(): ReadonlyMap<string, string>;
  /** How many of them were chosen since a moment. */
  settingsSince(at: number): number;
  /** Number of the newest ledger entry, 0 without one. */
  newestEntry(read?: Database): number;
  /** Sums of the ledger's first entries, up to that number. */
  ledgerUpTo(entry: number): Sum[];
  /** Sealed values that do not open. */
  damagedSecrets(): number;
  /** Looks through the whole database: findings, or none. */
  problems(): string[];
  /** The computer's name in the settings; may be empty. */
  name(): string;
  keyForBackup(): Uint8Array;
  /** Of its ecash wallet; undefined: there is none. */
  walletWords(): string | undefined;
}

export interface ThrowAwayFolder extends OpenFolder {
  /** What is not to run on this computer before its user has said yes, once it was put back: to be committed with the rest. */
  holdBack(at: number): readonly Write[];
  close(): Promise<void>;
}
