// What storage can say no with. Callers read the code or the class, never the sentence.
import { HearthError } from '../base/errors.ts';
import { copiesIn } from './copies.ts';
import { isCode } from './files.ts';

/** Another process holds the data folder. Nothing was opened or changed. */
export class StorageLocked extends HearthError {
  constructor(folder: string, cause?: unknown) {
    super({
      code: 'storage.locked',
      category: 'conflict',
      message:
        'Another Hearth is already using this data folder. Close it first, or start with a different data folder.',
      details: { folder },
      cause,
    });
  }
}

/** The data folder can't be made, read or written, for instance EACCES or EROFS in `details.reason`. Nothing was changed. */
export class FolderUnusable extends HearthError {
  constructor(folder: string, reason: string, cause?: unknown) {
    super({
      code: 'storage.folder-unusable',
      category: 'denied',
      message: `Hearth cannot use the data folder ${folder} (${reason}). Make sure that it is a folder you may write to, or name another one with --data or HEARTH_HOME.`,
      details: { folder, reason },
      cause,
    });
  }
}

/** There is no room even to open the data folder. What is in it is whole. */
export class DiskFull extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'storage.disk-full',
      category: 'unavailable',
      message: 'The disk with the data folder is full. Nothing was lost. Free some space, then start Hearth again.',
      cause,
    });
  }
}

/** The database was written by a newer Hearth. It was not touched: install that version again. */
export class StorageTooNew extends HearthError {
  constructor(area: string, number: number) {
    super({
      code: 'storage.too-new',
      category: 'denied',
      message:
        'This data folder was last used by a newer version of Hearth. Install that version again, or use another data folder.',
      details: { area, number },
    });
  }
}

/** The file is not a sound database. `details.problem` is the first finding; `details.copy` the newest of its copies, or null. */
export class StorageDamaged extends HearthError {
  constructor(problem: string, copy: string | null, cause?: unknown) {
    const next = copy === null ? 'Put back' : `Put back its newest copy with "hearth restore ${copy}", or`;
    super({
      code: 'storage.damaged',
      category: 'broken',
      message: `The database in this data folder is damaged. Nothing of it was changed. ${next} a backup of your own with "hearth restore FILE".`,
      details: { problem, copy },
      cause,
    });
  }
}

/** A copy of the database is not there, or damaged as well. Nothing was changed: take an older one, or a backup. */
export class CopyUnsound extends HearthError {
  constructor(file: string) {
    super({
      code: 'storage.copy-unsound',
      category: 'invalid',
      message: `There is no sound copy of the database in ${file}. Nothing was changed.`,
      details: { file },
    });
  }
}

/** A step of the schema could not be taken; it was undone, and the copy made before it is in `backups`. */
export class MigrationFailed extends HearthError {
  constructor(area: string, number: number, name: string, cause: unknown) {
    super({
      code: 'storage.migration-failed',
      category: 'broken',
      message:
        'The database could not be brought to this version of Hearth. It is as it was; the previous version still works.',
      details: { area, number, name, sqlite: sqliteCode(cause) ?? null },
      cause,
    });
  }
}

/**
 * The unit was undone alone: a constraint spoke against it (`details.sqlite`), or a write changed another number of rows than
 * it expected (`details.expected`, `details.changed`). Read again and decide anew; the same unit will fail again.
 */
export class WriteConflict extends HearthError {
  constructor(details: { readonly sqlite: string } | { readonly expected: number; readonly changed: number }) {
    super({
      code: 'storage.conflict',
      category: 'conflict',
      message: 'This change does not fit what is stored by now. Load the newest state and try again.',
      details,
    });
  }
}

/** Too many units wait already. Nothing was taken; turn work away rather than queue it elsewhere. */
export class WriterBusy extends HearthError {
  constructor(waiting: number) {
    super({
      code: 'storage.busy',
      category: 'exhausted',
      message: 'The disk cannot keep up with what Hearth has to record. Try again in a moment.',
      details: { waiting },
      retryAfterMs: 1000,
    });
  }
}

/**
 * The disk did not take the unit's group, for instance SQLITE_FULL or SQLITE_IOERR_WRITE in `details.sqlite`. The next group is
 * tried as usual, so a later attempt may succeed; after `thread-died` none will until the database is opened again.
 */
export class WriteFailed extends HearthError {
  constructor(sqlite: string, cause?: unknown) {
    super({
      code: 'storage.write-failed',
      category: 'unavailable',
      message:
        sqlite === 'SQLITE_FULL'
          ? 'The disk is full. Free some space; Hearth goes on by itself.'
          : 'Hearth could not write to its data folder. Check the disk and its permissions.',
      details: { sqlite },
      cause,
    });
  }
}

/** The writer was closed before this unit was handed in. */
export class WriterClosed extends HearthError {
  constructor() {
    super({ code: 'storage.closed', category: 'cancelled', message: 'Hearth is stopping and records nothing more.' });
  }
}

/** A bug of the caller: a statement that SQLite does not understand, or a value it has no place for. Nothing was written. */
export class BadStatement extends HearthError {
  constructor(problem: string) {
    super({
      code: 'storage.bad-statement',
      category: 'broken',
      message: 'Hearth tried to record something in a way its database does not understand. Please report this.',
      details: { problem },
    });
  }
}

/** SQLite's own name of an error, such as SQLITE_FULL; undefined for any other error. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}

const FOLDER_SAYS_NO = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR', 'EIO'] as const;

/** What the system, or SQLite, says of a folder while it is being opened, as its class; any other error as it is. */
export function folderError(folder: string, error: unknown): unknown {
  const sqlite = sqliteCode(error) ?? '';
  if (sqlite === 'SQLITE_FULL' || isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT')) return new DiskFull(error);
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(sqlite))
    return new StorageDamaged(sqlite, copiesIn(folder)[0]?.name ?? null, error);
  const reason =
    FOLDER_SAYS_NO.find((code) => isCode(error, code)) ??
    (/^SQLITE_(CANTOPEN|READONLY|PERM)/.test(sqlite) ? sqlite : undefined);
  return reason === undefined ? error : new FolderUnusable(folder, reason, error);
}
