import { describe, expect, it, onTestFinished } from 'vitest';
import { createOllama } from '../../../../src-main/backends/inference/ollama.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { startModelServer } from '../../../../src-main/practice/model-server.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { json, routes, type Script, scriptedServer } from '../../../suites/scripted-server.ts';

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

  it('serves without the list of loaded models, which older versions lack', async () => {
    const { url } = await like({ '/api/ps': json('404 page not found', 404) });
    expect(await ollama(url).check()).toMatchObject({ state: 'ready', models: [{ id: 'a:latest', state: 'unknown' }] });
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
});
