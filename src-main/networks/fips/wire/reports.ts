// Reports of MMP: what one end of a link or a session has sent, and what the other has received of it, so that both can tell the round
// trip, losses and jitter.

import { ByteReader, ByteWriter } from './bytes.ts';
import { LinkType } from './link-message.ts';

export interface SenderReport {
  /** Of the first and the last frame since the report before. */
  readonly startCounter: number;
  readonly endCounter: number;
  /** When those were sent, milliseconds of the sender's session. */
  readonly startTimestamp: number;
  readonly endTimestamp: number;
  readonly intervalBytes: number;
  readonly packets: number;
  readonly bytes: number;
}

export interface ReceiverReport {
  readonly highestCounter: number;
  readonly packets: number;
  readonly bytes: number;
  /** The sender's time in the last frame that came, and how long ago that was, milliseconds. */
  readonly timestampEcho: number;
  readonly dwell: number;
  /** Frames that were lost in a row: at most, and on average times 256. */
  readonly maxBurst: number;
  readonly meanBurst: number;
  /** Microseconds. */
  readonly jitter: number;
  readonly congestion: number;
  /** How the time of one way changes, microseconds in a second. */
  readonly delayTrend: number;
  readonly bursts: number;
  readonly reordered: number;
  readonly intervalPackets: number;
  readonly intervalBytes: number;
}

/** A link has the type and three bytes of zero in front, a session two bytes of zero. */
type Layer = 'link' | 'session';
const SENDER_BYTES = 44;
const RECEIVER_BYTES = 64;

export function encodeSenderReport(layer: Layer, report: SenderReport): Buffer {
  return headed(layer, LinkType.senderReport, SENDER_BYTES)
    .u64(report.startCounter)
    .u64(report.endCounter)
    .u32(report.startTimestamp)
    .u32(report.endTimestamp)
    .u32(report.intervalBytes)
    .u64(report.packets)
    .u64(report.bytes).bytes;
}

export function decodeSenderReport(layer: Layer, message: Buffer): SenderReport | undefined {
  const reader = headless(layer, LinkType.senderReport, message);
  const report: SenderReport = {
    startCounter: reader.count(),
    endCounter: reader.count(),
    startTimestamp: reader.u32(),
    endTimestamp: reader.u32(),
    intervalBytes: reader.u32(),
    packets: reader.count(),
    bytes: reader.count(),
  };
  return reader.whole ? report : undefined;
}

export function encodeReceiverReport(layer: Layer, report: ReceiverReport): Buffer {
  return headed(layer, LinkType.receiverReport, RECEIVER_BYTES)
    .u64(report.highestCounter)
    .u64(report.packets)
    .u64(report.bytes)
    .u32(report.timestampEcho)
    .u16(report.dwell)
    .u16(report.maxBurst)
    .u16(report.meanBurst)
    .u16(0)
    .u32(report.jitter)
    .u32(report.congestion)
    .i32(report.delayTrend)
    .u32(report.bursts)
    .u32(report.reordered)
    .u32(report.intervalPackets)
    .u32(report.intervalBytes).bytes;
}

export function decodeReceiverReport(layer: Layer, message: Buffer): ReceiverReport | undefined {
  const reader = headless(layer, LinkType.receiverReport, message);
  const [highestCounter, packets, bytes] = [reader.count(), reader.count(), reader.count()];
  const [timestampEcho, dwell, maxBurst, meanBurst] = [reader.u32(), reader.u16(), reader.u16(), reader.u16()];
  reader.u16();
  const report: ReceiverReport = {
    highestCounter,
    packets,
    bytes,
    timestampEcho,
    dwell,
    maxBurst,
    meanBurst,
    jitter: reader.u32(),
    congestion: reader.u32(),
    delayTrend: reader.i32(),
    bursts: reader.u32(),
    reordered: reader.u32(),
    intervalPackets: reader.u32(),
    intervalBytes: reader.u32(),
  };
  return reader.whole ? report : undefined;
}

function headed(layer: Layer, type: number, size: number): ByteWriter {
  if (layer === 'session') return new ByteWriter(2 + size).u16(0);
  return new ByteWriter(4 + size).u8(type).u8(0).u16(0);
}

function headless(layer: Layer, type: number, message: Buffer): ByteReader {
  const reader = new ByteReader(message);
  if (layer === 'link') {
    if (reader.u8() !== type) reader.refuse();
    reader.u8();
  }
  reader.u16();
  return reader;
}
