// Limits on a file that names its own price for a passphrase: its writer may have meant harm.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

const MIB = 1024 * 1024;

export const PASSPHRASE_BOUNDS = {
  surface: 'files under a passphrase',
  rows: {
    kdfMemory: bound(
      256 * MIB,
      'bytes',
      'Twice what Hearth itself spends on a passphrase, so that it may double once.',
    ),
    kdfRounds: bound(2, 'items', 'Rounds of scrypt one after the other (p); Hearth itself takes one.'),
    kdfsAtOnce: bound(1, 'at once', 'Each takes the memory above, so the others wait.'),
  },
} satisfies BoundTable;

export const PASSPHRASE_LIMITS = valuesOf(PASSPHRASE_BOUNDS);
