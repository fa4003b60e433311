// What strangers are held to where this node tries others' addresses, and others its own.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const REACH_BOUNDS = {
  surface: 'dial-back',
  rows: {
    body: bound(512, 'bytes', 'A port and a nonce.'),
    perCaller: bound(12, 'per minute', 'A node tries two families, and again soon where it was not reached.'),
    callers: bound(1000, 'items', 'Callers that are told apart; all others share one count.'),
    atOnce: bound(8, 'at once', 'Calls back that are under way.'),
    callMs: bound(3000, 'ms', 'Whoever does not answer the call by then was not reached.'),
    answer: bound(512, 'bytes', 'Of whoever is called: its nonce.'),
    witnessAnswer: bound(2048, 'bytes', 'Of a node that was asked to call this one.'),
    headerBytes: bound(8 * 1024, 'bytes', 'Of either answer.'),
    nonces: bound(32, 'items', 'Nonces of our own that are waited for: more than a node has ways in.'),
  },
} satisfies BoundTable;

export const REACH = valuesOf(REACH_BOUNDS);
