// The bounded reader of CBOR, held against cborg.
import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadCbor, type CborBounds, readMap, TOO_LARGE } from '../../../../../src-main/networks/iicp/native/cbor.ts';

const WIDE: CborBounds = { items: 100_000, levels: 100, container: 2 ** 20 };
const read = (bytes: Uint8Array, bounds = WIDE) => readMap(Buffer.from(bytes), bounds);
const hex = (text: string) => read(Buffer.from(text, 'hex'));

const leaf = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 300 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.string(), fc.nat()), tie('value')), { selector: ([key]) => key, maxLength: 4 })
      .map((entries) => new Map(entries as [unknown, unknown][])),
  ),
}));
const message = fc
  .uniqueArray(fc.tuple(fc.nat(200), value), { selector: ([key]) => key, maxLength: 6 })
  .map((entries) => new Map(entries));

/** What is left in the frame here, and copied out of it there, is the same. */
const copied = (each: unknown) => (Buffer.isBuffer(each) ? new Uint8Array(each) : each);
const whole = (fields: ReadonlyMap<number, unknown>) => new Map([...fields].map(([key, each]) => [key, copied(each)]));

function items(each: unknown): number {
  if (each instanceof Map) return [...each].reduce((sum, [key, inner]) => sum + items(key) + items(inner), 1);
  if (Array.isArray(each)) return each.reduce<number>((sum, inner) => sum + items(inner), 1);
  return 1;
}

describe('readMap', () => {
  it('reads what cborg wrote as cborg does', () => {
    fc.assert(
      fc.property(message, (fields) => {
        const bytes = encode(fields);
        expect(whole(read(bytes))).toEqual(decode(bytes, { useMaps: true }));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads, of whatever bytes, the same as cborg or nothing', () => {
    const damaged = fc.tuple(message, fc.nat(), fc.nat(255)).map(([fields, at, byte]) => {
      const bytes = Buffer.from(encode(fields));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        let fields: ReadonlyMap<number, unknown>;
        try {
          fields = read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BadCbor);
          return;
        }
        let theirs: Map<unknown, unknown>;
        try {
          theirs = decode(bytes, { useMaps: true });
        } catch {
          // What stands under keys that are no whole numbers was not looked into.
          return;
        }
        for (const [key, field] of fields) expect(copied(field)).toEqual(theirs.get(key));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes as many items as it may, and not one more', () => {
    fc.assert(
      fc.property(message, (fields) => {
        const bytes = encode(fields);
        const count = items(fields);
        expect(read(bytes, { ...WIDE, items: count }).size).toBe(fields.size);
        expect(() => read(bytes, { ...WIDE, items: count - 1 })).toThrow('too many items');
      }),
    );
  });

  it.each([
    ['arrays in one another', 0x81],
    ['maps in one another', 0xa1],
    ['arrays without a length', 0x9f],
    ['maps without a length', 0xbf],
  ])('goes no deeper into %s than it may', (_what, byte) => {
    const bytes = Buffer.alloc(1_000_000, byte);
    bytes.set([0xa1, 0x01]);
    expect(() => read(bytes, { ...WIDE, items: 1e9 })).toThrow('too deep');
  });

  it.each([
    ['an array', '9b0000ffffffffffff'],
    ['a map', 'bb0000ffffffffffff'],
    ['bytes', '5b0000ffffffffffff'],
    ['a text', '7bffffffffffffffff'],
  ])('believes no length of %s that its bytes do not bear out', (_what, head) => {
    expect(() => hex(`a101${head}`)).toThrow(BadCbor);
  });

  it('leaves bytes and long texts in the frame, and a large map alone', () => {
    const text = 'é'.repeat(3000);
    const bytes = Buffer.from(encode(new Map<number, unknown>([[1, Buffer.from('abc')]]).set(2, text).set(3, [text])));
    const fields = readMap(bytes, { ...WIDE, container: 1000 });
    const inFrame = (key: number) => (fields.get(key) as Buffer).buffer === bytes.buffer;
    expect([fields.get(1)?.toString(), inFrame(1), fields.get(2)?.toString(), inFrame(2), fields.get(3)]).toEqual([
      'abc',
      true,
      text,
      true,
      TOO_LARGE,
    ]);
  });

  it('decodes so many bytes of maps and arrays, however many those are', () => {
    const bytes = Buffer.from(encode(new Map([1, 2, 3].map((key) => [key, ['x'.repeat(400)]]))));
    const fields = readMap(bytes, { ...WIDE, container: 1000 });
    expect([1, 2, 3].map((key) => fields.get(key) === TOO_LARGE)).toEqual([false, false, true]);
  });

  it.each([
    ['nothing', ''],
    ['no map', '8101'],
    ['more than a map', 'a0a0'],
    ['a key twice', 'a201010102'],
    ['a tag', 'a101c100'],
    ['a text without a length', 'a1017f6161ff'],
    ['an end where none can be', 'a101ff'],
    ['half a pair', 'bf01ff'],
  ])('takes no map of %s', (_what, bytes) => {
    expect(() => hex(bytes)).toThrow(BadCbor);
  });
});
