import { describe, expect, it } from 'vitest';
import { createVllm } from '../../../../src-main/backends/inference/vllm.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { kitOf, practise } from '../../../suites/inference-kit.ts';
import { json, routes, type Script, scriptedServer } from '../../../suites/scripted-server.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const about = {
  kind: 'vllm',
  create: createVllm,
  looksAt: '/v1/models',
  lists: (names: readonly string[]) => ({
    '/v1/models': { data: names.map((id) => ({ id, owned_by: 'vllm', max_model_len: 4096 })) },
    '/version': { version: '0.14.0' },
  }),
  moves: { load: '/wake_up', unload: '/sleep', options: { developer: true }, word: 'sleeping', forTasks: true },
} as const;
const { make } = kitOf(about);
const start = practise('vllm');
const { signal } = new AbortController();

/** A server with one model and these routes. */
const like = (over: Record<string, Script>) =>
  scriptedServer(
    routes({
      '/v1/models': json({ data: [{ id: 'a', owned_by: 'vllm' }] }),
      '/version': json({ version: '0.9.0' }),
      '/health': (res) => void res.end(),
      ...over,
    }),
  );
const documented = (...paths: string[]) => json({ paths: Object.fromEntries(paths.map((path) => [path, {}])) });
const ALL = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/audio/transcriptions'];

describe('vLLM', () => {
  inferenceBackendSuite(about);

  it('has its model in memory, and its version', async () => {
    const { url } = await start({ models: ['a'] });
    expect(await make(url).check()).toMatchObject({
      state: 'ready',
      version: expect.stringMatching(/^\d/),
      models: [{ id: 'a', state: 'loaded' }],
    });
  });

  it.each<[string, readonly string[], readonly string[] | undefined]>([
    ['a model that writes', ['/v1/chat/completions', '/v1/completions'], ['llm:chat', 'llm:completion']],
    ['a model that embeds', ['/v1/embeddings', '/pooling'], ['llm:embedding']],
    ['a model that hears', ['/v1/audio/transcriptions'], ['audio:transcribe']],
    ['a model that only ranks', ['/rerank'], []],
    ['an older version, with every route', ALL, undefined],
  ])('knows from its routes %s', async (_, paths, tasks) => {
    const { url } = await like({ '/openapi.json': documented(...paths) });
    expect((await make(url).check()).models).toEqual([{ id: 'a', state: 'loaded', ...(tasks && { tasks }) }]);
  });

  it('reads that document once, and again for another model', async () => {
    const server = await start({ models: ['a'] });
    const backend = make(server.url);
    const reads = () => server.requests().filter(({ path }) => path === '/openapi.json').length;
    await backend.check();
    await backend.check();
    expect(reads()).toBe(1);
    server.setModels(['embed-b']);
    expect((await backend.check()).models).toMatchObject([{ id: 'embed-b', tasks: ['llm:embedding'] }]);
    expect(reads()).toBe(2);
  });

  it('goes by the names where there is no such document', async () => {
    const server = await start({ models: ['a'], without: ['/openapi.json', '/metrics'] });
    const backend = make(server.url);
    for (let i = 0; i < 2; i++) expect((await backend.check()).models).toEqual([{ id: 'a', state: 'loaded' }]);
    expect(server.requests().filter(({ path }) => path === '/openapi.json')).toHaveLength(1);
  });

  it('does not wait long for it', async () => {
    const clock = new HandClock();
    const server = await like({ '/openapi.json': () => {} });
    const checking = make(server.url, undefined, clock).check();
    await until('it to be asked', () => server.calls.some(({ path }) => path === '/openapi.json'));
    await clock.turn(1000);
    expect(await checking).toMatchObject({ state: 'ready', models: [{ id: 'a', state: 'loaded' }] });
  });

  it.each(['/health', '/is_sleeping'])('is not taken to be ready where %s is not answered', async (path) => {
    const { url } = await like({ '/is_sleeping': json({ is_sleeping: true }), [path]: (res) => void res.destroy() });
    expect(await make(url).check()).toMatchObject({ state: 'not-found', models: [] });
  });

  it('is asked whether it sleeps where it has no document too, and only where it can', async () => {
    const dozing = await start({ models: ['a'], without: ['/openapi.json'], developer: true });
    dozing.setState('a', 'sleeping');
    const backend = make(dozing.url);
    for (let i = 0; i < 2; i++) expect((await backend.check()).state).toBe('cold');
    const awake = await start({ models: ['a'] });
    const other = make(awake.url);
    for (let i = 0; i < 3; i++) expect((await other.check()).state).toBe('ready');
    expect(awake.requests().filter(({ path }) => path === '/is_sleeping')).toHaveLength(1);
  });

  it('is asked again whether it sleeps where that failed', async () => {
    const answers = [json({}, 500), json({}, 500), json({ is_sleeping: true }), json({ is_sleeping: true })];
    const server = await like({ '/is_sleeping': (...args) => answers.shift()!(...args) });
    const backend = make(server.url);
    const stateOf = async () => (await backend.check()).models[0]?.state;
    expect([await stateOf(), await stateOf()]).toEqual(['unknown', 'cold']);
  });

  it('is asked anew when it has been away', async () => {
    let version: 'plain' | 'away' | 'developer' = 'plain';
    const asleep = json({ is_sleeping: true });
    const lost = json({ detail: 'Not Found' }, 404);
    const server = await like({
      '/v1/models': (res, call) =>
        version === 'away' ? void res.destroy() : json({ data: [{ id: 'a', owned_by: 'vllm' }] })(res, call),
      '/is_sleeping': (...args) => (version === 'plain' ? lost : asleep)(...args),
    });
    const backend = make(server.url);
    const states: string[] = [];
    for (version of ['plain', 'away', 'developer'] as const) states.push((await backend.check()).state);
    expect(states).toEqual(['ready', 'not-found', 'cold']);
  });

  it('has failed when its engine is dead', async () => {
    const server = await start({ models: ['a'], starting: true });
    expect(await make(server.url).check()).toMatchObject({
      state: 'failing',
      reason: { code: 'backends.model-failing' },
      models: [{ id: 'a', state: 'failing' }],
    });
  });

  it('wants its key', async () => {
    const { url } = await start({ models: ['a'], apiKey: 'sk-1' });
    expect(await make(url).check()).toMatchObject({ state: 'failing', reason: { code: 'backends.denied' } });
    expect(await make(url, 'sk-1').check()).toMatchObject({ state: 'ready' });
  });

  it('can’t be put to sleep outside its developer mode', async () => {
    const server = await start({ models: ['a'] });
    expect(await make(server.url).unload!('a', { signal })).toMatchObject({
      kind: 'failed',
      reason: { code: 'backends.cant-move' },
    });
    expect(server.requests().some(({ path }) => path === '/sleep')).toBe(false);
  });

  it('keeps its weights in main memory while it sleeps', async () => {
    const server = await like({
      '/openapi.json': documented('/sleep', '/is_sleeping'),
      '/is_sleeping': (...args) =>
        json({ is_sleeping: server.calls.some(({ path }) => path.startsWith('/sleep')) })(...args),
      '/sleep?level=1': (res) => void res.end(),
    });
    expect(await make(server.url).unload!('a', { signal })).toEqual({ kind: 'done' });
  });
});
