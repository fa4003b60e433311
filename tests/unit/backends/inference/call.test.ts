// Each kind of work at a server in OpenAI's dialect: what is asked, what passes for an answer, and what does not.
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InferenceOutcome, InferenceRequest, InferenceTask } from '../../../../src-main/backends/backend.ts';
import { filterPayload } from '../../../../src-main/backends/inference/filter.ts';
import { createOpenAi } from '../../../../src-main/backends/inference/openai.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { samples, wav } from '../../../../src-main/practice/model/answers.ts';
import type { FormFile } from '../../../../src-main/practice/model/form.ts';
import { startModelServer } from '../../../../src-main/practice/model-server.ts';
import { json, type Script, scriptedServer } from '../../../suites/scripted-server.ts';
import { SOUNDS } from './sound-samples.ts';

const SECRET = 'raw words of the server that must stay there';
const SPEECH = wav(samples('hi', 0.05));
const WAV = SPEECH.toString('base64');
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const ASKED: Readonly<Record<InferenceTask, Readonly<Record<string, unknown>>>> = {
  'llm:chat': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: PNG } },
          { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } },
        ],
      },
    ],
  },
  'llm:completion': { prompt: 'Once' },
  'llm:embedding': { input: 'hi' },
  'audio:transcribe': { audio: WAV },
  'audio:speech': { input: 'hi' },
  'safety:moderate': { input: ['hi', 'do harm'] },
};
const TASKS = Object.keys(ASKED) as InferenceTask[];
const MODELS = ['gpt', 'gpt-transcribe', 'whisper', 'tts', 'embed', 'moderation'];

/** As a network would send it. */
function request(task: InferenceTask, members: Record<string, unknown> = {}, model = 'gpt'): InferenceRequest {
  const filtered = filterPayload(task, { ...ASKED[task], ...members }, { model, maxTokens: 8 });
  if (!filtered.ok) throw new Error(filtered.message);
  return { task, model, payload: filtered.payload, signal: new AbortController().signal };
}

function backend(url: string) {
  const made = createOpenAi({ clock: systemClock }, { url });
  onTestFinished(() => made.close());
  return made;
}

async function practice() {
  const server = await startModelServer({ clock: systemClock }, { shape: 'openai', models: MODELS });
  onTestFinished(() => server.stop());
  return server;
}

async function outcomeOf(task: InferenceTask, script: Script, members?: Record<string, unknown>) {
  const server = await scriptedServer(script);
  return backend(server.url).infer(request(task, members));
}

const bytes =
  (body: string | Buffer, type?: string, status = 200): Script =>
  (res) =>
    void res.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body);
const malformed: InferenceOutcome = { kind: 'failed', code: 'malformed' };
const serverError: InferenceOutcome = { kind: 'failed', code: 'server-error' };

describe('a server that can do all six', () => {
  it.each<[InferenceTask, string, object]>([
    ['llm:chat', '/v1/chat/completions', { choices: [{ message: { role: 'assistant' } }] }],
    ['llm:completion', '/v1/completions', { choices: [{ text: expect.any(String) }] }],
    ['llm:embedding', '/v1/embeddings', { data: [{ embedding: expect.any(Array) }] }],
    ['audio:transcribe', '/v1/audio/transcriptions', { text: expect.any(String) }],
    ['audio:speech', '/v1/audio/speech', { format: 'wav', content_type: 'audio/wav', audio: expect.any(String) }],
    ['safety:moderate', '/v1/moderations', { results: [{ flagged: false }, { flagged: true }] }],
  ])('answers %s at %s', async (task, path, answer) => {
    const server = await practice();
    const model = task === 'llm:embedding' ? 'embed' : 'gpt';
    const outcome = await backend(server.url).infer(request(task, {}, model));
    expect(outcome).toMatchObject({ kind: 'done', json: answer });
    expect(server.requests()).toMatchObject([{ method: 'POST', path }]);
    expect(JSON.parse((outcome as { text: string }).text)).toEqual((outcome as { json: object }).json);
  });

  it.each(TASKS)('refuses %s of a model it does not have', async (task) => {
    const server = await practice();
    expect(await backend(server.url).infer(request(task, {}, 'gone'))).toEqual({
      kind: 'refused',
      code: 'unknown-model',
    });
  });
});

