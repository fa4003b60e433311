// What an engine for containers is given time for, and what an image may want of it.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

export const ENGINE_BOUNDS = {
  surface: 'container engine',
  rows: {
    removeMs: bound(
      60_000,
      'ms',
      'An engine that does not remove a container is asked again for so long, and before the next one is made.',
    ),
    volumes: bound(
      16,
      'items',
      'Volumes that an image declares: each becomes a place in memory, and none is on the disk.',
    ),
  },
} satisfies BoundTable;

export const ENGINE = valuesOf(ENGINE_BOUNDS);
