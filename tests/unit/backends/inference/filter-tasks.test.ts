// The payload filter for what is no chat and no embedding: completions, sound both ways, moderation.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InferenceTask } from '../../../../src-main/backends/backend.ts';
import { filterPayload } from '../../../../src-main/backends/inference/filter.ts';
import { NO_SOUND, SOUNDS } from './sound-samples.ts';

const LIMITS = { maxTokens: 1000, model: 'm:1b' };
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const WAV = SOUNDS.wav.toString('base64');
const ADDRESSES = [
  'http://192.168.0.1/a.wav',
  'HTTPS://example.com/a',
  'file:///etc/passwd',
  '/etc/passwd',
  '//10.0.0.1/a',
  '\\\\10.0.0.1\\a',
  '../../voices/x',
  'C:\\voices\\x',
  'ftp://10.0.0.1',
  'data:audio/wav;base64,AAAA',
];

function pass(task: InferenceTask, members: unknown) {
  const filtered = filterPayload(task, members, LIMITS);
  if (!filtered.ok) throw new Error(`${filtered.code}: ${filtered.message}`);
  const { model, ...rest } = filtered.payload;
  expect(model).toBe('m:1b');
  return rest;
}
function refusal(task: InferenceTask, members: unknown) {
  const filtered = filterPayload(task, members, LIMITS);
  return filtered.ok ? 'passed' : filtered.code;
}
/** What nobody's payload may bring along, whatever the work. */
const EXTRAS = {
  user: 'someone',
  n: 50,
  best_of: 50,
  stream: true,
  stream_options: {},
  stream_format: 'sse',
  keep_alive: -1,
  options: { num_ctx: 1e9 },
  file: 'http://10.0.0.1/a.wav',
  url: 'http://10.0.0.1/a.wav',
  audio_url: 'http://10.0.0.1/a.wav',
  prompt_embeds: 'AAAA',
  images: ['/etc/passwd'],
  webhook: 'http://10.0.0.1/',
  extra_body: {},
  messages: [{ role: 'user', content: 'hi' }],
  chunking_strategy: 'auto',
  download_format: 'zip',
  _trace: {},
};

describe('for a completion', () => {
  const prompt = 'Once upon a time';

  it('asks for one buffered answer of bounded length', () => {
    expect(pass('llm:completion', { ...EXTRAS, prompt, model: 'other' })).toEqual({
      prompt,
      max_tokens: 1000,
      stream: false,
    });
  });

  it('lets through what servers and clients agree on', () => {
    const members = {
      suffix: 'The end.',
      max_tokens: 7,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      seed: 42,
      presence_penalty: 1,
      frequency_penalty: -1,
      logit_bias: { '50256': -100 },
      echo: true,
      logprobs: 3,
    };
    expect(pass('llm:completion', { prompt, ...members })).toEqual({ prompt, ...members, stream: false });
  });

  it('brings numbers into their range', () => {
    const wide = { temperature: 99, top_p: -1, logprobs: 100, presence_penalty: 9, frequency_penalty: -9, seed: 1.5 };
    expect(pass('llm:completion', { prompt, ...wide, max_tokens: 0 })).toEqual({
      prompt,
      temperature: 2,
      top_p: 0,
      logprobs: 5,
      presence_penalty: 2,
      frequency_penalty: -2,
      seed: 1,
      max_tokens: 1,
      stream: false,
    });
  });

  it.each<[unknown, number | undefined, number]>([
    ['a', undefined, 1000],
    ['a', 5000, 1000],
    [['a'], 5000, 1000],
    [['a', 'b'], undefined, 500],
    [['a', 'b'], 400, 400],
    [['a', 'b', 'c'], 5000, 333],
    [Array(64).fill('a'), 5000, 15],
  ])('shares the limit of the answer among %j (asked for %s)', (prompts, asked, each) => {
    expect(pass('llm:completion', { prompt: prompts, max_tokens: asked })).toMatchObject({ max_tokens: each });
  });

  it('gives each prompt at least a token', () => {
    const filtered = filterPayload('llm:completion', { prompt: Array(64).fill('a') }, { ...LIMITS, maxTokens: 10 });
    expect(filtered).toMatchObject({ payload: { max_tokens: 1 } });
  });

  it.each([
    ['no prompt', {}, 'bad-request'],
    ['an empty prompt', { prompt: '' }, 'bad-request'],
    ['no prompts', { prompt: [] }, 'bad-request'],
    ['an empty prompt among others', { prompt: ['a', ''] }, 'bad-request'],
    ['token numbers', { prompt: [1, 2, 3] }, 'bad-request'],
    ['lists of token numbers', { prompt: [[1, 2], [3]] }, 'bad-request'],
    ['a prompt by its address', { prompt: { url: 'http://10.0.0.1' } }, 'bad-request'],
    ['a suffix that is no text', { prompt, suffix: ['x'] }, 'bad-request'],
    ['an echo in words', { prompt, echo: 'yes' }, 'bad-request'],
    ['log probabilities as of a chat', { prompt, logprobs: true }, 'bad-request'],
    ['too many prompts', { prompt: Array(65).fill('a') }, 'too-large'],
    ['a prompt too long', { prompt: 'x'.repeat(4 * 1024 * 1024 + 1) }, 'too-large'],
    ['a suffix too long', { prompt, suffix: 'x'.repeat(1024 * 1024 + 1) }, 'too-large'],
    ['too many stops', { prompt, stop: Array(17).fill('x') }, 'too-large'],
  ])('refuses %s', (_, payload, code) => {
    expect(refusal('llm:completion', payload)).toBe(code);
  });
});

