// What those are held to who have themselves tried from here, and those whom this node asks to try it.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const REACH_BOUNDS = {
  surface: 'dial-back',
  rows: {
    body: bound(512, 'bytes', 'Of a request: a port and a nonce.'),
    answer: bound(2048, 'bytes', 'Of an answer, of a prober or of an address that is tried.'),
    head: bound(8192, 'bytes', 'Of the head of such an answer.'),
    callMs: bound(3000, 'ms', 'A node that is called back has to answer within this.'),
    atOnce: bound(8, 'at once', 'Callers that are tried; others are asked to come back.'),
    perCaller: bound(12, 'per minute', 'A node tries two families, and again soon where it was not reached.'),
    callers: bound(1000, 'items', 'Callers that are counted apart in a minute.'),
    nonces: bound(32, 'items', 'Nonces of this node that are waited for: more than it has inbound addresses.'),
    resting: bound(256, 'items', 'Peers that were no help and are left alone for a while.'),
  },
} satisfies BoundTable;

export const REACH = valuesOf(REACH_BOUNDS);
