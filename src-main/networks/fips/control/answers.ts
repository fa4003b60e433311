// What fipsctl is answered, by the names and in the JSON of official nodes (0.4.0). What this node does not count is left out, rather than
// said to be nought.

import { isObject } from '../../../base/object.ts';
import { decodeNpub, encodeNpub, ipv6Of, type NodeAddr, nodeAddrOf, shortNpub } from '../identity/names.ts';
import type { Peer } from '../links/peer.ts';
import { remoteKey } from '../links/remote.ts';
import type { FipsNode } from '../node.ts';
import { parseHostPort } from '../transports/address.ts';
import { routing, status, transports } from './node-answers.ts';
import type { ControlReply, ControlRequest } from './request.ts';
import { statsAnswer } from './stats-answers.ts';

export interface About {
  readonly version: string;
}

type Show = (node: FipsNode, about: About) => unknown;

const SHOWS: Readonly<Record<string, Show>> = {
  show_status: status,
  show_peers: peers,
  show_links: links,
  show_tree: tree,
  show_sessions: sessions,
  show_bloom: bloom,
  show_mmp: mmp,
  show_cache: cache,
  show_connections: connections,
  show_transports: transports,
  show_routing: routing,
  show_identity_cache: identityCache,
  show_acl: acl,
};

export function controlAnswer(node: FipsNode, about: About, { command, params }: ControlRequest): ControlReply {
  if (command === 'connect') return connect(node, params);
  if (command === 'disconnect') return disconnect(node, params);
  const told = node.stats && statsAnswer(node, node.stats, command, params);
  if (told) return told;
  const show = Object.hasOwn(SHOWS, command) ? SHOWS[command] : undefined;
  if (!show) return refused(`unknown command: ${command.slice(0, 80)}`);
  return { status: 'ok', data: show(node, about) };
}

const refused = (message: string): ControlReply => ({ status: 'error', message });

function connect(node: FipsNode, params: unknown): ControlReply {
  if (!isObject(params)) return refused('missing params for connect');
  const { npub, address, transport } = params;
  for (const [name, value] of Object.entries({ npub, address, transport })) {
    if (typeof value !== 'string') return refused(`missing '${name}' parameter`);
  }
  const asked = { npub: String(npub), address: String(address), transport: String(transport) };
  if (!node.transports.some(({ id }) => id === asked.transport)) return refused('no transport');
  if (!parseHostPort(asked.address)) return refused('invalid address');
  const done = node.dialer.connect(asked.npub, { transport: asked.transport, address: asked.address });
  if (done === 'no-npub') return refused(`invalid npub '${asked.npub.slice(0, 80)}'`);
  return done === 'self' ? refused('cannot connect to self') : { status: 'ok', data: asked };
}

function disconnect(node: FipsNode, params: unknown): ControlReply {
  if (!isObject(params)) return refused('missing params for disconnect');
  const { npub } = params;
  if (typeof npub !== 'string') return refused("missing 'npub' parameter");
  const xOnly = decodeNpub(npub);
  if (!xOnly) return refused(`invalid npub '${npub.slice(0, 80)}'`);
  const addr = nodeAddrOf(xOnly);
  if (!node.layer.links.peers.has(addr)) return refused(`peer not found: ${npub}`);
  node.disconnect(addr);
  return { status: 'ok', data: { npub, disconnected: true } };
}

const nameOf = (node: FipsNode, peer: Pick<Peer, 'addr' | 'npub'>) =>
  node.dialer.aliasOf(peer.addr) ?? shortNpub(peer.npub);

function npubOf(node: FipsNode, addr: NodeAddr): string | undefined {
  if (addr === node.identity.nodeAddr) return node.identity.npub;
  const key = node.mesh.keyOf(addr);
  return key && encodeNpub(key);
}

function displayOf(node: FipsNode, addr: NodeAddr): string {
  const npub = npubOf(node, addr);
  return node.dialer.aliasOf(addr) ?? (npub ? shortNpub(npub) : addr);
}

const neighbours = (node: FipsNode) => [...node.layer.links.peers.values()];

