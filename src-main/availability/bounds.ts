// Limits on a calendar that the user opens to take its weekly events: it may come from anywhere.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

export const CALENDAR_BOUNDS = {
  surface: 'calendar files',
  rows: {
    events: bound(1000, 'items', 'Each is read through; a week has 336 half hours.'),
  },
} satisfies BoundTable;

export const CALENDAR = valuesOf(CALENDAR_BOUNDS);
