// The networks that this computer is in: a box reaches none of them, not even where they have public addresses.

import { networkInterfaces } from 'node:os';

/** IPv4, as `192.168.1.20/24`. */
export function ownNetworks(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.flatMap(({ family, internal, cidr }) => (family === 'IPv4' && !internal && cidr ? [cidr] : []));
}
