// What other nodes of the mesh are held to: every byte that comes is a stranger's, until a seal says otherwise.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

const MIB = 1024 * 1024;

export const FIPS_BOUNDS = {
  surface: 'mesh',
  rows: {
    firstMessages: bound(
      100,
      'at once',
      'First messages of handshakes, of all senders together: each costs a point multiplication before it is known not to be noise.',
    ),
    firstMessagesRefill: bound(10, 'per second', 'The same, once those are used up.'),
    answersTried: bound(5, 'items', 'Answers to one first message, each of which costs a point multiplication.'),
    peers: bound(128, 'items', 'Neighbours at once.'),
    connections: bound(256, 'at once', 'Connections that others have opened to one TCP port of this node.'),
    unusedMs: bound(10_000, 'ms', 'A connection without a link, or a handshake under way, is closed then.'),
    unsentBytes: bound(
      MIB,
      'bytes',
      'To one neighbour and not yet taken; what comes on top of it is dropped, as a router does.',
    ),
    searches: bound(256, 'at once', 'Nodes that this one looks for.'),
    lookupAnswers: bound(10, 'per second', 'Lookups of this node that are answered: each is signed.'),
    passedLookups: bound(4096, 'items', 'Lookups of others that are remembered for the way back, ten seconds each.'),
    coordinates: bound(50_000, 'items', 'Nodes of which it is known where they stand.'),
    signals: bound(
      1024,
      'items',
      'Destinations about which others were given a signal lately; there are no more at once.',
    ),
    identities: bound(10_000, 'items', 'Keys of nodes that were heard of.'),
    sessions: bound(256, 'items', 'Nodes that this one has a session with, or a handshake for one.'),
    setups: bound(
      50,
      'at once',
      'Beginnings of sessions, of all nodes together: each costs three point multiplications.',
    ),
    setupsRefill: bound(10, 'per second', 'The same, once those are used up.'),
    controlConnections: bound(16, 'at once', 'Programs that ask on the socket for fipsctl; each asks one question.'),
    controlBytes: bound(4096, 'bytes', 'One question on the socket for fipsctl.'),
    controlMs: bound(5000, 'ms', 'From the beginning of a question on that socket to the end of its answer.'),
    accessFileBytes: bound(256 * 1024, 'bytes', 'A file of those who may be neighbours. A larger one is not read.'),
    accessEntries: bound(4096, 'items', 'Lines of such a file that count.'),
    treeDepth: bound(64, 'levels', 'Nodes between one and the root: a datagram takes no more hops than that.'),
  },
} satisfies BoundTable;

export const FIPS = valuesOf(FIPS_BOUNDS);
