// Where requests to a router may go. A router, or a neighbour who plays one, tells addresses; whatever it tells, requests go to the
// router itself or to the computer on our line that has answered, by plain HTTP, and nowhere else.

import { BlockList, isIP } from 'node:net';
import { UPNP } from '../bounds.ts';
import type { Gateway } from '../gateway/gateway.ts';

/** One side of a line to a router. */
export interface Line {
  readonly family: 4 | 6;
  /** The router's address, with its zone where it is link-local. */
  readonly router: string;
  /** Our own, which sockets are bound to. */
  readonly local: string;
  /** Whether an address lies on this line. */
  readonly has: (address: string) => boolean;
}

/** Something at a router that answers HTTP. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Path and query, beginning with a slash. */
  readonly path: string;
}

/** Global addresses share the first half with all on the same link. */
const V6_PREFIX = 64;

export function lineV4({ v4 }: Gateway): Line | undefined {
  if (!v4) return undefined;
  const list = new BlockList();
  list.addSubnet(v4.local, v4.prefix, 'ipv4');
  const has = (address: string) => isIP(address) === 4 && (address === v4.router || list.check(address, 'ipv4'));
  return { family: 4, router: v4.router, local: v4.local, has };
}

/** The line as seen from one of our global addresses. */
export function lineV6({ v6 }: Gateway, local: string): Line | undefined {
  if (!v6 || isIP(local) !== 6) return undefined;
  const list = new BlockList();
  list.addSubnet(local, V6_PREFIX, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  const has = (address: string) => {
    const bare = withoutZone(address);
    return isIP(bare) === 6 && (sameHost(bare, v6.router) || list.check(bare, 'ipv6'));
  };
  return { family: 6, router: v6.router, local, has };
}

/**
 * Where a LOCATION leads that `source` has given; undefined where nowhere we go. It counts for what it says of port and path: an
 * address other than that of the router or of its source is taken for the router's, misspelt.
 */
export function placeOf(location: string, source: string, line: Line): Place | undefined {
  const url = plainUrl(location);
  if (!url) return undefined;
  const own = sameHost(url.host, source) && !sameHost(source, line.router) && line.has(source);
  return { ...url, host: own ? source : line.router };
}

/** Where a URL of a description leads: always to the host that the description was read from. */
export function placeWithin(reference: string, base: string | undefined, description: Place): Place | undefined {
  const { host, port, path } = description;
  const from = `http://${isIP(withoutZone(host)) === 6 ? `[${withoutZone(host)}]` : host}:${port}${path}`;
  const resolved = plainUrl(reference, base === undefined ? from : (absolute(base, from) ?? from));
  return resolved && { ...resolved, host };
}

function absolute(base: string, from: string): string | undefined {
  const url = parse(base, from);
  return url?.protocol === 'http:' ? url.href : undefined;
}

function plainUrl(text: string, base?: string): Place | undefined {
  const url = parse(text, base);
  if (url?.protocol !== 'http:' || url.username !== '' || url.password !== '') return undefined;
  const port = url.port === '' ? 80 : Number(url.port);
  if (port < 1) return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, path: url.pathname + url.search };
}

function parse(text: string, base?: string): URL | undefined {
  if (text.length > UPNP.url) return undefined;
  return URL.parse(text, base) ?? undefined;
}

/** Written alike or not; a zone says which line, and there is only one here. */
export function sameHost(one: string, other: string): boolean {
  return spelt(one) === spelt(other);
}

function spelt(host: string): string {
  const bare = withoutZone(host);
  return isIP(bare) === 6 ? new URL(`http://[${bare}]`).hostname : bare;
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}