/** Attempts to punch a hole to it. */
function traversal(node: FipsNode, { xOnly }: Peer) {
  const { streak = 0, cooldownUntil = 0, skewMs } = node.finding?.attemptsOf(xOnly) ?? {};
  const isCooling = cooldownUntil > node.wallNow;
  return {
    consecutive_failures: streak,
    cooldown_until_ms: isCooling ? cooldownUntil : null,
    in_cooldown: isCooling,
    last_observed_skew_ms: skewMs ?? null,
  };
}

/** Links have no numbers here: that of a neighbour is its place in the list of all. */
function peers(node: FipsNode) {
  const { tree, filters } = node.mesh.router;
  return {
    peers: neighbours(node).map((peer, nth) => {
      const { meter, remote, current } = peer;
      const { sentPackets, sentBytes, receivedPackets, receivedBytes } = meter.traffic;
      const filter = filters.heardFrom(peer.addr);
      const place = tree.coordinatesOf(peer.addr);
      return {
        authenticated_at_ms: node.wall(peer.since),
        connectivity: 'connected',
        consecutive_decrypt_failures: peer.forged,
        current_k_bit: peer.keyEpoch,
        direction: peer.outbound ? 'outbound' : 'inbound',
        display_name: nameOf(node, peer),
        effective_depth: place ? place.length - 1 + meter.cost : null,
        filter_sequence: Number(filter?.sequence ?? 0n),
        has_bloom_filter: filter !== undefined,
        has_tree_position: place !== undefined,
        ipv6_addr: ipv6Of(peer.addr),
        is_child: tree.parentOf(peer.addr) === node.identity.nodeAddr,
        is_parent: tree.isParent(peer.addr),
        last_seen_ms: node.wall(peer.receivedAt),
        link_id: nth + 1,
        mmp: measured(peer),
        node_addr: peer.addr,
        noise: { highest_recv_counter: Math.max(0, current.nextExpected - 1), send_counter: current.sent },
        nostr_traversal: traversal(node, peer),
        npub: peer.npub,
        our_session_index: hex(current.indices.ours),
        stats: {
          bytes_recv: receivedBytes,
          bytes_sent: sentBytes,
          packets_recv: receivedPackets,
          packets_sent: sentPackets,
        },
        transport_addr: remote.address,
        transport_type: remote.transport,
        tree_depth: place ? place.length - 1 : null,
      };
    }),
  };
}

function measured({ meter }: Pick<Peer, 'meter'>) {
  const { srtt } = meter;
  return {
    delivery_ratio_forward: 1 - meter.loss,
    loss_rate: meter.loss,
    lqi: meter.cost,
    mode: 'full',
    ...(srtt !== undefined && { srtt_ms: srtt }),
  };
}

function links(node: FipsNode) {
  return {
    links: neighbours(node).map((peer, nth) => {
      const { sentPackets, sentBytes, receivedPackets, receivedBytes } = peer.meter.traffic;
      return {
        created_at_ms: node.wall(peer.since),
        direction: peer.outbound ? 'outbound' : 'inbound',
        link_id: nth + 1,
        remote_addr: peer.remote.address,
        state: 'connected',
        stats: {
          bytes_recv: receivedBytes,
          bytes_sent: sentBytes,
          last_recv_ms: node.wall(peer.receivedAt),
          packets_recv: receivedPackets,
          packets_sent: sentPackets,
        },
        transport_id: node.transports.findIndex(({ id }) => id === peer.remote.transport) + 1,
      };
    }),
  };
}

function connections(node: FipsNode) {
  return {
    connections: [...node.layer.links.dials.values()].map((dial, nth) => ({
      direction: 'outbound',
      expected_peer: encodeNpub(dial.xOnly),
      link_id: neighbours(node).length + nth + 1,
      remote_addr: remoteKey(dial.remote),
      handshake_state: 'sent_msg1',
    })),
  };
}

