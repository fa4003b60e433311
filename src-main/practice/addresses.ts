// Which hosts a stranger may make us call: the rule official IICP clients and directories apply to endpoints, so that
// no node is steered into a home network. IICP's "looks routable" list.

import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const CLOSED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  CLOSED.addSubnet(network, bits, 'ipv4');
}
/** Only 2000::/3 is handed out for the public internet; these parts of it lead elsewhere. */
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');
CLOSED.addSubnet('2001:db8::', 32, 'ipv6');
CLOSED.addSubnet('2001::', 32, 'ipv6');
CLOSED.addSubnet('2002::', 16, 'ipv6');

const CLOSED_SUFFIXES = ['.localhost', '.local', '.test', '.example', '.invalid', '.lan', '.internal'];

/** A host that only exists on a private network, or a name that resolves to one. */
export class PrivateHost extends Error {}

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !CLOSED.check(address, 'ipv4');
  return family === 6 && GLOBAL_V6.check(address, 'ipv6') && !CLOSED.check(address, 'ipv6');
}

/** Judges the host as written (an address in brackets or not, or a name); a name still has to be resolved. */
export function looksPublic(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(bare)) return isPublicAddress(bare);
  const name = bare.replace(/\.$/, '');
  return name.includes('.') && !CLOSED_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

/** A lookup for sockets that refuses a name unless every address behind it is public; the judged address is the dialled one. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '', 0);
    const [first] = found;
    if (!first || !found.every(({ address }) => isPublicAddress(address))) {
      return done(new PrivateHost('the name does not lead to public addresses only'), '', 0);
    }
    if (options.all) return done(null, found);
    return done(null, first.address, first.family);
  });
};
