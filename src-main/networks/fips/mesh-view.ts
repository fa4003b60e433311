// The mesh as the page and `hearth fips` show it.

import type { MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { encodeNpub, ipv6Of, type NodeAddr } from './identity/names.ts';
import type { FipsNode } from './node.ts';

const MOST_ROUTES = 200;

export function meshView(node: FipsNode, now: number): MeshView {
  return {
    at: now,
    neighbours: neighbours(node),
    wanted: node.dialer.standing().map(({ againAt, alias, ladder, ...standing }) => ({
      ...standing,
      alias: alias ?? null,
      againAt: againAt === undefined ? null : node.wall(againAt),
      ladder: [...ladder],
    })),
    tree: tree(node),
    sessions: sessions(node),
    routes: routes(node),
    finding: finding(node),
  };
}

function finding({ finding: found, config }: FipsNode): MeshView['finding'] {
  const wish = config.discovery;
  if (!found || !wish) return null;
  return {
    advertises: wish.advertise && wish.relays.length > 0,
    says: found.says.map((each) => ({ ...each })),
    relays: found.relays.map(({ url, state, why, said }) => ({
      url,
      open: state === 'open',
      said: why ?? said.at(-1)?.text ?? null,
    })),
    known: found.adverts.length,
    lan: wish.lan,
  };
}

function neighbours(node: FipsNode): MeshView['neighbours'] {
  const { tree: own } = node.mesh.router;
  return [...node.layer.links.peers.values()].map((peer) => {
    const { addr, npub, remote, outbound, meter } = peer;
    const place = own.coordinatesOf(addr);
    const { sentBytes, receivedBytes } = meter.traffic;
    const passed = node.transit.of(addr);
    const samples = node.traffic.of(addr);
    return {
      npub,
      alias: node.dialer.aliasOf(addr) ?? null,
      addr,
      ipv6: ipv6Of(addr),
      transport: remote.transport,
      address: remote.address,
      outbound,
      since: node.wall(peer.since),
      heardAt: node.wall(peer.receivedAt),
      rttMs: meter.srtt ?? null,
      loss: meter.loss,
      isParent: own.isParent(addr),
      isChild: own.parentOf(addr) === node.identity.nodeAddr,
      depth: place ? place.length - 1 : null,
      sentBytes,
      receivedBytes,
      sending: [...samples.sending],
      receiving: [...samples.receiving],
      transitIn: passed.in,
      transitOut: passed.out,
    };
  });
}

function tree(node: FipsNode): MeshView['tree'] {
  const { isRoot, root, coordinates, place } = node.mesh.router.tree;
  return {
    isRoot,
    root,
    rootNpub: npubOf(node, root),
    depth: coordinates.length - 1,
    parent: isRoot ? null : npubOf(node, place.parent),
    path: [...coordinates],
  };
}

function sessions(node: FipsNode): MeshView['sessions'] {
  return [...node.mesh.sessions.all.values()].map(({ addr, current, meter, pathMtu }) => ({
    npub: npubOf(node, addr),
    addr,
    state: current ? 'established' : 'opening',
    rttMs: meter.srtt ?? null,
    loss: meter.loss,
    mtu: Math.min(0xffff, pathMtu),
    via: viaOf(node, addr),
    sentBytes: meter.traffic.sentBytes,
    receivedBytes: meter.traffic.receivedBytes,
  }));
}

/** The newest first: they are remembered in the order in which they were heard of. */
function routes(node: FipsNode): MeshView['routes'] {
  const { router } = node.mesh;
  return [...router.places]
    .slice(-MOST_ROUTES)
    .reverse()
    .map(([addr]) => ({
      addr,
      npub: npubOf(node, addr),
      via: viaOf(node, addr),
      hops: router.hopsTo(addr) ?? null,
    }));
}

function viaOf(node: FipsNode, addr: NodeAddr): string | null {
  const via = node.mesh.router.via(addr);
  return via === undefined ? null : npubOf(node, via);
}

function npubOf(node: FipsNode, addr: NodeAddr): string | null {
  if (addr === node.identity.nodeAddr) return node.identity.npub;
  const key = node.mesh.keyOf(addr);
  return key ? encodeNpub(key) : null;
}
