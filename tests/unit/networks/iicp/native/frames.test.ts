import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginsFramed,
  encodeFrame,
  type Frame,
  FrameReader,
  FrameType,
  MOST_FRAME_BYTES,
  NotFramed,
} from '../../../../../src-main/networks/iicp/native/frame.ts';
import * as messages from '../../../../../src-main/networks/iicp/native/messages.ts';

interface Vector {
  readonly name: string;
  readonly type: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly frame_hex: string;
}
const { vectors } = JSON.parse(
  readFileSync(new URL('../../../../vectors/iicp-framing.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };
const hexOf = (name: string) => vectors.find((vector) => vector.name === name)!.frame_hex;

function only(hex: string): Frame {
  const frames = new FrameReader().push(Buffer.from(hex, 'hex'));
  expect(frames).toHaveLength(1);
  return frames[0]!;
}

describe('official vectors of framing', () => {
  it.each(vectors)('$name is cut out and read', ({ type, fields, frame_hex }) => {
    const frame = only(frame_hex);
    expect(frame.type).toBe(type);
    const read = messages.readFields(frame.payload);
    expect([...read.keys()].map(String).sort()).toEqual(Object.keys(fields).sort());
    for (const [key, value] of Object.entries(fields)) {
      if (typeof value !== 'object' || value === null) expect(read.get(Number(key))).toEqual(value);
    }
  });

  it.each(vectors)('$name is written byte for byte', ({ type, frame_hex }) => {
    const fields = messages.readFields(only(frame_hex).payload);
    const bytes = fields.size === 0 ? encodeFrame(type, Buffer.alloc(0)) : messages.writeFrame(type, [...fields]);
    expect(bytes.toString('hex')).toBe(frame_hex);
  });
});

describe('messages', () => {
  it('are written as the vectors have them', () => {
    const call = { sessionId: 's-1', callId: 'c-1' };
    expect(messages.writeInit().toString('hex')).toBe(hexOf('init'));
    expect(messages.writeAck().toString('hex')).toBe(hexOf('ack'));
    expect(messages.writeAck('node-1').toString('hex')).toBe(hexOf('ack_with_id'));
    expect(messages.writePong(Buffer.from('abc')).toString('hex')).toBe(hexOf('pong_abc'));
    expect(messages.writeResult(call, { ok: true }).toString('hex')).toBe(hexOf('response_ok'));
    expect(messages.writeFailure(call, 503, 'no handler configured').toString('hex')).toBe(hexOf('response_error'));
  });

  it('answers an empty ping with an empty map', () => {
    expect(only(messages.writePong(undefined).toString('hex')).payload.toString('hex')).toBe('a0');
  });

  it('reads a call whether its payload came as bytes, as text or as a map', () => {
    const wanted = { sessionId: 's-1', intent: 'urn:x', callId: 'c-1', taskId: 't-1', payload: '{"a":[1,{"b":"c"}]}' };
    const value = new Map<string, unknown>([['a', [1, new Map([['b', 'c']])]]]);
    for (const payload of [Buffer.from(wanted.payload), wanted.payload, value]) {
      const frame = messages.writeFrame(FrameType.call, [
        [2, 's-1'],
        [3, Buffer.from('urn:x')],
        [15, 'c-1'],
        [5, payload],
        [24, 't-1'],
      ]);
      const read = messages.readCall(messages.readFields(new FrameReader().push(frame)[0]!.payload));
      expect(read && { ...read, payload: read.payload.toString() }).toEqual(wanted);
    }
  });

  it.each([
    ['an intent', [[5, '{}']]],
    ['a payload', [[3, 'urn:x']]],
    [
      'an intent of a length that anybody needs',
      [
        [3, 'x'.repeat(257)],
        [5, '{}'],
      ],
    ],
  ] as const)('knows no call without %s', (_what, fields) => {
    const frame = messages.writeFrame(FrameType.call, fields as readonly (readonly [number, unknown])[]);
    expect(messages.readCall(messages.readFields(new FrameReader().push(frame)[0]!.payload))).toBeUndefined();
  });

  it('counts the pieces of a streamed answer and marks the last', () => {
    const call = { sessionId: 's', callId: 'c', taskId: 't' };
    const fieldsOf = (bytes: Buffer) => messages.readFields(new FrameReader().push(bytes)[0]!.payload);
    const partial = { status: 'partial', state: 'partial', sequence: 0, chunk: 'hi' } as const;
    const first = fieldsOf(messages.writePart(call, partial));
    expect([first.get(4), first.get(5), first.get(12)]).toEqual(['partial', 'hi', false]);
    expect(first.get(13)).toEqual(new Map<number, unknown>([[1, 't']]).set(2, 0).set(3, 'partial').set(4, false));
    const failed = {
      status: 'timeout',
      state: 'timed_out',
      sequence: 1,
      error: { code: 'task_timeout', message: 'm' },
    };
    const last = fieldsOf(messages.writePart(call, failed as messages.StreamPart));
    expect([last.get(12), last.get(6)]).toEqual([true, new Map([[1, 'task_timeout']]).set(2 as never, 'm')]);
  });
});

describe('FrameReader', () => {
  it('cuts off one frame at a time, however many have come at once', () => {
    const empty = encodeFrame(FrameType.call, Buffer.alloc(0));
    const reader = new FrameReader();
    reader.feed(Buffer.concat(Array.from({ length: 5000 }, () => empty)));
    expect([reader.next()?.payload.length, reader.held, reader.underway]).toEqual([0, 4999 * empty.length, false]);
    reader.feed(empty.subarray(0, 5));
    for (let count = 0; count < 4999; count += 1) expect(reader.next()?.type).toBe(FrameType.call);
    expect([reader.next(), reader.waiting, reader.underway]).toEqual([undefined, false, true]);
  });

  const frames = fc.array(fc.record({ type: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array() }), {
    maxLength: 5,
  });

  it('cuts the same frames however the bytes are split', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 })), (written, cuts) => {
        const bytes = Buffer.concat(written.map(({ type, payload }) => encodeFrame(type, payload)));
        const reader = new FrameReader();
        const read: Frame[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          read.push(...reader.push(bytes.subarray(at, at + cut)));
          at += cut;
        }
        expect(read.map(({ type, payload }) => [type, [...payload]])).toEqual(
          written.map(({ type, payload }) => [type, [...payload]]),
        );
        expect(reader.held).toBe(0);
      }),
    );
  });

  it('keeps what comes in pieces of one byte in few buffers, never twice as large beyond the first', () => {
    const frame = encodeFrame(FrameType.call, Buffer.alloc(5000, 7));
    const reader = new FrameReader();
    for (const [at, byte] of frame.subarray(0, -1).entries()) {
      expect(reader.push(Buffer.from([byte]))).toEqual([]);
      expect(reader.held).toBeGreaterThan(at);
      expect(reader.held).toBeLessThanOrEqual(Math.min(frame.length, Math.max(12 + 256, 2 * (at + 1))));
    }
    expect(reader.push(frame.subarray(-1))).toEqual([{ type: FrameType.call, payload: Buffer.alloc(5000, 7) }]);
    expect([reader.held, reader.underway]).toEqual([0, false]);
  });

  it('refuses a frame that is too large for its type by its header, and gathers nothing of it', () => {
    const most = (type: number) => (type === FrameType.call ? 1000 : 100);
    const reader = new FrameReader(most);
    expect(reader.push(encodeFrame(FrameType.call, Buffer.alloc(988)))).toHaveLength(1);
    expect(() => reader.push(encodeFrame(FrameType.call, Buffer.alloc(989)).subarray(0, 12))).toThrow(NotFramed);
    const bytewise = new FrameReader(most);
    const header = encodeFrame(FrameType.ping, Buffer.alloc(89)).subarray(0, 12);
    expect(() => {
      for (const byte of header) bytewise.push(Buffer.from([byte]));
    }).toThrow(NotFramed);
    expect(bytewise.held).toBe(12);
  });

  it.each([
    ['another magic', '474554202f20485454502f31'],
    ['another version', '494943500201000000000000'],
    ['compression', '494943500105010000000000'],
    ['more than 16 MiB', '494943500105000001000000'],
  ])('takes no %s', (_what, hex) => {
    expect(() => new FrameReader().push(Buffer.from(hex, 'hex'))).toThrow(NotFramed);
  });

  it('lets nothing but NotFramed out, whatever comes', () => {
    const valid = Buffer.from(hexOf('call'), 'hex');
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
        const bytes = Buffer.from(valid);
        bytes[at] = byte;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        try {
          for (const { payload } of new FrameReader().push(Buffer.from(bytes))) {
            messages.readCall(messages.readFields(payload));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(NotFramed);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses what is nested without end', () => {
    expect(() => messages.readFields(Buffer.alloc(1_000_000, 0x81))).toThrow(NotFramed);
    expect(() => messages.readFields(Buffer.alloc(1_000_000, 0xa1))).toThrow(NotFramed);
  });

  it('writes no frame that nobody would read', () => {
    expect(() => encodeFrame(5, Buffer.alloc(MOST_FRAME_BYTES))).toThrow(RangeError);
  });
});

describe('beginsFramed', () => {
  it.each([
    ['', undefined],
    ['I', undefined],
    ['IIC', undefined],
    ['IICP', true],
    ['IICP\x01', true],
    ['GET ', false],
    ['IIX', false],
  ])('%j: %s', (head, answer) => {
    expect(beginsFramed(Buffer.from(head))).toBe(answer);
  });
});
