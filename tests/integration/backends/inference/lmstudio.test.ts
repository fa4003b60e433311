import { describe, expect, it } from 'vitest';
import { createLmStudio } from '../../../../src-main/backends/inference/lmstudio.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { CHAT, kitOf, practise } from '../../../suites/inference-kit.ts';
import { json, routes, type Script, scriptedServer } from '../../../suites/scripted-server.ts';
import { until } from '../../../support/wait.ts';

const about = {
  kind: 'lmstudio',
  create: createLmStudio,
  looksAt: '/api/v1/models',
  lists: (names: readonly string[]) => ({
    '/api/v1/models': { models: names.map((key) => ({ key, type: 'llm', loaded_instances: [] })) },
  }),
  moves: { load: '/api/v1/models/load', unload: '/api/v1/models/unload', forTasks: true },
} as const;
const { make } = kitOf(about);
const start = practise('lmstudio');
const { signal } = new AbortController();

describe('LM Studio', () => {
  inferenceBackendSuite(about);

  it('tells what each model is for and what is in memory', async () => {
    const { url } = await start({ models: ['a', 'text-embedding-b'], loaded: ['a'] });
    expect(await make(url).check()).toMatchObject({
      state: 'ready',
      models: [
        { id: 'a', state: 'loaded', tasks: ['llm:chat', 'llm:completion'] },
        { id: 'text-embedding-b', state: 'cold', tasks: ['llm:embedding'] },
      ],
    });
  });

  it.each([
    ['loading', 'loading', 'loading'],
    ['initializing', 'loading', 'loading'],
    ['starting', 'loading', 'loading'],
    ['warming', 'loading', 'loading'],
    ['warming_up', 'loading', 'loading'],
    ['error', 'failing', 'failing'],
    ['failed', 'failing', 'failing'],
    ['crashed', 'failing', 'failing'],
    ['unhealthy', 'failing', 'failing'],
    ['oom', 'failing', 'failing'],
    ['out_of_memory', 'failing', 'failing'],
    ['idle', 'loaded', 'ready'],
  ])('takes an instance that is %s for %s', async (word, model, server) => {
    const practice = await start({ models: ['a'] });
    practice.setState('a', word);
    expect(await make(practice.url).check()).toMatchObject({ state: server, models: [{ id: 'a', state: model }] });
  });

  it('counts a model as loaded when one of its instances is', async () => {
    const instances = [{ id: 'a', state: 'crashed' }, { id: 'a:2', state: 'loading' }, { id: 'a:3' }];
    const models = [{ key: 'a', type: 'llm', loaded_instances: instances }];
    const { url } = await scriptedServer(routes({ '/api/v1/models': json({ models }) }));
    expect((await make(url).check()).models).toMatchObject([{ state: 'loaded' }]);
  });

  it('goes by the first where it lists a model twice', async () => {
    const [there, not] = [[{ id: 'a' }], []].map((instances) => ({
      key: 'a',
      type: 'llm',
      loaded_instances: instances,
    }));
    const { url } = await scriptedServer(routes({ '/api/v1/models': json({ models: [there, not] }) }));
    expect((await make(url).check()).models).toMatchObject([{ id: 'a', state: 'loaded' }]);
  });

  it('is not told to take out more instances than anybody could have', async () => {
    const instances = Array.from({ length: 100 }, (_, i) => ({ id: `a:${i}` }));
    const server = await scriptedServer(
      routes({
        '/api/v1/models': json({ models: [{ key: 'a', type: 'llm', loaded_instances: instances }] }),
        '/api/v1/models/unload': json({}),
      }),
    );
    const stop = new AbortController();
    const moved = make(server.url).unload!('a', { signal: stop.signal });
    await until('it to look again', () => server.calls.findLastIndex(({ method }) => method === 'GET') > 1);
    stop.abort();
    expect((await moved).kind).toBe('failed');
    expect(server.calls.filter(({ method }) => method === 'POST')).toHaveLength(64);
  });

  it('asks no further where the first question is answered with an error', async () => {
    const server = await scriptedServer(json({ error: 'busy' }, 500));
    await make(server.url).check();
    expect(server.calls.map(({ path }) => path)).toEqual(['/api/v1/models']);
  });

  it('loads a model that is there already no second time, and takes every instance out', async () => {
    const server = await start({ models: ['a'] });
    const backend = make(server.url);
    await backend.load!('a', { keep: true, signal });
    await backend.load!('a', { keep: true, signal });
    const orders = (path: string) =>
      server
        .requests()
        .filter((each) => each.path === path)
        .map(({ body }) => body);
    expect(orders('/api/v1/models/load')).toEqual([{ model: 'a' }]);
    // By hand, in the app.
    await fetch(`${server.url}/api/v1/models/load`, { method: 'POST', body: '{"model":"a"}' });
    expect(await backend.unload!('a', { signal })).toEqual({ kind: 'done' });
    expect(orders('/api/v1/models/unload')).toEqual([{ instance_id: 'a' }, { instance_id: 'a:2' }]);
  });

  describe('before version 0.4', () => {
    const old = { without: ['/api/v1/models', '/api/v1/models/load', '/api/v1/models/unload'] };

    it('is looked at through its older API, and asked no question twice that it does not know', async () => {
      const server = await start({ ...old, models: ['a', 'embed-b'], loaded: ['a'] });
      const backend = make(server.url);
      for (let i = 0; i < 3; i++) {
        expect(await backend.check()).toMatchObject({
          state: 'ready',
          models: [
            { id: 'a', state: 'loaded', tasks: ['llm:chat', 'llm:completion'] },
            { id: 'embed-b', state: 'cold', tasks: ['llm:embedding'] },
          ],
        });
      }
      expect(server.requests().filter(({ path }) => path === '/api/v1/models')).toHaveLength(1);
    });

    it('is asked the newer question first when it has been away, for it may have been updated', async () => {
      let version: 'old' | 'away' | 'new' = 'old';
      const asked: string[] = [];
      const { url } = await scriptedServer((res, call) => {
        asked.push(call.path);
        if (version === 'away') return void res.destroy();
        const newer = json({ models: [{ key: 'a', type: 'llm', loaded_instances: [] }] });
        const older = json({ data: [{ id: 'a', type: 'llm', state: 'loaded' }] });
        routes({ '/api/v0/models': older, ...(version === 'new' && { '/api/v1/models': newer }) })(res, call);
      });
      const backend = make(url);
      for (const next of ['away', 'new', 'new'] as const) {
        await backend.check();
        version = next;
      }
      await backend.check();
      const [older, newer] = ['/api/v0/models', '/api/v1/models'];
      expect(asked).toEqual([newer, older, older, newer, newer]);
    });

    it('may have no model yet', async () => {
      const { url } = await start({ ...old, models: [] });
      expect(await make(url).check()).toMatchObject({ state: 'no-model' });
    });

    it('says that it can move no model', async () => {
      const server = await start({ ...old, models: ['a'] });
      const backend = make(server.url);
      for (const moved of [await backend.load!('a', { keep: false, signal }), await backend.unload!('a', { signal })]) {
        expect(moved).toMatchObject({ kind: 'failed', reason: { code: 'backends.cant-move' } });
      }
    });
  });

  it('passes a refusal on where the model was in memory, and tries once where it was not', async () => {
    const calls: string[] = [];
    let loaded = false;
    const list: Script = (res, call) =>
      json({ models: [{ key: 'm:1b', type: 'llm', loaded_instances: loaded ? [{ id: 'm:1b' }] : [] }] })(res, call);
    const { url } = await scriptedServer((res, call) => {
      calls.push(call.path);
      routes({
        '/api/v1/models': list,
        '/api/v1/models/load': (...args) => {
          loaded = true;
          json({ status: 'loaded' })(...args);
        },
        '/v1/chat/completions': json({ error: 'no' }, 400),
      })(res, call);
    });
    const backend = make(url);
    const count = (path: string) => calls.filter((each) => each === path).length;
    await backend.check();
    expect(await backend.infer({ ...CHAT, signal })).toEqual({ kind: 'refused', code: 'bad-request' });
    expect([count('/api/v1/models/load'), count('/v1/chat/completions')]).toEqual([1, 2]);
    expect(await backend.infer({ ...CHAT, signal })).toEqual({ kind: 'refused', code: 'bad-request' });
    expect([count('/api/v1/models/load'), count('/v1/chat/completions')]).toEqual([1, 3]);
  });

  it('names what answers in its place', async () => {
    const backend = createLmStudio(
      { clock: systemClock },
      { url: (await practise('llamacpp')({ models: ['a'] })).url },
    );
    const { reason } = await backend.check();
    await backend.close();
    expect(reason).toMatchObject({
      code: 'backends.wrong-kind',
      message: expect.stringContaining('is llama.cpp, but it is set as LM Studio'),
      action: expect.stringContaining('"llamacpp"'),
    });
  });
});
