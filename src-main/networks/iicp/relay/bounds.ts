// What strangers are held to where this node relays, and what a relay is where this node is its worker.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

const MIB = 1024 * 1024;

export const RELAY_BOUNDS = {
  surface: 'relay',
  rows: {
    connections: bound(512, 'at once', 'Workers, and those who are about to become one.'),
    perAddress: bound(64, 'at once', 'One caller must not take all connections.'),
    loopback: bound(
      384,
      'at once',
      'A tunnel on this host brings everybody it lets in, and leaves a quarter to others.',
    ),
    bindMs: bound(10_000, 'ms', 'Who has not bound by then is no worker.'),
    silentMs: bound(90_000, 'ms', 'Workers ping each 30 s.'),
    sessions: bound(256, 'at once', 'Workers that are bound, over TCP or polling.'),
    binds: bound(30, 'per minute', 'New workers of one caller; one that comes back for its own id is not new.'),
    principals: bound(10_000, 'items', 'Callers whose binds are counted apart.'),
    forwardMs: bound(120_000, 'ms', 'A worker that has not answered by then has failed.'),
    callsEach: bound(64, 'at once', 'Tasks that one worker is asked for and has not answered.'),
    waiting: bound(64, 'at once', 'Tasks that wait for a worker to poll.'),
    models: bound(64, 'items', 'Models that a worker tells of.'),
    ticketCharacters: bound(4096, 'characters', 'Of a ticket that a directory signed; such have some hundreds.'),
    framesTogether: bound(
      32 * MIB,
      'bytes',
      'Unfinished frames of all workers; one caller gets at most three times what it leaves free.',
    ),
    tasksTogether: bound(32 * MIB, 'bytes', 'Tasks that workers have yet to take off their connections, shared alike.'),
    relayed: bound(
      64 * MIB,
      'bytes',
      'Tasks that the relay of this node has brought, while they are read and worked on.',
    ),
    refusalText: bound(
      160,
      'characters',
      'What a relay says where it does not let this node in is shown and logged; the rest is left out.',
    ),
    relayedCalls: bound(64, 'at once', 'Tasks that the relay of this node has brought.'),
  },
} satisfies BoundTable;

const USUAL = valuesOf(RELAY_BOUNDS);

export type RelayLimits = typeof USUAL;

export const RELAY: RelayLimits = USUAL;

/** `most`: bytes of the largest task. The largest frame fits in what is shared, whatever its size; a task is charged thrice. */
export function relayLimits(most: number, others: Partial<RelayLimits> = {}): RelayLimits {
  const { framesTogether, tasksTogether, relayed } = USUAL;
  return {
    ...USUAL,
    framesTogether: Math.max(framesTogether, 2 * most),
    tasksTogether: Math.max(tasksTogether, 2 * most),
    relayed: Math.max(relayed, 5 * most),
    ...others,
  };
}
