// Where this node tells others to find it: never an address that means nothing to them, whatever it is bound to and whoever says so.

import { isIP } from 'node:net';
import type { Endpoint } from '../../../reachability/mapping.ts';
import { formatHostPort, parseHostPort } from '../transports/address.ts';
import { type AdvertEndpoint, NAT } from './advert.ts';
import { isOnion, isRoutable, type MayReach } from './routable.ts';

/** A transport that is started and may be advertised. */
export interface Advertised {
  readonly transport: 'udp' | 'tcp' | 'tor';
  /** `host:port` where it listens; of Tor its onion service and the port of that. */
  readonly local: string;
  /** What the user says it is from outside: an IP address, or `host:port`. */
  readonly external?: string | undefined;
  /** Of UDP: nothing stands before it that would let nobody in. Else a hole has to be punched. */
  readonly isPublic?: boolean | undefined;
  /** Where strangers were seen to get in, as a port of the router. */
  readonly proven?: Endpoint | undefined;
}

export interface Outside {
  /** Where STUN servers see this computer. */
  readonly seen: string | undefined;
  /** There are relays and STUN servers to punch holes with. */
  readonly canPunch: boolean;
  readonly mayReach: MayReach;
}

export function ownEndpoints(
  advertised: readonly Advertised[],
  { seen, canPunch, mayReach }: Outside,
): readonly AdvertEndpoint[] {
  return advertised.flatMap((each): readonly AdvertEndpoint[] => {
    const { transport, isPublic } = each;
    const address = candidates(each, transport === 'udp' && isPublic ? seen : undefined).find((candidate) =>
      transport === 'tor' ? isOnion(candidate) : isRoutable(candidate, mayReach),
    );
    const direct = address === undefined ? [] : [{ transport, address }];
    return transport === 'udp' && !isPublic && canPunch ? [...direct, { transport, address: NAT }] : direct;
  });
}

/** Whether a STUN server has to be asked for it. */
export function needsSeen(each: Advertised, mayReach: MayReach): boolean {
  if (each.transport !== 'udp' || !each.isPublic) return false;
  return !candidates(each, undefined).some((address) => isRoutable(address, mayReach));
}

/** The best first: what the user says, where strangers got in, what it is bound to, where it is seen. */
function candidates({ transport, local, external, proven }: Advertised, seen: string | undefined): readonly string[] {
  if (transport === 'tor') return [local];
  const port = parseHostPort(local)?.port;
  const at = (host: string | undefined) =>
    host === undefined || port === undefined ? [] : [formatHostPort({ host, port })];
  const named = external === undefined || isIP(external) !== 0 ? at(external) : [external];
  const mapped = proven ? [formatHostPort({ host: proven.address, port: proven.port })] : [];
  return [...named, ...mapped, local, ...at(seen)];
}
