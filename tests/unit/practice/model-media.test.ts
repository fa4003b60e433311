import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { samples, wav } from '../../../src-main/practice/model/answers.ts';
import { type ModelServerOptions, startModelServer } from '../../../src-main/practice/model-server.ts';
import { call } from './help.ts';

const MODELS = ['practice-whisper', 'practice-transcribe', 'practice-tts', 'practice-moderation'];

async function start(shape: ModelServerOptions['shape'] = 'openai') {
  const server = await startModelServer({ clock: systemClock }, { shape, models: MODELS });
  onTestFinished(() => server.stop());
  return server;
}

async function transcribe(url: string, fields: Record<string, string>, file?: File) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file) form.append('file', file);
  const response = await fetch(`${url}/v1/audio/transcriptions`, { method: 'POST', body: form });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const sound = new File([new Uint8Array(wav(samples('x', 0.1)))], 'a.wav', { type: 'audio/wav' });

describe('the practice model server', () => {
  it.each([
    [undefined, /^\{"text":"\w.*"usage":\{"type":"duration"/],
    ['verbose_json', /"segments":\[\{/],
    ['text', /^\w[\w ]+\n$/],
    ['srt', /^1\n00:00:00,000 --> 00:00:0\d,000\n\w/],
    ['vtt', /^WEBVTT\n\n00:00:00\.000 --> /],
  ])('writes down sound as %s', async (format, text) => {
    const { url } = await start();
    const fields = { model: 'practice-whisper', ...(format && { response_format: format }) };
    const first = await transcribe(url, fields, sound);
    expect(first).toMatchObject({ status: 200, text: expect.stringMatching(text) });
    expect(await transcribe(url, fields, sound)).toEqual(first);
    const other = new File([new Uint8Array(wav(samples('y', 0.1)))], 'a.wav');
    expect((await transcribe(url, fields, other)).text).not.toBe(first.text);
  });

  it('counts tokens where the model does', async () => {
    const { url } = await start();
    const { text } = await transcribe(url, { model: 'practice-transcribe' }, sound);
    expect(JSON.parse(text)).toMatchObject({ usage: { type: 'tokens', output_tokens: expect.any(Number) } });
  });

  it.each<[string, Record<string, string>, File | undefined, number]>([
    ['without a file', {}, undefined, 400],
    ['with an empty file', {}, new File([], 'a.wav'), 400],
    ['with a name that no decoder knows', {}, new File(['x'], 'a.txt'), 400],
    ['for a model it lacks', { model: 'gone' }, sound, 404],
    ['without a model', { model: '' }, sound, 400],
    ['in a format that there is not', { response_format: 'xml' }, sound, 400],
  ])('writes nothing down %s', async (_, fields, file, status) => {
    const { url } = await start();
    const reply = await transcribe(url, { model: 'practice-whisper', ...fields }, file);
    expect(reply).toMatchObject({ status, text: expect.stringMatching(/^\{"error":/) });
  });

  it('refuses a form that is none', async () => {
    const { url } = await start();
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await call(`${url}/v1/audio/transcriptions`, 'POST', '--y\r\n', headers)).status).toBe(400);
  });

  it('speaks in WAV that plays, or in bare samples', async () => {
    const { url } = await start();
    const speak = async (over: object) => {
      const body = JSON.stringify({ model: 'practice-tts', voice: 'alloy', input: 'one two', ...over });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1/audio/speech`, { method: 'POST', body, headers });
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        bytes: Buffer.from(await response.arrayBuffer()),
      };
    };
    const { type, bytes } = await speak({});
    expect([type, bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4), bytes.readUInt32LE(40)]).toEqual([
      'audio/wav',
      'RIFF',
      bytes.length - 8,
      bytes.length - 44,
    ]);
    // Two words, a quarter of a second each.
    expect(bytes.length - 44).toBe(0.5 * 24_000 * 2);
    expect(await speak({ response_format: 'pcm' })).toEqual({
      status: 200,
      type: 'audio/pcm',
      bytes: bytes.subarray(44),
    });
    expect((await speak({ speed: 2 })).bytes.length - 44).toBe(0.25 * 24_000 * 2);
    for (const over of [{ voice: '' }, { input: '' }, { speed: 9 }]) expect((await speak(over)).status).toBe(400);
  });

  it('judges texts one by one and parts together', async () => {
    const { url } = await start();
    const judge = async (input: unknown) => {
      const { status, body } = await call(`${url}/v1/moderations`, 'POST', { model: 'practice-moderation', input });
      return status === 200 ? (body.results as { flagged: boolean }[]).map(({ flagged }) => flagged) : status;
    };
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect([
      await judge('no'),
      await judge(['no', 'do harm']),
      await judge([{ type: 'text', text: 'harm' }, image]),
      await judge([]),
      await judge([{ type: 'video' }]),
      await judge(['a', image]),
    ]).toEqual([[false], [false, true], [true], 400, 400, 400]);
  });

  it('has these routes as OpenAI alone', async () => {
    for (const shape of ['ollama', 'lmstudio', 'llamacpp', 'vllm'] as const) {
      const { url } = await start(shape);
      const reply = await call(`${url}/v1/moderations`, 'POST', { model: 'practice-moderation', input: 'a' });
      expect(reply.body).not.toHaveProperty('results');
    }
  });
});
