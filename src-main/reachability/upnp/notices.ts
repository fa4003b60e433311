// A router with UPnP says unasked that it is there, over and over, and since the second version with a number that is another one
// after each start (UPnP Device Architecture 1.1, 1.2.2). By UPnP nothing else tells of a restart, which takes all mappings. Anybody
// on the line can say the same, so what is heard is a hint to look, and nothing more.

import { createSocket } from 'node:dgram';
import type { Clock } from '../../base/clock.ts';
import { atMostOnceASecond, closeQuietly } from '../announcements.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { sameHost } from './lan.ts';
import { headersOf, isOfRouter, SSDP_PORT } from './ssdp.ts';

const GROUP = '239.255.255.250';
/** Without such a number each round of notices may follow a start; some routers begin one every few seconds. */
const AGAIN_MS = 60_000;

/** `number`: undefined where the router has none. */
export interface Notice {
  readonly location: string;
  readonly number: string | undefined;
}

/**
 * Calls `hint` when the router seems to have started anew, at most once a second. Best effort: where the group's port is not to be
 * had, as on Windows, nothing is heard. Returns what ends it. `heardAt`: other than 1900 only for tests.
 */
export function listenForNotices(
  { clock }: { readonly clock: Clock },
  { v4 }: Gateway,
  hint: () => void,
  heardAt: { readonly address: string; readonly port: number } = { address: GROUP, port: SSDP_PORT },
): () => void {
  if (!v4) return () => undefined;
  const { hear, end } = atMostOnceASecond({ clock }, hint);
  let last: (Notice & { readonly at: number }) | undefined;
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('error', () => closeQuietly(socket));
  socket.on('message', (message, { address }) => {
    const notice = sameHost(address, v4.router) ? readNotice(message) : undefined;
    if (!notice) return;
    const at = clock.monotonic();
    const known = last?.location === notice.location && last.number === notice.number;
    if (known && (notice.number !== undefined || at - last!.at < AGAIN_MS)) return;
    last = { ...notice, at };
    hear();
  });
  // At the group alone: what others ask a media server of this computer is not for us to take.
  socket.bind(heardAt, () => {
    try {
      socket.addMembership(GROUP, v4.local);
    } catch {
      // A line without multicast: then the next check tells.
    }
  });
  return () => {
    end();
    closeQuietly(socket);
  };
}

/** Undefined for whatever is not a router's word that it is there. */
export function readNotice(message: Buffer): Notice | undefined {
  const headers = headersOf(message, /^NOTIFY \* HTTP\/1\.[01]$/);
  const location = headers?.get('location');
  if (!headers || !location || headers.get('nts') !== 'ssdp:alive') return undefined;
  if (!isOfRouter(`${headers.get('nt') ?? ''} ${headers.get('usn') ?? ''}`)) return undefined;
  return { location, number: headers.get('bootid.upnp.org') };
}
