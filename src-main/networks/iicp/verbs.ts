// `hearth iicp ...`: what only IICP has for the command line.

import { viewOf } from '../../../src-preload/contract/networks/index.ts';
import { newIdentity, rotateKey } from '../identity-verbs.ts';
import { type NetworkVerb, networkVerb } from '../verb.ts';

const peers = networkVerb({
  name: 'peers',
  about: 'the nodes that this one exchanges peers with',
  node: 'running',
  json: 'each peer, how many answered, and how many were heard of; null while peers are not exchanged.',
  read: () => ({}),
  async run(_, { title, node }) {
    const { value: networks } = await node.request('networks.get', undefined);
    const mesh = viewOf(networks, 'iicp')?.detail.mesh ?? null;
    if (mesh === null) {
      return {
        json: null,
        lines: [`${title}: peers are not exchanged. "hearth settings set networks.iicp.mesh true" begins it.`],
      };
    }
    const { peers: known, answered, heardOf } = mesh;
    return {
      json: mesh,
      lines: [
        `${title}: ${answered} answered, ${heardOf} more were heard of.`,
        ...known.map(({ nodeId, endpoint, region }) => `  ${nodeId}  ${endpoint}${region === '' ? '' : `  ${region}`}`),
      ],
    };
  },
});

export const iicpVerbs: readonly NetworkVerb[] = [peers, rotateKey, newIdentity];
