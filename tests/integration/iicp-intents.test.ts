// The six kinds of work from end to end: a stranger's task, plain and sealed, through a node to a model server that really
// reads forms and really makes sound, and back.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { samples, wav } from '../../src-main/practice/model/answers.ts';
import type { FormFile } from '../../src-main/practice/model/form.ts';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const CHAT = 'practice-chat:1b';
const EMBED = 'practice-embed';
const WHISPER = 'practice-whisper';
const TTS = 'practice-tts';
const GUARD = 'practice-moderation';
const MODELS = [CHAT, EMBED, WHISPER, TTS, GUARD];

const SOUND = wav(samples('good evening', 1));
const WAV = SOUND.toString('base64');
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const PARTS = [
  { type: 'text', text: 'What is this?' },
  { type: 'image_url', image_url: { url: PNG, detail: 'low' } },
  { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } },
];

interface Work {
  readonly task: string;
  readonly model: string;
  readonly path: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the model server has to be asked. */
  readonly asked: object;
  readonly result: object;
  /** Tokens are counted for it. */
  readonly paid: boolean;
  /** In place of the payload: an address that a server would fetch. */
  readonly hostile: Readonly<Record<string, unknown>>;
}

const HOME = 'http://192.168.1.1/admin';
const WORKS: readonly Work[] = [
  {
    task: 'llm:chat',
    model: CHAT,
    path: '/v1/chat/completions',
    payload: { messages: [{ role: 'user', content: PARTS }] },
    asked: { model: CHAT, messages: [{ role: 'user', content: PARTS }], max_tokens: 9, stream: false },
    result: { object: 'chat.completion', choices: [{ message: { content: expect.any(String) } }] },
    paid: true,
    hostile: { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: HOME } }] }] },
  },
  {
    task: 'llm:completion',
    model: CHAT,
    path: '/v1/completions',
    payload: { prompt: 'Once upon a time', echo: false, best_of: 20, n: 20 },
    asked: { model: CHAT, prompt: 'Once upon a time', echo: false, max_tokens: 9, stream: false },
    result: { object: 'text_completion', choices: [{ text: expect.any(String) }] },
    paid: true,
    hostile: { prompt: { url: HOME } },
  },
  {
    task: 'llm:embedding',
    model: EMBED,
    path: '/v1/embeddings',
    payload: { input: ['a', 'b'] },
    asked: { model: EMBED, input: ['a', 'b'] },
    result: { data: [{ index: 0, embedding: expect.any(Array) }, { index: 1 }] },
    paid: true,
    hostile: { input: { url: HOME } },
  },
  {
    task: 'audio:transcribe',
    model: WHISPER,
    path: '/v1/audio/transcriptions',
    payload: { audio: WAV, filename: '"\r\nX-Evil: 1', language: 'en', response_format: 'verbose_json' },
    asked: {
      model: WHISPER,
      language: 'en',
      response_format: 'verbose_json',
      file: { name: 'audio.wav', type: 'audio/wav', bytes: SOUND } satisfies FormFile,
    },
    result: { text: expect.any(String), segments: [{ id: 0 }], usage: { type: 'duration' } },
    paid: false,
    hostile: { audio: HOME },
  },
  {
    task: 'audio:speech',
    model: TTS,
    path: '/v1/audio/speech',
    payload: { input: 'Good evening', response_format: 'mp3' },
    asked: { model: TTS, input: 'Good evening', voice: 'alloy', response_format: 'mp3' },
    result: { audio: expect.stringMatching(/^UklGR/), content_type: 'audio/wav', format: 'wav' },
    paid: false,
    hostile: { input: 'hi', voice: HOME },
  },
  {
    task: 'safety:moderate',
    model: GUARD,
    path: '/v1/moderations',
    payload: { input: ['be kind', 'do harm'] },
    asked: { model: GUARD, input: ['be kind', 'do harm'] },
    result: { results: [{ flagged: false }, { flagged: true }] },
    paid: false,
    hostile: { input: [{ type: 'image_url', image_url: { url: HOME } }] },
  },
];
const eachWork = it.each(WORKS.map((work) => [work.task, work] as const));
const intentOf = (task: string) => `urn:iicp:intent:${task}:v1`;

async function start(options: { withDirectory?: boolean } = {}) {
  const model = await modelServer({ shape: 'openai', models: MODELS });
  const list = options.withDirectory ? await directory() : undefined;
  const server = await node({
    modelUrl: model.url,
    ...(list && { directoryUrl: list.url }),
    settings: { 'backends.inference': [{ kind: 'openai', url: model.url }] },
  });
  const asked = () => model.requests().filter(({ method }) => method === 'POST');
  return { model, list, server, asked };
}
const taskFor = ({ task, payload }: Pick<Work, 'task' | 'payload'>) =>
  chatTask({ intent: intentOf(task), payload, constraints: { max_tokens: 9 } });

