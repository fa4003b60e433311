// What the file of a backup is held to: it may come from anywhere, and its passphrase may have come with it.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export const BACKUP_BOUNDS = {
  surface: 'backup files',
  rows: {
    file: bound(64 * GIB, 'bytes', 'A node of many years has some gigabytes; more would only fill the disk.'),
    description: bound(
      64 * 1024,
      'bytes',
      'It is read whole, as JSON, and takes less than a kilobyte for each network.',
    ),
    database: bound(64 * GIB, 'bytes', 'What the compressed body becomes on the disk.'),
    expansion: bound(100, 'bytes', 'Bytes that one of the body becomes: a database gives about ten, zeros a thousand.'),
    small: bound(
      64 * MIB,
      'bytes',
      'Up to here the body may become any number of times what it was: a new node is mostly empty.',
    ),
    spare: bound(256 * MIB, 'bytes', 'Left free on the disk beside what is written: the node that runs needs some.'),
  },
} satisfies BoundTable;

export const BACKUP_LIMITS = valuesOf(BACKUP_BOUNDS);
