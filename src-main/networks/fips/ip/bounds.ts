// What IPv6 packets that come through the mesh, or from this computer for it, are held to.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const PACKET_BOUNDS = {
  surface: 'mesh packets',
  rows: {
    errors: bound(
      100,
      'per second',
      'Errors about packets that could not go on (RFC 4443 2.4 f), and answers to pings.',
    ),
    waiting: bound(256, 'items', 'Nodes for which a packet is kept, to be quoted should there turn out to be no way.'),
  },
} satisfies BoundTable;

export const PACKETS = valuesOf(PACKET_BOUNDS);
