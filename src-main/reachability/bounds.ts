// What routers, neighbours and STUN servers are held to: whatever they say is a stranger's word.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

const KIB = 1024;

export const UPNP_BOUNDS = {
  surface: 'UPnP',
  rows: {
    datagram: bound(2 * KIB, 'bytes', 'An answer to a search, or a notice; none has a quarter of this.'),
    headers: bound(40, 'items', 'Of one such datagram.'),
    answers: bound(10, 'items', 'Different ones to one search that are looked into; a home has one router.'),
    datagrams: bound(
      512,
      'items',
      'Of one search, before it is given up as flooded: answers that say nothing new count as well.',
    ),
    body: bound(64 * KIB, 'bytes', 'Descriptions and answers; a large router has some 20 KiB.'),
    headerBytes: bound(8 * KIB, 'bytes', 'Of one answer by HTTP.'),
    xml: bound(64 * KIB, 'characters', 'Of a document, which is then read in one pass.'),
    depth: bound(32, 'levels', 'Of elements in elements; descriptions have ten.'),
    elements: bound(4096, 'items', 'Of one document.'),
    name: bound(128, 'characters', 'Of one element.'),
    services: bound(16, 'items', 'Of one description, among those that can forward ports.'),
    label: bound(64, 'characters', 'Of what a router calls itself, which people are shown.'),
    url: bound(1024, 'characters', 'Of any address that is given.'),
    entries: bound(
      128,
      'items',
      'Of the list of forwardings, where it must be read; a longer one is a router that counts for ever.',
    ),
    visits: bound(4, 'at once', 'Of the router, to tell of changes.'),
    visitMs: bound(2000, 'ms', 'Of one visit, from its first byte to its last.'),
    visitHead: bound(2 * KIB, 'bytes', 'Of a visit; the rest is not kept.'),
    visit: bound(64 * KIB, 'bytes', 'Of a visit, read to its end: a router that is cut off may take us for gone.'),
    subscribeMs: bound(2000, 'ms', 'For the router to answer a subscription.'),
    subscribeAgainMs: bound(10_000, 'ms', 'Between two subscriptions, however short the router grants them.'),
  },
} satisfies BoundTable;

export const ANNOUNCEMENT_BOUNDS = {
  surface: 'announcements of routers',
  rows: {
    quietMs: bound(1000, 'ms', 'Between two looks at the router: a neighbour who talks without end causes no more.'),
  },
} satisfies BoundTable;

export const DATAGRAM_BOUNDS = {
  surface: 'PCP and NAT-PMP',
  rows: {
    datagram: bound(1100, 'bytes', 'The longest answer of PCP (RFC 6887 7).'),
    strange: bound(100, 'items', 'Datagrams without meaning, after which a router is not waited for.'),
  },
} satisfies BoundTable;

export const STUN_BOUNDS = {
  surface: 'STUN',
  rows: {
    datagram: bound(1280, 'bytes', 'What fits any path by IPv6 (RFC 8489 6.1).'),
    servers: bound(8, 'items', 'Of those in the setting; more would tell nothing more.'),
  },
} satisfies BoundTable;

export const ROUTER_PAGE_BOUNDS = {
  surface: 'page of the router',
  rows: {
    bytes: bound(64 * KIB, 'bytes', 'Its title stands at the beginning.'),
    hops: bound(3, 'items', 'Redirects, all to the router itself.'),
    title: bound(80, 'characters', 'Of what people are shown.'),
  },
} satisfies BoundTable;

export const TUNNEL_BOUNDS = {
  surface: 'tunnels on this computer',
  rows: {
    bytes: bound(256 * KIB, 'bytes', 'What answers is a page of facts, not a download.'),
    found: bound(8, 'items', 'More than any home has.'),
    localMs: bound(2000, 'ms', 'Programs of this computer answer at once.'),
    healthMs: bound(10_000, 'ms', 'For our own health to come back through the tunnel.'),
  },
} satisfies BoundTable;

export const UPNP = valuesOf(UPNP_BOUNDS);
export const ANNOUNCEMENTS = valuesOf(ANNOUNCEMENT_BOUNDS);
export const DATAGRAMS = valuesOf(DATAGRAM_BOUNDS);
export const STUN = valuesOf(STUN_BOUNDS);
export const ROUTER_PAGE = valuesOf(ROUTER_PAGE_BOUNDS);
export const TUNNELS = valuesOf(TUNNEL_BOUNDS);
