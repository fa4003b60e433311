// What strangers are held to at the task server.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';
import { TIMEOUT_MS } from '../tasks/wire.ts';

const MIB = 1024 * 1024;

export const TASK_SERVER_BOUNDS = {
  surface: 'task server',
  rows: {
    body: bound(16 * MIB, 'bytes', 'Pictures and sound travel inline; `networks.iicp.maxBodyMiB` sets another size.'),
    bodyMs: bound(30_000, 'ms', 'A body that trickles in holds memory until then.'),
    bodiesTogether: bound(
      80 * MIB,
      'bytes',
      'All bodies being read or worked on share this memory; one caller gets at most three times what it leaves free.',
    ),
    lingerMs: bound(5000, 'ms', 'A sender that was refused may go on sending this long before it is cut off.'),
    headersMs: bound(10_000, 'ms', 'Headers that trickle in hold a connection until then.'),
    headerBytes: bound(16 * 1024, 'bytes', 'No client of the protocol sends a tenth of this.'),
    keepAliveMs: bound(65_000, 'ms', 'Longer than the usual minute of clients and proxies, so that they end it first.'),
    silentMs: bound(
      TIMEOUT_MS.most + 30_000,
      'ms',
      'The longest task and a little: until then silence means that the model is at work, afterwards that nothing is read.',
    ),
    peekMs: bound(200, 'ms', 'The first bytes tell HTTP from native framing.'),
    nativeIdleMs: bound(120_000, 'ms', 'A native connection without a frame is closed.'),
    connections: bound(1024, 'at once', 'Each takes a file descriptor and some memory.'),
    perAddress: bound(64, 'at once', 'One caller must not take all connections.'),
    loopback: bound(
      768,
      'at once',
      'A tunnel on this host brings everybody it lets in: they get many, and still leave a quarter to whoever comes directly.',
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
      'Of one caller; more than any gateway sends to one home computer. This host is exempt: it brings everybody.',
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
      'Answers that their readers have yet to take; a caller who leaves too many unread is given no more work.',
    ),
    sendMs: bound(120_000, 'ms', 'An answer that is not read by then is dropped.'),
    stopMs: bound(5000, 'ms', 'What stopping gives answers under way.'),
    perOrigin: bound(120, 'per minute', 'Requests of one web page.'),
    origins: bound(1000, 'items', 'Web pages that are told apart.'),
  },
} satisfies BoundTable;

const USUAL = valuesOf(TASK_SERVER_BOUNDS);

export type TaskServerLimits = typeof USUAL;

/** `body`: the largest body of a task in bytes, where it is not the usual one. */
export function limitsFor(body: number = USUAL.body, others: Partial<TaskServerLimits> = {}): TaskServerLimits {
  // The largest body fits whatever its size, with small ones of the same caller beside it: it is charged thrice.
  return { ...USUAL, body, bodiesTogether: Math.max(USUAL.bodiesTogether, 5 * body), ...others };
}
