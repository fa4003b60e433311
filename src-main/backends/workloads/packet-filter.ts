// What a box may send and take, as rules for nft(8): they are in force in the network namespace of the box alone, before the box is in it,
// and the box lacks the capability to change them. Pure.
//
// Out: to public IPv4 addresses. Never to this computer, the home network, other boxes, link-local and metadata
// addresses, and never as mail. IPv6 is closed: a home network has public addresses there, which no list could tell from others.
// In: to the ports that were sold, and nothing else.

import type { BoxPort, BoxSpec } from './backend.ts';
import { BOX } from './bounds.ts';

/** No host of the Internet has one of these (RFC 6890, RFC 5771, RFC 1112). */
export const CLOSED_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
] as const;

/** Mail servers take a home line's word for nothing, and blocklists put its owner on them for what strangers send. */
export const MAIL_PORTS = [25, 465, 587] as const;

export interface FilterOf extends Pick<BoxSpec, 'ports' | 'network'> {
  /** This computer's own IPv4 networks, as `203.0.114.7/24`: one without a router before it has public ones. */
  readonly ownNetworks: readonly string[];
  /** What it may send, and what it may take; null: as much as there is. */
  readonly mbitPerSecond: number | null;
  /** Both together, in thirty days; null: as much as that lets through. */
  readonly monthlyBytes: number | null;
  /** What comes in at its ports is handed on inside its network, by a program of the engine's: it comes and goes by the loopback device. */
  readonly handedOn: boolean;
}

const CIDR = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/;

/** The counters of what was handed on, as nft(8) names and lists them. */
const HANDED_ON = ['sent', 'taken'] as const;

export function packetFilter(of: FilterOf): string {
  const { ports, network, ownNetworks, mbitPerSecond, monthlyBytes, handedOn } = of;
  // What goes through counts; what was dropped before it does not.
  const volume = monthlyBytes === null ? '' : '\n    quota name "month" drop';
  const pace = `${mbitPerSecond === null ? '' : paceOf(mbitPerSecond)}${volume}`;
  const closed = [...CLOSED_NETWORKS, ...ownNetworks.filter((cidr) => CIDR.test(cidr))];
  return `table inet hearth {
${monthlyBytes === null ? '' : `  quota month { over ${monthlyBytes} bytes }\n`}  set closed {
    type ipv4_addr; flags interval; auto-merge
    elements = { ${closed.join(', ')} }
  }
${handedOn ? HANDED_ON.map((name) => chainOf(name, pace)).join('') : ''}  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ${pace}
    ct state established,related accept
${[...acceptOf('tcp', ports), ...acceptOf('udp', ports)].map((rule) => `    ${rule}\n`).join('')}  }
  chain output {
    type filter hook output priority filter; policy drop;
${(handedOn ? handOn(ports) : []).map((rule) => `    ${rule}\n`).join('')}    oifname "lo" accept
    ${pace}
    ct state established,related accept
${outOf(network)
  .map((rule) => `    ${rule}\n`)
  .join('')}  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
`;
}

/** One packet, as large as they are before a network card cuts them. */
const BURST_BYTES = 65_536;

/** What is too fast is dropped, at which TCP slows down. The kernel lets a second's worth come at once, and the burst besides. */
function paceOf(mbitPerSecond: number): string {
  const bytes = Math.floor((mbitPerSecond * 1e6) / 8);
  return `limit rate over ${bytes} bytes/second burst ${BURST_BYTES} bytes drop`;
}

const chainOf = (name: string, pace: string) => `  counter ${name} { }
  chain ${name} {
    ${pace}
    counter name "${name}"
  }
`;

/** Each way counts and has a pace of its own, as at a network card; what a box says to itself at these ports counts with it. */
function handOn(ports: readonly BoxPort[]): readonly string[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) => {
    const set = setOf(protocol, ports);
    if (set === undefined) return [];
    return [
      `oifname "lo" ${protocol} sport ${set} jump ${HANDED_ON[0]}`,
      `oifname "lo" ${protocol} dport ${set} jump ${HANDED_ON[1]}`,
    ];
  });
}

/** Of what nft(8) says of the counters; none where it says something else. */
export function handedOnIn(said: string): { readonly sent: number; readonly taken: number } {
  const bytesOf = (name: string) =>
    Number(new RegExp(`counter ${name} \\{\\s*packets \\d+ bytes (\\d+)`).exec(said)?.[1] ?? 0);
  return { sent: bytesOf(HANDED_ON[0]), taken: bytesOf(HANDED_ON[1]) };
}

function acceptOf(protocol: BoxPort['protocol'], ports: readonly BoxPort[]): readonly string[] {
  const set = setOf(protocol, ports);
  return set === undefined ? [] : [`${protocol} dport ${set} ct state new accept`];
}

function setOf(protocol: BoxPort['protocol'], ports: readonly BoxPort[]): string | undefined {
  const open = ports.filter((port) => port.protocol === protocol).map(({ box }) => box);
  return open.length === 0 ? undefined : `{ ${[...new Set(open)].join(', ')} }`;
}

function outOf(network: BoxSpec['network']): readonly string[] {
  const refuse = 'reject with icmpx admin-prohibited';
  if (network === 'none') return [refuse];
  return [
    `meta nfproto ipv6 ${refuse}`,
    `ip daddr @closed ${refuse}`,
    `meta l4proto { tcp, udp } th dport { ${MAIL_PORTS.join(', ')} } ${refuse}`,
    `ct state new ct count over ${BOX.connections} ${refuse}`,
    `ct state new limit rate over ${BOX.newConnections}/second burst ${BOX.newConnections} packets drop`,
    'ct state new accept',
  ];
}
