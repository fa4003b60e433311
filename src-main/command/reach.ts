// `hearth reach`: how the outside gets in, link by link, and what to do where it does not.

import type { ChainLink, ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { plain, printable, type Terminal } from './terminal.ts';

interface ReachLine {
  readonly test: boolean;
  readonly report: boolean;
  readonly addresses: boolean;
  readonly json: boolean;
}

const LINKS: Readonly<Record<ChainLink['id'], string>> = {
  router: 'Router found',
  mapping: 'Port opened',
  outside: 'Reached from outside',
  renewal: 'Renewed',
};
const STATES: Readonly<Record<ChainLink['state'], string>> = {
  ok: 'yes',
  waiting: 'not yet',
  failed: 'no',
  off: 'not asked',
  unneeded: 'not needed',
};

/** Exit 0 where others can reach this node or no network wants them to, 1 where not. */
export async function reach(node: SocketClient, line: ReachLine, { print }: Terminal): Promise<number> {
  const { value } = line.test
    ? await node.request('reachability.test', undefined)
    : await node.request('reachability.get', undefined);
  if (line.report) {
    const { text } = await node.request('reachability.report', { addresses: line.addresses });
    print(line.json ? jsonText({ text }) : printable(text.trimEnd()));
  } else if (line.json) print(jsonText(value));
  else for (const text of reachLines(value)) print(plain(text));
  return value.wanted && value.ports.some(({ advertised }) => advertised === null) ? EXIT.failed : EXIT.ok;
}

function reachLines({ enabled, wanted, chain, ports, reason }: ReachabilityView): string[] {
  if (!wanted) return ['No network that needs others to reach this computer is switched on, so nobody is asked.'];
  return [
    ...ports.map(({ purpose, advertised }) => `${purpose}: ${advertised ?? 'nobody outside can reach it'}`),
    ...(enabled ? [] : ['Asking the router is switched off: hearth settings set reachability.enabled true']),
    ...chain.flatMap(({ id, state, by, at, reason: why }) => [
      `  ${LINKS[id]}: ${STATES[state]}${by === null ? '' : ` (${by}${at === null ? '' : `, ${new Date(at).toISOString()}`})`}`,
      ...(why ? [`    ${why.message}${why.action ? ` ${why.action}` : ''}`] : []),
    ]),
    ...(reason && !chain.some((each) => each.reason?.code === reason.code) ? [reason.message] : []),
  ];
}