describe('an order to write down sound', () => {
  it('is a form with the file as it was, and each member as a field', async () => {
    const server = await practice();
    const sound = Buffer.concat([SPEECH, Buffer.from('\r\n--part\r\n"\u0000')]);
    const members = {
      audio: sound.toString('base64'),
      filename: 'evil"\r\nX-Evil: 1.mp3',
      language: 'de',
      prompt: 'Zeile 1\r\nContent-Disposition: form-data; name="model"\r\n\r\nother "quoted" 你好',
      temperature: 0.25,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    };
    const outcome = await backend(server.url).infer(request('audio:transcribe', members));
    expect(outcome).toMatchObject({ kind: 'done', json: { task: 'transcribe', segments: [{ id: 0 }] } });
    const { file, ...fields } = server.requests()[0]!.body as { file: FormFile };
    expect(fields).toEqual({
      model: 'gpt',
      language: 'de',
      prompt: members.prompt,
      temperature: '0.25',
      response_format: 'verbose_json',
      'timestamp_granularities[]': ['word', 'segment'],
    });
    expect(file).toEqual({ name: 'audio.wav', type: 'audio/wav', bytes: sound });
  });

  it.each(Object.entries(SOUNDS))('says what %s is', async (format, sound) => {
    const server = await practice();
    await backend(server.url).infer(request('audio:transcribe', { audio: sound.toString('base64') }));
    const { file } = server.requests()[0]!.body as { file: FormFile };
    expect(file).toMatchObject({ name: `audio.${format}`, bytes: sound });
    expect(file.type).toMatch(/^audio\//);
  });

  it('carries megabytes unharmed', async () => {
    const server = await practice();
    const sound = wav(samples('long', 60));
    await backend(server.url).infer(request('audio:transcribe', { audio: sound.toString('base64') }));
    const { file } = server.requests()[0]!.body as { file: FormFile };
    const sum = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    expect([file.bytes.length, sum(file.bytes)]).toEqual([sound.length, sum(sound)]);
  });
});

describe('the text of a sound', () => {
  it.each<[string, Script, Record<string, unknown>]>([
    ['json', json({ text: 'hello' }), { text: 'hello' }],
    ['json', bytes('{"text": "hello"}'), { text: 'hello' }],
    ['verbose_json', json({ text: '', segments: [] }), { text: '', segments: [] }],
    ['text', bytes('hello\n', 'text/plain; charset=utf-8'), { text: 'hello\n' }],
    ['text', bytes('\n', 'text/plain'), { text: '\n' }],
    ['text', bytes('42', 'text/plain'), { text: '42' }],
    ['text', bytes('"quoted"', 'text/plain'), { text: '"quoted"' }],
    ['text', json('hello "you"'), { text: 'hello "you"' }],
    ['text', json({ text: 'hello' }), { text: 'hello' }],
    ['text', bytes('a < b', 'text/plain'), { text: 'a < b' }],
    ['srt', bytes('1\n00:00:00,000 --> 00:00:01,000\nhi\n', 'text/plain'), { text: expect.stringContaining('-->') }],
    ['srt', bytes('\uFEFF1\r\n00:00:00,000 --> 00:00:01,000\r\nhi', 'text/srt'), { text: expect.any(String) }],
    ['srt', json('1\n00:00:00,000 --> 00:00:01,000\nhi\n'), { text: expect.stringMatching(/^1\n/) }],
    ['srt', bytes('\n', 'text/plain'), { text: '\n' }],
    ['vtt', bytes('WEBVTT\n\n00:00.000 --> 00:01.000\nhi\n', 'text/vtt'), { text: expect.stringMatching(/^WEBVTT/) }],
  ])('asked for as %s is taken', async (format, script, answer) => {
    const outcome = await outcomeOf('audio:transcribe', script, { response_format: format });
    expect(outcome).toMatchObject({ kind: 'done', json: answer });
    expect(JSON.parse((outcome as { text: string }).text)).toEqual((outcome as { json: object }).json);
  });

  it.each<[string, string | undefined, Script, InferenceOutcome]>([
    ['an error', 'json', json({ error: { message: SECRET } }), serverError],
    ['an error beside a text', 'json', json({ error: SECRET, text: 'hi' }), serverError],
    ['an error', 'text', json({ error: SECRET }), serverError],
    ['an error', 'srt', json({ error: SECRET }), serverError],
    ['an object without a text', 'text', json({ detail: SECRET }), malformed],
    ['an object without a text', 'json', json({ detail: SECRET }), malformed],
    ['a text that is none', 'json', json({ text: [SECRET] }), malformed],
    ['plain text', 'json', bytes(SECRET, 'text/plain'), malformed],
    ['plain text', undefined, bytes(SECRET, 'text/plain'), malformed],
    ['a page', 'text', bytes(`<!DOCTYPE html><p>${SECRET}`, 'text/plain'), malformed],
    ['a page', 'text', bytes(`busy ${SECRET}`, 'text/html; charset=utf-8'), malformed],
    ['a page', 'srt', bytes(`<html>${SECRET}`, 'text/html'), malformed],
    ['plain text', 'srt', bytes(SECRET, 'text/plain'), malformed],
    ['plain text', 'vtt', bytes(SECRET, 'text/vtt'), malformed],
    ['another kind of text', 'vtt', bytes('1\n00:00:00,000 --> 00:00:01,000\nhi', 'text/vtt'), malformed],
    ['a word that begins so', 'vtt', bytes(`WEBVTTX ${SECRET}`, 'text/vtt'), malformed],
    ['nothing', 'text', bytes('', 'text/plain'), malformed],
    ['nothing', 'json', bytes('', 'application/json'), malformed],
    ['half an answer', 'json', bytes('{"text":"he', 'application/json'), malformed],
    ['bytes that are no text', 'text', bytes(Buffer.from([0x68, 0xff, 0xfe]), 'text/plain'), malformed],
    ['a list', 'json', json([{ text: 'hi' }]), malformed],
  ])('is not %s, asked for as %s', async (_, format, script, outcome) => {
    expect(await outcomeOf('audio:transcribe', script, { response_format: format })).toEqual(outcome);
  });

  it.each<[unknown, number, number]>([
    [{ type: 'tokens', input_tokens: 14, output_tokens: 101, total_tokens: 115 }, 14, 101],
    [{ type: 'tokens', input_tokens: 14, total_tokens: 115 }, 14, 101],
    [{ type: 'duration', seconds: 9 }, 0, 0],
    [{ input_tokens: -1, output_tokens: '7' }, 0, 0],
    [undefined, 0, 0],
  ])('with a usage of %j counts %i in and %i out', async (usage, tokensIn, tokensOut) => {
    expect(await outcomeOf('audio:transcribe', json({ text: 'hi', usage }))).toMatchObject({
      usage: { tokensIn, tokensOut },
    });
  });
});

describe('speech', () => {
  const ogg = SOUNDS.ogg;
  it.each<[string, string | undefined, Buffer, string | undefined, string, string]>([
    ['WAV', 'wav', SPEECH, 'audio/wav', 'wav', 'audio/wav'],
    ['MP3', 'mp3', SOUNDS.mp3, 'audio/mpeg', 'mp3', 'audio/mpeg'],
    ['Opus', 'opus', SOUNDS.opus, 'audio/opus', 'opus', 'audio/ogg'],
    ['Vorbis', 'opus', ogg, 'audio/ogg', 'ogg', 'audio/ogg'],
    ['FLAC', 'flac', SOUNDS.flac, undefined, 'flac', 'audio/flac'],
    ['AAC', 'aac', SOUNDS.aac, 'audio/aac', 'aac', 'audio/aac'],
    ['WAV where MP3 was asked for, called MP3', 'mp3', SPEECH, 'audio/mpeg', 'wav', 'audio/wav'],
    ['WAV where nothing was asked for', undefined, SPEECH, undefined, 'wav', 'audio/wav'],
    ['WAV where samples were asked for', 'pcm', SPEECH, 'audio/pcm', 'wav', 'audio/wav'],
    ['samples', 'pcm', samples('x', 0.01), 'audio/pcm', 'pcm', 'audio/pcm'],
    ['samples by their other name', undefined, samples('x', 0.01), 'audio/L16; rate=24000', 'pcm', 'audio/pcm'],
    ['samples without a type', 'pcm', samples('x', 0.01), undefined, 'pcm', 'audio/pcm'],
    ['samples that look like a frame', 'pcm', SOUNDS.mp3, 'audio/pcm', 'pcm', 'audio/pcm'],
    ['sound called JSON', 'wav', SPEECH, 'application/json', 'wav', 'audio/wav'],
  ])('as %s is called what it is', async (_, asked, body, type, format, contentType) => {
    const outcome = await outcomeOf('audio:speech', bytes(body, type), { response_format: asked });
    const answer = { audio: body.toString('base64'), content_type: contentType, format };
    expect(outcome).toEqual({
      kind: 'done',
      json: answer,
      text: JSON.stringify(answer),
      usage: { tokensIn: 0, tokensOut: 0 },
    });
  });

  it.each<[string, string | undefined, Script, InferenceOutcome]>([
    ['an error', 'wav', json({ error: { message: SECRET } }), serverError],
    ['an error called sound', 'mp3', bytes(JSON.stringify({ error: SECRET }), 'audio/mpeg'), serverError],
    ['an error called samples', 'pcm', bytes(JSON.stringify({ error: SECRET }), 'audio/pcm'), serverError],
    ['an error without a type', 'pcm', bytes(JSON.stringify({ error: SECRET })), serverError],
    ['other JSON', 'wav', json({ detail: SECRET }), malformed],
    ['JSON with sound in it', 'wav', json({ audio: WAV }), malformed],
    ['a page', 'mp3', bytes(`<html>${SECRET}`, 'text/html'), malformed],
    ['a page called sound', 'mp3', bytes(`<html>${SECRET}`, 'audio/mpeg'), malformed],
    ['a page called samples', 'pcm', bytes(`<html>\n${SECRET}`, 'audio/pcm'), malformed],
    ['words without a type', 'pcm', bytes(SECRET), malformed],
    ['samples that nobody asked for', 'mp3', bytes(samples('x', 0.01)), malformed],
    ['samples called something else', 'pcm', bytes(samples('x', 0.01), 'video/mp4'), malformed],
    ['nothing', 'wav', bytes('', 'audio/wav'), malformed],
    ['nothing', 'pcm', bytes('', 'audio/pcm'), malformed],
    ['half a header', 'wav', bytes(SPEECH.subarray(0, 10), 'audio/wav'), malformed],
    ['other bytes', 'mp3', bytes(Buffer.alloc(5000, 7), 'audio/mpeg'), malformed],
    ['a large error', 'mp3', bytes(JSON.stringify({ error: SECRET.repeat(5000) }), 'audio/mpeg'), malformed],
  ])('is not %s, asked for as %s', async (_, asked, script, outcome) => {
    expect(await outcomeOf('audio:speech', script, { response_format: asked })).toEqual(outcome);
  });
});

describe('an answer in JSON', () => {
  const chat = { choices: [{ message: { content: 'hi' } }] };
  const vectors = { data: [{ embedding: [1] }] };
  it.each<[InferenceTask, unknown]>([
    ['llm:completion', chat],
    ['llm:completion', { choices: [] }],
    ['llm:completion', { choices: [{ text: 1 }] }],
    ['llm:completion', { choices: [{ text: 'a' }, {}] }],
    ['llm:completion', { choices: [null] }],
    ['llm:completion', vectors],
    ['llm:completion', []],
    ['safety:moderate', chat],
    ['safety:moderate', { results: [] }],
    ['safety:moderate', { results: {} }],
    ['safety:moderate', { results: [{ flagged: 'no' }] }],
    ['safety:moderate', { results: [{ flagged: false }, null] }],
    ['safety:moderate', null],
    ['llm:chat', { choices: [{ text: SECRET }] }],
    ['llm:embedding', chat],
  ])('to %s is not %j', async (task, body) => {
    expect(await outcomeOf(task, json(body))).toEqual(malformed);
  });

  it.each(TASKS)('to %s is no error, page or nothing, and no status but 2xx', async (task) => {
    expect([
      await outcomeOf(task, json({ ...chat, ...vectors, text: 'a', results: [], error: { message: SECRET } })),
      await outcomeOf(task, bytes('<html>busy</html>', 'text/html')),
      await outcomeOf(task, bytes('')),
      await outcomeOf(task, bytes(SPEECH, 'audio/wav', 500)),
      await outcomeOf(task, bytes(JSON.stringify({ ...chat, text: 'a' }), 'application/json', 404)),
      await outcomeOf(task, bytes(SECRET, 'text/plain', 400)),
      await outcomeOf(task, bytes(SECRET, 'text/plain', 401)),
      await outcomeOf(task, bytes(SPEECH, 'audio/wav', 302)),
    ]).toEqual([
      serverError,
      malformed,
      malformed,
      serverError,
      { kind: 'refused', code: 'unknown-model' },
      { kind: 'refused', code: 'bad-request' },
      { kind: 'failed', code: 'denied' },
      malformed,
    ]);
  });

  it.each(TASKS)('to %s that is huge, cut or given up is none', async (task) => {
    expect([
      await outcomeOf(task, (res) => void res.writeHead(200, { 'content-length': 17 << 20 }).flushHeaders()),
      await outcomeOf(task, (res) => {
        res.writeHead(200, { 'content-length': SPEECH.length });
        res.write(SPEECH.subarray(0, 100), () => res.destroy());
      }),
      await backend((await practice()).url).infer({ ...request(task), signal: AbortSignal.abort() }),
    ]).toEqual([{ kind: 'failed', code: 'too-large' }, { kind: 'failed', code: 'lost' }, { kind: 'aborted' }]);
  });
});

describe('an answer that is wanted as it comes', () => {
  /** The outcome, and what was told before. */
  async function hear(url: string, asked: InferenceRequest) {
    const told: string[] = [];
    const outcome = await backend(url).infer({ ...asked, partial: (text) => told.push(text) });
    return { outcome, told };
  }

  it.each<InferenceTask>(['llm:chat', 'llm:completion'])(
    'is told, and then the same as one at once: %s',
    async (task) => {
      const server = await practice();
      const asked = request(task);
      const { outcome, told } = await hear(server.url, asked);
      const whole = await backend(server.url).infer(asked);
      if (outcome.kind !== 'done' || whole.kind !== 'done') throw new Error(`${outcome.kind} and ${whole.kind}`);
      const { created: _, ...json } = outcome.json;
      const { created: __, ...expected } = whole.json;
      expect(json).toEqual(expected);
      expect(outcome.usage).toEqual(whole.usage);
      expect(outcome.usage.tokensOut).toBeGreaterThan(1);
      const [choice] = outcome.json.choices as { text?: string; message?: { content: string } }[];
      expect(told.join('')).toBe(choice!.text ?? choice!.message!.content);
      expect(told.length).toBeGreaterThan(1);
      expect(JSON.parse(outcome.text)).toEqual(outcome.json);
      // When its first piece came; of one that comes at once nobody tells.
      expect(outcome.firstMs).toBeGreaterThanOrEqual(0);
      expect(whole.firstMs).toBeUndefined();
    },
  );

  it.each([
    [{ prompt_ms: 123.4, predicted_ms: 900 }, 123],
    [{ prompt_ms: -1 }, undefined],
    [{ prompt_ms: 1e12 }, undefined],
    [{ prompt_ms: '12' }, undefined],
    ['soon', undefined],
  ])('began when the server says so: %j', async (timings, firstMs) => {
    const outcome = await outcomeOf('llm:chat', json({ choices: [{ message: { content: 'hi' } }], timings }));
    expect(outcome.kind === 'done' && outcome.firstMs).toBe(firstMs);
  });

  it('comes at once where it can’t come in pieces', async () => {
    const server = await practice();
    const bytes = Buffer.from(JSON.stringify(request('llm:chat').payload));
    for (const asked of [
      request('llm:embedding', {}, 'embed'),
      request('llm:completion', { prompt: ['a', 'b'] }),
      { ...request('llm:chat'), encoded: bytes },
    ]) {
      expect(await hear(server.url, asked)).toMatchObject({ outcome: { kind: 'done' }, told: [] });
    }
  });

  const answer = { choices: [{ message: { role: 'assistant', content: 'all of it' } }], usage: {} };

  it.each<[string, (streaming: boolean) => Script, number]>([
    ['does not heed it', () => json(answer), 1],
    ['refuses it', (streaming) => (streaming ? bytes('{}', 'application/json', 400) : json(answer)), 2],
  ])('comes at once from a server that %s', async (_what, script, calls) => {
    const server = await scriptedServer((res, call) => {
      const { stream } = JSON.parse(call.body) as { stream: boolean };
      script(stream)(res, call);
    });
    const { outcome, told } = await hear(server.url, request('llm:chat'));
    expect([outcome.kind, told, server.calls.length]).toEqual(['done', [], calls]);
  });

  const piece = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
  it.each<[string, Script, InferenceOutcome, readonly string[]]>([
    [
      'lost on the way',
      (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(piece('hi'), () => setImmediate(() => res.destroy()));
      },
      { kind: 'failed', code: 'lost' },
      ['hi'],
    ],
    ['cut off', bytes(piece('hi'), 'text/event-stream'), malformed, ['hi']],
    [
      'broken off by an error',
      bytes(`${piece('hi')}data: {"error":{"message":"${SECRET}"}}\n\n`, 'text/event-stream; charset=utf-8'),
      serverError,
      ['hi'],
    ],
    ['an error from the start', bytes(`${piece('hi')}`, 'text/event-stream', 500), serverError, []],
  ])('fails where it is %s', async (_what, script, expected, heard) => {
    const server = await scriptedServer(script);
    const { outcome, told } = await hear(server.url, request('llm:chat'));
    expect([outcome, told]).toEqual([expected, heard]);
  });
});
