// What strangers are held to in their tasks, whichever way those came, and in what is remembered of them.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';
import type { JsonBounds } from '../../base/json-scan.ts';

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

// The size of JSON alone bounds nothing: three bytes make an empty array of sixty.

export const TASK_JSON_BOUNDS = {
  surface: 'JSON of a task or of an answer that is passed on',
  rows: {
    depth: bound(
      64,
      'levels',
      'A schema of a tool may have 24 levels, each two as JSON, and stands six levels inside a task.',
    ),
    values: bound(
      100_000,
      'items',
      'A thousand messages with all their parts have some ten thousand. Of an answer any number is passed on: embeddings are so many.',
    ),
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
/** Nothing is made of it here, and its bytes are bounded. */
export const PASSED_ANSWER: JsonBounds = { ...TASK_JSON, values: Number.POSITIVE_INFINITY };
export const TOLD_JSON: JsonBounds = valuesOf(TOLD_JSON_BOUNDS);
