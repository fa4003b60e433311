// What strangers are held to at the ports by which this computer leads to boxes of another one.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

const KIB = 1024;
const MINUTE_MS = 60_000;

export const BOX_PORT_BOUNDS = {
  surface: 'ports of boxes',
  rows: {
    perBox: bound(512, 'at once', 'Each takes two sockets of this process, and what is on its way in them.'),
    perAddress: bound(128, 'at once', 'To one box: one caller must not take all that it has; a browser takes a dozen.'),
    loopback: bound(384, 'at once', 'A tunnel on this host brings all whom it lets in; a quarter is left to others.'),
    together: bound(2048, 'at once', 'To all boxes, for this process has other things to do.'),
    reserved: bound(64, 'at once', 'To each box also while the others have taken all of them.'),
    heldBytes: bound(16 * KIB, 'bytes', 'In each socket: then the sender waits until the reader has taken some.'),
    connectMs: bound(10_000, 'ms', 'For a box to take a connection.'),
    idleMs: bound(
      120 * MINUTE_MS,
      'ms',
      'Without a byte either way; a session of SSH may be left alone so long, and a router forgets it sooner (RFC 5382).',
    ),
    stalledMs: bound(
      5 * MINUTE_MS,
      'ms',
      'Without a byte, once one side has ended what it says, or while a reader leaves what waits for it: that its sender has gone is not seen before then.',
    ),
  },
} satisfies BoundTable;

export const BOX_PORTS = valuesOf(BOX_PORT_BOUNDS);
