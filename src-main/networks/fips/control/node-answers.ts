// Of what fipsctl is answered, that which is of the whole node: how it stands, its transports, and what it has passed on.

import type { FipsNode } from '../node.ts';
import type { About } from './answers.ts';

/** What a packet of an IPv6 network may have, below the smallest link here. */
const OVERHEAD_BYTES = 77;

export function status(node: FipsNode, { version }: About) {
  const { identity, mesh, layer, transports: all } = node;
  const { tree } = mesh.router;
  const peers = [...layer.links.peers.values()];
  const started = all.filter(({ isStarted }) => isStarted);
  return {
    connection_count: layer.links.dials.size,
    control_socket: node.controlPath,
    effective_ipv6_mtu: Math.min(...all.map(({ mtu }) => mtu)) - OVERHEAD_BYTES,
    forwarding: forwarding(node),
    ipv6_addr: identity.ipv6,
    is_leaf_only: !node.transit.isOpen,
    is_root: tree.isRoot,
    link_count: peers.length,
    node_addr: identity.nodeAddr,
    npub: identity.npub,
    peer_count: peers.length,
    persistent: true,
    pid: process.pid,
    root: tree.root,
    session_count: mesh.sessions.all.size,
    state: node.state,
    transport_count: started.length,
    transport_peer_counts: Object.fromEntries(
      started.map(({ id }) => [id, peers.filter(({ remote }) => remote.transport === id).length]),
    ),
    tun_name: '-',
    tun_state: 'disabled',
    uptime_secs: Math.floor(node.upMs / 1000),
    version: `hearth ${version}`,
  };
}

export function transports(node: FipsNode) {
  return {
    transports: node.transports.map(({ type, mtu, local, isStarted }, nth) => ({
      ...(local !== undefined && { local_addr: local }),
      mtu,
      state: isStarted ? 'up' : 'down',
      transport_id: nth + 1,
      type,
    })),
  };
}

export function routing(node: FipsNode) {
  const { router } = node.mesh;
  return {
    coord_cache_entries: [...router.places].length,
    forwarding: forwarding(node),
    identity_cache_entries: [...node.mesh.known].length,
    retries: node.dialer
      .standing()
      .filter(({ state }) => state === 'waiting')
      .map(({ npub, attempts, againAt }) => ({
        npub,
        retry_count: attempts,
        retry_after_ms: againAt === undefined ? null : node.wall(againAt),
      })),
  };
}

export function forwarding({ mesh }: FipsNode) {
  const { counts } = mesh.router;
  const named = {
    received: 'received',
    delivered: 'delivered',
    originated: 'originated',
    forwarded: 'forwarded',
    drop_no_route: 'noRoute',
    drop_mtu_exceeded: 'mtuExceeded',
    ttl_exhausted: 'ttlExhausted',
  } as const;
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, kind]) => {
      const { packets, bytes } = counts.of(kind);
      return [
        [`${name}_packets`, packets],
        [`${name}_bytes`, bytes],
      ];
    }),
  );
}
