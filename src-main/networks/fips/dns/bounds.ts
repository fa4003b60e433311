// What questions for names of the mesh are held to. They come from this computer alone, but from any program on it.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const NAMES_BOUNDS = {
  surface: 'mesh names',
  rows: {
    questionBytes: bound(
      512,
      'bytes',
      'Of a question by UDP, as without EDNS (RFC 1035 4.2.1). A longer one is not answered.',
    ),
    questions: bound(
      1000,
      'per second',
      'Of all programs together: each is decoded, and a name that is a key is a point of the curve.',
    ),
    hostsBytes: bound(256 * 1024, 'bytes', 'Of a file with names of hosts. A larger one is not read.'),
    hosts: bound(10_000, 'items', 'Names of hosts: what stands behind them in a file is left out.'),
  },
} satisfies BoundTable;

export const NAMES = valuesOf(NAMES_BOUNDS);
