// What boxes of strangers are held to, beside what was sold, and how long an engine has for each thing that it is asked.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const BOX_BOUNDS = {
  surface: 'boxes',
  rows: {
    connections: bound(2048, 'at once', 'Each takes a place in a table of the kernel that the whole computer shares.'),
    mbitPerSecond: bound(20, 'Mbit/s', 'Each way, until its user sets another: the rest of the line is for the home.'),
    newConnections: bound(
      200,
      'per second',
      'A scan of the Internet from this line would bring its owner into trouble; browsing needs a fraction of this.',
    ),
    logBytes: bound(64 * KIB, 'bytes', 'The end of what a box printed, when its owner asks for it.'),
    logFileBytes: bound(MIB, 'bytes', 'What an engine keeps on the disk of all that a box prints.'),
    execBytes: bound(64 * KIB, 'bytes', 'What a command in a box answers: a health check says a line.'),
    execMs: bound(30_000, 'ms', 'For a command in a box: what a stranger’s program answers may take for ever.'),
    graceMs: bound(10_000, 'ms', 'For a box to end by itself when it is asked to; then it is ended.'),
    machineGraceMs: bound(30_000, 'ms', 'The same for a whole machine, which has services to end.'),
    machineOverheadBytes: bound(
      192 * MIB,
      'bytes',
      'Beside a machine’s memory, for the program that runs it: its own disk buffers, and without KVM 64 MiB of translated code.',
    ),
    machineImageBytes: bound(
      64 * 1024 * MIB,
      'bytes',
      'A disk image that machines begin with, and what it unfolds to.',
    ),
    machineFetchMs: bound(6 * 3_600_000, 'ms', 'To fetch one; what has come by then is kept.'),
    machineDiskBytes: bound(
      100 * MIB,
      'bytes',
      'A second, of what a machine reads from its disk and writes to it: the rest is for the user.',
    ),
    temporaryBytes: bound(
      64 * MIB,
      'bytes',
      'Each temporary folder of a box, which is in its memory; at most a quarter of that.',
    ),
  },
} satisfies BoundTable;

export const BOX = valuesOf(BOX_BOUNDS);

/** Milliseconds for each request to the engine, which is the user's own. */
export const BOX_TIMES = {
  /** A customer waits for two minutes at most. */
  create: 60_000,
  start: 30_000,
  /** A busy computer takes seconds to say how a box is. */
  ask: 15_000,
  exec: BOX.execMs,
  grace: BOX.graceMs,
  machineGrace: BOX.machineGraceMs,
  /** To stop and remove a container of each role. */
  remove: 150_000,
  probe: 120_000,
  /** To boot a machine in each way that there is, fifteen seconds each, by an image that may have to be made first. */
  machineTrial: 60_000,
  /** Beside the time that typing a password takes. */
  encryptionTrial: 60_000,
  /** A box with the graphics cards, and one without. */
  graphicsTrial: 60_000,
  /** To copy a disk image into the engine’s store, and to read it once more. */
  importImage: 30 * 60_000,
};
