// What an address is for: a router with a private address of its own has another router before it, and no connection from outside
// reaches it there. From the IANA special-purpose registries (RFC 6890, RFC 8190). What IICP takes for routable is a shorter
// list and its own affair.

import { BlockList, isIP } from 'node:net';
import { addressBytes, addressText } from './address-bytes.ts';

export type AddressKind =
  | 'public'
  | 'private'
  | 'cgnat'
  | 'loopback'
  | 'link-local'
  | 'documentation'
  | 'reserved'
  | 'multicast';

const SPECIAL: readonly (readonly [network: string, prefix: number, kind: AddressKind])[] = [
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'cgnat'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
  ['::1', 128, 'loopback'],
  // What IETF protocols use, Teredo among them, and what is left of 6to4: no address of a neighbour's line.
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, 'reserved'],
  ['3fff::', 20, 'documentation'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
];

const lists = new Map<AddressKind, BlockList>();
for (const [network, prefix, kind] of SPECIAL) {
  const list = lists.get(kind) ?? new BlockList();
  list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  lists.set(kind, list);
}
/** The only part of IPv6 that is handed out. */
const unicast6 = new BlockList();
unicast6.addSubnet('2000::', 3, 'ipv6');

/** Undefined: not an address. A zone (`%eth0`) is ignored, an IPv4-mapped address judged as the IPv4 address. */
export function addressKind(address: string): AddressKind | undefined {
  const [bare = ''] = address.split('%');
  if (isIP(bare) === 0) return undefined;
  // Written anew, so that a mapped address is an IPv4 address from here on.
  const plain = addressText(addressBytes(bare));
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  for (const [kind, list] of lists) if (list.check(plain, family)) return kind;
  return family === 'ipv4' || unicast6.check(plain, family) ? 'public' : 'reserved';
}

/** Whether a computer on the Internet could send something there. */
export function isPublicAddress(address: string): boolean {
  return addressKind(address) === 'public';
}
