// The networks that this computer is in: a box reaches none of them, not even where they have public addresses.

import { networkInterfaces } from 'node:os';

/** IPv4, as `192.168.1.20/24`. */
export function ownNetworks(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.flatMap(({ family, internal, cidr }) => (family === 'IPv4' && !internal && cidr ? [cidr] : []));
}

/** `192.168.1.20/24` as engines have it: without an address of its own in it. */
export function networkAddress(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/');
  const bits = Number(length);
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const block = 2 ** (32 - bits);
  const base = Math.floor(number / block) * block;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${bits}`;
}
