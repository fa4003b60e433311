// What Parcel brings to the command line: `hearth parcel waiting`.

import type { AskNode } from '../../../src-main/networks/verb.ts';
import { type NetworkVerb, networkVerb } from '../../../src-main/networks/verb.ts';

/** The tables of the program do not know its questions. */
const ask = (node: AskNode, question: object) => node.request('networks.ask', question as never);

export const parcelVerbs: readonly NetworkVerb[] = [
  networkVerb({
    name: 'waiting',
    about: 'how many parcels wait at the manager',
    node: 'running',
    json: 'their number.',
    read: () => ({}),
    async run(_, { id, title, node }) {
      const json = (await ask(node, { id, name: 'waiting' })) as { parcels: number };
      const { parcels } = json;
      const lines = [`${title}: ${parcels === 1 ? '1 parcel waits' : `${parcels} parcels wait`}.`];
      return { json, lines };
    },
  }),
];
