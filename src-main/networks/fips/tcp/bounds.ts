// What connections through the mesh are held to.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

const KIB = 1024;

export const TCP_BOUNDS = {
  surface: 'mesh connections',
  rows: {
    connections: bound(256, 'at once', 'Connections through the mesh, of all forwards and nodes together.'),
    perNode: bound(64, 'at once', 'The same that one other node has opened.'),
    receiveBytes: bound(
      256 * KIB,
      'bytes',
      'Of one connection, come and not yet taken by the program here: the window it grants.',
    ),
    sendBytes: bound(256 * KIB, 'bytes', 'Of one connection, from the program here and not yet acknowledged.'),
    early: bound(
      512,
      'items',
      'Segments of one connection that came before one in front of them: small ones can be many.',
    ),
    silentMs: bound(
      300_000,
      'ms',
      'A connection is over when the other end has not answered for so long, although it was asked.',
    ),
  },
} satisfies BoundTable;

export const TCP = valuesOf(TCP_BOUNDS);
