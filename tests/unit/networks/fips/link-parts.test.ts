import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_CADENCE, Meter } from '../../../../src-main/networks/fips/links/meter.ts';
import { DelayTrend, LossBursts } from '../../../../src-main/networks/fips/links/receiving.ts';
import { ReplayWindow } from '../../../../src-main/networks/fips/links/replay-window.ts';
import { TokenBucket } from '../../../../src-main/networks/fips/links/token-bucket.ts';

describe('the window of counters', () => {
  it('takes each once, whatever their order, and none that is 2048 behind', () => {
    const near = fc.integer({ min: 0, max: 6000 });
    fc.assert(
      fc.property(fc.array(near, { maxLength: 300 }), (counters) => {
        const window = new ReplayWindow();
        const seen = new Set<number>();
        let next = 0;
        for (const counter of counters) {
          expect(window.isNew(counter)).toBe(!seen.has(counter) && counter >= next - 2048);
          if (!window.isNew(counter)) continue;
          window.mark(counter);
          seen.add(counter);
          next = Math.max(next, counter + 1);
        }
        expect(window.next).toBe(next);
      }),
    );
  });

  it('goes on above 2^32', () => {
    const window = new ReplayWindow();
    window.mark(2 ** 40);
    expect([2 ** 40, 2 ** 40 - 1, 2 ** 40 - 2047, 2 ** 40 - 2048].map((counter) => window.isNew(counter))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('a bucket', () => {
  it('gives so many at once, and so many in a second from then on', () => {
    const bucket = new TokenBucket(3, 2, 0);
    const taken = (now: number) => {
      let count = 0;
      while (bucket.take(now)) count += 1;
      return count;
    };
    expect([taken(0), taken(0), taken(500), taken(2000), taken(1_000_000)]).toEqual([3, 0, 1, 3, 3]);
  });
});

describe('losses', () => {
  it.each([
    ['none', [0, 1, 2, 3], { count: 0, longest: 0, mean: 0, lost: 0 }],
    ['one of two', [0, 3], { count: 1, longest: 2, mean: 2, lost: 2 }],
    ['two, with order between them', [0, 2, 3, 6], { count: 2, longest: 2, mean: 1.5, lost: 3 }],
    ['gaps that follow one another, which are one', [0, 2, 5], { count: 1, longest: 3, mean: 3, lost: 3 }],
    ['late ones, which end a burst', [0, 2, 1, 5], { count: 2, longest: 2, mean: 1.5, lost: 3 }],
  ])('are counted in bursts: %s', (_, counters, bursts) => {
    const losses = new LossBursts();
    for (const counter of counters) losses.observe(counter);
    expect(losses.take()).toEqual(bursts);
    expect(losses.take().count).toBe(0);
  });
});

describe('the trend of delays', () => {
  it('is the slope, of the last 32', () => {
    const trend = new DelayTrend();
    expect(trend.microsecondsPerSecond()).toBe(0);
    for (let at = 0; at < 100; at += 1) trend.observe(at * 100, at < 60 ? 5000 : at * 2);
    // Two milliseconds in a tenth of a second.
    expect(trend.microsecondsPerSecond()).toBe(20_000);
  });
});

describe('a meter', () => {
  const filled = () => {
    const meter = new Meter(LINK_CADENCE);
    for (let counter = 0; counter < 10; counter += 1) {
      meter.recordSent(counter, counter * 10, 100);
      if (counter !== 4) {
        meter.recordReceived(
          { counter, timestamp: counter * 10, bytes: 50, congestion: counter === 5 },
          1000 + counter * 10,
        );
      }
    }
    return meter;
  };

  it('reports what was sent and what has come, once each', () => {
    const meter = filled();
    expect(meter.senderReport(2000)).toEqual({
      startCounter: 0,
      endCounter: 9,
      startTimestamp: 0,
      endTimestamp: 90,
      intervalBytes: 1000,
      packets: 10,
      bytes: 1000,
    });
    expect(meter.receiverReport(1100)).toEqual({
      highestCounter: 9,
      packets: 9,
      bytes: 450,
      timestampEcho: 90,
      dwell: 10,
      maxBurst: 1,
      meanBurst: 256,
      jitter: 0,
      congestion: 1,
      delayTrend: 0,
      bursts: 1,
      reordered: 0,
      intervalPackets: 9,
      intervalBytes: 450,
    });
    expect([meter.senderReport(9000), meter.receiverReport(9000)]).toEqual([undefined, undefined]);
  });

  const reportOf = (highestCounter: number, packets: number, timestampEcho: number, dwell = 0) => ({
    ...filled().receiverReport(9000)!,
    highestCounter,
    packets,
    timestampEcho,
    dwell,
  });

  it('knows the round trip and what was lost by the other end’s reports', () => {
    const meter = filled();
    expect(meter.cost).toBe(1);
    expect(meter.takeReport(reportOf(9, 10, 500, 20), 620)).toBe(true);
    expect(meter.srtt).toBe(100);
    expect(meter.takeReport(reportOf(109, 60, 1000, 0), 1100)).toBe(false);
    expect([meter.srtt, meter.loss]).toEqual([100, 0.5]);
    // Twice to be sent, and a tenth of a second each time.
    expect(meter.cost).toBe(4);
  });

  it.each([
    ['that echoes what was not sent yet', 5000, 0, 100],
    ['that held a frame for longer than it is old', 100, 900, 150],
    ['of more than a minute', 0, 0, 100_000],
  ])('believes no round trip %s', (_, echo, dwell, now) => {
    const meter = filled();
    expect(meter.takeReport(reportOf(1, 1, echo, dwell), now)).toBe(false);
    expect(meter.srtt).toBeUndefined();
  });

  it('reports five times in a second at first, then every two round trips, between one second and five', () => {
    const meter = filled();
    const dueIn = (from: number) => {
      meter.recordReceived({ counter: from, timestamp: from, bytes: 1, congestion: false }, from);
      for (let at = from; ; at += 50) if (meter.receiverReport(at)) return at - from;
    };
    dueIn(2000);
    expect(dueIn(2000)).toBe(200);
    for (let nth = 0; nth < 5; nth += 1) meter.takeReport(reportOf(9, 9, 0), 1500);
    dueIn(10_000);
    expect(dueIn(10_000)).toBe(3000);
    for (let nth = 0; nth < 50; nth += 1) meter.takeReport(reportOf(9, 9, 0), 1);
    dueIn(100_000);
    expect(dueIn(100_000)).toBe(1000);
    for (let nth = 0; nth < 50; nth += 1) meter.takeReport(reportOf(9, 9, 0), 50_000);
    dueIn(200_000);
    expect(dueIn(200_000)).toBe(5000);
  });

  it('begins counters anew with new keys, and keeps what it knows of the round trip', () => {
    const meter = filled();
    meter.takeReport(reportOf(9, 10, 500), 600);
    meter.rekeyed();
    meter.recordReceived({ counter: 0, timestamp: 5, bytes: 50, congestion: false }, 5000);
    expect(meter.receiverReport(5000)).toMatchObject({ highestCounter: 0, packets: 10, bursts: 0, reordered: 0 });
    expect(meter.srtt).toBe(100);
  });
});
