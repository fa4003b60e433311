// What strangers are held to in the time that they leave for a task.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

export const PACE_BOUNDS = {
  surface: 'deadlines',
  rows: {
    enough: bound(
      8,
      'items',
      'So many answers of a model say how quick it is; before that no task’s time is too short.',
    ),
    newest: bound(32, 'items', 'So many are looked at, so that an old one does not stand for today.'),
    freshMs: bound(3_600_000, 'ms', 'Older ones say nothing of today, and what was held to them is tried again.'),
  },
} satisfies BoundTable;

export const PACE = valuesOf(PACE_BOUNDS);
