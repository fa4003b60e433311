import { describe, expect, it } from 'vitest';
import { FAST, RETENTION_MS, SLOW, Stats } from '../../../../src-main/networks/fips/control/stats.ts';
import type { Peer } from '../../../../src-main/networks/fips/links/peer.ts';

interface Counted {
  readonly bytes?: number;
  readonly packets?: number;
  readonly srtt?: number;
  readonly loss?: number;
  readonly at?: number;
}

/** Of a neighbour what is counted. */
const neighbour = (addr: string, { bytes = 0, packets = 0, srtt, loss = 0, at = 0 }: Counted = {}) =>
  ({
    addr,
    npub: `npub1${addr}`,
    receivedAt: at,
    meter: {
      srtt,
      loss,
      traffic: { sentBytes: 2 * bytes, sentPackets: packets, receivedBytes: bytes, receivedPackets: packets },
    },
  }) as unknown as Peer;

const FACTS = { depth: 1, sessions: 2 };
const mapOf = (...peers: readonly Peer[]) => new Map(peers.map((peer) => [peer.addr, peer]));

describe('what fipsctl is told of the last minutes', () => {
  it('is what came and went in each second, by neighbour and in all', () => {
    const stats = new Stats();
    stats.tick(1000, mapOf(neighbour('a', { bytes: 100, packets: 1 })), FACTS);
    stats.tick(
      2000,
      mapOf(neighbour('a', { bytes: 150, packets: 3, srtt: 7, loss: 0.5 }), neighbour('b', { bytes: 10 })),
      FACTS,
    );
    const last = (metric: 'bytes_in' | 'bytes_out' | 'packets_in' | 'srtt_ms') =>
      stats.peer('a')!.series[metric].last(3, '1s');
    expect([last('bytes_in'), last('bytes_out'), last('packets_in'), last('srtt_ms')]).toEqual([
      [null, 100, 50],
      [null, 200, 100],
      [null, 1, 2],
      [null, null, 7],
    ]);
    expect(stats.node.bytes_in.last(2, '1s')).toEqual([100, 60]);
    expect(stats.node.peer_count.last(2, '1s')).toEqual([1, 2]);
    expect(stats.node.loss_rate.last(2, '1s')).toEqual([0, 0.25]);
  });

  it('counts a neighbour from nothing that came anew', () => {
    const stats = new Stats();
    stats.tick(0, mapOf(neighbour('a', { bytes: 100 })), FACTS);
    stats.tick(1000, mapOf(neighbour('a', { bytes: 30 })), FACTS);
    expect(stats.peer('a')!.series.bytes_in.last(2, '1s')).toEqual([100, 30]);
  });

  it('has a mean for each minute, of what was known, and no more than there is room for', () => {
    const stats = new Stats();
    for (let second = 0; second < 120; second += 1) {
      const srtt = second < 30 || second >= 60 ? second : undefined;
      stats.tick(second * 1000, mapOf(neighbour('a', srtt === undefined ? {} : { srtt })), FACTS);
    }
    const { srtt_ms } = stats.peer('a')!.series;
    expect(srtt_ms.last(3, '1m')).toEqual([null, 14.5, 89.5]);
    expect(srtt_ms.last(1e9, '1s')).toHaveLength(FAST);
    expect(srtt_ms.last(1e9, '1m')).toHaveLength(SLOW);
    expect(srtt_ms.last(2, '1s')).toEqual([118, 119]);
  });

  it('remembers those that have gone for a while, and no more than a few of many', () => {
    const stats = new Stats();
    stats.tick(0, mapOf(neighbour('a')), FACTS);
    stats.tick(1000, mapOf(), FACTS);
    expect(stats.peers).toMatchObject([{ addr: 'a', isActive: false }]);
    expect(stats.peer('a')!.series.bytes_in.last(2, '1s')).toEqual([0, null]);
    stats.tick(RETENTION_MS + 1, mapOf(), FACTS);
    expect(stats.peers).toEqual([]);
    for (let nth = 0; nth < 300; nth += 1) stats.tick(nth, mapOf(neighbour(`p${nth}`, { at: nth })), FACTS);
    expect(stats.peers).toHaveLength(129);
    expect(stats.peer('p299')).toMatchObject({ isActive: true });
  });
});
