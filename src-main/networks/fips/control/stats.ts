// What fipsctl is told of the last minutes and hours: a value a second for ten minutes, and their mean a minute for three hours. Official
// nodes keep six and eight times as much, for which a neighbour here would need 140 KiB.

import type { NodeAddr } from '../identity/names.ts';
import type { Peer } from '../links/peer.ts';

export const FAST = 600;
export const SLOW = 180;
const MINUTE = 60;
/** A neighbour that has gone is remembered for so long, and no more than so many of them. */
export const RETENTION_MS = 3_600_000;
const MOST_GONE = 128;

export const NODE_METRICS = {
  tree_depth: 'hops',
  peer_count: 'peers',
  bytes_in: 'bytes/s',
  bytes_out: 'bytes/s',
  packets_in: 'packets/s',
  packets_out: 'packets/s',
  loss_rate: 'fraction',
  active_sessions: 'sessions',
} as const;

export const PEER_METRICS = {
  srtt_ms: 'ms',
  loss_rate: 'fraction',
  bytes_in: 'bytes/s',
  bytes_out: 'bytes/s',
  packets_in: 'packets/s',
  packets_out: 'packets/s',
} as const;

type NodeMetric = keyof typeof NODE_METRICS;
type PeerMetric = keyof typeof PEER_METRICS;
/** Undefined: not known then. */
type Values<M extends string> = Readonly<Record<M, number | undefined>>;
type Counted = Pick<Peer['meter']['traffic'], 'sentPackets' | 'sentBytes' | 'receivedPackets' | 'receivedBytes'>;

export interface NodeFacts {
  readonly depth: number;
  readonly sessions: number;
}

export type Granularity = '1s' | '1m';

class Ring {
  readonly #values: Float32Array;
  #next = 0;

  constructor(length: number) {
    this.#values = new Float32Array(length).fill(Number.NaN);
  }

  push(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
  }

  /** Oldest first; null: not known. */
  last(count: number): (number | null)[] {
    const { length } = this.#values;
    const most = Math.min(count, length);
    return Array.from({ length: most }, (_, nth) => {
      const value = this.#values[(this.#next - most + nth + length) % length]!;
      return Number.isNaN(value) ? null : value;
    });
  }
}

class Series {
  readonly #fast = new Ring(FAST);
  readonly #slow = new Ring(SLOW);
  #seconds = 0;
  #known = 0;
  #sum = 0;

  push(value: number | undefined): void {
    this.#fast.push(value ?? Number.NaN);
    this.#seconds += 1;
    if (value !== undefined) {
      this.#known += 1;
      this.#sum += value;
    }
    if (this.#seconds < MINUTE) return;
    this.#slow.push(this.#known === 0 ? Number.NaN : this.#sum / this.#known);
    [this.#seconds, this.#known, this.#sum] = [0, 0, 0];
  }

  last(count: number, granularity: Granularity): (number | null)[] {
    return (granularity === '1s' ? this.#fast : this.#slow).last(count);
  }
}

type All<M extends string> = Readonly<Record<M, Series>>;

const seriesOf = <M extends string>(metrics: Readonly<Record<M, string>>) =>
  Object.fromEntries(Object.keys(metrics).map((name) => [name, new Series()])) as All<M>;

function pushAll<M extends string>(all: All<M>, values: Values<M>): void {
  for (const [name, series] of Object.entries(all) as [M, Series][]) series.push(values[name]);
}

export interface TrackedPeer {
  readonly addr: NodeAddr;
  readonly npub: string;
  readonly firstAt: number;
  /** Monotonic milliseconds. */
  contactAt: number;
  isActive: boolean;
  readonly series: All<PeerMetric>;
  counted: Counted;
}

const NOTHING: Counted = { sentPackets: 0, sentBytes: 0, receivedPackets: 0, receivedBytes: 0 };
const GONE: Values<PeerMetric> = {
  srtt_ms: undefined,
  loss_rate: undefined,
  bytes_in: undefined,
  bytes_out: undefined,
  packets_in: undefined,
  packets_out: undefined,
};

export class Stats {
  readonly node: All<NodeMetric> = seriesOf(NODE_METRICS);
  readonly #peers = new Map<NodeAddr, TrackedPeer>();

  /** Those that have gone come first. */
  get peers(): readonly TrackedPeer[] {
    return [...this.#peers.values()].toSorted((one, other) => Number(one.isActive) - Number(other.isActive));
  }

  peer(addr: NodeAddr): TrackedPeer | undefined {
    return this.#peers.get(addr);
  }

  /** Once a second; `now`: monotonic milliseconds. */
  tick(now: number, peers: ReadonlyMap<NodeAddr, Peer>, { depth, sessions }: NodeFacts): void {
    const seen = [...peers.values()].map((peer) => this.#count(peer, now));
    const sum = (metric: PeerMetric) => seen.reduce((all, values) => all + (values[metric] ?? 0), 0);
    pushAll(this.node, {
      tree_depth: depth,
      peer_count: peers.size,
      bytes_in: sum('bytes_in'),
      bytes_out: sum('bytes_out'),
      packets_in: sum('packets_in'),
      packets_out: sum('packets_out'),
      loss_rate: seen.length === 0 ? 0 : sum('loss_rate') / seen.length,
      active_sessions: sessions,
    });
    for (const [addr, tracked] of this.#peers) {
      if (peers.has(addr)) continue;
      tracked.isActive = false;
      pushAll(tracked.series, GONE);
      if (now - tracked.contactAt > RETENTION_MS) this.#peers.delete(addr);
    }
    const gone = [...this.#peers.values()].filter(({ isActive }) => !isActive);
    for (const { addr } of gone.slice(0, -MOST_GONE)) this.#peers.delete(addr);
  }

  #count({ addr, npub, meter, receivedAt }: Peer, now: number): Values<PeerMetric> {
    let tracked = this.#peers.get(addr);
    if (!tracked) {
      const fresh = { firstAt: now, contactAt: now, isActive: true, counted: NOTHING };
      tracked = { addr, npub, ...fresh, series: seriesOf(PEER_METRICS) };
      this.#peers.set(addr, tracked);
    }
    const { sentPackets, sentBytes, receivedPackets, receivedBytes } = meter.traffic;
    const before = tracked.counted;
    // A neighbour that came anew counts from nothing again.
    const since = (total: number, known: number) => (total >= known ? total - known : total);
    const values = {
      srtt_ms: meter.srtt,
      loss_rate: meter.loss,
      bytes_in: since(receivedBytes, before.receivedBytes),
      bytes_out: since(sentBytes, before.sentBytes),
      packets_in: since(receivedPackets, before.receivedPackets),
      packets_out: since(sentPackets, before.sentPackets),
    };
    tracked.counted = { sentPackets, sentBytes, receivedPackets, receivedBytes };
    tracked.contactAt = receivedAt;
    tracked.isActive = true;
    pushAll(tracked.series, values);
    return values;
  }
}
