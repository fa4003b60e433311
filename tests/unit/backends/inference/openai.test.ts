import { describe, expect, it, onTestFinished } from 'vitest';
import { createOpenAi } from '../../../../src-main/backends/inference/openai.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { startModelServer } from '../../../../src-main/practice/model-server.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';

describe('an OpenAI-compatible server', () => {
  // Whatever speaks the dialect is one.
  inferenceBackendSuite({ kind: 'openai', create: createOpenAi, looksAt: '/v1/models', impostors: [] });

  it('does not tell what is loaded', async () => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'openai', models: ['a'] });
    onTestFinished(() => server.stop());
    const backend = createOpenAi({ clock: systemClock }, { url: server.url });
    onTestFinished(() => backend.close());
    expect((await backend.check()).models).toEqual([{ id: 'a', state: 'unknown' }]);
  });

  it('is denied without its key and ready with it', async () => {
    const server = await startModelServer({ clock: systemClock }, { shape: 'openai', apiKey: 'sk-1' });
    onTestFinished(() => server.stop());
    const check = async (apiKey?: string) => {
      const backend = createOpenAi({ clock: systemClock }, { url: `${server.url}/v1`, apiKey });
      onTestFinished(() => backend.close());
      return backend.check();
    };
    expect(await check()).toMatchObject({ state: 'failing', reason: { code: 'backends.denied' } });
    expect(await check('sk-2')).toMatchObject({ state: 'failing', reason: { code: 'backends.denied' } });
    expect(await check('sk-1')).toMatchObject({ state: 'ready' });
  });
});
