// What the console of another Hearth, and others at ours, are held to; `forwards` and `tcp` have what the connections behind them are.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const CONSOLE_BOUNDS = {
  surface: 'consoles in the mesh',
  rows: {
    answerBytes: bound(128, 'bytes', 'Of a Hearth that is asked for a link to its pages: more is no answer.'),
    answerMs: bound(20_000, 'ms', 'The same: it may take no longer, with finding the way to it.'),
    visits: bound(8, 'items', 'Hearths whose pages are open here. One more closes the one that was opened first.'),
  },
} satisfies BoundTable;

export const CONSOLE = valuesOf(CONSOLE_BOUNDS);

/** Ports of a node in the mesh: where its pages are served, and where a link to them is handed out. */
export const PAGES_PORT = 4470;
export const LINK_PORT = 4471;
