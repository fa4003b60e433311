import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIPS } from '../../../../src-main/networks/fips/bounds.ts';
import { BloomFilter, bitsOf, encodeFilterAnnounce } from '../../../../src-main/networks/fips/wire/filter-announce.ts';
import { decodeFrame, openFrame, sealFrame } from '../../../../src-main/networks/fips/wire/frame.ts';
import { encodeReceiverReport, encodeSenderReport } from '../../../../src-main/networks/fips/wire/reports.ts';
import { decodeSessionPacket, openPacket, sealPacket } from '../../../../src-main/networks/fips/wire/session-packet.ts';
import { encodeSignal } from '../../../../src-main/networks/fips/wire/signals.ts';
import { FrameCutter } from '../../../../src-main/networks/fips/wire/stream.ts';
import {
  decodeTreeAnnounce,
  encodeTreeAnnounce,
  treeSigningBytes,
} from '../../../../src-main/networks/fips/wire/tree-announce.ts';
import { kinds, octets } from '../../../support/fips.ts';
import vectors from '../../../vectors/fips/wire.json' with { type: 'json' };

const FRAMES = process.env.HEARTH_SOAK === '1' ? 1_000_000 : 4000;
const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe.each(kinds)('$name', ({ made, decode }) => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(made, ({ value, bytes: written }) => {
        expect(decode(written)).toEqual(value);
      }),
    );
  });

  it('is not read when it ends too early, and throws nothing', () => {
    fc.assert(
      fc.property(made, fc.nat(), ({ bytes: written, value }, at) => {
        const cut = decode(written.subarray(0, at % written.length));
        // Some end with bytes of any number: those are shorter then, and never the same.
        if (cut !== undefined) expect(cut).not.toEqual(value);
      }),
    );
  });
});

describe('every decoder', () => {
  const some = fc.oneof(...kinds.map(({ made }) => made.map(({ bytes: written }) => written)));
  const changed = fc
    .tuple(some, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([written, changes]) => {
      const copy = Buffer.from(written);
      for (const [at, to] of changes) copy[at % copy.length] = to;
      return copy;
    });

  it(`throws nothing at ${FRAMES} frames that were made up or changed`, () => {
    let looked = 0;
    fc.assert(
      fc.property(fc.oneof(octets(0, 300), changed), (frame) => {
        for (const { decode } of kinds) decode(frame);
        looked += 1;
      }),
      { numRuns: FRAMES },
    );
    expect(looked).toBe(FRAMES);
  });
});

describe('a sealed frame', () => {
  const {
    key_hex: keyHex,
    receiver,
    counter,
    flags,
    timestamp,
    message_hex: message,
    frame_hex: frame,
  } = vectors.frame;
  const key = bytes(keyHex);

  it('is that of the vector, byte for byte', () => {
    const sealed = sealFrame({ key, receiver, counter, flags, timestamp }, bytes(message));
    expect(sealed.toString('hex')).toBe(frame);
    const decoded = decodeFrame(sealed);
    expect(decoded).toMatchObject({ kind: 'sealed', receiver, counter, flags });
    expect(decoded?.kind === 'sealed' && openFrame(key, decoded)).toEqual({ timestamp, message: bytes(message) });
  });

  it('is not opened with any bit changed', () => {
    for (let at = 0; at < 8 * bytes(frame).length; at += 1) {
      const changed = bytes(frame);
      changed[at >> 3]! ^= 1 << (at & 7);
      const decoded = decodeFrame(changed);
      expect(decoded?.kind === 'sealed' && openFrame(key, decoded)).toBeFalsy();
    }
  });

  it.each([
    ['with a byte too many', `${frame}00`],
    ['with a byte too few', frame.slice(0, -2)],
    ['of another version', `1${frame.slice(1)}`],
    ['of another phase', `03${frame.slice(2)}`],
    ['whose counter is none', `${frame.slice(0, 16)}ffffffffffffffff${frame.slice(32)}`],
    ['of nothing', ''],
  ])('is none %s', (_, other) => {
    expect(decodeFrame(bytes(other))).toBeUndefined();
  });
});

describe('a sealed packet', () => {
  it('is opened with its key, and with no other and no bit changed but of the coordinates, which are in clear', () => {
    const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const ends = { source: ['aa'.repeat(16)], destination: ['bb'.repeat(16)] };
    const how = { key, counter: 5, keyEpoch: false, timestamp: 9 };
    const packet = decodeSessionPacket(sealPacket({ ...how, ends }, { type: 0x10, body: Buffer.from('hello') }));
    if (packet?.kind !== 'sealed') throw new Error('not sealed');
    expect(openPacket(key, packet)).toEqual({ timestamp: 9, type: 0x10, body: Buffer.from('hello') });
    expect(packet.ends).toEqual(ends);
    expect(openPacket(other, packet)).toBeUndefined();
    const sealed = sealPacket(how, { type: 0x10, body: Buffer.from('hello') });
    for (let at = 0; at < 8 * sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at >> 3]! ^= 1 << (at & 7);
      const decoded = decodeSessionPacket(changed);
      expect(decoded?.kind === 'sealed' && openPacket(key, decoded)).toBeFalsy();
    }
  });
});

