// A stranger's container as Proxmox VE is told of it, pure: its limits, the tags that it is found by, and the rules of its own firewall, which
// the node puts in force outside of it.

import { createHash } from 'node:crypto';
import type { BoxSpec } from '../backend.ts';
import { RESOLVERS, specHash } from '../box-plan.ts';
import { networkAddress } from '../own-networks.ts';
import { CLOSED_NETWORKS, MAIL_PORTS } from '../packet-filter.ts';
import { type Params, written } from './client.ts';

const MIB_PER_GIB = 1024;
const TAG = 'hearth';
const LIST_CHARACTERS = 500;

/** Lower case, digits, `-` and `_` (pve-docs, Tags). */
export const tagsOf = (installation: string, spec: Pick<BoxSpec, 'id'> & Partial<BoxSpec>) =>
  [
    TAG,
    ownTag(installation),
    `hearth-b-${spec.id}`,
    ...('image' in spec ? [`hearth-s-${specHash(spec as BoxSpec)}`] : []),
  ].join(';');

const ownTag = (installation: string) =>
  `hearth-i-${createHash('sha256').update(installation).digest('hex').slice(0, 16)}`;

/** Undefined: it is not one of this installation's. */
export function taggedAs(
  installation: string,
  tags: string,
): { readonly id: string; readonly spec: string } | undefined {
  const all = tags.split(/[;, ]/);
  const id = all.find((tag) => tag.startsWith('hearth-b-'))?.slice('hearth-b-'.length);
  if (id === undefined || !all.includes(ownTag(installation))) return undefined;
  return { id, spec: all.find((tag) => tag.startsWith('hearth-s-'))?.slice('hearth-s-'.length) ?? '' };
}

/** Of another node of Hearth. */
export const isBoxOfOther = (installation: string, tags: string) =>
  /(?:^|[;, ])hearth-b-/.test(tags) && taggedAs(installation, tags) === undefined;

/** A template, by its name and how long it is: nodes have copies of their own, made at other times. */
export interface TemplateContent {
  readonly volid: string;
  readonly size: number;
}

const CONTENT = /^pve:(\d+):([\w.-]+:vztmpl\/[\w.+~-]+)$/;
export const contentOf = ({ volid, size }: TemplateContent) => `pve:${size}:${volid}`;
export function templateOf(content: string): TemplateContent | undefined {
  const [, size, volid] = CONTENT.exec(content) ?? [];
  return volid === undefined ? undefined : { volid, size: Number(size) };
}
/** One that was changed under its name is another. */
export const isSame = (a: TemplateContent, b: TemplateContent) => a.volid === b.volid && a.size === b.size;

export interface ContainerOf {
  readonly installation: string;
  readonly spec: BoxSpec;
  readonly vmid: number;
  readonly volid: string;
  readonly storage: string;
  readonly bridge: string;
  /** Null: as much as there is. */
  readonly mbitPerSecond: number | null;
}

/** `POST /nodes/{node}/lxc` (paygress.md 5.3): made, and not started. */
export function containerPlan({ installation, spec, vmid, volid, storage, bridge, mbitPerSecond }: ContainerOf) {
  return {
    vmid,
    hostname: `h-${createHash('sha256').update(installation).digest('hex').slice(0, 8)}-${spec.id}`,
    ostemplate: volid,
    rootfs: `${storage}:${spec.diskMiB / MIB_PER_GIB}`,
    cores: Math.max(1, Math.ceil(spec.cpuMillicores / 1000)),
    cpulimit: spec.cpuMillicores / 1000,
    // Half of what others have, where there is not enough for all.
    cpuunits: 50,
    memory: spec.memoryMiB,
    swap: 0,
    unprivileged: true,
    features: 'nesting=0',
    onboot: false,
    start: false,
    // A terminal of it is a shell: there is no other way in.
    cmode: 'shell',
    nameserver: RESOLVERS.join(' '),
    net0: [
      'name=eth0',
      `bridge=${bridge}`,
      'firewall=1',
      'ip=dhcp',
      // Megabytes a second.
      ...(mbitPerSecond === null ? [] : [`rate=${mbitPerSecond / 8}`]),
    ].join(','),
    tags: tagsOf(installation, spec),
    description: portsText(spec),
    ...(spec.login && { password: spec.login.password }),
  } satisfies Params;
}

