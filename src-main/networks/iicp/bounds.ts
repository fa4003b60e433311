// What JSON of strangers may become here, whichever way it came. The size of the text alone bounds nothing: three bytes make an empty
// array of sixty.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';
import type { JsonBounds } from '../../base/json-scan.ts';

export const TASK_JSON_BOUNDS = {
  surface: 'JSON of a task or of an answer that is passed on',
  rows: {
    depth: bound(64, 'levels', 'A schema of a tool goes to 32 levels, six levels inside a task.'),
    values: bound(100_000, 'items', 'A thousand messages with all their parts have some ten thousand.'),
  },
} satisfies BoundTable;

export const TOLD_JSON_BOUNDS = {
  surface: 'JSON that peers and directories tell',
  rows: {
    depth: bound(16, 'levels', 'Lists of nodes with what they offer.'),
    values: bound(20_000, 'items', 'The longest list has 256 nodes.'),
  },
} satisfies BoundTable;

export const TASK_JSON: JsonBounds = valuesOf(TASK_JSON_BOUNDS);
export const TOLD_JSON: JsonBounds = valuesOf(TOLD_JSON_BOUNDS);
