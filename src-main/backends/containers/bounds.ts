// What an engine for containers is given time for.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

export const ENGINE_BOUNDS = {
  surface: 'container engine',
  rows: {
    removeMs: bound(
      60_000,
      'ms',
      'An engine that does not remove a container is asked again for so long, and before the next one is made.',
    ),
  },
} satisfies BoundTable;

export const ENGINE = valuesOf(ENGINE_BOUNDS);
