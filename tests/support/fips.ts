// Messages of the mesh as fast-check makes them up, and how each kind is written and read.
import fc from 'fast-check';
import {
  BloomFilter,
  decodeFilterAnnounce,
  encodeFilterAnnounce,
} from '../../src-main/networks/fips/wire/filter-announce.ts';
import { decodeFrame, encodeMessage1, encodeMessage2, sealFrame } from '../../src-main/networks/fips/wire/frame.ts';
import {
  decodeDatagram,
  decodeDisconnect,
  encodeDatagram,
  encodeDisconnect,
} from '../../src-main/networks/fips/wire/link-message.ts';
import {
  decodeLookupRequest,
  decodeLookupResponse,
  encodeLookupRequest,
  encodeLookupResponse,
} from '../../src-main/networks/fips/wire/lookup.ts';
import {
  decodeReceiverReport,
  decodeSenderReport,
  encodeReceiverReport,
  encodeSenderReport,
} from '../../src-main/networks/fips/wire/reports.ts';
import {
  decodePortData,
  decodeSessionPacket,
  encodeAck,
  encodeMessage3,
  encodePortData,
  encodeSetup,
  sealPacket,
} from '../../src-main/networks/fips/wire/session-packet.ts';
import { decodeSignal, encodeSignal, type Signal } from '../../src-main/networks/fips/wire/signals.ts';
import { decodeTreeAnnounce, encodeTreeAnnounce } from '../../src-main/networks/fips/wire/tree-announce.ts';

export const octets = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes));
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const i32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const addr = octets(16).map((bytes) => bytes.toString('hex'));
const coordinates = fc.array(addr, { minLength: 1, maxLength: 6 });
const ends = fc.record({ source: coordinates, destination: coordinates });
const key = Buffer.alloc(32, 7);

const senderReport = fc.record({
  startCounter: count,
  endCounter: count,
  startTimestamp: u32,
  endTimestamp: u32,
  intervalBytes: u32,
  packets: count,
  bytes: count,
});
const receiverReport = fc.record({
  highestCounter: count,
  packets: count,
  bytes: count,
  timestampEcho: u32,
  dwell: u16,
  maxBurst: u16,
  meanBurst: u16,
  jitter: u32,
  congestion: u32,
  delayTrend: i32,
  bursts: u32,
  reordered: u32,
  intervalPackets: u32,
  intervalBytes: u32,
});
const reported = { destination: addr, reporter: addr };
const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record({ kind: fc.constant('coordinatesRequired' as const), ...reported }),
  fc.record({ kind: fc.constant('pathBroken' as const), ...reported, coordinates: fc.array(addr, { maxLength: 6 }) }),
  fc.record({ kind: fc.constant('mtuExceeded' as const), ...reported, mtu: u16 }),
);

/** A kind of message: how one is made up, written, and read again. */
export interface Kind {
  readonly name: string;
  /** What was made up as its decoder should give it, and its bytes. */
  readonly made: fc.Arbitrary<{ readonly value: unknown; readonly bytes: Buffer }>;
  readonly decode: (bytes: Buffer) => unknown;
}

function kind<T>(name: string, values: fc.Arbitrary<T>, encode: (value: T) => Buffer, decode: Kind['decode']): Kind {
  return { name, made: values.map((value) => ({ value, bytes: encode(value) })), decode };
}

/** What is sealed is told apart by its bytes: the decoder shows header and sealed part as they came. */
const sealedFrame = fc.record({ receiver: u32, counter: count, flags: fc.nat(7), timestamp: u32 });
const sealedPacket = fc.record({
  counter: count,
  keyEpoch: fc.boolean(),
  timestamp: u32,
  ends: fc.option(ends, { nil: undefined }),
});
const is = <T extends string>(value: T) => fc.constant(value);

