import { describe, expect, it } from 'vitest';
import { ALIGNMENT, encodeGguf, type MetadataValue } from '../../real-inference/gguf.ts';
import { tinyModel, tokensOf, WORDS } from '../../real-inference/tiny-model.ts';

/** A reader of the same specification, written apart: what it finds where the file says it is. */
function decode(file: Buffer) {
  let at = 0;
  /** The place of the next so many bytes, which are then read. */
  const next = (length: number) => {
    at += length;
    return at - length;
  };
  const u32 = () => file.readUInt32LE(next(4));
  const u64 = () => Number(file.readBigUInt64LE(next(8)));
  const text = () => {
    const length = u64();
    return file.toString('utf8', next(length), at);
  };
  const value = (type: number): unknown => {
    switch (type) {
      case 4:
        return u32();
      case 5:
        return file.readInt32LE(next(4));
      case 6:
        return file.readFloatLE(next(4));
      case 7:
        return file.readUInt8(next(1));
      case 8:
        return text();
      case 9: {
        const [inner, length] = [u32(), u64()];
        return Array.from({ length }, () => value(inner));
      }
      default:
        throw new Error(`no type ${type}`);
    }
  };
  const magic = file.toString('latin1', next(4), at);
  const version = u32();
  const [tensorCount, entryCount] = [u64(), u64()];
  const metadata = Object.fromEntries(Array.from({ length: entryCount }, () => [text(), value(u32())]));
  const places = Array.from({ length: tensorCount }, () => {
    const name = text();
    const shape = Array.from({ length: u32() }, u64);
    return { name, shape, type: u32(), offset: u64() };
  });
  const start = Math.ceil(at / 32) * 32;
  const gap = file.subarray(at, start);
  const tensors = places.map(({ offset, ...rest }) => {
    const length = rest.shape.reduce((product, size) => product * size, 1);
    const data = Array.from({ length }, (_, index) => file.readFloatLE(start + offset + index * 4));
    return { ...rest, offset, data };
  });
  return { magic, version, metadata, tensors, gap, start };
}

describe('a GGUF file', () => {
  it('starts with its magic, version 3 and the counts, and holds each value under its own type', () => {
    const metadata: Record<string, MetadataValue> = {
      'a.number': { type: 'u32', value: 4_000_000_000 },
      'a.fraction': { type: 'f32', value: 0.5 },
      'a.flag': { type: 'bool', value: true },
      'a.text': { type: 'string', value: 'wärme \u2581' },
      'a.list': { type: 'i32[]', value: [-1, 2] },
      'a.curve': { type: 'f32[]', value: [0.25, -8] },
      'a.choice': { type: 'string[]', value: ['', 'é'] },
    };
    const read = decode(encodeGguf({ metadata, tensors: [] }));
    expect([read.magic, read.version, read.tensors]).toEqual(['GGUF', 3, []]);
    expect(read.metadata).toEqual({
      'a.number': 4_000_000_000,
      'a.fraction': 0.5,
      'a.flag': 1,
      'a.text': 'wärme \u2581',
      'a.list': [-1, 2],
      'a.curve': [0.25, -8],
      'a.choice': ['', 'é'],
    });
  });

  it.each([1, 7, 8, 9, 31])('has every tensor at an aligned place of its own, the first of %i elements', (length) => {
    const tensors = [length, 3, 16].map((size, index) => ({
      name: `tensor.${index}`,
      shape: [size],
      data: Float32Array.from({ length: size }, (_, element) => index * 100 + element),
    }));
    const file = encodeGguf({ metadata: {}, tensors });
    const read = decode(file);
    expect(read.tensors.map(({ offset }) => offset % ALIGNMENT)).toEqual([0, 0, 0]);
    expect(read.tensors.map(({ data }) => data)).toEqual(tensors.map(({ data }) => [...data]));
    expect([...read.gap].every((byte) => byte === 0)).toBe(true);
    expect(file.length % ALIGNMENT).toBe(0);
  });

  it('is not written for a tensor that lacks elements', () => {
    const tensor = { name: 'short', shape: [2, 3], data: new Float32Array(5) };
    expect(() => encodeGguf({ metadata: {}, tensors: [tensor] })).toThrow('short has 5 elements, not 2 x 3');
  });
});

describe('the tiny model', () => {
  it('is the same file for the same seed and another one for another', () => {
    const [one, same, other] = [tinyModel(7), tinyModel(7), tinyModel(8)];
    expect(one.equals(same)).toBe(true);
    expect(one.equals(other)).toBe(false);
  });

  it('has a row of weights for each of its tokens, and chance in between', () => {
    const { metadata, tensors } = decode(tinyModel(7));
    const words = metadata['tokenizer.ggml.tokens'] as string[];
    expect(words).toHaveLength(3 + 256 + WORDS.length);
    expect([metadata['tokenizer.ggml.scores'], metadata['tokenizer.ggml.token_type']]).toMatchObject([
      { length: words.length },
      { length: words.length },
    ]);
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      'token_embd.weight': [64, words.length],
      'output.weight': [64, words.length],
      'output_norm.weight': [64],
      'blk.1.ffn_down.weight': [128, 64],
    });
    const { data } = tensors.find(({ name }) => name === 'blk.0.attn_q.weight')!;
    const mean = data.reduce((sum, each) => sum + each, 0) / data.length;
    const spread = Math.sqrt(data.reduce((sum, each) => sum + (each - mean) ** 2, 0) / data.length);
    expect(mean).toBeCloseTo(0, 2);
    expect(spread).toBeCloseTo(1 / 8, 2);
  });

  it('knows no word twice', () => {
    expect(new Set(WORDS).size).toBe(WORDS.length);
  });

  it('reads a space as three bytes, one of its own in front', () => {
    expect([tokensOf('ab'), tokensOf('a b'), tokensOf('ü')]).toEqual([5, 8, 5]);
  });
});