describe('for sound to be written down', () => {
  it.each(Object.entries(SOUNDS))('names %s by what it is', (format, bytes) => {
    const audio = bytes.toString('base64');
    const expected = { audio, filename: `audio.${format}` };
    expect(pass('audio:transcribe', { audio })).toEqual(expected);
    expect(pass('audio:transcribe', { audio_b64: audio, max_tokens: 5, ...EXTRAS })).toEqual(expected);
    expect(pass('audio:transcribe', { audio, audio_b64: WAV })).toEqual(expected);
  });

  it('lets through what says how', () => {
    const members = {
      language: 'pt-BR',
      prompt: 'Hearth, Ollama\nand http://10.0.0.1/ as words',
      temperature: 0.5,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    };
    expect(pass('audio:transcribe', { audio: WAV, ...members })).toEqual({
      audio: WAV,
      filename: 'audio.wav',
      ...members,
    });
    expect(pass('audio:transcribe', { audio: WAV, temperature: 9 })).toMatchObject({ temperature: 1 });
  });

  it.each([
    'evil.mp3',
    '../../etc/passwd.wav',
    '/etc/passwd',
    'a.wav"; name="model',
    'a\r\nX-Evil: 1\r\n\r\n.wav',
    'http://10.0.0.1/a.wav',
    '\u0000.wav',
    '.htaccess',
    'x'.repeat(10_000),
    '__proto__',
    { url: 'http://10.0.0.1' },
    7,
  ])('keeps the name %j to itself', (filename) => {
    expect(pass('audio:transcribe', { audio: WAV, filename })).toEqual({ audio: WAV, filename: 'audio.wav' });
  });

  it.each(ADDRESSES)('refuses %j in place of the sound', (address) => {
    expect(refusal('audio:transcribe', { audio: address })).not.toBe('passed');
    expect(refusal('audio:transcribe', { audio_b64: address })).not.toBe('passed');
    expect(refusal('audio:transcribe', { audio: { url: address } })).toBe('bad-request');
    expect(refusal('audio:transcribe', { audio: [address] })).toBe('bad-request');
    expect(refusal('audio:transcribe', { file: address, url: address })).toBe('bad-request');
  });

  it('says that addresses are not fetched', () => {
    for (const audio of ['http://10.0.0.1/a.wav', 'file:///etc/passwd', 'data:audio/wav;base64,AAAA']) {
      expect(refusal('audio:transcribe', { audio })).toBe('remote-media');
    }
  });

  it.each(Object.entries(NO_SOUND))('refuses %s in place of the sound', (_, bytes) => {
    expect(refusal('audio:transcribe', { audio: bytes.toString('base64') })).toBe('unsupported');
  });

  it.each([
    ['none', {}, 'bad-request'],
    ['nothing', { audio: '' }, 'bad-request'],
    ['null', { audio: null }, 'bad-request'],
    ['bytes', { audio: [82, 73, 70, 70] }, 'bad-request'],
    ['broken base64', { audio: `${WAV.slice(0, -1)}!` }, 'bad-request'],
    ['base64 for addresses', { audio: `${WAV.slice(0, 20)}-_==` }, 'bad-request'],
    ['base64 in lines', { audio: `${WAV.slice(0, 8)}\n${WAV.slice(8)}` }, 'bad-request'],
    ['too much', { audio: WAV + 'A'.repeat(16 * 1024 * 1024) }, 'too-large'],
    ['broken base64 beside a good one', { audio: WAV, audio_b64: '!' }, 'bad-request'],
  ])('refuses %s as sound', (_, payload, code) => {
    expect(refusal('audio:transcribe', payload)).toBe(code);
  });

  it.each([
    [{ language: 'en\r\nX: 1' }, 'bad-request'],
    [{ language: 'en"; x="' }, 'bad-request'],
    [{ language: '../en' }, 'bad-request'],
    [{ language: 'x'.repeat(21) }, 'bad-request'],
    [{ language: '' }, 'bad-request'],
    [{ prompt: { url: 'http://10.0.0.1' } }, 'bad-request'],
    [{ prompt: 'x'.repeat(16 * 1024 + 1) }, 'too-large'],
    [{ temperature: 'hot' }, 'bad-request'],
    [{ response_format: 'html' }, 'bad-request'],
    [{ response_format: 'constructor' }, 'bad-request'],
    [{ timestamp_granularities: 'word' }, 'bad-request'],
    [{ timestamp_granularities: ['line'] }, 'bad-request'],
    [{ timestamp_granularities: Array(1000).fill('word') }, 'too-large'],
  ])('refuses %j', (members, code) => {
    expect(refusal('audio:transcribe', { audio: WAV, ...members })).toBe(code);
  });
});

