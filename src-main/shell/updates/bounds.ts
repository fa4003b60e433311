// Limits on the host of updates: it may be in a stranger's hands by the time that it answers.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const UPDATE_BOUNDS = {
  surface: 'update host',
  rows: {
    feedBytes: bound(64 * KIB, 'bytes', 'A feed names a handful of packages in a twentieth of this.'),
    signatureBytes: bound(4 * KIB, 'bytes', 'A signature with both of its comments takes a tenth of this.'),
    comment: bound(1024, 'characters', 'What a signature says of its file: a time, a name, a version.'),
    packages: bound(16, 'items', 'Two kinds of package for two processors are four.'),
    packageBytes: bound(1024 * MIB, 'bytes', 'Seven times the largest package; no more is fetched than the feed says.'),
    feedMs: bound(30_000, 'ms', 'Feed and signature together; a host that trickles must not hold up the next look.'),
    silentMs: bound(60_000, 'ms', 'A download from which nothing has come for so long has ended.'),
    downloadMs: bound(6 * 3_600_000, 'ms', 'The largest package over a line of 50 KiB a second.'),
  },
} satisfies BoundTable;

export const UPDATE_LIMITS = valuesOf(UPDATE_BOUNDS);
