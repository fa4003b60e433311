// What strangers' messages and events are held to, field by field: whoever writes to this node, and every other provider.

import { type BoundTable, bound, valuesOf } from '../../../base/bounds.ts';

export const WIRE_BOUNDS = {
  surface: 'Paygress messages',
  rows: {
    message: bound(
      128 * 1024,
      'bytes',
      'Of a request once it is opened, and of an event’s content: a token of 200 proofs takes half of it.',
    ),
    depth: bound(8, 'levels', 'Of JSON: a request has three.'),
    values: bound(2000, 'items', 'Of JSON: an offer with as many specs as are read has five hundred.'),
    token: bound(96 * 1024, 'characters', 'Of a token as it stands in a request; what the wallet takes is less.'),
    id: bound(128, 'characters', 'Of what names a spec, a template, a box or a workload.'),
    name: bound(
      200,
      'characters',
      'Of the name of a provider or a spec, a place, a user, a password or a mint’s unit.',
    ),
    text: bound(2000, 'characters', 'Of a description or a reason.'),
    url: bound(2048, 'characters', 'Of an address.'),
    image: bound(512, 'characters', 'Of the name of an image: registries take 255 and a tag.'),
    standbys: bound(16, 'items', 'Standbys of one workload: each waits half a minute longer than the one before it.'),
    specs: bound(64, 'items', 'Specs of one offer: a page shows a handful.'),
    mints: bound(64, 'items', 'Mints that one provider takes.'),
    capabilities: bound(64, 'items', 'Of one offer.'),
    lines: bound(64, 'items', 'Lines of instructions and ports in an answer of another provider.'),
  },
} satisfies BoundTable;

export const WIRE = valuesOf(WIRE_BOUNDS);