describe('for text to be spoken', () => {
  it('has a voice', () => {
    const { messages: _, ...extras } = EXTRAS;
    expect(pass('audio:speech', { input: 'Good evening', max_tokens: 5, ...extras })).toEqual({
      input: 'Good evening',
      voice: 'alloy',
    });
  });

  it('lets through what says how', () => {
    const members = { voice: 'nova', response_format: 'opus', speed: 1.5, instructions: 'Whisper.' };
    expect(pass('audio:speech', { input: 'hi', ...members })).toEqual({ input: 'hi', ...members });
    expect(pass('audio:speech', { input: 'hi', speed: 100 })).toMatchObject({ speed: 4 });
    expect(pass('audio:speech', { input: 'hi', speed: 0 })).toMatchObject({ speed: 0.25 });
  });

  it.each(['alloy', 'af_bella', 'af_bella(2)+af_sky(1)', 'en_US-lessac-medium', 'Emma v1.5', '中文女', 'é'])(
    'knows %j for a voice',
    (voice) => {
      expect(pass('audio:speech', { input: 'hi', voice })).toMatchObject({ voice });
    },
  );

  it.each([
    ...ADDRESSES,
    'clone:/home/me/voice.wav',
    'a/b',
    '.hidden',
    '',
    ' a',
    'a\r\nb',
    'a\n',
    'a"b',
    'a%2fb',
    'a\u0000',
    'x'.repeat(65),
    { id: 'voice_1' },
    ['alloy'],
    1,
  ])('refuses the voice %j', (voice) => {
    expect(refusal('audio:speech', { input: 'hi', voice })).toBe('bad-request');
  });

  it.each([
    ['nothing', {}, 'bad-request'],
    ['empty text', { input: '' }, 'bad-request'],
    ['a list', { input: ['a'] }, 'bad-request'],
    ['text by its address', { input: { url: 'http://10.0.0.1' } }, 'bad-request'],
    ['more than 4096 characters', { input: 'x'.repeat(4097) }, 'too-large'],
    ['long instructions', { input: 'hi', instructions: 'x'.repeat(4097) }, 'too-large'],
    ['an unknown format', { input: 'hi', response_format: 'exe' }, 'bad-request'],
    ['a speed in words', { input: 'hi', speed: 'fast' }, 'bad-request'],
  ])('refuses %s', (_, payload, code) => {
    expect(refusal('audio:speech', payload)).toBe(code);
  });
});

