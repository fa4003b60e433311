// Addresses of relays, in the one form that they are compared and kept in. Only the user names one: nothing that a relay or a
// stranger says becomes an address.

import { isIP } from 'node:net';
import { isPublicAddress } from '../reachability/addresses.ts';
import { BadRelayAddress } from './errors.ts';

export interface RelayUrl {
  readonly url: string;
  /** The user typed an address in their own network; any other name must not lead there. */
  readonly mayBePrivate: boolean;
}

const LONGEST = 512;
/** Names that mean this computer or its network: RFC 6761, RFC 6762, RFC 8375, and those without a dot. */
const LOCAL = /^(?:localhost|[^.]+)$|\.(?:localhost|local|lan|internal|home\.arpa)$/;

/** wss, or ws in the user's own network; small letters, no slash at the end. Throws BadRelayAddress. */
export function relayUrl(text: string): RelayUrl {
  const typed = text.trim();
  if (typed.length > LONGEST || !URL.canParse(typed)) throw new BadRelayAddress();
  const { protocol, hostname, host, pathname, search, hash, username, password } = new URL(typed);
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const mayBePrivate = isIP(bare) === 0 ? LOCAL.test(bare) : !isPublicAddress(bare);
  const secure = protocol === 'wss:' || (protocol === 'ws:' && mayBePrivate);
  if (!secure || bare === '' || search || hash || username || password) throw new BadRelayAddress();
  return { url: `${protocol}//${host}${pathname.replace(/\/+$/, '')}`, mayBePrivate };
}
