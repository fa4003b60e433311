// What strangers are held to at every HTTP listener of this node. A network adds what depends on its protocol, and may set others.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

const MIB = 1024 * 1024;

export const INBOUND_BOUNDS = {
  surface: 'inbound server',
  rows: {
    bodyMs: bound(30_000, 'ms', 'A body that trickles in holds memory until then.'),
    bodiesTogether: bound(
      80 * MIB,
      'bytes',
      'All bodies being read or worked on share this memory, whichever network they are for; one caller gets at most three times what it leaves free.',
    ),
    lingerMs: bound(5000, 'ms', 'A sender that was refused may go on sending this long before it is cut off.'),
    headersMs: bound(10_000, 'ms', 'Headers that trickle in hold a connection until then.'),
    headerBytes: bound(16 * 1024, 'bytes', 'No client of these protocols sends a tenth of this.'),
    keepAliveMs: bound(65_000, 'ms', 'Longer than the usual minute of clients and proxies, so that they end it first.'),
    peekMs: bound(200, 'ms', 'The first bytes tell HTTP from another protocol on the same port.'),
    connections: bound(1024, 'at once', 'Each takes a file descriptor and some memory.'),
    perAddress: bound(64, 'at once', 'One caller must not take all connections.'),
    loopback: bound(
      768,
      'at once',
      'A tunnel on this host brings all whom it lets in: they get many, and still leave a quarter to direct callers.',
    ),
    pipelined: bound(
      16,
      'at once',
      'Requests of one connection, sent without waiting for the answers to those before.',
    ),
    pieces: bound(4096, 'items', 'A body may come in so many pieces of any size.'),
    pieceBytes: bound(
      16,
      'bytes',
      'With more pieces, what they have on average: each costs as much as hundreds of bytes.',
    ),
    requests: bound(
      1000,
      'per second',
      'Of one caller, on one connection or many; more than any gateway sends to one home computer. This host is exempt: it brings everybody.',
    ),
    callersKept: bound(
      4096,
      'items',
      'Callers without a connection whose requests of this second are remembered; the first of them is forgotten before there are more.',
    ),
    shutOutMs: bound(
      10_000,
      'ms',
      'Who was cut off for such a body, for too many requests, or for too many ahead of their answers, is let in after that.',
    ),
    shutOut: bound(1000, 'items', 'Callers that are shut out; the first of them is let in before there are more.'),
    repliesTogether: bound(
      128 * MIB,
      'bytes',
      'Answers of all networks that their readers have yet to take; a caller who leaves too many unread is given no more work.',
    ),
    sendMs: bound(120_000, 'ms', 'An answer that is not read by then is dropped.'),
    stopMs: bound(5000, 'ms', 'What stopping gives answers under way.'),
    perOrigin: bound(120, 'per minute', 'Requests of one web page.'),
    origins: bound(1000, 'items', 'Web pages that are counted one by one.'),
  },
} satisfies BoundTable;

const USUAL = valuesOf(INBOUND_BOUNDS);

/** What each network has to say for itself. */
interface OwnLimits {
  /** Bytes of the largest body. */
  readonly body: number;
  /** How long a connection may be silent: longer than the longest work that a request asks for. */
  readonly silentMs: number;
}

export type InboundLimits = typeof USUAL & OwnLimits;

export function inboundLimits(own: OwnLimits & Partial<typeof USUAL>): InboundLimits {
  // The largest body fits whatever its size, with small ones of the same caller beside it: it is charged thrice.
  return { ...USUAL, bodiesTogether: Math.max(USUAL.bodiesTogether, 5 * own.body), ...own };
}
