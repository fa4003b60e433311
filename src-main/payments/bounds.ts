// What the names that strangers give their tasks are held to where the ledger is exported.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

export const EXPORT_BOUNDS = {
  surface: 'exports',
  rows: {
    rows: bound(1000, 'items', 'Of one part, so that a million entries neither fill the memory nor hold up tasks.'),
    characters: bound(
      250_000,
      'characters',
      'Of one part, which stays below a line between command and node, whatever a stranger named a task.',
    ),
  },
} satisfies BoundTable;

export const EXPORT = valuesOf(EXPORT_BOUNDS);