describe('for moderation', () => {
  const text = { type: 'text', text: 'see http://10.0.0.1/' };
  const image = (url: unknown) => ({ type: 'image_url', image_url: { url } });

  it('passes text, texts, and parts with inline images', () => {
    for (const input of ['a', ['a', 'b'], [text, image(PNG)]]) {
      expect(pass('safety:moderate', { ...EXTRAS, input, max_tokens: 5 })).toEqual({ input });
    }
    const stuffed = [
      { ...text, url: 'http://10.0.0.1' },
      { ...image(PNG), file: '/etc/passwd' },
    ];
    expect(pass('safety:moderate', { input: stuffed })).toEqual({ input: [text, image(PNG)] });
  });

  it.each(ADDRESSES)('refuses the image address %j', (address) => {
    expect(refusal('safety:moderate', { input: [text, image(address)] })).toBe('remote-media');
    expect(refusal('safety:moderate', { input: [{ type: 'image_url', image_url: address }] })).toBe('remote-media');
  });

  it.each([
    ['nothing', {}, 'bad-request'],
    ['empty text', { input: '' }, 'bad-request'],
    ['an empty list', { input: [] }, 'bad-request'],
    ['an empty text among others', { input: ['a', ''] }, 'bad-request'],
    ['an object', { input: { url: 'http://10.0.0.1' } }, 'bad-request'],
    ['texts and parts mixed', { input: ['a', text] }, 'bad-request'],
    ['parts and texts mixed', { input: [text, 'a'] }, 'unsupported'],
    ['nulls', { input: [null] }, 'unsupported'],
    ['sound', { input: [{ type: 'input_audio', input_audio: { data: WAV, format: 'wav' } }] }, 'unsupported'],
    ['an unknown part', { input: [{ type: 'file', file: 'http://10.0.0.1' }] }, 'unsupported'],
    ['a part named after a prototype', { input: [{ type: '__proto__' }] }, 'unsupported'],
    ['too many texts', { input: Array(2049).fill('a') }, 'too-large'],
    ['too many parts', { input: Array(65).fill(text) }, 'too-large'],
    ['a text too long', { input: 'x'.repeat(1024 * 1024 + 1) }, 'too-large'],
  ])('refuses %s', (_, payload, code) => {
    expect(refusal('safety:moderate', payload)).toBe(code);
  });
});

const TASKS = ['llm:completion', 'audio:transcribe', 'audio:speech', 'safety:moderate'] as const;
const NEEDED = { prompt: 'a', audio: WAV, input: 'a' };
const ALLOWED: Readonly<Record<(typeof TASKS)[number], readonly string[]>> = {
  'llm:completion': (
    'prompt suffix max_tokens temperature top_p stop seed presence_penalty frequency_penalty logit_bias echo logprobs ' +
    'stream'
  ).split(' '),
  'audio:transcribe': 'audio filename language prompt temperature response_format timestamp_granularities'.split(' '),
  'audio:speech': 'input voice response_format speed instructions'.split(' '),
  'safety:moderate': ['input'],
};

