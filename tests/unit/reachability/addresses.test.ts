import { describe, expect, it } from 'vitest';
import { type AddressKind, addressKind, isPublicAddress } from '../../../src-main/reachability/addresses.ts';

describe('an address', () => {
  it.each<[AddressKind | undefined, string]>([
    [
      'public',
      '1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 223.255.255.255 192.0.1.1',
    ],
    ['private', '10.0.0.0 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 fc00::1 fdff::1 fec0::1'],
    ['cgnat', '100.64.0.0 100.127.255.255'],
    ['loopback', '127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1'],
    ['link-local', '169.254.1.1 fe80::1 fe80::1%eth0 febf::1'],
    ['documentation', '192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1 3fff:fff::1'],
    ['reserved', '0.0.0.0 0.1.2.3 192.0.0.1 198.18.0.1 198.19.255.255 240.0.0.1 255.255.255.255'],
    ['reserved', ':: 64:ff9b::1.1.1.1 100::1 2001::1 2001:1ff::1 2002::1 4000::1'],
    ['multicast', '224.0.0.1 239.255.255.250 ff02::1'],
    ['public', '2000::1 2001:200::1 2606:4700::1111 3ffe::1 3fff:1000::1 ::ffff:1.1.1.1'],
    ['private', '::ffff:192.168.1.1 0:0:0:0:0:ffff:c0a8:101'],
    [undefined, 'example.org 1.2.3 1.2.3.4.5 256.1.1.1 :::1 01.2.3.4 1.1.1.1:80 [::1] %eth0'],
  ])('is %s: %s', (kind, all) => {
    const addresses = all.split(' ');
    expect(addresses.map((address) => [address, addressKind(address)])).toEqual(
      addresses.map((address) => [address, kind]),
    );
    expect(addresses.map(isPublicAddress)).toEqual(addresses.map(() => kind === 'public'));
  });
});
