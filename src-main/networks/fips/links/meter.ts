// What is measured of a link, or of a session, from what is sent and received on it and from the other end's reports: round trip,
// losses, jitter, and how the time of one way changes (MMP). Nothing is sent for that but a report now and then, where there was traffic.

import type { ReceiverReport, SenderReport } from '../wire/reports.ts';
import { DelayTrend, LossBursts } from './receiving.ts';

export interface Cadence {
  /** Until there are `coldSamples` round trips. */
  readonly coldMs: number;
  readonly coldSamples: number;
  /** Then twice the round trip, within these. */
  readonly leastMs: number;
  readonly mostMs: number;
}

export const LINK_CADENCE: Cadence = { coldMs: 200, coldSamples: 5, leastMs: 1000, mostMs: 5000 };
export const SESSION_CADENCE: Cadence = { coldMs: 1000, coldSamples: 5, leastMs: 500, mostMs: 10_000 };

/** Longer than any round trip that is believed. */
const MOST_RTT_MS = 60_000;
const MOST_U32 = 0xffff_ffff;
const MOST_U16 = 0xffff;

interface Sent {
  startCounter: number;
  endCounter: number;
  startTimestamp: number;
  endTimestamp: number;
  bytes: number;
}

export interface Received {
  readonly counter: number;
  readonly timestamp: number;
  readonly bytes: number;
  readonly congestion: boolean;
}

export class Meter {
  readonly #cadence: Cadence;
  #sent: Sent | undefined;
  #sentPackets = 0;
  #sentBytes = 0;
  #receivedPackets = 0;
  #receivedBytes = 0;
  #interval = { packets: 0, bytes: 0 };
  #highest = -1;
  #reordered = 0;
  #congestion = 0;
  #bursts = new LossBursts();
  #trend = new DelayTrend();
  #jitterUs = 0;
  #last: { readonly timestamp: number; readonly at: number } | undefined;
  #senderDue = 0;
  #receiverDue = 0;
  #samples = 0;
  #srtt: number | undefined;
  #rttvar = 0;
  /** Of the report before: the highest counter, and how many had come. */
  #reported: { readonly highest: number; readonly packets: number } | undefined;
  #delivered = 1;
  #arrived = 1;

  constructor(cadence: Cadence) {
    this.#cadence = cadence;
  }

  /** Smoothed, milliseconds; undefined: none was measured. */
  get srtt(): number | undefined {
    return this.#srtt;
  }

  get rttvar(): number {
    return this.#rttvar;
  }

  /** Of what we have sent, the part that was lost lately: 0 to 1. */
  get loss(): number {
    return 1 - this.#delivered;
  }

