// `fipsctl stats`: in the names and the JSON of official nodes (0.4.0).

import { isObject } from '../../../base/object.ts';
import { decodeNpub, nodeAddrOf, shortNpub } from '../identity/names.ts';
import type { FipsNode } from '../node.ts';
import { forwarding } from './node-answers.ts';
import type { ControlReply } from './request.ts';
import {
  FAST,
  type Granularity,
  NODE_METRICS,
  PEER_METRICS,
  RETENTION_MS,
  SLOW,
  type Stats,
  type TrackedPeer,
} from './stats.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

class Refused extends Error {}

interface Asked {
  readonly metric: string;
  readonly peer: TrackedPeer | undefined;
  readonly granularity: Granularity;
  readonly seconds: number;
  /** Values in the window. */
  readonly count: number;
}

/** Undefined: it is none of these commands. */
export function statsAnswer(node: FipsNode, stats: Stats, command: string, params: unknown): ControlReply | undefined {
  try {
    const data = dataOf(node, stats, command, params);
    return data === undefined ? undefined : { status: 'ok', data };
  } catch (error) {
    if (error instanceof Refused) return { status: 'error', message: error.message };
    throw error;
  }
}

function dataOf(node: FipsNode, stats: Stats, command: string, params: unknown): unknown {
  switch (command) {
    case 'show_stats_list':
      return list();
    case 'show_stats_peers':
      return peers(node, stats);
    case 'show_stats_history':
      return history(stats, asked(stats, command, params, true));
    case 'show_stats_all_history':
      return all(stats, asked(stats, command, params, false));
    case 'show_stats_history_all_peers':
      return allPeers(node, stats, asked(stats, command, params, true));
    case 'show_metrics':
      return { forwarding: forwarding(node) };
    default:
      return undefined;
  }
}

function list() {
  const metrics = (of: Readonly<Record<string, string>>, scope: 'node' | 'peer') =>
    Object.entries(of).map(([name, unit]) => ({ name, scope, unit }));
  return {
    fast_ring_seconds: FAST,
    metrics: [...metrics(NODE_METRICS, 'node'), ...metrics(PEER_METRICS, 'peer')],
    peer_retention_seconds: RETENTION_MS / 1000,
    slow_ring_minutes: SLOW,
  };
}

function peers(node: FipsNode, stats: Stats) {
  const ago = (at: number) => Math.max(0, Math.floor((node.wallNow - node.wall(at)) / 1000));
  const rows = stats.peers.map(({ addr, npub, firstAt, contactAt, isActive }) => ({
    display_name: node.dialer.aliasOf(addr) ?? shortNpub(npub),
    first_seen_secs_ago: ago(firstAt),
    is_active: isActive,
    last_contact_secs_ago: ago(contactAt),
    node_addr: addr,
    npub,
  }));
  return { count: rows.length, peers: rows };
}

function history(stats: Stats, { metric, peer, granularity, count }: Asked) {
  const [of, units] = peer ? [peer.series, PEER_METRICS] : [stats.node, NODE_METRICS];
  return series(of, units, metric, count, granularity);
}

function all(stats: Stats, { peer, granularity, count, seconds }: Asked) {
  const [of, units] = peer ? [peer.series, PEER_METRICS] : [stats.node, NODE_METRICS];
  return {
    granularity_seconds: granularity === '1s' ? 1 : 60,
    peer: peer?.npub ?? null,
    series: Object.keys(units).map((metric) => series(of, units, metric, count, granularity)),
    window_seconds: seconds,
  };
}

function allPeers(node: FipsNode, stats: Stats, { metric, granularity, count, seconds }: Asked) {
  return {
    granularity_seconds: granularity === '1s' ? 1 : 60,
    metric,
    peers: stats.peers.map(({ addr, npub, isActive, series: of }) => ({
      display_name: node.dialer.aliasOf(addr) ?? shortNpub(npub),
      is_active: isActive,
      node_addr: addr,
      values: series(of, PEER_METRICS, metric, count, granularity).values,
    })),
    unit: unitOf(PEER_METRICS, metric),
    window_seconds: seconds,
  };
}

type SeriesByName = Readonly<Record<string, { last(count: number, granularity: Granularity): (number | null)[] }>>;

function series(
  of: SeriesByName,
  units: Readonly<Record<string, string>>,
  metric: string,
  count: number,
  granularity: Granularity,
) {
  const unit = unitOf(units, metric);
  const values = of[metric]!.last(count, granularity);
  return { granularity_seconds: granularity === '1s' ? 1 : 60, metric, unit, values };
}

function unitOf(units: Readonly<Record<string, string>>, metric: string): string {
  if (!Object.hasOwn(units, metric)) throw new Refused(`unknown metric: ${metric.slice(0, 80)}`);
  return units[metric]!;
}

function asked(stats: Stats, command: string, params: unknown, wantsMetric: boolean): Asked {
  if (!isObject(params)) throw new Refused(`missing params for ${command}`);
  const { metric, peer, window = '10m', granularity = '1s' } = params;
  if (wantsMetric && typeof metric !== 'string') throw new Refused("missing 'metric' parameter");
  if (granularity !== '1s' && granularity !== '1m') {
    throw new Refused(`unknown granularity: ${String(granularity).slice(0, 20)} (expected 1s or 1m)`);
  }
  const seconds = durationOf(String(window));
  const count = Math.max(1, Math.floor(seconds / (granularity === '1s' ? 1 : 60)));
  return { metric: String(metric), peer: peerOf(stats, peer), granularity, seconds, count };
}

function durationOf(text: string): number {
  const [, digits, unit] = /^(\d{1,9})(.?)$/.exec(text) ?? [];
  if (digits === undefined) throw new Refused(`invalid duration: ${text.slice(0, 20)}`);
  const each = SECONDS[unit ?? ''];
  if (each === undefined) throw new Refused(`unknown duration unit: ${unit} (expected s, m, h)`);
  return Number(digits) * each;
}

function peerOf(stats: Stats, npub: unknown): TrackedPeer | undefined {
  if (npub === undefined || npub === null) return undefined;
  const xOnly = typeof npub === 'string' ? decodeNpub(npub) : undefined;
  if (!xOnly) throw new Refused('invalid peer npub');
  const addr = nodeAddrOf(xOnly);
  const tracked = stats.peer(addr);
  if (!tracked) throw new Refused(`peer not tracked in stats history: ${addr.slice(0, 8)}...`);
  return tracked;
}
