// Verbs for networks that know a node by a name and a key, for those that bring them.

import { networkVerb } from './verb.ts';

const WORDS = 'new identity';
/** Running tasks are let end, and the network is left. */
const WAIT_MS = 120_000;

export const newIdentity = networkVerb({
  name: 'new-identity',
  alias: 'new-identity',
  about:
    'another name and key, where a directory no longer believes who this node is; says what is lost and asks first',
  node: 'running',
  json: 'the new name and public key.',
  read: () => ({}),
  async run(_, { id, title, node, confirm }) {
    const { value: networks } = await node.request('networks.get', undefined);
    const nodeId = networks.find((network) => network.id === id)?.nodeId ?? 'this node';
    await confirm(
      [
        `${title}: ${nodeId} is given up for a new name with a new key.`,
        'Lost for good: the reputation that it has earned, and what it has earned and not received yet.',
        'Who it was stays in this data folder and in its backups. Make a new backup afterwards.',
      ],
      WORDS,
    );
    const fresh = await node.request('networks.newIdentity', { id }, { timeoutMs: WAIT_MS });
    return { json: fresh, lines: [`${title}: from now on this node is ${fresh.nodeId}.`] };
  },
});

export const rotateKey = networkVerb({
  name: 'rotate-key',
  about: 'another key for what clients seal to this node; what was sealed to the old one is opened for 90 days more',
  node: 'running',
  json: 'the new public key.',
  read: () => ({}),
  async run(_, { id, title, node }) {
    const fresh = await node.request('networks.rotateKey', { id });
    return {
      json: fresh,
      lines: [
        `${title}: clients now seal to the key ${fresh.publicKey}.`,
        'Backups made before hold the old key alone. Make a new one.',
      ],
    };
  },
});
