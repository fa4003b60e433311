// What strangers are held to around relays.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const RELAY_BOUNDS = {
  surface: 'relays',
  rows: {
    refusalText: bound(
      160,
      'characters',
      'What a relay says where it does not let this node in is shown and logged; the rest is left out.',
    ),
  },
} satisfies BoundTable;

export const RELAY_LIMITS = valuesOf(RELAY_BOUNDS);
