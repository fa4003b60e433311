// What the practice models say: words, token counts and vectors computed from the input alone, so that a test or a
// benchmark gets the same answer to the same question every time and can recompute it.
//
// The token rule: one token is one run of non-space characters. It holds for prompts, answers and usage alike.

const WORDS =
  'the hearth keeps a small fire through long winter evenings and neighbours bring wood bread stories warm hands old songs new maps quiet questions good answers until morning light returns over roofs'.split(
    ' ',
  );

/** Answers without a bound stay short. */
const SHORTEST_ANSWER = 12;
const ANSWER_SPREAD = 20;
const LONGEST_ANSWER = 4096;

export interface Answer {
  readonly words: readonly string[];
  /** True when the token limit cut the answer short. */
  readonly cut: boolean;
}

export function countTokens(text: string): number {
  let tokens = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const space = text.charCodeAt(i) <= 32;
    if (!space && !inside) tokens++;
    inside = !space;
  }
  return tokens;
}

/** The answer to `text` by `model`: 12 to 31 words (chosen by the input), cut at `maxTokens` when given. */
export function answer(model: string, text: string, maxTokens?: number): Answer {
  const next = generator(`${model}\n${text}`);
  const natural = SHORTEST_ANSWER + (next() % ANSWER_SPREAD);
  const length = Math.min(natural, maxTokens ?? natural, LONGEST_ANSWER);
  const words: string[] = [];
  for (let i = 0; i < length; i++) words.push(WORDS[next() % WORDS.length] as string);
  return { words, cut: length < natural };
}

/** A unit vector that depends on model and text alone. */
export function embed(model: string, text: string, dimensions: number): number[] {
  const next = generator(`${model}\n${text}`);
  const raw = Array.from({ length: dimensions }, () => next() / 2 ** 31 - 1);
  const norm = Math.hypot(...raw) || 1;
  return raw.map((x) => x / norm);
}

const SAMPLE_RATE = 24_000;
const LONGEST_SPEECH_S = 300;

/** Bare samples, 16 bits, one channel: a tone chosen by the text, swelling and fading four times a second like syllables. */
export function samples(text: string, seconds: number): Buffer {
  const count = Math.ceil(Math.min(seconds, LONGEST_SPEECH_S) * SAMPLE_RATE);
  const hertz = 110 + (generator(text)() % 110);
  const bytes = Buffer.alloc(count * 2);
  for (let i = 0; i < count; i++) {
    const turn = (2 * Math.PI * i) / SAMPLE_RATE;
    bytes.writeInt16LE(Math.round(8000 * Math.sin(hertz * turn) * Math.sin(2 * turn) ** 2), i * 2);
  }
  return bytes;
}

/** The samples as a WAV file (RIFF, PCM). */
export function wav(bare: Buffer): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + bare.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLE_RATE, 24);
  head.writeUInt32LE(SAMPLE_RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(bare.length, 40);
  return Buffer.concat([head, bare]);
}

/** xorshift32 seeded by FNV-1a of `seed`: tiny, and the same on every machine. */
function generator(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
