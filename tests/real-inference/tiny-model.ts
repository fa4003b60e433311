// An untrained language model: the architecture of llama, all sizes tiny, its weights drawn by chance from a seed.
// It speaks nonsense, but by the whole way that a large one goes: tokens in, attention over them, tokens drawn one by one.

import type { Random } from '../../src-main/base/random.ts';
import { seededRandom } from '../support/random.ts';
import { encodeGguf, type MetadataValue, type Tensor } from './gguf.ts';

const WIDTH = 64;
const LAYERS = 2;
const HEADS = 4;
const HIDDEN = 128;
/** Tokens of prompt and answer together. */
export const CONTEXT = 16_384;

/** The words that it can say. Each is one token, so the words of an answer are its tokens. */
export const WORDS: readonly string[] = 'b d f g h k l m n p r s t v w z'
  .split(' ')
  .flatMap((start) => 'an el im or un ast end ift olk urn ay ee'.split(' ').map((end) => start + end));

/** How SentencePiece writes a space. */
const SPACE = '\u2581';
const KINDS = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

interface Token {
  readonly text: string;
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
}

const tokens: readonly Token[] = [
  { text: '<unk>', kind: KINDS.unknown },
  { text: '<s>', kind: KINDS.control },
  { text: '</s>', kind: KINDS.control },
  // Whatever is no word is read byte by byte.
  ...Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    kind: KINDS.byte,
  })),
  ...WORDS.map((word) => ({ text: SPACE + word, kind: KINDS.normal })),
];

const TEMPLATE =
  '{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}' +
  '{% if add_generation_prompt %}assistant:{% endif %}';

/** How many tokens the model reads for a text that holds none of its words: one for each byte. */
export function tokensOf(text: string): number {
  return Buffer.byteLength(` ${text}`.replaceAll(' ', SPACE));
}

/** What the template makes of messages, written a second time so that the binding's count has something to be held against. */
export function promptOf(messages: readonly { readonly role: string; readonly content: string }[]): string {
  return `${messages.map(({ role, content }) => `${role}: ${content}\n`).join('')}assistant:`;
}

/** A GGUF file of some 600 KiB; the same bytes for the same seed. */
export function tinyModel(seed: number): Buffer {
  return encodeGguf({ metadata: metadata(), tensors: tensors(seededRandom(seed)) });
}

function metadata(): Readonly<Record<string, MetadataValue>> {
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'tiny nonsense' },
    'llama.vocab_size': { type: 'u32', value: tokens.length },
    'llama.context_length': { type: 'u32', value: CONTEXT },
    'llama.embedding_length': { type: 'u32', value: WIDTH },
    'llama.block_count': { type: 'u32', value: LAYERS },
    'llama.feed_forward_length': { type: 'u32', value: HIDDEN },
    'llama.attention.head_count': { type: 'u32', value: HEADS },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.rope.dimension_count': { type: 'u32', value: WIDTH / HEADS },
    'tokenizer.ggml.model': { type: 'string', value: 'llama' },
    'tokenizer.ggml.tokens': { type: 'string[]', value: tokens.map(({ text }) => text) },
    'tokenizer.ggml.scores': { type: 'f32[]', value: tokens.map(() => 0) },
    'tokenizer.ggml.token_type': { type: 'i32[]', value: tokens.map(({ kind }) => kind) },
    'tokenizer.ggml.unknown_token_id': { type: 'u32', value: 0 },
    'tokenizer.ggml.bos_token_id': { type: 'u32', value: 1 },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: 2 },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: true },
    'tokenizer.chat_template': { type: 'string', value: TEMPLATE },
  };
}

/**
 * The first of the model's dimensions is kept out of chance: every token brings the same value in it, no layer adds to it, and
 * the output counts it against all tokens but the words. So it never ends by itself, and what it says is readable.
 */
const CONSTANT = 4;
const AGAINST = -20;
/** Makes the likeliest of the words stand out, yet leaves several to choose from. */
const LIVELINESS = 0.25;

function tensors(random: Random): Tensor[] {
  const drawn = (name: string, columns: number, rows: number, spread: number): Tensor => {
    // Chance of even distribution and the wanted standard deviation.
    const data = Float32Array.from(
      { length: columns * rows },
      () => (random.int(1e6) / 5e5 - 1) * Math.sqrt(3) * spread,
    );
    return { name: `${name}.weight`, shape: [columns, rows], data };
  };
  const even = (name: string): Tensor => ({
    name: `${name}.weight`,
    shape: [WIDTH],
    data: new Float32Array(WIDTH).fill(1),
  });
  /** Sets the constant dimension of each row to what `of` says. */
  const constant = (tensor: Tensor, of: (row: number) => number): Tensor => {
    for (let row = 0; row < tensor.data.length / WIDTH; row++) tensor.data[row * WIDTH] = of(row);
    return tensor;
  };
  /** Leaves the constant dimension as it is. */
  const sparing = (tensor: Tensor): Tensor => {
    tensor.data.fill(0, 0, tensor.shape[0]);
    return tensor;
  };
  const layers = Array.from({ length: LAYERS }, (_, layer) => {
    const at = (name: string) => `blk.${layer}.${name}`;
    return [
      even(at('attn_norm')),
      drawn(at('attn_q'), WIDTH, WIDTH, 1 / 8),
      drawn(at('attn_k'), WIDTH, WIDTH, 1 / 8),
      drawn(at('attn_v'), WIDTH, WIDTH, 1 / 8),
      sparing(drawn(at('attn_output'), WIDTH, WIDTH, 1 / 8)),
      even(at('ffn_norm')),
      drawn(at('ffn_gate'), WIDTH, HIDDEN, 1 / 8),
      drawn(at('ffn_up'), WIDTH, HIDDEN, 1 / 8),
      sparing(drawn(at('ffn_down'), HIDDEN, WIDTH, 1 / 8)),
    ];
  });
  return [
    constant(drawn('token_embd', WIDTH, tokens.length, 1), () => CONSTANT),
    ...layers.flat(),
    even('output_norm'),
    constant(drawn('output', WIDTH, tokens.length, LIVELINESS), (row) =>
      tokens[row]?.kind === KINDS.normal ? 0 : AGAINST,
    ),
  ];
}
