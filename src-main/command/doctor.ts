// `hearth doctor`: whether the networks see this node as they should, line by line, and what to do where they do not.

import type { NetworkContract } from '../../src-preload/contract/networks/contract.ts';
import type { CheckLine, NetworkCheck } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { plain, type Terminal } from './terminal.ts';
import { NO_NODE, nothing, verb } from './verb.ts';

export const doctorVerb = verb({
  name: 'doctor',
  about: 'whether networks see this node as they should, and what to do where they do not',
  node: 'optional',
  json: 'whether it runs, and for each network that is joined the lines of its check.',
  exits: { failed: 'a check failed', notRunning: NO_NODE },
  read: nothing,
  run: (line, { node, terminal }) => doctor(node, line, terminal),
});

const STATES: Readonly<Record<CheckLine['state'], string>> = {
  ok: 'ok',
  warning: 'unsure',
  failed: 'FAILED',
  skipped: 'skipped',
};

/** Exit 0 where nothing failed, 1 where something did, 3 where no node runs. */
async function doctor(
  node: SocketClient | undefined,
  { json }: { readonly json: boolean },
  { print }: Terminal,
): Promise<number> {
  if (!node) {
    print(json ? jsonText({ running: false }) : 'Hearth is not running. Start it with "hearth serve".');
    return EXIT.notRunning;
  }
  const { value: known } = await node.request('networks.get', undefined);
  // One that its user has not joined is no ailment, unless there is no other.
  const joined = known.filter(({ enabled }) => enabled);
  const networks = joined.length > 0 ? joined : known;
  const checks = await Promise.all(networks.map(({ id }) => node.request('networks.check', { id })));
  if (json) print(jsonText({ running: true, checks }));
  else {
    for (const [index, check] of checks.entries()) {
      for (const text of checkLines(networks[index]!.title, check)) print(plain(text));
    }
  }
  return checks.some(failedIn) ? EXIT.failed : EXIT.ok;
}

export function failedIn({ lines }: NetworkCheck): boolean {
  return lines.some(({ state }) => state === 'failed');
}

export function checkLines(title: string, { id: network, lines }: NetworkCheck): string[] {
  const titles: NetworkContract['checks'] = networkContracts[network].checks;
  return [
    title,
    ...lines.flatMap(({ id, state, reason: { code, message, action } }) => [
      `  ${STATES[state].padEnd(8)}${titles[id] ?? id}: ${message} [${code}]`,
      ...(action && state !== 'ok' ? [`          ${action}`] : []),
    ]),
  ];
}