describe('what comes over a connection', () => {
  const frames = fc.array(fc.oneof(...kinds.slice(0, 3).map(({ made }) => made.map(({ bytes: frame }) => frame))), {
    minLength: 1,
    maxLength: 5,
  });

  it('is cut into the same frames, however it is split', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sent, sizes) => {
        const cutter = new FrameCutter(1400);
        const stream = Buffer.concat(sent);
        const received: Buffer[] = [];
        for (let at = 0, nth = 0; at < stream.length; nth += 1) {
          const size = sizes[nth % sizes.length]!;
          received.push(...cutter.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(received).toEqual(sent);
        expect([cutter.broken, cutter.held]).toEqual([false, 0]);
      }),
    );
  });

  it.each([
    ['begins with another protocol', Buffer.from('GET / HTTP/1.1\r\n')],
    ['has a frame that is longer than the link takes', bytes('00000006')],
    ['has a first message of another length', bytes('01006f00')],
  ])('is given up when it %s, and holds nothing', (_, stream) => {
    const cutter = new FrameCutter(1400);
    const good = bytes(vectors.frame.frame_hex);
    expect(cutter.push(Buffer.concat([good, stream]))).toEqual([good]);
    expect([cutter.broken, cutter.held]).toEqual([true, 0]);
    expect(cutter.push(good)).toEqual([]);
  });
});

describe('sizes', () => {
  const coordinates = ['00'.repeat(16)];
  it('are those of the protocol', () => {
    const sender = { startCounter: 1, endCounter: 2, startTimestamp: 3, endTimestamp: 4, intervalBytes: 5 };
    const receiver = {
      highestCounter: 1,
      packets: 2,
      bytes: 3,
      timestampEcho: 4,
      dwell: 5,
      maxBurst: 6,
      meanBurst: 7,
      jitter: 8,
      congestion: 9,
      delayTrend: -1,
      bursts: 10,
      reordered: 11,
      intervalPackets: 12,
      intervalBytes: 13,
    };
    expect({
      senderOfLink: encodeSenderReport('link', { ...sender, packets: 6, bytes: 7 }).length,
      senderOfSession: encodeSenderReport('session', { ...sender, packets: 6, bytes: 7 }).length,
      receiverOfLink: encodeReceiverReport('link', receiver).length,
      receiverOfSession: encodeReceiverReport('session', receiver).length,
      coordinatesRequired: encodeSignal({
        kind: 'coordinatesRequired',
        destination: coordinates[0]!,
        reporter: coordinates[0]!,
      }).length,
      filter: encodeFilterAnnounce({ sequence: 1n, filter: BloomFilter.empty() }).length,
    }).toEqual({
      senderOfLink: 48,
      senderOfSession: 46,
      receiverOfLink: 68,
      receiverOfSession: 66,
      coordinatesRequired: 4 + 34,
      filter: vectors.filter.bytes,
    });
  });
});

describe('a place in the tree', () => {
  const { node_addr: addr, parent, signed_sha256_hex: signed } = vectors.tree;
  const at = { sequence: BigInt(vectors.tree.sequence), timestamp: BigInt(vectors.tree.timestamp) };
  const announce = (depth: number) =>
    encodeTreeAnnounce({
      ...at,
      parent,
      ancestry: Array.from({ length: depth }, () => ({ addr, ...at })),
      signature: Buffer.alloc(64),
    });

  it('is signed as in the vector', () => {
    expect(hash('sha256', treeSigningBytes(addr, { parent, ...at }))).toBe(signed);
    expect(announce(1).length).toBe(vectors.tree.bytes);
  });

  it(`is taken down to ${FIPS.treeDepth} levels, and no deeper`, () => {
    expect(decodeTreeAnnounce(announce(FIPS.treeDepth))?.ancestry).toHaveLength(FIPS.treeDepth);
    expect(decodeTreeAnnounce(announce(FIPS.treeDepth + 1))).toBeUndefined();
  });
});

describe('a filter', () => {
  it('sets the bits of the vector', () => {
    expect(bitsOf(vectors.filter.node_addr)).toEqual(vectors.filter.bits);
  });

  it('has all that was added or merged, and nothing when it is empty', () => {
    const addrs = fc.array(
      octets(16).map((each) => each.toString('hex')),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(addrs, addrs, (mine, theirs) => {
        const [one, other] = [BloomFilter.empty(), BloomFilter.empty()];
        for (const addr of mine) one.add(addr);
        for (const addr of theirs) other.add(addr);
        one.merge(other);
        expect([...mine, ...theirs].every((addr) => one.has(addr))).toBe(true);
        expect(mine.some((addr) => BloomFilter.empty().has(addr))).toBe(false);
        expect(one.equals(BloomFilter.of(one.bits))).toBe(true);
      }),
    );
  });

  it('knows how often it errs', () => {
    expect(BloomFilter.empty().falsePositives).toBe(0);
    expect(BloomFilter.of(Buffer.alloc(1024, 0xff)).falsePositives).toBe(1);
    expect(BloomFilter.of(Buffer.alloc(1024, 0x0f)).falsePositives).toBeCloseTo(1 / 32);
  });
});
