// Whether an address means anything to a node elsewhere. One that doesn't is neither advertised nor, where a stranger's advert names it,
// dialled: it would lead to some computer in a network of our own.

import { isIP } from 'node:net';
import { isPublicAddress } from '../../../reachability/addresses.ts';
import { parseHostPort } from '../transports/address.ts';

const NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;
/** Names that no public server answers for (RFC 6761, 6762, 7686, 8375, and what routers use), and those of this mesh. */
const INSIDE =
  /\.(?:local|localhost|localdomain|lan|home|internal|intranet|private|corp|arpa|test|example|invalid|onion|fips)$/i;
/** Version 3: a key, a check sum and a version. */
const ONION = /^[a-z2-7]{56}\.onion$/i;

/** Whether an IP address may be sent to that a stranger names. */
export type MayReach = (address: string) => boolean;

/** `host:port` of an IP address or a name. */
export function isRoutable(address: string, mayReach: MayReach = isPublicAddress): boolean {
  const parsed = parseHostPort(address);
  if (!parsed) return false;
  if (isIP(parsed.host) !== 0) return mayReach(parsed.host);
  return NAME.test(parsed.host) && !INSIDE.test(parsed.host);
}

/** `host:port` of an onion service. */
export function isOnion(address: string): boolean {
  return ONION.test(parseHostPort(address)?.host ?? '');
}
