// What other programs and other users of this computer are held to, at the console's port and at the command line's socket.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE = 60_000;

export const CONSOLE_BOUNDS = {
  surface: 'console',
  rows: {
    connections: bound(
      128,
      'at once',
      'Any user of this computer can open one, and each takes a file descriptor: the oldest gives way.',
    ),
    headerBytes: bound(8 * KIB, 'bytes', 'The pages send a tenth of this.'),
    requestMs: bound(10_000, 'ms', 'A request that trickles in holds a connection until then.'),
    sockets: bound(16, 'at once', 'Pages that are in. A person has a few tabs.'),
    strangers: bound(
      16,
      'at once',
      'Sockets that have yet to say who they are: the oldest gives way, so none can lock others out.',
    ),
    greetingMs: bound(5000, 'ms', 'A page says at once who it is.'),
    messageBytes: bound(MIB, 'bytes', 'The largest request, a piece of a backup, takes two thirds of this.'),
    outstanding: bound(64, 'at once', 'Requests of one page that wait for their answer.'),
    unread: bound(4 * MIB, 'bytes', 'A page this far behind is not reading, and is closed.'),
    beatMs: bound(30_000, 'ms', 'A page that answered no ping since the last one is cut off.'),
    closeMs: bound(1000, 'ms', 'A close that the other side does not answer is cut off after this.'),
    links: bound(16, 'items', 'Links that work; one more ends the oldest.'),
    linkMs: bound(
      10 * MINUTE,
      'ms',
      'Long enough to carry a link to a browser behind a tunnel, short enough to be useless in a scrollback.',
    ),
    spentLinks: bound(64, 'items', 'Used links that are still known as used when they come again.'),
    sessions: bound(64, 'items', 'Pages that may come back; the one that was not seen for longest may not.'),
    wrongSecrets: bound(20, 'per minute', 'More are answered as too many, and not logged one by one.'),
    confirmMs: bound(10 * MINUTE, 'ms', 'What a confirmation is good for, and how long a page may wait for it.'),
  },
} satisfies BoundTable;

export const CONSOLE_LIMITS = valuesOf(CONSOLE_BOUNDS);

export const LOCAL_SOCKET_BOUNDS = {
  surface: 'local socket',
  rows: {
    connections: bound(32, 'at once', 'Commands of one user; none stays long.'),
    greetingMs: bound(5000, 'ms', 'A command says its token at once.'),
    greetingBytes: bound(512, 'bytes', 'Of the line with the token; without one nothing larger is read.'),
    complaints: bound(6, 'per minute', 'Lines in the log about programs without the token.'),
    idleMs: bound(MINUTE, 'ms', 'A connection that asks nothing and waits for nothing.'),
    outstanding: bound(16, 'at once', 'Requests of one command that wait for their answer.'),
    lineBytes: bound(
      MIB,
      'bytes',
      'One message is one line; the largest, a piece of a backup, takes two thirds of this.',
    ),
    unread: bound(4 * MIB, 'bytes', 'A command this far behind is not reading, and is cut off.'),
  },
} satisfies BoundTable;

export const LOCAL_SOCKET_LIMITS = valuesOf(LOCAL_SOCKET_BOUNDS);