function tree(node: FipsNode) {
  const { tree: own } = node.mesh.router;
  const parent = own.isRoot ? null : own.place.parent;
  return {
    declaration_sequence: Number(own.place.sequence),
    declaration_signed: true,
    depth: own.coordinates.length - 1,
    is_root: own.isRoot,
    my_coords: own.coordinates,
    my_node_addr: node.identity.nodeAddr,
    parent,
    parent_display_name: parent && displayOf(node, parent),
    peer_tree_count: neighbours(node).filter(({ addr }) => own.coordinatesOf(addr)).length,
    peers: neighbours(node).flatMap((peer) => {
      const coords = own.coordinatesOf(peer.addr);
      if (!coords) return [];
      return [
        {
          coords,
          depth: coords.length - 1,
          display_name: nameOf(node, peer),
          distance_to_us: 1,
          node_addr: peer.addr,
          root: coords.at(-1),
        },
      ];
    }),
    root: own.root,
    root_npub: npubOf(node, own.root) ?? null,
  };
}

function sessions(node: FipsNode) {
  return {
    sessions: [...node.mesh.sessions.all.values()].map(({ addr, current, pathMtu, meter }) => {
      const { sentPackets, sentBytes, receivedPackets, receivedBytes } = meter.traffic;
      return {
        display_name: displayOf(node, addr),
        remote_addr: addr,
        npub: npubOf(node, addr) ?? null,
        state: current ? 'established' : 'initiating',
        mmp: { ...measured({ meter } as Pick<Peer, 'meter'>), path_mtu: pathMtu },
        stats: {
          bytes_recv: receivedBytes,
          bytes_sent: sentBytes,
          packets_recv: receivedPackets,
          packets_sent: sentPackets,
        },
      };
    }),
  };
}

function bloom(node: FipsNode) {
  const { filters } = node.mesh.router;
  return {
    is_leaf_only: !node.transit.isOpen,
    leaf_dependent_count: 0,
    leaf_dependents: [],
    own_node_addr: node.identity.nodeAddr,
    peer_filters: neighbours(node).map((peer) => {
      const heard = filters.heardFrom(peer.addr);
      return {
        display_name: nameOf(node, peer),
        filter_sequence: Number(heard?.sequence ?? 0n),
        has_filter: heard !== undefined,
        peer: peer.addr,
        ...(heard && { set_bits: heard.filter.setBits, fill_ratio: heard.filter.fill }),
      };
    }),
  };
}

function mmp(node: FipsNode) {
  return {
    peers: neighbours(node).map((peer) => ({
      display_name: nameOf(node, peer),
      link_layer: measured(peer),
      mode: 'full',
      peer: peer.addr,
    })),
    sessions: [...node.mesh.sessions.all.values()].map(({ addr, meter }) => ({
      display_name: displayOf(node, addr),
      remote: addr,
      mode: 'full',
      session_layer: measured({ meter } as Pick<Peer, 'meter'>),
    })),
  };
}

const MOST_ENTRIES = 1000;

function cache(node: FipsNode) {
  const entries = [...node.mesh.router.places];
  return {
    count: entries.length,
    entries: entries.slice(0, MOST_ENTRIES).map(([addr, coords]) => ({
      node_addr: addr,
      display_name: displayOf(node, addr),
      depth: coords.length - 1,
      coords,
    })),
  };
}

function identityCache(node: FipsNode) {
  const known = [...node.mesh.known];
  return {
    count: known.length,
    entries: known.slice(-MOST_ENTRIES).map(([addr, xOnly]) => ({
      display_name: displayOf(node, addr),
      ipv6_addr: ipv6Of(addr),
      node_addr: addr,
      npub: encodeNpub(xOnly),
    })),
  };
}

function acl(node: FipsNode) {
  const { allow, deny } = node.access;
  const names = (entries: readonly string[]) => entries.filter((entry) => entry !== 'ALL');
  const isOpen = !deny.all && deny.nodes.size === 0;
  return {
    allow_all: allow.all,
    allow_entries: names(allow.entries),
    default_decision: deny.all ? 'deny' : 'allow',
    deny_all: deny.all,
    deny_entries: names(deny.entries),
    effective_mode: isOpen ? 'default_open' : deny.all ? 'allow_list' : 'deny_list',
    enforcement_active: !isOpen,
  };
}

const hex = (index: number) => index.toString(16).padStart(8, '0');