describe.each(TASKS)('for %s, whatever is sent', (task) => {
  it.each([['text'], [[]], [[NEEDED]], [null], [7], [undefined]])('%j is refused', (payload) => {
    expect(refusal(task, payload)).toBe('bad-request');
  });

  it('a prototype lends nothing', () => {
    expect(refusal(task, Object.create(NEEDED))).toBe('bad-request');
    const sent = JSON.parse(
      `{"__proto__":{"temperature":1,"voice":"x","suffix":"y"},"constructor":{"voice":"x"},${JSON.stringify(NEEDED).slice(1)}`,
    ) as object;
    const payload = pass(task, sent);
    expect(JSON.stringify(payload)).not.toMatch(/__proto__|constructor|"x"|"y"/);
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
  });

  it('deep nesting is not followed', () => {
    let deep: unknown = 'a';
    for (let i = 0; i < 50_000; i++) deep = [deep];
    for (const name of ['prompt', 'input', 'audio', 'voice', 'stop', 'logit_bias', 'timestamp_granularities']) {
      expect(['bad-request', 'unsupported', 'passed']).toContain(refusal(task, { ...NEEDED, [name]: deep }));
    }
    expect(pass(task, { ...NEEDED, unknown: deep })).not.toHaveProperty('unknown');
  });

  it('a refusal repeats nothing of it', () => {
    const secret = 'http://10.0.0.1/secret';
    for (const name of [...ALLOWED[task], 'audio_b64']) {
      const filtered = filterPayload(task, { ...NEEDED, [name]: { secret: [secret] } }, LIMITS);
      expect(JSON.stringify(filtered)).not.toContain('secret');
    }
  });

  const url = fc.oneof(fc.constantFrom(PNG, ...ADDRESSES), fc.webUrl());
  const parts = fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('text'), text: fc.string() }),
      fc.record({ type: fc.constant('image_url'), image_url: fc.oneof(url, fc.record({ url })) }),
      fc.jsonValue(),
    ),
    { maxLength: 3 },
  );
  const texts = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 4 }));
  /** Mostly what fits, so that much of it passes. */
  const mostly = <T, U>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<U>) =>
    fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: bad });
  const encoded = (files: Readonly<Record<string, Buffer>>) =>
    fc.constantFrom(...Object.values(files)).map((bytes) => bytes.toString('base64'));
  const sound = mostly(encoded(SOUNDS), fc.oneof(encoded(NO_SOUND), fc.base64String(), url));
  const near = fc.record(
    {
      prompt: mostly(task === 'audio:transcribe' ? fc.string() : texts, fc.array(fc.nat())),
      input: fc.oneof(texts, parts),
      audio: sound,
      audio_b64: sound,
      filename: fc.oneof(fc.string(), url),
      language: mostly(fc.constantFrom('en', 'de-AT', 'english'), fc.string()),
      voice: mostly(fc.constantFrom('alloy', 'nova'), fc.oneof(fc.string(), url)),
      response_format: fc.constantFrom(...(task === 'audio:speech' ? ['mp3', 'wav'] : ['json', 'text', 'srt']), 'x'),
      timestamp_granularities: mostly(
        fc.array(fc.constantFrom('word', 'segment'), { maxLength: 2 }),
        fc.array(fc.constantFrom('word', 'line'), { maxLength: 3 }),
      ),
      instructions: fc.string(),
      suffix: fc.string(),
      speed: fc.double({ noNaN: true }),
      temperature: fc.double({ noNaN: true }),
      max_tokens: fc.oneof(fc.integer(), fc.double({ noNaN: true })),
      echo: fc.boolean(),
      logprobs: fc.integer(),
      stop: texts,
      logit_bias: fc.dictionary(fc.nat().map(String), fc.double({ noNaN: true })),
      n: fc.jsonValue(),
      options: fc.jsonValue(),
    },
    { requiredKeys: ['prompt', 'input', 'audio'] },
  );
  const anything = fc.oneof({ weight: 9, arbitrary: near }, fc.jsonValue(), fc.object());

  it('only members on the list come out, and the same again when it is filtered again or copied', () => {
    let passed = 0;
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 5000 }), (sent, maxTokens) => {
        const limits = { maxTokens, model: 'm' };
        const first = filterPayload(task, sent, limits);
        // It may run in another thread.
        expect(structuredClone(first)).toEqual(first);
        if (!first.ok) return;
        passed += 1;
        const allowed = new Set(['model', ...ALLOWED[task]]);
        for (const name of Object.keys(first.payload)) expect(allowed).toContain(name);
        if (task === 'llm:completion') {
          const { max_tokens: each, prompt } = first.payload as { max_tokens: number; prompt: string | string[] };
          const count = Array.isArray(prompt) ? prompt.length : 1;
          expect(each).toBeGreaterThanOrEqual(1);
          expect(each * count).toBeLessThanOrEqual(Math.max(maxTokens, count));
        }
        expect(filterPayload(task, first.payload, limits)).toEqual(first);
        const travelled = JSON.parse(JSON.stringify(first.payload)) as unknown;
        expect(JSON.stringify(filterPayload(task, travelled, limits))).toBe(JSON.stringify(first));
      }),
      { numRuns: 1000 },
    );
    // Else the property would have looked at refusals alone.
    expect(passed).toBeGreaterThan(20);
  });
});
