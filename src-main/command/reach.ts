// `hearth reach`: how the outside gets in, link by link, and what to do where it does not.

import type { NetworkId, NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { ChainLink, ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { plain, printable, type Terminal } from './terminal.ts';
import { verb } from './verb.ts';

export const reachVerb = verb({
  name: 'reach',
  about: 'how others reach this computer, link by link',
  flags: {
    test: { about: 'tries it all now' },
    report: { about: 'the same as text for a person who helps' },
    addresses: { about: 'leaves public addresses in the report' },
  },
  node: 'running',
  json: 'the links of the chain, the ports, and the relays that are used; with --report its text.',
  exits: { failed: 'others cannot reach it' },
  read: (_, given) => given,
  run: (line, { node, terminal }) => reach(node, line, terminal),
});

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

const PRACTICE = 'Practice stays on this computer: neither the router nor anyone outside is asked.';

/** Exit 0 where others can reach this node, be it through a relay, or no network wants them to, 1 where not. */
export async function reach(node: SocketClient, line: ReachLine, { print }: Terminal): Promise<number> {
  const { value } = line.test
    ? await node.request('reachability.test', undefined)
    : await node.request('reachability.get', undefined);
  const closed = value.wanted && value.ports.some(({ advertised }) => advertised === null);
  const networks = closed ? (await node.request('networks.get', undefined)).value : [];
  const relays = networks.flatMap(({ title, relay, address }) =>
    relay === null ? [] : [{ title, relay, endpoint: address }],
  );
  if (line.report) {
    const { text } = await node.request('reachability.report', { addresses: line.addresses });
    print(line.json ? jsonText({ text }) : printable(text.trimEnd()));
  } else if (line.json) print(jsonText({ ...value, relays }));
  else if (!value.wanted && (await node.request('node.get', undefined)).value.practice) print(PRACTICE);
  else for (const text of reachLines(value, networks)) print(plain(text));
  return closed && relays.length === 0 ? EXIT.failed : EXIT.ok;
}

export function reachLines(
  { enabled, wanted, chain, ports, reason }: ReachabilityView,
  networks: readonly NetworkView[],
): string[] {
  if (!wanted)
    return [
      'No network that needs others to reach this computer is switched on, so neither the router nor anyone outside is asked.',
    ];
  const relay = networks.find((network) => network.relay !== null)?.relay;
  const otherwise =
    relay === undefined
      ? "it can't be reached from outside"
      : `through the relay ${relay}, for no port of this computer is open`;
  return [
    ...ports.map(({ purpose, transport, advertised, proof }) => {
      if (advertised === null) return `${purpose}: ${otherwise}`;
      const at = transport === 'udp' ? `${advertised} (UDP)` : advertised;
      return `${purpose}: ${at}${proof?.reached ? '' : ', not tried from outside yet'}`;
    }),
    ...networks.flatMap(({ id, reason: why }) =>
      why && isOfRelay(id, why.code) ? [`  ${why.message}${why.action ? ` ${why.action}` : ''}`] : [],
    ),
    ...(enabled ? [] : ['Asking the router is switched off: hearth settings set reachability.enabled true']),
    ...(ports.length < 2
      ? linkLines(chain)
      : ports.flatMap((each) => [
          `${each.purpose}, ${each.transport.toUpperCase()} port ${each.port}:`,
          ...linkLines(each.chain),
        ])),
    ...(reason && !chain.some((each) => each.reason?.code === reason.code) ? [reason.message] : []),
  ];
}

/** Why a node that wants a relay has none: codes of a network are called so behind its name, whichever it is. */
const isOfRelay = (id: NetworkId, code: string) => code === `${id}.no-relay` || code.startsWith(`${id}.relay-`);

function linkLines(chain: readonly ChainLink[]): string[] {
  return chain.flatMap(({ id, state, by, at, reason: why }) => [
    `  ${LINKS[id]}: ${STATES[state]}${by === null ? '' : ` (${by}${at === null ? '' : `, ${new Date(at).toISOString()}`})`}`,
    ...(why ? [`    ${why.message}${why.action ? ` ${why.action}` : ''}`] : []),
  ]);
}
