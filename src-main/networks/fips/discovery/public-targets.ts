// Where the endpoints of a stranger's advert really lead: names are looked up here, and only once, so that what is dialled is what was
// judged.

import { isIP } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { findStunServer as findHost, type LookUp } from '../../../reachability/stun/servers.ts';
import { formatHostPort, parseHostPort } from '../transports/address.ts';
import { type AdvertEndpoint, isNat } from './advert.ts';
import type { MayReach } from './routable.ts';

const LOOK_UP_MS = 2000;

/** Those that lead somewhere, with an IP address in place of a name. Rejects with the signal's reason. */
export async function publicTargets(
  deps: { readonly clock: Clock; readonly lookUp: LookUp },
  endpoints: readonly AdvertEndpoint[],
  mayReach: MayReach,
  signal: AbortSignal,
): Promise<readonly AdvertEndpoint[]> {
  const found = await Promise.all(
    endpoints.map(async (endpoint): Promise<readonly AdvertEndpoint[]> => {
      const { transport, address } = endpoint;
      if (transport === 'tor' || isNat(endpoint)) return [endpoint];
      const parsed = parseHostPort(address);
      if (!parsed) return [];
      const within = { signal, timeoutMs: LOOK_UP_MS };
      const at =
        isIP(parsed.host) === 6 ? { address: parsed.host, port: parsed.port } : await findHost(deps, parsed, 4, within);
      if (!at || !mayReach(at.address)) return [];
      return [{ transport, address: formatHostPort({ host: at.address, port: at.port }) }];
    }),
  );
  return found.flat();
}