export const kinds: readonly Kind[] = [
  kind(
    'a first message',
    fc.record({ kind: is('message1'), sender: u32, noise: octets(106) }),
    encodeMessage1,
    decodeFrame,
  ),
  kind(
    'an answer to it',
    fc.record({ kind: is('message2'), sender: u32, receiver: u32, noise: octets(57) }),
    encodeMessage2,
    decodeFrame,
  ),
  {
    name: 'a sealed frame',
    made: fc.tuple(sealedFrame, octets(1, 200)).map(([how, message]) => {
      const bytes = sealFrame({ key, ...how }, message);
      const { receiver, counter, flags } = how;
      const parts = { header: bytes.subarray(0, 16), sealed: bytes.subarray(16) };
      return { bytes, value: { kind: 'sealed', flags, receiver, counter, ...parts } };
    }),
    decode: decodeFrame,
  },
  kind(
    'a datagram',
    fc.record({ ttl: u8, pathMtu: u16, source: addr, destination: addr, payload: octets(0, 200) }),
    encodeDatagram,
    decodeDatagram,
  ),
  kind('a goodbye', u8, encodeDisconnect, decodeDisconnect),
  ...(['link', 'session'] as const).flatMap((layer) => [
    kind(
      `a sender report of a ${layer}`,
      senderReport,
      (report) => encodeSenderReport(layer, report),
      (bytes) => decodeSenderReport(layer, bytes),
    ),
    kind(
      `a receiver report of a ${layer}`,
      receiverReport,
      (report) => encodeReceiverReport(layer, report),
      (bytes) => decodeReceiverReport(layer, bytes),
    ),
  ]),
  kind(
    'a place in the tree',
    fc.record({
      sequence: u64,
      timestamp: u64,
      parent: addr,
      ancestry: fc.array(fc.record({ addr, sequence: u64, timestamp: u64 }), { maxLength: 8 }),
      signature: octets(64),
    }),
    encodeTreeAnnounce,
    decodeTreeAnnounce,
  ),
  kind(
    'a filter',
    fc.record({ sequence: u64, filter: octets(1024).map((bits) => BloomFilter.of(bits)) }),
    encodeFilterAnnounce,
    decodeFilterAnnounce,
  ),
  kind(
    'a lookup',
    fc.record({ id: u64, target: addr, origin: addr, ttl: u8, minMtu: u16, originCoordinates: coordinates }),
    encodeLookupRequest,
    decodeLookupRequest,
  ),
  kind(
    'an answer to a lookup',
    fc.record({ id: u64, target: addr, pathMtu: u16, targetCoordinates: coordinates, proof: octets(64) }),
    encodeLookupResponse,
    decodeLookupResponse,
  ),
  kind(
    'a setup of a session',
    fc.record({ kind: is('setup'), flags: u8, source: coordinates, destination: coordinates, noise: octets(33) }),
    encodeSetup,
    decodeSessionPacket,
  ),
  kind(
    'an answer to a setup',
    fc.record({ kind: is('ack'), source: coordinates, destination: coordinates, noise: octets(57) }),
    encodeAck,
    decodeSessionPacket,
  ),
  kind(
    'the end of a setup',
    fc.record({ kind: is('message3'), noise: octets(73) }),
    ({ noise }) => encodeMessage3(noise),
    decodeSessionPacket,
  ),
  {
    name: 'a sealed packet',
    made: fc.tuple(sealedPacket, u8, octets(0, 200)).map(([how, type, body]) => {
      const bytes = sealPacket({ key, ...how }, { type, body });
      const flags = (how.ends ? 1 : 0) | (how.keyEpoch ? 2 : 0);
      const parts = { header: bytes.subarray(0, 12), sealed: bytes.subarray(-(6 + body.length + 16)) };
      return { bytes, value: { kind: 'sealed', flags, counter: how.counter, ends: how.ends, ...parts } };
    }),
    decode: decodeSessionPacket,
  },
  kind('a signal', signal, encodeSignal, decodeSignal),
  kind(
    'data between ports',
    fc.record({ sourcePort: u16, destinationPort: u16, payload: octets(0, 200) }),
    encodePortData,
    decodePortData,
  ),
];
