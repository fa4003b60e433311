// What strangers are held to where peers are exchanged.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const MESH_BOUNDS = {
  surface: 'peer exchange',
  rows: {
    bytes: bound(256 * 1024, 'bytes', 'Of a request and of an answer: 256 peers with all that is told of them.'),
    told: bound(256, 'items', 'Of one request or answer no more entries are looked at.'),
    endpoint: bound(255, 'characters', 'Directories take no longer addresses.'),
    peers: bound(256, 'items', 'Nodes that this one knows of, a few of which it calls in each round.'),
    ofASource: bound(64, 'items', 'Names that one source may have among those that have not answered yet.'),
    silentMs: bound(90_000, 'ms', 'Whoever has not answered for this long is dropped, as the protocol says.'),
    goneMs: bound(
      600_000,
      'ms',
      'What was dropped is not taken from hearsay, or the dead would be talked about for ever.',
    ),
    gone: bound(2048, 'items', 'Of the dropped ones that are remembered.'),
    callMs: bound(5000, 'ms', 'A peer that is called and does not answer holds up the round until then.'),
    callsOfACaller: bound(60, 'per minute', 'Exchanges that one caller may begin; peers begin two.'),
    callers: bound(1000, 'items', 'Callers that are told apart; all others share one count.'),
  },
} satisfies BoundTable;

export const MESH = valuesOf(MESH_BOUNDS);
