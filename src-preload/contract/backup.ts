// Backups: one sealed file with all that makes this node what it is. Files cross a face in pieces, the same way in the window
// and in a browser: `read` hands out a file that was made, `receive` and `write` take one in. They lie in the data folder's
// `backups` meanwhile, where only its owner can read, and every other request names them by their file name there.

import { z } from 'zod';
import { inFront, live, Nothing, Reason, request, Time } from './define.ts';
import { Sum } from './earnings.ts';

/** Bytes of a file in one message, before base64: well below what any face takes at once. */
export const PIECE_BYTES = 512 * 1024;

export const SHORTEST_PASSPHRASE = 8;
const Passphrase = z.string().min(SHORTEST_PASSPHRASE, 'a passphrase of at least 8 characters is needed').max(1024);
export const GivenPassphrase = z.string().min(1, 'the passphrase of the backup is needed').max(1024);
const Count = z.number().int().nonnegative();

/** A file in the data folder's `backups`; no path. */
export const BackupName = z.string().regex(/^[a-z0-9-]{1,80}\.hearth-backup$/, 'the name of a backup');
/** How the names of files begin that came in from outside. */
export const RECEIVED = 'received-';
const Piece = z.base64().max(Math.ceil(PIECE_BYTES / 3) * 4);

/** Who a node is to one network. Neither is a secret: that network knows both. */
export const NetworkIdentity = z.object({ network: z.string(), nodeId: z.string(), publicKey: z.string() });
export type NetworkIdentity = z.infer<typeof NetworkIdentity>;

/** What a data folder, or a backup of it, holds. */
export const FolderFacts = z.object({
  identities: z.array(NetworkIdentity),
  /** Sums over the whole ledger, one a network and unit. */
  ledger: z.array(Sum),
  tasks: Count,
  /** Settings that the user has chosen. */
  settings: Count,
  /** Sealed values: node tokens, keys of model servers and of networks. */
  secrets: Count,
});
export type FolderFacts = z.infer<typeof FolderFacts>;

/** What each part of a backup brings back, in the order of their weight. */
export const BackupPart = z.enum(['identity', 'ledger', 'tasks', 'secrets', 'settings']);
export type BackupPart = z.infer<typeof BackupPart>;

export const BackupFacts = FolderFacts.extend({
  madeAt: Time,
  /** Of the Hearth that made it. */
  version: z.string(),
  /** The computer's name in the settings then; may be empty. */
  node: z.string(),
});
export type BackupFacts = z.infer<typeof BackupFacts>;

export const BackupFile = z.object({ name: BackupName, bytes: Count, madeAt: Time });
export type BackupFile = z.infer<typeof BackupFile>;

export const BackupView = z.object({
  /** The newest that was ever made of this data folder, wherever its file is now. `provenAt`: when a restore test last went well. */
  last: z.object({ madeAt: Time, bytes: Count, provenAt: Time.nullable() }).nullable(),
  /** Whether there is something that only a backup could bring back: an identity or earnings. */
  needed: z.boolean(),
  /** Ledger entries and settings that the newest backup does not have; all of them where there is none. */
  changedSince: z.object({ entries: Count, settings: Count }),
  /** Sealed files in the data folder's `backups`, newest first. */
  files: z.array(BackupFile),
  /** When this folder was last put back from a backup, and where what was there before lies. */
  restored: z.object({ at: Time, madeAt: Time, aside: z.string().nullable() }).nullable(),
  /** What is being done now, from 0 to 1. */
  busy: z.object({ what: z.enum(['create', 'test', 'restore']), done: z.number().min(0).max(1) }).nullable(),
});
export type BackupView = z.infer<typeof BackupView>;

/** In the order they are looked at; each has a sentence of its own. */
export const RestoreTestCheckName = z.enum([
  'opened',
  'sound',
  'identity',
  'secrets',
  'ledger',
  'tasks',
  'settings',
  'cleaned-up',
]);
export type RestoreTestCheckName = z.infer<typeof RestoreTestCheckName>;

/** Skipped: an earlier one failed, or there is nothing here to compare with. */
export const RestoreTestCheck = z.object({
  name: RestoreTestCheckName,
  state: z.enum(['ok', 'failed', 'skipped']),
  reason: Reason,
});
export type RestoreTestCheck = z.infer<typeof RestoreTestCheck>;

/** What a restore test found. Times in milliseconds. */
export const RestoreTestView = z.object({
  at: Time,
  took: z.number().nonnegative(),
  ok: z.boolean(),
  /** Null where it did not open. */
  backup: BackupFacts.nullable(),
  checks: z.array(RestoreTestCheck),
});
export type RestoreTestView = z.infer<typeof RestoreTestView>;

export const backupRequests = {
  'backup.get': request(Nothing, live(BackupView)),
  /** Makes a sealed file while the node runs. It opens with the passphrase alone, and that is kept nowhere. */
  'backup.create': inFront(request(z.object({ passphrase: Passphrase }), BackupFile.extend({ facts: BackupFacts }))),
  /** The next piece of a file; `next` is where the one after it begins, null at the end. */
  'backup.read': inFront(
    request(
      z.object({ name: BackupName, offset: Count }),
      z.object({ data: Piece, bytes: Count, next: Count.nullable() }),
    ),
  ),
  /** Makes room for a file from outside, one at a time: an earlier one that was not used is thrown away. */
  'backup.receive': request(z.object({ bytes: z.number().int().min(1) }), z.object({ name: BackupName })),
  /** Pieces in their order. `missing` is 0 once it is whole. */
  'backup.write': request(z.object({ name: BackupName, offset: Count, data: Piece }), z.object({ missing: Count })),
  /** Removes a file from the data folder's `backups`. One that came in and was not used is no loss. */
  'backup.discard': inFront(
    request(z.object({ name: BackupName }), live(BackupView)),
    ({ name }) => !name.startsWith(RECEIVED),
  ),
  /** Looks into a file without changing anything. `here` is what the node has now; `same`: it is the same node. */
  'backup.inspect': request(
    z.object({ name: BackupName, passphrase: GivenPassphrase }),
    z.object({ backup: BackupFacts, here: FolderFacts, same: z.boolean() }),
  ),
  /** The restore test: restores into a throw-away folder, compares, joins no network, and cleans up. */
  'backup.test': request(z.object({ name: BackupName, passphrase: GivenPassphrase }), RestoreTestView),
  /**
   * Puts a backup in place of what the node has. The file is proven first; what is there now is moved into `aside` within the
   * data folder, never deleted. Then the node stops in good order and starts again with what was restored, so that every live
   * slice comes anew, from another boot.
   */
  'backup.restore': inFront(
    request(
      z.object({ name: BackupName, passphrase: GivenPassphrase, confirm: z.literal('replace what is here') }),
      z.object({ backup: BackupFacts, aside: z.string().nullable() }),
    ),
  ),
};
export const backupPushes = { 'backup.changed': live(BackupView) };
