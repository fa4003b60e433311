// GGUF version 3, the file that llama.cpp loads models from, as far as a small model needs it: a header, typed metadata, the
// places of the tensors, and their data, each aligned. Little-endian throughout. Source: the GGUF specification of the ggml
// project (docs/gguf.md there).

/** What metadata can be here; `u32[]` and the like are arrays of one type. */
export type MetadataValue =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'i32[]' | 'f32[]'; readonly value: readonly number[] }
  | { readonly type: 'string[]'; readonly value: readonly string[] };

export interface Tensor {
  readonly name: string;
  /** Sizes as ggml counts them: the first is the one whose elements lie side by side. */
  readonly shape: readonly number[];
  /** All elements, row by row; as many as the sizes multiply to. */
  readonly data: Float32Array;
}

export interface Gguf {
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  readonly tensors: readonly Tensor[];
}

/** The format's own default, used where `general.alignment` is not given, as here. */
export const ALIGNMENT = 32;

const VERSION = 3;
const TYPE_IDS = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_F32 = 0;

/** The whole file. Throws where a tensor has not as many elements as its sizes say. */
export function encodeGguf({ metadata, tensors }: Gguf): Buffer {
  const entries = Object.entries(metadata);
  const head = [Buffer.from('GGUF'), u32(VERSION), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) head.push(text(key), ...encoded(value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const bytes = floats(tensor.data);
    if (tensor.shape.reduce((product, size) => product * size, 1) !== tensor.data.length) {
      throw new Error(`${tensor.name} has ${tensor.data.length} elements, not ${tensor.shape.join(' x ')}`);
    }
    // Offsets count from the start of the data, not of the file.
    head.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64), u32(TENSOR_F32), u64(offset));
    data.push(bytes, padding(bytes.length));
    offset += aligned(bytes.length);
  }
  const start = Buffer.concat(head);
  return Buffer.concat([start, padding(start.length), ...data]);
}

function encoded(entry: MetadataValue): Buffer[] {
  switch (entry.type) {
    case 'u32':
      return [u32(TYPE_IDS.u32), u32(entry.value)];
    case 'f32':
      return [u32(TYPE_IDS.f32), floats([entry.value])];
    case 'bool':
      return [u32(TYPE_IDS.bool), Buffer.from([entry.value ? 1 : 0])];
    case 'string':
      return [u32(TYPE_IDS.string), text(entry.value)];
    case 'i32[]':
      return [...arrayOf('i32', entry.value.length), Buffer.from(new Int32Array(entry.value).buffer)];
    case 'f32[]':
      return [...arrayOf('f32', entry.value.length), floats(entry.value)];
    case 'string[]':
      return [...arrayOf('string', entry.value.length), ...entry.value.map(text)];
  }
}

const arrayOf = (type: keyof typeof TYPE_IDS, length: number) => [
  u32(TYPE_IDS.array),
  u32(TYPE_IDS[type]),
  u64(length),
];

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Bytes, not characters, are counted. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** Copied as they lie in memory: every platform that this runs on is little-endian. */
const floats = (values: ArrayLike<number>) => Buffer.from(Float32Array.from(values).buffer);

const aligned = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
const padding = (length: number) => Buffer.alloc(aligned(length) - length);
