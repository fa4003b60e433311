// What peers are held to, who tell of others and are called.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const MESH_BOUNDS = {
  surface: 'peer exchange',
  rows: {
    body: bound(256 * 1024, 'bytes', 'Of a request and of an answer: 256 nodes of a kilobyte each.'),
    answerMs: bound(5000, 'ms', 'A peer that has not answered by then has failed.'),
    named: bound(256, 'items', 'Nodes that are looked at in one request or answer.'),
    peers: bound(256, 'items', 'Nodes that are known at once.'),
    ofASource: bound(64, 'items', 'Nodes that one source has named and that have not answered yet.'),
    gone: bound(2048, 'items', 'Nodes that are remembered as gone, so that hearsay does not bring them back.'),
    exchanges: bound(60, 'per minute', 'Exchanges that one caller begins; two would do.'),
    callers: bound(1000, 'items', 'Callers that are counted apart in a minute.'),
  },
} satisfies BoundTable;

export const MESH = valuesOf(MESH_BOUNDS);
