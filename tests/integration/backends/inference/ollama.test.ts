import { describe, expect, it, onTestFinished } from 'vitest';
import { createOllama } from '../../../../src-main/backends/inference/ollama.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { startModelServer } from '../../../../src-main/practice/model-server.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { json, routes, type Script, scriptedServer } from '../../../suites/scripted-server.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const { signal } = new AbortController();

function ollama(url: string) {
  const backend = createOllama({ clock: systemClock }, { url });
  onTestFinished(() => backend.close());
  return backend;
}

const like = (over: Record<string, Script>) =>
  scriptedServer(
    routes({
      '/api/version': json({ version: '0.12.6' }),
      '/api/tags': json({ models: [{ name: 'a:latest' }] }),
      '/api/ps': json({ models: [] }),
      ...over,
    }),
  );

describe('Ollama', () => {
  inferenceBackendSuite({
    kind: 'ollama',
    create: createOllama,
    looksAt: '/api/version',
    lists: (names) => ({
      '/api/version': { version: '0.12.6' },
      '/api/tags': { models: names.map((name) => ({ name })) },
      '/api/ps': { models: [] },
    }),
    moves: { load: '/api/generate', unload: '/api/generate' },
  });

  it('is cold while it has models and none is loaded, and tells which ones are', async () => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'ollama', models: ['a:1b', 'b:1b'] });
    onTestFinished(() => server.stop());
    const backend = ollama(server.url);
    expect(await backend.check()).toMatchObject({
      state: 'cold',
      reason: { code: 'backends.cold' },
      version: expect.stringMatching(/^\d/),
      models: [
        { id: 'a:1b', state: 'cold' },
        { id: 'b:1b', state: 'cold' },
      ],
    });
    const payload = { model: 'b:1b', messages: [{ role: 'user', content: 'hi' }] };
    await backend.infer({ task: 'llm:chat', model: 'b:1b', payload, signal: new AbortController().signal });
    expect(await backend.check()).toMatchObject({ state: 'ready', reason: null, models: [{}, { state: 'loaded' }] });
  });

  it('tells what models take up where that is told in numbers that can be', async () => {
    const ps = (entry: object) => json({ models: [{ name: 'a:latest', ...entry }] });
    const memoryOf = async (entry: object) => {
      const { url } = await like({ '/api/ps': ps(entry) });
      return (await ollama(url).check()).models[0]?.memory;
    };
    expect(await memoryOf({ size: 5_000_000_000, size_vram: 4_000_000_000 })).toEqual({
      bytes: 5_000_000_000,
      graphicsBytes: 4_000_000_000,
    });
    const useless = [
      {},
      { size: 5 },
      { size: -1, size_vram: -1 },
      { size: 1, size_vram: 2 },
      { size: 1.5, size_vram: 1 },
    ];
    for (const entry of useless) expect(await memoryOf(entry)).toBeUndefined();
  });

  it('serves without the list of loaded models, which older versions lack', async () => {
    const { url } = await like({ '/api/ps': json('404 page not found', 404) });
    expect(await ollama(url).check()).toMatchObject({ state: 'ready', models: [{ id: 'a:latest', state: 'unknown' }] });
  });

  it.each<[string, Script, string]>([
    ['an error', json({ error: 'no' }, 500), 'failing'],
    ['nothing', (res) => void res.destroy(), 'not-found'],
  ])('is not taken to have everything loaded where that list is answered with %s', async (_, script, state) => {
    const { url } = await like({ '/api/ps': script });
    expect((await ollama(url).check()).state).toBe(state);
  });

  it('leaves out models that it would run on somebody else’s servers', async () => {
    const models = [{ name: 'far-cloud', remote_host: 'https://example.com', remote_model: 'far' }, { name: 'near' }];
    const { url } = await like({ '/api/tags': json({ models }) });
    expect((await ollama(url).check()).models.map(({ id }) => id)).toEqual(['near']);
  });

  it('does not take LM Studio, which says 200 to every path, for Ollama', async () => {
    const lost = json({ error: 'Unexpected endpoint or method.' });
    const { url } = await like({ '/api/version': lost, '/api/tags': lost });
    expect(await ollama(url).check()).toMatchObject({ state: 'failing', reason: { code: 'backends.wrong-answer' } });
  });

  describe('what a model is for', () => {
    const tagged = (...names: string[]) => ({ models: names.map((name) => ({ name, digest: `of${name}` })) });
    const shows = (capabilities: unknown) => json({ details: {}, capabilities });
    const asked = (server: { calls: readonly { path: string }[] }) =>
      server.calls.filter(({ path }) => path === '/api/show').length;

    it.each<[unknown, readonly string[] | undefined]>([
      [
        ['completion', 'tools', 'vision'],
        ['llm:chat', 'llm:completion'],
      ],
      [['embedding'], ['llm:embedding']],
      [['image'], []],
      [undefined, undefined],
      ['completion', undefined],
    ])('is read from capabilities of %j', async (capabilities, tasks) => {
      const { url } = await like({ '/api/tags': json(tagged('a')), '/api/show': shows(capabilities) });
      expect((await ollama(url).check()).models).toEqual([{ id: 'a', state: 'cold', ...(tasks && { tasks }) }]);
    });

    it('is asked for a few in each look, and once for each until it is pulled anew', async () => {
      let names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const server = await like({
        '/api/tags': (...args) => json(tagged(...names))(...args),
        '/api/show': shows(['completion']),
      });
      const backend = ollama(server.url);
      const told = async () => (await backend.check()).models.filter(({ tasks }) => tasks).length;
      expect([await told(), asked(server)]).toEqual([4, 4]);
      expect([await told(), asked(server)]).toEqual([6, 6]);
      expect([await told(), asked(server)]).toEqual([6, 6]);
      names = ['a', 'new'];
      expect([await told(), asked(server)]).toEqual([2, 7]);
      names = ['a', 'b', 'new'];
      expect([await told(), asked(server)]).toEqual([3, 8]);
    });

    it('is asked for again where the question failed', async () => {
      const answers = [json({ error: 'out of memory' }, 500), shows(['embedding'])];
      const server = await like({
        '/api/tags': json(tagged('a')),
        '/api/show': (...args) => answers.shift()!(...args),
      });
      const backend = ollama(server.url);
      expect((await backend.check()).models).toEqual([{ id: 'a', state: 'cold' }]);
      expect((await backend.check()).models).toEqual([{ id: 'a', state: 'cold', tasks: ['llm:embedding'] }]);
    });

    it('is not told by older versions, which are asked once', async () => {
      const server = await like({ '/api/tags': json(tagged('a')), '/api/show': json('404 page not found', 404) });
      const backend = ollama(server.url);
      for (let i = 0; i < 2; i++) expect((await backend.check()).models).toEqual([{ id: 'a', state: 'cold' }]);
      expect(asked(server)).toBe(1);
    });

    it('is not waited for long, and asked for again', async () => {
      const clock = new HandClock();
      const server = await like({ '/api/tags': json(tagged('a')), '/api/show': () => {} });
      const backend = createOllama({ clock }, { url: server.url });
      onTestFinished(() => backend.close());
      for (const times of [1, 2]) {
        const checking = backend.check();
        await until('it to be asked', () => asked(server) === times);
        await clock.turn(500);
        expect(await checking).toMatchObject({ state: 'cold', models: [{ id: 'a', state: 'cold' }] });
      }
    });
  });

  it('loads a model that only embeds by embedding nothing', async () => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'ollama', models: ['embed-a'] });
    onTestFinished(() => server.stop());
    const backend = ollama(server.url);
    expect(await backend.load!('embed-a', { keep: true, signal })).toEqual({ kind: 'done' });
    expect(server.requests().find(({ path }) => path === '/api/embed')?.body).toMatchObject({
      keep_alive: -1,
      input: '',
    });
    expect(await backend.unload!('embed-a', { signal })).toEqual({ kind: 'done' });
  });

  it('keeps a model until it is unloaded only where it is told to', async () => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'ollama', models: ['a'] });
    onTestFinished(() => server.stop());
    const backend = ollama(server.url);
    const orders = () =>
      server
        .requests()
        .filter(({ path }) => path === '/api/generate')
        .map(({ body }) => body);
    await backend.load!('a', { keep: false, signal });
    await backend.load!('a', { keep: true, signal });
    expect(orders()).toEqual([
      { model: 'a', stream: false },
      { model: 'a', stream: false, keep_alive: -1 },
    ]);
  });

  it('moves nothing where it does not tell what is in memory', async () => {
    const { url } = await like({ '/api/ps': json('404 page not found', 404), '/api/generate': json({ done: true }) });
    expect(await ollama(url).load!('a:latest', { keep: false, signal })).toMatchObject({
      kind: 'failed',
      reason: { code: 'backends.move-unseen' },
    });
  });

  it('names llama.cpp’s server, which lists its model as Ollama does', async () => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'llamacpp', models: ['a'] });
    onTestFinished(() => server.stop());
    expect(await ollama(server.url).check()).toMatchObject({
      state: 'failing',
      models: [],
      reason: { code: 'backends.wrong-kind', action: 'Set its kind to "llamacpp", or correct its address.' },
    });
  });
});