const CUT_OFF = 'link_down=1';

/** What the engine says of its network card, with the plug pulled or put in (pct.conf, `net0`). */
export function netCutOff(net: string, isCut: boolean): string {
  const rest = net.split(',').filter((part) => !part.startsWith('link_down='));
  return [...rest, ...(isCut ? [CUT_OFF] : [])].join(',');
}

export const isCutOff = (net: string) => net.split(',').includes(CUT_OFF);

/** What a start has to know of it, after a start of Hearth too. */
const portsText = ({ ports }: BoxSpec) => `Hearth ${ports.map(({ host, box }) => `${host}:${box}`).join(' ')}`.trim();

/** Its TCP ports. */
export function portsIn(description: string): BoxSpec['ports'] {
  // The engine ends what it keeps with a line's end, and may have percents of it.
  return [...description.matchAll(/ (\d{1,5})(?::|%3A)(\d{1,5})(?=\s|$)/g)].map(([, host, box]) => ({
    host: Number(host),
    box: Number(box),
    protocol: 'tcp',
  }));
}

export const FIREWALL_OPTIONS = {
  enable: true,
  // Asked for an address, and for nothing else of its own network.
  dhcp: true,
  ndp: false,
  radv: false,
  macfilter: true,
  ipfilter: true,
  policy_in: 'DROP',
  policy_out: 'DROP',
} satisfies Params;

export interface FirewallOf {
  readonly spec: Pick<BoxSpec, 'ports' | 'network'>;
  /** Closed besides: networks of this computer and of the nodes, as `192.168.1.20/24`. */
  readonly networks: readonly string[];
  /** This computer, which leads customers to its ports. */
  readonly from: readonly string[];
}

/** The first that fits decides (pve-firewall): in this order. What none of them is about is dropped, IPv6 among it. */
export function firewallRules({ spec, networks, from }: FirewallOf): readonly Params[] {
  const ports = [...new Set(spec.ports.map(({ box }) => box))];
  const rule = (type: 'in' | 'out', action: 'ACCEPT' | 'REJECT', more: Params): Params => ({
    type,
    action,
    enable: 1,
    ...more,
  });
  const ins =
    ports.length === 0
      ? []
      : listsOf(from).map((source) => rule('in', 'ACCEPT', { source, proto: 'tcp', dport: ports.join(',') }));
  if (spec.network === 'none') return ins;
  return [
    ...ins,
    ...listsOf([...CLOSED_NETWORKS, ...networks.map(networkAddress)]).map((dest) => rule('out', 'REJECT', { dest })),
    ...['tcp', 'udp'].map((proto) => rule('out', 'REJECT', { proto, dport: MAIL_PORTS.join(',') })),
    // All of IPv4, and nothing of IPv6.
    ...['0.0.0.0/1', '128.0.0.0/1'].map((dest) => rule('out', 'ACCEPT', { dest })),
  ];
}

/** A rule has lists of 512 characters at most. */
function listsOf(addresses: readonly string[]): readonly string[] {
  const lists: string[] = [];
  for (const address of new Set(addresses)) {
    const last = lists.at(-1);
    if (last !== undefined && last.length + address.length < LIST_CHARACTERS)
      lists[lists.length - 1] = `${last},${address}`;
    else lists.push(address);
  }
  return lists;
}

/** Whether what the engine says that it has is what it was told: it has more members. */
export function isKept(told: readonly Params[], kept: readonly Readonly<Record<string, string>>[]): boolean {
  return (
    told.length === kept.length &&
    told.every((rule, at) => Object.entries(written(rule)).every(([name, value]) => (kept[at]?.[name] ?? '') === value))
  );
}
