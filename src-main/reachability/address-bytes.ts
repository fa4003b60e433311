// Addresses as sixteen bytes, the way PCP has them on the wire: an IPv4 address as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).

import { isIPv4, isIPv6, SocketAddress } from 'node:net';

const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

/** Takes any form of an address, with or without a zone, which is dropped. Throws a RangeError for what is none. */
export function addressBytes(address: string): Buffer {
  const [bare = ''] = address.split('%');
  if (isIPv4(bare)) return Buffer.concat([MAPPED, bytes4(bare)]);
  if (!isIPv6(bare)) throw new RangeError('not an IP address');
  const [head = '', tail] = bare.split('::');
  const front = groups(head);
  const back = groups(tail ?? '');
  const middle = Buffer.alloc(16 - front.length - back.length);
  return Buffer.concat([front, middle, back]);
}

/** IPv4 in dots, IPv6 in its canonical form (RFC 5952). Takes 16 bytes. */
export function addressText(bytes: Buffer): string {
  if (bytes.subarray(0, 12).equals(MAPPED)) return bytes.subarray(12, 16).join('.');
  const address = bytes.toString('hex', 0, 16).match(/.{4}/g)?.join(':');
  return new SocketAddress({ address, family: 'ipv6' }).address;
}

const bytes4 = (address: string) => Buffer.from(address.split('.').map(Number));

function groups(text: string): Buffer {
  if (text === '') return Buffer.alloc(0);
  const parts = text
    .split(':')
    .map((part) => (part.includes('.') ? bytes4(part) : Buffer.from(part.padStart(4, '0'), 'hex')));
  return Buffer.concat(parts);
}
