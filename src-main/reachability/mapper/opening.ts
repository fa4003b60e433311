// From a request and a line to what is wished of a router, and to what the journal keeps of it.

import type { Random } from '../../base/random.ts';
import { type Gateway, isGlobal } from '../gateway/gateway.ts';
import type { Endpoint, Family, Mapping, MappingWish, PortRequest } from '../mapping.ts';
import type { Journal, Opening } from './journal.ts';

const LOWEST_PORT = 1024;
/** As RFC 6886 3.3 recommends; UPnP's entries live on when we are gone, so theirs is shorter. */
const LIFETIME_MS = 7_200_000;
const UPNP_LIFETIME_MS = 3_600_000;
const FORGOTTEN_MS = 7 * 86_400_000;
const LONGEST_DESCRIPTION = 60;
const NONCE_BYTES = 12;

/** Which router a journal's row is about: its hardware address, or else where it was and what we were called there. */
export function routerKey({ hardware, name, v4, v6 }: Gateway): string {
  return hardware ?? JSON.stringify([name, v4?.router ?? v6?.router, v4?.prefix]);
}

/** Where we listen on that line, the steadiest address first; none where it does not have the family. */
export function ownAddresses({ v4, v6 }: Gateway, family: Family): readonly string[] {
  if (family === 4) return v4 ? [v4.local] : [];
  const own = v6?.globals.filter(({ address }) => isGlobal(address)) ?? [];
  return own.toSorted((a, b) => Number(b.secured ?? false) - Number(a.secured ?? false)).map(({ address }) => address);
}

export interface WishFor {
  readonly request: PortRequest;
  readonly family: Family;
  readonly way: string;
  readonly upnp: boolean;
  readonly gateway: Gateway;
  readonly internal: Endpoint;
  /** Not the port that was had: nothing came through there. */
  readonly otherPort: boolean;
  /** A few characters that distinguish the user's computers in the router's list. */
  readonly tag: string;
  /** Of another request of ours at this router, which would lose it. */
  readonly taken: (port: number) => boolean;
  /** Wall time. */
  readonly now: number;
}

/** The wish and the journal's row of it: the same port and secret as before wherever there was one. */
export function wishFor(
  { random, journal }: { readonly random: Random; readonly journal: Journal },
  { request, family, way, upnp, gateway, internal, otherPort, tag, taken, now }: WishFor,
): { readonly wish: MappingWish; readonly row: Opening } {
  const router = routerKey(gateway);
  const kept = journal
    .list()
    .find((row) => row.router === router && row.way === way && isFor(row, request, family, internal));
  const candidates = otherPort ? [] : [kept?.externalPort, journal.lastPort(request, family), request.port];
  const usable = candidates.find((port) => port !== undefined && port >= LOWEST_PORT && !taken(port));
  const port = usable ?? freePort(random, taken);
  const description = described(request, internal.port, tag);
  const handle = kept?.handle ?? random.bytes(NONCE_BYTES).toString('hex');
  const address = otherPort ? undefined : kept?.externalAddress || undefined;
  const wish = {
    family,
    transport: request.transport,
    internal,
    port,
    ...(address === undefined ? {} : { address }),
    lifetimeMs: upnp ? UPNP_LIFETIME_MS : LIFETIME_MS,
    description,
    handle,
  };
  const row = {
    request: request.id,
    family,
    way,
    router,
    transport: request.transport,
    internalAddress: internal.address,
    internalPort: internal.port,
    externalAddress: address ?? '',
    externalPort: port,
    handle,
    description,
    // By UPnP some grant only for ever, whatever was asked; by the others none for long.
    endsAt: upnp ? null : now + FORGOTTEN_MS,
  };
  return { wish, row };
}

function freePort(random: Random, taken: (port: number) => boolean): number {
  for (;;) {
    const port = LOWEST_PORT + random.int(65_536 - LOWEST_PORT);
    if (!taken(port)) return port;
  }
}

export function isFor(row: Opening, request: PortRequest, family: Family, internal: Endpoint): boolean {
  if (row.request !== request.id || row.family !== family || row.transport !== request.transport) return false;
  return row.internalAddress === internal.address && row.internalPort === internal.port;
}

/** What the row says was granted, or may have been. */
export function mappingOf(row: Opening, protocol: Mapping['protocol']): Mapping {
  return {
    protocol,
    family: row.family,
    transport: row.transport,
    internal: { address: row.internalAddress, port: row.internalPort },
    external: { address: row.externalAddress, port: row.externalPort },
    lifetimeMs: Number.POSITIVE_INFINITY,
    grantedAt: 0,
    handle: row.handle,
  };
}

/** Some routers choke on anything but plain letters. */
function described({ purpose, transport }: PortRequest, port: number, tag: string): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9 ._-]/g, '');
  const tail = ` ${plain(tag).slice(0, 12)} ${transport} ${port}`;
  return `Hearth ${plain(purpose)}`.slice(0, LONGEST_DESCRIPTION - tail.length) + tail;
}
