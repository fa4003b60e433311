// `hearth new-identity`: another name and key at a network, where its directory will not believe any more who this node is. Says
// what is lost, asks for the words, and has it done.

import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { askShown, isInteractive, plain, readAll, type Terminal } from './terminal.ts';
import { nothing, verb } from './verb.ts';

export const newIdentityVerb = verb({
  name: 'new-identity',
  about:
    'another name and key, where a directory no longer believes who this node is; says what is lost and asks first',
  node: 'running',
  json: 'the new name and public key.',
  read: nothing,
  run: ({ json }, { node, terminal }) => newIdentity(node, json, terminal),
});

const WORDS = 'new identity';
/** Running tasks are let end, and a directory is told. */
const WAIT_MS = 120_000;

export async function newIdentity(node: SocketClient, json: boolean, terminal: Terminal): Promise<number> {
  const { value: networks } = await node.request('networks.get', undefined);
  const [network] = networks;
  if (!network) return EXIT.failed;
  if (!json) {
    for (const text of [
      `${network.title}: ${network.nodeId ?? 'this node'} is given up for a new name with a new key.`,
      'Lost for good: the reputation that it has earned, and what it has earned and not received yet.',
      'Who it was stays in this data folder and in its backups. Make a new backup afterwards.',
    ]) {
      terminal.print(plain(text));
    }
  }
  const typed = isInteractive(terminal)
    ? await askShown(`Type "${WORDS}" to go on`, terminal)
    : await readAll(terminal);
  if (typed.trim() !== WORDS) {
    throw new HearthError({
      code: 'command.not-confirmed',
      category: 'cancelled',
      message: `Nothing was changed: that takes the words "${WORDS}", typed or on standard input.`,
    });
  }
  const fresh = await node.request('networks.newIdentity', { id: network.id }, { timeoutMs: WAIT_MS });
  terminal.print(json ? jsonText(fresh) : plain(`${network.title}: from now on this node is ${fresh.nodeId}.`));
  return EXIT.ok;
}
