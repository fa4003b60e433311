// What runners are held to, beside the limits that their user gives each: a program or a container may be wrong, or hostile.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const RUNNER_BOUNDS = {
  surface: 'runners',
  rows: {
    lineBytes: bound(64 * KIB, 'bytes', 'One line of what a runner says; a manager takes no larger progress.'),
    jsonDepth: bound(32, 'levels', 'Of what one line says.'),
    jsonValues: bound(10_000, 'items', 'Of what one line says: each becomes an object a hundred bytes long.'),
    messages: bound(100_000, 'items', 'Progress and events of one job; what comes after them is read and forgotten.'),
    lines: bound(1000, 'per second', 'A runner that says more is read no faster, and waits.'),
    talkBytes: bound(MIB, 'per second', 'Bytes of what it says, as for its lines.'),
    logBytes: bound(64 * KIB, 'bytes', 'The end of what it logs, which is kept until the job has ended.'),
    logLineBytes: bound(4 * KIB, 'bytes', 'One line of that.'),
    depth: bound(16, 'levels', 'Folders within one another among the results.'),
    nameBytes: bound(200, 'bytes', 'A file or a folder among the results.'),
    entries: bound(20_000, 'items', 'Files and folders that it leaves in all: each look at them takes time.'),
    watchMs: bound(1000, 'ms', 'Between two looks at what it has left on the disk so far.'),
    graceMs: bound(10_000, 'ms', 'To end by itself when it is asked to; then it is ended.'),
  },
} satisfies BoundTable;

export const RUNNER = valuesOf(RUNNER_BOUNDS);
