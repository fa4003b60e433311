// Why a backup cannot be made, opened or put back. In each case nothing has changed on disk.
import { HearthError } from '../base/errors.ts';

/** Wrong, or of another backup. Nothing tells the two apart. */
export class BackupPassphraseWrong extends HearthError {
  constructor() {
    super({
      code: 'backup.wrong-passphrase',
      category: 'denied',
      message: 'That is not the passphrase of this backup. Nothing was changed.',
    });
  }
}

export class NotABackup extends HearthError {
  constructor() {
    super({
      code: 'backup.not-a-backup',
      category: 'invalid',
      message: 'This file is not a backup of Hearth, or its beginning is missing. Nothing was changed.',
    });
  }
}

/** The file ends before its end, as when a copy was interrupted. */
export class BackupCut extends HearthError {
  constructor(missing: number) {
    super({
      code: 'backup.cut',
      category: 'broken',
      message:
        'This backup is cut short: its end is missing. Copy the file again, or take another one. Nothing was changed.',
      details: { missing },
    });
  }
}

export class BackupDamaged extends HearthError {
  constructor(what: string, cause?: unknown) {
    super({
      code: 'backup.damaged',
      category: 'broken',
      message: 'This backup is damaged: some of it is not what was written. Take another one. Nothing was changed.',
      details: { what },
      cause,
    });
  }
}

export class BackupTooNew extends HearthError {
  constructor(version: string | null, cause?: unknown) {
    super(
      version === null
        ? {
            code: 'backup.too-new',
            category: 'denied',
            message:
              'This backup was made by a newer version of Hearth. Install that version, then restore. Nothing was changed.',
            cause,
          }
        : {
            code: 'backup.too-new-for',
            category: 'denied',
            message: `This backup was made by Hearth ${version}, which is newer. Install that version, then restore. Nothing was changed.`,
            details: { version },
            cause,
          },
    );
  }
}

/** Refused before anything is derived: the head asks for what only harm would ask for. `bytes` of memory. */
export class BackupTooCostly extends HearthError {
  constructor(bytes: number) {
    super({
      code: 'backup.too-costly',
      category: 'denied',
      message:
        'This backup asks for more memory or time than Hearth spends on a passphrase, so it was not tried. Hearth did not make it like this: take another one. Nothing was changed.',
      details: { bytes },
    });
  }
}

/** More than any node has: a body that becomes a thousand times what it is, for one. */
export class BackupTooLarge extends HearthError {
  constructor(bytes: number) {
    super({
      code: 'backup.too-large',
      category: 'denied',
      message:
        'This backup would become larger than any node is, so it was not opened. Take another one. Nothing was changed.',
      details: { bytes },
    });
  }
}

export class BackupMissing extends HearthError {
  constructor(name: string) {
    super({
      code: 'backup.missing',
      category: 'invalid',
      message: 'There is no such backup in the data folder, or it is not whole yet.',
      details: { name },
    });
  }
}

export class BackupBusy extends HearthError {
  constructor() {
    super({
      code: 'backup.busy',
      category: 'conflict',
      message: 'A backup is being made, tested or put back already. Wait until that is done.',
    });
  }
}

/** A piece that is not the next one, or too much. */
export class PieceRefused extends HearthError {
  constructor(expected: number) {
    super({
      code: 'backup.piece',
      category: 'invalid',
      message: 'That is not the next piece of the file. Start again from its beginning.',
      details: { expected },
    });
  }
}

export class NoSpace extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'backup.no-space',
      category: 'unavailable',
      message: 'There is not enough space on the disk for this. Free some and try again. Nothing was changed.',
      cause,
    });
  }
}

export class BackupStopped extends HearthError {
  constructor() {
    super({
      code: 'backup.stopped',
      category: 'cancelled',
      message: 'Hearth stopped before this was done. Nothing was changed.',
    });
  }
}
