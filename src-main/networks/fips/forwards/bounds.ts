// What programs of this computer that use forwards are held to; `tcp` has what the connections behind them are.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const FORWARD_BOUNDS = {
  surface: 'mesh forwards',
  rows: {
    forwards: bound(64, 'items', 'Forwards at once, each with a port of its own.'),
    allowed: bound(1000, 'items', 'Nodes that one forward lets in.'),
    greetingBytes: bound(1024, 'bytes', 'Of a program that speaks SOCKS, before it has said where it wants to go.'),
    greetingMs: bound(10_000, 'ms', 'The same: it may take no longer for that.'),
  },
} satisfies BoundTable;

export const FORWARDS = valuesOf(FORWARD_BOUNDS);
