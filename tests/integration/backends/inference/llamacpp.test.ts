import { describe, expect, it } from 'vitest';
import { createLlamaCpp } from '../../../../src-main/backends/inference/llamacpp.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { CHAT, kitOf, practise } from '../../../suites/inference-kit.ts';
import { json, routes, scriptedServer } from '../../../suites/scripted-server.ts';

const about = {
  kind: 'llamacpp',
  create: createLlamaCpp,
  looksAt: '/props',
  lists: (names: readonly string[]) => ({
    '/props': { role: 'router', build_info: 'b7400' },
    '/v1/models': { data: names.map((id) => ({ id, status: { value: 'loaded' } })) },
  }),
  startsSlowly: true,
  moves: { load: '/models/load', unload: '/models/unload', options: { router: true }, forTasks: true },
} as const;
const { make } = kitOf(about);
const start = practise('llamacpp');
const { signal } = new AbortController();

describe('llama.cpp', () => {
  inferenceBackendSuite(about);

  it('has one model in memory, and tells how many tasks it works on at once', async () => {
    const { url } = await start({ models: ['a.gguf'], slots: 3 });
    expect(await make(url).check()).toMatchObject({
      state: 'ready',
      version: expect.stringMatching(/^b\d+/),
      slots: 3,
      models: [{ id: 'a.gguf', state: 'loaded' }],
    });
  });

  it('is looked at without its slots, which may be switched off', async () => {
    const server = await start({ models: ['a'], without: ['/slots', '/metrics'] });
    expect((await make(server.url).check()).state).toBe('ready');
    expect(server.requests().map(({ path }) => path)).not.toContain('/slots');
  });

  it('waits where only its list is open while it loads, as in older versions', async () => {
    const loading = json({ error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 503);
    const { url } = await scriptedServer(routes({ '/props': loading, '/v1/models': json({ data: [{ id: 'a' }] }) }));
    expect(await make(url).check()).toMatchObject({ state: 'loading', models: [] });
  });

  it('takes another 503 for an error', async () => {
    const { url } = await scriptedServer(json({ error: { code: 503, type: 'other' } }, 503));
    expect(await make(url).check()).toMatchObject({ state: 'failing', reason: { code: 'backends.server-error' } });
  });

  it('wants its key for more than its health', async () => {
    const { url } = await start({ models: ['a'], apiKey: 'sk-1' });
    expect(await make(url).check()).toMatchObject({ state: 'failing', reason: { code: 'backends.denied' } });
    expect(await make(url, 'sk-1').check()).toMatchObject({ state: 'ready' });
  });

  it('sleeps until a task comes, and is woken by a load', async () => {
    const server = await start({ models: ['a'] });
    const backend = make(server.url);
    server.setState('a', 'sleeping');
    expect(await backend.check()).toMatchObject({ state: 'cold', models: [{ id: 'a', state: 'cold' }] });
    expect(await backend.load!('a', { keep: false, signal })).toEqual({ kind: 'done' });
    server.setState('a', 'sleeping');
    await backend.check();
    expect(await backend.infer({ ...CHAT, model: 'a', signal })).toMatchObject({ kind: 'done' });
    expect(await backend.check()).toMatchObject({ state: 'ready' });
  });

  it('with one model can take it out of memory for nobody', async () => {
    const { url } = await start({ models: ['a'] });
    expect(await make(url).unload!('a', { signal })).toMatchObject({
      kind: 'failed',
      reason: { code: 'backends.cant-move' },
    });
  });

  it.each([
    ['loaded', 'loaded'],
    ['loading', 'loading'],
    ['downloading', 'loading'],
    ['downloaded', 'cold'],
    ['unloaded', 'cold'],
    ['sleeping', 'cold'],
    ['failed', 'failing'],
    ['dreaming', 'unknown'],
  ])('as a router takes a model that is %s for %s', async (word, state) => {
    const server = await start({ models: ['a'], router: true });
    server.setState('a', word);
    expect((await make(server.url).check()).models).toEqual([{ id: 'a', state }]);
  });

  it.each<unknown>(['constructor', '__proto__', 'toString', { toString: 1, valueOf: 1 }, ['loaded'], null])(
    'as a router that says %j of a model is not believed',
    async (value) => {
      const { url } = await scriptedServer(
        routes({
          '/props': json({ role: 'router', build_info: 'b7400' }),
          '/v1/models': json({ data: [{ id: 'a', status: { value } }] }),
        }),
      );
      expect((await make(url).check()).models).toEqual([{ id: 'a', state: 'unknown' }]);
    },
  );

  it('as a router has slots for each model, not for itself', async () => {
    const { url } = await start({ models: ['a', 'b'] });
    expect((await make(url).check()).slots).toBeUndefined();
  });
});