  /** Microseconds. */
  get jitter(): number {
    return Math.round(this.#jitterUs);
  }

  get traffic() {
    const [sentPackets, sentBytes] = [this.#sentPackets, this.#sentBytes];
    return { sentPackets, sentBytes, receivedPackets: this.#receivedPackets, receivedBytes: this.#receivedBytes };
  }

  /** What the tree adds up on the way to the root: 1 where nothing was measured. */
  get cost(): number {
    if (this.#srtt === undefined) return 1;
    const expectedTransmissions = Math.min(100, 1 / Math.max(0.01, this.#delivered * this.#arrived));
    return expectedTransmissions * (1 + this.#srtt / 100);
  }

  recordSent(counter: number, timestamp: number, bytes: number): void {
    this.#sent ??= { startCounter: counter, endCounter: counter, startTimestamp: timestamp, endTimestamp: 0, bytes: 0 };
    this.#sent.endCounter = counter;
    this.#sent.endTimestamp = timestamp;
    this.#sent.bytes += bytes;
    this.#sentPackets += 1;
    this.#sentBytes += bytes;
  }

  recordReceived({ counter, timestamp, bytes, congestion }: Received, now: number): void {
    this.#receivedPackets += 1;
    this.#receivedBytes += bytes;
    this.#interval.packets += 1;
    this.#interval.bytes += bytes;
    if (congestion) this.#congestion += 1;
    if (counter < this.#highest) this.#reordered += 1;
    else this.#highest = counter;
    this.#bursts.observe(counter);
    if (this.#last) {
      const transitMs = now - this.#last.at - (timestamp - this.#last.timestamp);
      this.#jitterUs += (Math.abs(transitMs) * 1000 - this.#jitterUs) / 16;
    }
    this.#trend.observe(now, now - timestamp);
    this.#last = { timestamp, at: now };
  }

  /** The report that is due, of all since the one before; undefined: it is too early, or nothing was sent. */
  senderReport(now: number): SenderReport | undefined {
    if (!this.#sent || now < this.#senderDue) return undefined;
    const { bytes, ...interval } = this.#sent;
    this.#sent = undefined;
    this.#senderDue = now + this.#intervalMs();
    const intervalBytes = Math.min(MOST_U32, bytes);
    return { ...interval, intervalBytes, packets: this.#sentPackets, bytes: this.#sentBytes };
  }

  /** The same, of what was received. */
  receiverReport(now: number): ReceiverReport | undefined {
    if (this.#interval.packets === 0 || !this.#last || now < this.#receiverDue) return undefined;
    this.#receiverDue = now + this.#intervalMs();
    const { packets, bytes } = this.#interval;
    this.#interval = { packets: 0, bytes: 0 };
    const { count, longest, mean, lost } = this.#bursts.take();
    this.#arrived = packets / (packets + lost);
    return {
      highestCounter: this.#highest,
      packets: this.#receivedPackets,
      bytes: this.#receivedBytes,
      timestampEcho: this.#last.timestamp,
      dwell: Math.min(MOST_U16, Math.floor(now - this.#last.at)),
      maxBurst: Math.min(MOST_U16, longest),
      meanBurst: Math.min(MOST_U16, Math.floor(mean * 256)),
      jitter: Math.min(MOST_U32, this.jitter),
      congestion: this.#congestion,
      delayTrend: this.#trend.microsecondsPerSecond(),
      bursts: count,
      reordered: this.#reordered,
      intervalPackets: packets,
      intervalBytes: Math.min(MOST_U32, bytes),
    };
  }

  /** What the other end has received of us; `timestamp`: now, as our frames count it. True: it was the first round trip. */
  takeReport({ timestampEcho, dwell, highestCounter, packets }: ReceiverReport, timestamp: number): boolean {
    const before = this.#reported;
    if (before && highestCounter > before.highest && packets >= before.packets) {
      this.#delivered = Math.min(1, (packets - before.packets) / (highestCounter - before.highest));
    }
    if (!before || highestCounter >= before.highest) this.#reported = { highest: highestCounter, packets };
    const rtt = ((timestamp - timestampEcho) >>> 0) - dwell;
    if (rtt < 0 || rtt > MOST_RTT_MS) return false;
    this.#samples += 1;
    if (this.#srtt === undefined) {
      this.#srtt = rtt;
      this.#rttvar = rtt / 2;
      return true;
    }
    this.#rttvar += (Math.abs(rtt - this.#srtt) - this.#rttvar) / 4;
    this.#srtt += (rtt - this.#srtt) / 8;
    return false;
  }

  /** With new keys counters and times begin anew; what was added up and the round trip stay. */
  rekeyed(): void {
    this.#sent = undefined;
    this.#highest = -1;
    this.#reordered = 0;
    this.#congestion = 0;
    this.#interval = { packets: 0, bytes: 0 };
    this.#bursts = new LossBursts();
    this.#trend = new DelayTrend();
    this.#last = undefined;
    this.#reported = undefined;
  }

  #intervalMs(): number {
    const { coldMs, coldSamples, leastMs, mostMs } = this.#cadence;
    if (this.#srtt === undefined || this.#samples < coldSamples) return coldMs;
    return Math.min(mostMs, Math.max(leastMs, 2 * this.#srtt));
  }
}
