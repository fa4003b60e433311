// What nodes of the mesh say of themselves on the local network, as records of multicast DNS (RFC 6762, 6763). Anyone there can say
// anything: who a neighbour is, only its handshake proves.

import { BlockList, isIPv4 } from 'node:net';
import type { ResponsePacket } from 'multicast-dns';
import { decodeNpub, encodeNpub } from '../identity/names.ts';
import { DISCOVERY } from './bounds.ts';

export const SERVICE = '_fips._udp.local';
/** Seconds: of what names a host, and of the rest (RFC 6762 10). */
const HOST_TTL = 120;
const OTHER_TTL = 4500;
/** Of an npub, of which a name has room for 63. */
const NAME_CHARACTERS = 16;

type Answer = ResponsePacket['answers'][number];

export interface LanSelf {
  readonly xOnly: Uint8Array;
  readonly port: number;
  /** Undefined: nodes of any scope see each other. */
  readonly scope: string | undefined;
}

export interface LanNeighbour {
  readonly xOnly: Buffer;
  readonly port: number;
  readonly scope: string | undefined;
  /** IPv4. */
  readonly addresses: readonly string[];
}

/** A network card of ours, by its address. */
export interface Card {
  readonly address: string;
  /** `192.168.1.7/24`. */
  readonly cidr: string | null;
}

/** `goodbye`: it is not to be had any more. */
export function lanRecords(
  { xOnly, port, scope }: LanSelf,
  addresses: readonly string[],
  goodbye = false,
): readonly Answer[] {
  const npub = encodeNpub(xOnly);
  const label = `fips-${npub.slice(0, NAME_CHARACTERS)}`;
  const [instance, host] = [`${label}.${SERVICE}`, `${label}.local`];
  const [other, short] = goodbye ? [0, 0] : [OTHER_TTL, HOST_TTL];
  const texts = [`npub=${npub}`, ...(scope === undefined ? [] : [`scope=${scope}`]), 'v=1'];
  return [
    { name: SERVICE, type: 'PTR', ttl: other, data: instance },
    { name: instance, type: 'SRV', ttl: short, flush: true, data: { target: host, port, priority: 0, weight: 0 } },
    { name: instance, type: 'TXT', ttl: other, flush: true, data: texts },
    ...addresses.map((address): Answer => ({ name: host, type: 'A', ttl: short, flush: true, data: address })),
  ];
}

/** Names that are ours to answer for. */
export function isOurs(name: string, xOnly: Uint8Array): boolean {
  const label = `fips-${encodeNpub(xOnly).slice(0, NAME_CHARACTERS)}`;
  return [SERVICE, `${label}.${SERVICE}`, `${label}.local`].includes(name.toLowerCase());
}

/** Neighbours that a response tells of, as far as it tells all that is needed. */
export function readNeighbours(all: readonly Answer[]): readonly LanNeighbour[] {
  const records = all.slice(0, DISCOVERY.lanRecords);
  return records.flatMap((record): readonly LanNeighbour[] => {
    if (record.type !== 'SRV' || !record.ttl || !record.name.toLowerCase().endsWith(`.${SERVICE}`)) return [];
    const { target, port } = record.data;
    const texts = records.flatMap((each) =>
      each.type === 'TXT' && each.name === record.name ? textsOf(each.data) : [],
    );
    const value = (key: string) => texts.find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1);
    const xOnly = decodeNpub(value('npub') ?? '');
    const addresses = records.flatMap((each) => (each.type === 'A' && each.name === target ? [each.data] : []));
    if (!xOnly || !(port > 0 && port <= 0xffff) || addresses.length === 0) return [];
    const scope = value('scope') || undefined;
    return [{ xOnly, port, scope, addresses: addresses.filter(isIPv4).slice(0, DISCOVERY.lanAddresses) }];
  });
}

/** Those of its addresses that are in a network of one of our cards, where it said so from first: others lead who knows where. */
export function reachable({ addresses }: LanNeighbour, from: string, cards: readonly Card[]): readonly string[] {
  const networks = new BlockList();
  for (const { cidr } of cards) {
    const [network, prefix] = cidr?.split('/') ?? [];
    if (network !== undefined && isIPv4(network)) networks.addSubnet(network, Number(prefix), 'ipv4');
  }
  const near = addresses.filter((address) => networks.check(address, 'ipv4'));
  return [...near.filter((address) => address === from), ...near.filter((address) => address !== from)];
}

/** From the name of the app, as official nodes have it. */
export function lanScope(app: string): string | undefined {
  const trimmed = app.trim();
  const prefix = 'fips-overlay-v1:';
  return (trimmed.startsWith(prefix) ? trimmed.slice(prefix.length).trim() : trimmed) || undefined;
}

function textsOf(data: unknown): readonly string[] {
  const parts = Array.isArray(data) ? data : [data];
  return parts.filter((part) => Buffer.isBuffer(part) || typeof part === 'string').map(String);
}
