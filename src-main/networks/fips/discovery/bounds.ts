// What those are held to who say where nodes are, and those who want a hole punched to them: relays, strangers who write through them,
// neighbours on the local network. An advert proves who wrote it, and nothing of what it says.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const DISCOVERY_BOUNDS = {
  surface: 'finding other nodes of the mesh',
  rows: {
    advert: bound(8192, 'bytes', 'Of an advert: one with sixteen endpoints and as many relays takes two kilobytes.'),
    endpoints: bound(8, 'items', 'Of one advert: each may be dialled, and a lying one names computers of others.'),
    adverts: bound(2048, 'items', 'Adverts that are kept: the one that is over first makes room.'),
    signal: bound(16_384, 'bytes', 'Of an offer or an answer: one with eight addresses takes one kilobyte.'),
    addresses: bound(8, 'items', 'Addresses in an offer or an answer that are read.'),
    offers: bound(16, 'at once', 'Offers that are being answered: each holds a socket for ten seconds.'),
    offersPerMinute: bound(60, 'per minute', 'Offers that are looked at, of all nodes together.'),
    offerPauseMs: bound(
      10_000,
      'ms',
      'Between two offers of the same node: each has this one send to addresses that the other names.',
    ),
    sessionsSeen: bound(2048, 'items', 'Offers that are remembered so that none is answered twice.'),
    targets: bound(
      4,
      'items',
      'Addresses that one attempt sends to: fifty datagrams of 24 bytes each, and no more of them than that.',
    ),
    signals: bound(
      20,
      'per second',
      'Sealed messages that are opened, of all relays: each costs three point multiplications.',
    ),
    signalsAtOnce: bound(100, 'at once', 'The same, after a while of silence.'),
    attempts: bound(8, 'at once', 'Attempts of ours to punch a hole: each holds a socket.'),
    failures: bound(4096, 'items', 'Nodes of which failed attempts are remembered.'),
    lanPackets: bound(50, 'per second', 'Packets of the local network that are read, of all neighbours together.'),
    lanPacket: bound(9000, 'bytes', 'Of one packet, as multicast DNS has it (RFC 6762 17).'),
    lanRecords: bound(
      64,
      'items',
      'Records of one packet: one node needs four, and one more for each of its addresses.',
    ),
    lanNodes: bound(256, 'items', 'Neighbours of the local network that are remembered.'),
    lanAddresses: bound(8, 'items', 'Addresses of one neighbour.'),
  },
} satisfies BoundTable;

export const DISCOVERY = valuesOf(DISCOVERY_BOUNDS);
