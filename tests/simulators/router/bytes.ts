// Addresses as PCP carries them: always sixteen bytes, an IPv4 address as ::ffff:a.b.c.d.

import { isIPv4 } from 'node:net';

const MAPPED = '00000000000000000000ffff';

export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.concat([Buffer.from(MAPPED, 'hex'), Buffer.from(address.split('.').map(Number))]);
  // The URL parser writes any form of an address in its shortest one, in hexadecimal only.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const front = groups(head);
  const back = groups(tail);
  const middle = Array<string>(8 - front.length - back.length).fill('0');
  return Buffer.from([...front, ...middle, ...back].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

export function addressText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  if (hex.startsWith(MAPPED)) return [...bytes.subarray(12)].join('.');
  return new URL(`http://[${hex.match(/..../g)?.join(':')}]/`).hostname.slice(1, -1);
}
