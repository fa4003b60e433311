// Limits on speakers of native framing, on every port and whichever side opened the connection.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const NATIVE_BOUNDS = {
  surface: 'native framing',
  rows: {
    frame: bound(
      16 * MIB,
      'bytes',
      'With its header, as the protocol has it; only a task or an answer may be as large.',
    ),
    frameExtra: bound(4 * KIB, 'bytes', 'Of a frame, beside the task or the answer in it.'),
    controlFrame: bound(
      4 * KIB,
      'bytes',
      'Any frame but tasks, answers and binds, and so what a PING has echoed; a larger one is refused by its header.',
    ),
    bindFrame: bound(16 * KIB, 'bytes', 'A RELAY_BIND names up to 64 models and brings a ticket.'),
    items: bound(2000, 'items', 'Of CBOR in a frame: an empty map is one byte sent and two hundred kept.'),
    levels: bound(32, 'levels', 'Of CBOR in a frame.'),
    container: bound(
      256 * KIB,
      'bytes',
      'Of maps and arrays in a frame: a payload that comes as one is written as JSON while others wait; as bytes of JSON it may be as large as any task.',
    ),
    calls: bound(16, 'at once', 'Calls of one connection that are worked on.'),
    perTurn: bound(32, 'items', 'Frames of one connection that are looked at before others have their turn.'),
    controls: bound(
      120,
      'per minute',
      'Frames of one connection that ask for no work, or for none that there is: peers ping twice a minute.',
    ),
    frameMs: bound(30_000, 'ms', 'From the first byte of a frame to its last: until then it holds memory.'),
    unsent: bound(MIB, 'bytes', 'Sent on one connection and not yet taken; above it nothing more of it is read.'),
    unsentFrames: bound(64, 'items', 'The same, for frames so small that each weighs more than its bytes.'),
    sendMs: bound(120_000, 'ms', 'What is not taken by then closes the connection.'),
  },
} satisfies BoundTable;

export const NATIVE = valuesOf(NATIVE_BOUNDS);