describe('each kind of work', () => {
  it('is registered with the models that are for it', async () => {
    const { list } = await start({ withDirectory: true });
    const { capabilities } = list!.nodes()[0]!.registration as {
      capabilities: { intent: string; models: string[]; input_modalities: string[] }[];
    };
    const offered = capabilities.map(({ intent, models, input_modalities }) => [intent, models, input_modalities]);
    expect(new Set(offered)).toEqual(
      new Set([
        [intentOf('llm:chat'), [CHAT], ['text']],
        [intentOf('llm:completion'), [CHAT], ['text']],
        [intentOf('llm:embedding'), [EMBED], ['text']],
        [intentOf('audio:transcribe'), [WHISPER], ['text', 'audio']],
        [intentOf('audio:speech'), [TTS], ['text']],
        [intentOf('safety:moderate'), [GUARD], ['text']],
      ]),
    );
  });

  eachWork('is done in plain: %s', async (task, work) => {
    const { server, asked } = await start();
    const reply = await post(server.url, taskFor(work));
    expect(reply).toMatchObject({ status: 200, json: { status: 'completed', result: work.result } });
    expect(asked()).toEqual([expect.objectContaining({ path: work.path, body: work.asked })]);
    const { tokens_used: tokens } = reply.json.metrics as { tokens_used: number };
    expect(tokens > 0).toBe(work.paid);
    const { earnings, work: done } = await server.state();
    expect(done.recent[0]).toMatchObject({
      what: intentOf(task),
      state: 'done',
      inference: { model: work.model, sealed: false },
    });
    expect(earnings.total[0]?.amountMicro ?? 0).toBe(tokens * 1000);
  });

  eachWork('is done sealed: %s', async (task, work) => {
    const { server, list, asked } = await start({ withDirectory: true });
    const consumer = createConsumer(
      { clock: systemClock, random: systemRandom },
      { directoryUrl: list!.url, allowPrivate: true },
    );
    const answer = await consumer.call({ intent: intentOf(task), payload: work.payload, maxTokens: 9 });
    consumer.close();
    expect(answer.result).toMatchObject(work.result);
    expect(asked()).toEqual([expect.objectContaining({ path: work.path, body: work.asked })]);
    expect((await server.state()).work.recent[0]).toMatchObject({ inference: { sealed: true }, state: 'done' });
  });

  eachWork('with an address in it never reaches a model server: %s', async (task, { hostile }) => {
    const { server, asked } = await start();
    const reply = await post(server.url, taskFor({ task, payload: hostile }));
    expect([reply.status, reply.json.error?.code]).toEqual([422, 'IICP-E000']);
    expect(reply.text).not.toContain('192.168');
    expect(asked()).toEqual([]);
    await until('the slots to be free', async () => (await server.state()).node.working === 0);
  });

  eachWork('that its server fails gives an error of ours and no credits: %s', async (_, work) => {
    const { server, model } = await start();
    const failures = [
      { status: 500, body: { error: 'secret path /root/x' } },
      { status: 200, body: { error: { message: 'secret' } } },
      { status: 200, body: { secret: true } },
      { garbage: true },
      { status: 400, body: { error: 'secret' } },
      { status: 404, body: { error: 'secret' } },
      // Last: what a server was lost over is not shown to it again.
      { cut: true },
    ];
    const statuses = [];
    for (const failure of failures) {
      model.failNext(failure);
      const reply = await post(server.url, taskFor(work));
      statuses.push(reply.status);
      expect(reply.text).not.toMatch(/secret|root/);
      await until('the server to be in use again', async () => (await server.state()).backends[0]?.state === 'ready');
    }
    expect(statuses).toEqual([502, 502, 502, 502, 422, 404, 502]);
    expect((await server.state()).earnings.total[0]?.entries ?? 0).toBe(0);
  });
});

describe('a model', () => {
  it('is asked for nothing but what it is for', async () => {
    const { server, asked } = await start();
    for (const { task, payload } of WORKS) {
      for (const model of MODELS) {
        const fits = WORKS.some((work) => work.task === task && work.model === model);
        const reply = await post(server.url, { ...taskFor({ task, payload }), constraints: { model } });
        expect([task, model, reply.status]).toEqual([task, model, fits ? 200 : 404]);
      }
    }
    expect(asked()).toHaveLength(WORKS.length);
  });

  it('can be given other work by the user', async () => {
    const { server, asked } = await start();
    const [moderation] = WORKS.slice(-1);
    await server.set('backends.models', [
      { model: GUARD, on: false },
      { model: CHAT, tasks: ['safety:moderate'] },
    ]);
    await until('it to be offered so', async () =>
      (await server.state()).backends[0]?.models.some(({ id, tasks }) => id === CHAT && tasks.length === 1),
    );
    expect((await post(server.url, taskFor(moderation!))).status).toBe(200);
    expect((await post(server.url, taskFor(WORKS[0]!))).status).toBe(404);
    expect(asked()).toMatchObject([{ path: '/v1/moderations', body: { model: CHAT } }]);
  });
});

describe('a text of a sound', () => {
  it.each(['text', 'srt', 'vtt'])('comes as JSON where it was asked for as %s', async (format) => {
    const { server } = await start();
    const payload = { audio_b64: WAV, response_format: format };
    const reply = await post(server.url, taskFor({ task: 'audio:transcribe', payload }));
    expect(reply).toMatchObject({ status: 200, json: { result: { text: expect.any(String) } } });
  });
});
