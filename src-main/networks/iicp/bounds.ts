// What strangers are held to in what is remembered of their tasks.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

export const REPLAY_BOUNDS = {
  surface: 'replay memory',
  rows: {
    keepMs: bound(300_000, 'ms', 'The protocol’s span in which nothing that was answered may come again.'),
    most: bound(
      500_000,
      'items',
      'Tasks of one kind of mark that run or were paid; more than 1600 a second for all of the span, in 21 MB.',
    ),
    perCaller: bound(
      50_000,
      'items',
      'One address must not fill the memory. This host and relays are exempt: they bring everybody.',
    ),
  },
} satisfies BoundTable;

export const REPLAY = valuesOf(REPLAY_BOUNDS);
