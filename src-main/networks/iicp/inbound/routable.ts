// Whether an endpoint could be reached from the public Internet, by its looks alone (IICP 6.2, `looks_routable`).

import { BlockList, isIP } from 'node:net';

const LOCAL_SUFFIXES = ['.localhost', '.local', '.test', '.example', '.invalid', '.lan', '.internal'];

const unroutable = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  unroutable.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  unroutable.addSubnet(network, prefix, 'ipv6');

/** False for anything that is not an http(s) URL with a public name or address. No look-up is made. */
export function looksRoutable(endpoint: string | URL): boolean {
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : endpoint;
  if (!url) return false;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  switch (isIP(host)) {
    case 4:
      return !unroutable.check(host, 'ipv4');
    case 6:
      return !unroutable.check(host, 'ipv6');
    default:
      return host.includes('.') && !LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
  }
}
